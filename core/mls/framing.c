#include "mls/framing.h"

static void sender_codec(codec *c, sender *s)
{
    codec_u8(c, &s->type);
    switch (s->type) {
    case SENDER_MEMBER:
    case SENDER_EXTERNAL:
        codec_u32(c, &s->index);
        break;
    case SENDER_NEW_MEMBER_PROPOSAL:
    case SENDER_NEW_MEMBER_COMMIT:
        break;
    default:
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    }
}

static void body_fields_codec(codec *c, framed_content *content)
{
    switch (content->content_type) {
    case MLS_CONTENT_APPLICATION:
        codec_opaque(c, &content->application);
        break;
    case MLS_CONTENT_PROPOSAL:
        proposal_codec(c, &content->proposal);
        break;
    case MLS_CONTENT_COMMIT:
        commit_codec(c, &content->commit);
        break;
    default:
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    }
}

void framed_body_codec(codec *c, framed_content *content)
{
    size_t start = c->pos;
    if (!codec_reading(c) && content->body.data) {
        codec_rest(c, &content->body);
        return;
    }
    body_fields_codec(c, content);
    if (codec_reading(c) && c->err == MLS_OK)
        content->body = bytes_of(c->in + start, c->pos - start);
}

static void framed_body_any(codec *c, void *object)
{
    framed_body_codec(c, object);
}

/* All before the body. */
static void framed_head_codec(codec *c, framed_content *content)
{
    codec_opaque(c, &content->group_id);
    codec_u64(c, &content->epoch);
    sender_codec(c, &content->sender);
    codec_opaque(c, &content->authenticated_data);
    codec_u8(c, &content->content_type);
}

void framed_content_codec(codec *c, framed_content *content)
{
    framed_head_codec(c, content);
    framed_body_codec(c, content);
}

void content_auth_codec(codec *c, content_auth *auth, uint8_t content_type)
{
    codec_opaque(c, &auth->signature);
    if (content_type == MLS_CONTENT_COMMIT)
        codec_opaque(c, &auth->confirmation_tag);
}

void authenticated_content_codec(codec *c, authenticated_content *ac)
{
    codec_u16(c, &ac->wire_format);
    framed_content_codec(c, &ac->content);
    content_auth_codec(c, &ac->auth, ac->content.content_type);
}

void public_message_codec(codec *c, public_message *m)
{
    framed_content_codec(c, &m->content);
    content_auth_codec(c, &m->auth, m->content.content_type);
    if (m->content.sender.type == SENDER_MEMBER)
        codec_opaque(c, &m->membership_tag);
}

/* struct {
 *     ProtocolVersion version = mls10;
 *     WireFormat wire_format;
 *     FramedContent content;
 *     select (FramedContentTBS.content.sender.sender_type) {
 *         case member: case new_member_commit:        GroupContext context;
 *         case external: case new_member_proposal:    struct{};
 *     };
 * } FramedContentTBS; */
enum { TBS_HEAD, TBS_BODY, TBS_CONTEXT, TBS_PARTS };

static void framed_content_tbs_head_any(codec *c, void *object)
{
    authenticated_content *ac = object;
    uint16_t version = MLS_VERSION_10;
    codec_u16(c, &version);
    codec_u16(c, &ac->wire_format);
    framed_head_codec(c, &ac->content);
}

static mls_err body_of(arena *a, bytes *out, const framed_content *content)
{
    *out = content->body;
    return out->data ? MLS_OK : codec_encode(a, out, framed_body_any, content);
}

static mls_err tbs_parts(arena *a, bytes parts[TBS_PARTS], const authenticated_content *ac,
                         bytes context)
{
    uint8_t from = ac->content.sender.type;
    bool has_context = from == SENDER_MEMBER || from == SENDER_NEW_MEMBER_COMMIT;
    parts[TBS_CONTEXT] = has_context ? context : (bytes){0};
    TRY(codec_encode(a, &parts[TBS_HEAD], framed_content_tbs_head_any, ac));
    return body_of(a, &parts[TBS_BODY], &ac->content);
}

