#include "fedi/statement.h"

#include <string.h>

static const bytes again_label = {(const uint8_t *)"Waxseal again", 13};
static const bytes sign_label = {(const uint8_t *)"Waxseal statement", 17};

size_t line_count(bytes line)
{
    return line.len / EPOCH_ID_LEN;
}

void line_at(epoch_id *out, bytes line, size_t i)
{
    memcpy(out->octets, line.data + i * EPOCH_ID_LEN, EPOCH_ID_LEN);
}

static void line_codec(codec *c, bytes *line, size_t min, size_t max)
{
    codec_opaque(c, line);
    if (line->len % EPOCH_ID_LEN || line_count(*line) < min || line_count(*line) > max)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
}

void statement_codec(codec *c, statement *s)
{
    codec_u16(c, &s->version);
    if (s->version != 1)
        codec_fail(c, MLS_ERR_DECODE_VERSION);
    codec_opaque(c, &s->group_id);
    codec_u32(c, &s->leaf_index);
    codec_u64(c, &s->counter);
    codec_u8(c, &s->kind);
    switch (s->kind) {
    case STATEMENT_BEACON:
        line_codec(c, &s->line, 1, BEACON_LINE_MAX);
        codec_bool(c, &s->removed);
        break;
    case STATEMENT_REJOIN:
        line_codec(c, &s->line, 1, 1);
        codec_opaque(c, &s->key_package);
        break;
    case STATEMENT_MISSING:
        line_codec(c, &s->line, 1, 1);
        codec_u64(c, &s->epoch);
        line_codec(c, &s->message, 1, 1);
        break;
    case STATEMENT_BEHIND:
        line_codec(c, &s->line, 1, 1);
        break;
    case STATEMENT_ENDORSEMENT:
        line_codec(c, &s->line, 1, 1);
        codec_u32(c, &s->removed_leaf);
        codec_opaque(c, &s->endorsement);
        break;
    default:
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    }
}

typedef struct signed_statement {
    bytes tbs, signature;
} signed_statement;

static void signed_any(codec *c, void *object)
{
    signed_statement *s = object;
    codec_opaque(c, &s->tbs);
    codec_opaque(c, &s->signature);
}

mls_err statement_sign(const mls_group *group, mls_buf *out, statement *s)
{
    mls_group_info info;
    mls_buf signature;
    signed_statement whole;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    mls_group_describe(group, &info);
    s->version = 1;
    s->group_id = info.group_id;
    s->leaf_index = info.own_leaf;
    TRY(statement_encode(scratch, &whole.tbs, s));
    TRY(mls_group_sign(group, &signature, sign_label, whole.tbs));
    whole.signature = bytes_of(signature.data, signature.len);
    mls_err err = codec_encode_buf(out, signed_any, &whole);
    mls_buf_free(&signature);
    return err;
}

mls_err statement_read(arena *a, statement *s, bytes *tbs, bytes *signature, bytes in)
{
    signed_statement whole = {0};
    *s = (statement){0};
    TRY(codec_decode(a, &whole, signed_any, in));
    *tbs = whole.tbs;
    *signature = whole.signature;
    return statement_decode(a, s, whole.tbs);
}

mls_err statement_verify(const mls_group *group, uint32_t *signer, bytes identity, bytes tbs,
                         bytes signature)
{
    mls_group_info info;
    mls_member member;
    mls_err err = MLS_ERR_UNKNOWN_SENDER;
    mls_group_describe(group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        if (mls_group_member(group, &member, leaf) != MLS_OK ||
            !bytes_equal(member.identity, identity))
            continue;
        err = mls_group_verify(group, leaf, sign_label, tbs, signature);
        *signer = leaf;
        if (err != MLS_ERR_BAD_SIGNATURE)
            return err;
    }
    return err;
}

typedef struct again {
    bytes label, messages;
} again;

static void again_any(codec *c, void *object)
{
    again *m = object;
    codec_opaque(c, &m->label);
    line_codec(c, &m->messages, 1, BEACON_LINE_MAX);
}

mls_err again_write(arena *a, bytes *out, const epoch_id *messages, size_t count)
{
    again m = {again_label, {messages[0].octets, count * EPOCH_ID_LEN}};
    return codec_encode(a, out, again_any, &m);
}

bool again_read(arena *a, bytes *messages, bytes authenticated_data)
{
    again m = {0};
    if (codec_decode(a, &m, again_any, authenticated_data) != MLS_OK ||
        !bytes_equal(m.label, again_label))
        return false;
    *messages = m.messages;
    return true;
}
