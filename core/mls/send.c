#include "mls/send.h"

void send_content(const mls_group *group, authenticated_content *ac, uint8_t content_type,
                  bytes authenticated_data, uint32_t flags)
{
    const epoch *e = group->current;
    *ac = (authenticated_content){
        .wire_format =
            flags & MLS_AS_PUBLIC_MESSAGE ? MLS_WIRE_PUBLIC_MESSAGE : MLS_WIRE_PRIVATE_MESSAGE,
        .content = {.group_id = e->context.group_id,
                    .epoch = e->context.epoch,
                    .sender = {SENDER_MEMBER, e->priv.leaf_index},
                    .authenticated_data = authenticated_data,
                    .content_type = content_type},
    };
}

mls_err send_sign(const mls_group *group, arena *a, authenticated_content *ac)
{
    bytes key = bytes_of(group->signature_private.data, group->signature_private.len);
    return framing_sign(group->suite, a, ac, key, group->current->context_encoded);
}

mls_err send_frame(mls_group *group, arena *a, mls_buf *out, const authenticated_content *ac)
{
    const suite *s = group->suite;
    epoch *e = group->current;
    uint8_t tag[HASH_MAX];
    message m = {.version = MLS_VERSION_10, .wire_format = ac->wire_format};
    if (ac->wire_format == MLS_WIRE_PUBLIC_MESSAGE) {
        m.public = (public_message){.content = ac->content, .auth = ac->auth};
        TRY(framing_membership_tag(s, tag, ac, e->secrets.membership_key, e->context_encoded));
        m.public.membership_tag = bytes_of(tag, s->hash->len);
    } else {
        TRY(private_message_protect(s, a, &m.private, ac, &e->secret_tree,
                                    e->secrets.sender_data_secret));
    }
    return codec_encode_buf(out, message_any, &m);
}

mls_err send_done(mls_group *group, const authenticated_content *ac)
{
    if (ac->wire_format != MLS_WIRE_PRIVATE_MESSAGE)
        return MLS_OK;
    return secret_tree_sent(&group->current->secret_tree, ac->content.sender.index,
                            private_message_ratchet(ac->content.content_type));
}

mls_err mls_group_encrypt(mls_group *group, mls_buf *out, bytes content, bytes authenticated_data)
{
    authenticated_content ac;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    TRY(group_usable(group));
    send_content(group, &ac, MLS_CONTENT_APPLICATION, authenticated_data, 0);
    ac.content.application = content;
    TRY(send_sign(group, scratch, &ac));
    TRY(send_frame(group, scratch, out, &ac));
    return send_done(group, &ac);
}