/* Application data must be encrypted (section 6). */
static mls_err check_wire_format(const authenticated_content *ac)
{
    bool in_clear = ac->wire_format != MLS_WIRE_PRIVATE_MESSAGE &&
                    ac->content.content_type == MLS_CONTENT_APPLICATION;
    return in_clear ? MLS_ERR_BAD_MESSAGE : MLS_OK;
}

mls_err framing_sign(const suite *s, arena *a, authenticated_content *ac, bytes private_key,
                     bytes context)
{
    bytes parts[TBS_PARTS];
    TRY(check_wire_format(ac));
    TRY(codec_encode(a, &ac->content.body, framed_body_any, &ac->content));
    TRY(tbs_parts(a, parts, ac, context));
    return sign_parts_with_label(s, a, &ac->auth.signature, private_key, "FramedContentTBS", parts,
                                 TBS_PARTS);
}

mls_err framing_verify(const suite *s, const authenticated_content *ac, bytes public_key,
                       bytes context)
{
    bytes parts[TBS_PARTS];
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(check_wire_format(ac));
    TRY(tbs_parts(scratch, parts, ac, context));
    return verify_parts_with_label(s, public_key, "FramedContentTBS", parts, TBS_PARTS,
                                   ac->auth.signature);
}

static void auth_any(codec *c, void *object)
{
    authenticated_content *ac = object;
    content_auth_codec(c, &ac->auth, ac->content.content_type);
}

/* struct { FramedContentTBS content_tbs; FramedContentAuthData auth; } AuthenticatedContentTBM; */
mls_err framing_membership_tag(const suite *s, uint8_t *out, const authenticated_content *ac,
                               const uint8_t *membership_key, bytes context)
{
    bytes parts[TBS_PARTS + 1];
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(tbs_parts(scratch, parts, ac, context));
    TRY(codec_encode(scratch, &parts[TBS_PARTS], auth_any, ac));
    s->hash->hmac(out, bytes_of(membership_key, s->hash->len), parts, TBS_PARTS + 1);
    return MLS_OK;
}

mls_err framing_proposal_ref(const suite *s, uint8_t *out, const authenticated_content *ac)
{
    bytes encoded;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(authenticated_content_encode(scratch, &encoded, ac));
    ref_hash(s, out, BYTES_LITERAL("MLS 1.0 Proposal Reference"), encoded);
    return MLS_OK;
}

/* struct {
 *     WireFormat wire_format;
 *     FramedContent content; // with content_type == commit
 *     opaque signature<V>;
 * } ConfirmedTranscriptHashInput; */
static void confirmed_head_any(codec *c, void *object)
{
    authenticated_content *ac = object;
    codec_u16(c, &ac->wire_format);
    framed_head_codec(c, &ac->content);
}

mls_err transcript_confirmed(const suite *s, uint8_t *out, bytes interim_before,
                             const authenticated_content *ac)
{
    uint8_t length[4];
    bytes signature = ac->auth.signature;
    bytes parts[] = {
        interim_before, {0}, {0}, {length, codec_put_length(length, signature.len)}, signature};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &parts[1], confirmed_head_any, ac));
    TRY(body_of(scratch, &parts[2], &ac->content));
    s->hash->digest(out, parts, sizeof parts / sizeof parts[0]);
    return MLS_OK;
}

/* struct { MAC confirmation_tag; } InterimTranscriptHashInput; */
void transcript_interim(const suite *s, uint8_t *out, bytes confirmed, bytes confirmation_tag)
{
    uint8_t length[4];
    bytes parts[] = {
        confirmed, {length, codec_put_length(length, confirmation_tag.len)}, confirmation_tag};
    s->hash->digest(out, parts, 3);
}
