#include "mls/private_message.h"

enum { PADDED_MIN = 256, PADME_FROM = 4096 };

void private_message_codec(codec *c, private_message *m)
{
    codec_opaque(c, &m->group_id);
    codec_u64(c, &m->epoch);
    codec_u8(c, &m->content_type);
    if (m->content_type < MLS_CONTENT_APPLICATION || m->content_type > MLS_CONTENT_COMMIT)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    codec_opaque(c, &m->authenticated_data);
    codec_opaque(c, &m->encrypted_sender_data);
    codec_opaque(c, &m->ciphertext);
}

int private_message_ratchet(uint8_t content_type)
{
    return content_type == MLS_CONTENT_APPLICATION ? RATCHET_APPLICATION : RATCHET_HANDSHAKE;
}

static void sender_data_any(codec *c, void *object)
{
    sender_data *d = object;
    codec_u32(c, &d->leaf_index);
    codec_u32(c, &d->generation);
    codec_fixed(c, d->reuse_guard, sizeof d->reuse_guard);
}

/* SenderDataAAD: group_id, epoch, content_type; PrivateContentAAD: authenticated_data as well. */
static void sender_data_aad_any(codec *c, void *object)
{
    private_message *m = object;
    codec_opaque(c, &m->group_id);
    codec_u64(c, &m->epoch);
    codec_u8(c, &m->content_type);
}

static void content_aad_any(codec *c, void *object)
{
    private_message *m = object;
    sender_data_aad_any(c, m);
    codec_opaque(c, &m->authenticated_data);
}

/* struct {
 *     select (PrivateMessage.content_type) { ... };
 *     FramedContentAuthData auth;
 *     opaque padding[length_of_padding];
 * } PrivateMessageContent; */
typedef struct private_content {
    authenticated_content *ac;
    bytes padding;
} private_content;

static void private_content_any(codec *c, void *object)
{
    private_content *p = object;
    framed_body_codec(c, &p->ac->content);
    content_auth_codec(c, &p->ac->auth, p->ac->content.content_type);
    codec_rest(c, &p->padding);
    if (!codec_reading(c))
        return;
    for (size_t i = 0; i < p->padding.len; i++)
        if (p->padding.data[i])
            codec_fail(c, MLS_ERR_BAD_MESSAGE);
}

mls_err sender_data_keys(const suite *s, message_keys *keys, const uint8_t *sender_data_secret,
                         bytes ciphertext)
{
    bytes sample = {ciphertext.data, ciphertext.len < s->hash->len ? ciphertext.len : s->hash->len};
    TRY(expand_with_label(s, keys->key, s->aead->key_len, sender_data_secret, "key", sample));
    return expand_with_label(s, keys->nonce, AEAD_NONCE_LEN, sender_data_secret, "nonce", sample);
}

/* The reuse guard keeps two messages apart whose state was restored from the same copy. */
static void apply_reuse_guard(message_keys *keys, const uint8_t reuse_guard[4])
{
    for (size_t i = 0; i < 4; i++)
        keys->nonce[i] ^= reuse_guard[i];
}

/* The padded length: a power of two from PADDED_MIN; above PADME_FROM Padmé, which lets at most
 * 12 % be added: the lower bits of the length are rounded up so that E - S bits are zero, with
 * E = floor(log2 L), S = floor(log2 E) + 1. */
static size_t padded_len(size_t len)
{
    size_t padded = PADDED_MIN;
    while (padded < len && padded < PADME_FROM)
        padded *= 2;
    if (len <= padded)
        return padded;
    unsigned e = 0, s = 0;
    while (len >> (e + 1))
        e++;
    while (e >> s)
        s++;
    size_t mask = ((size_t)1 << (e - s)) - 1;
    return (len + mask) & ~mask;
}

static mls_err seal(const suite *s, arena *a, bytes *out, const message_keys *keys, bytes aad,
                    bytes in)
{
    uint8_t *p = arena_alloc(a, in.len + AEAD_TAG_LEN);
    if (!p)
        return MLS_ERR_NO_MEMORY;
    s->aead->seal(p, keys->key, keys->nonce, aad, in);
    *out = bytes_of(p, in.len + AEAD_TAG_LEN);
    return MLS_OK;
}

static mls_err unseal(const suite *s, arena *a, bytes *out, const message_keys *keys, bytes aad,
                      bytes in)
{
    if (in.len < AEAD_TAG_LEN)
        return MLS_ERR_DECRYPT_FAILED;
    uint8_t *p = arena_alloc(a, in.len);
    if (!p)
        return MLS_ERR_NO_MEMORY;
    TRY(s->aead->open(p, keys->key, keys->nonce, aad, in));
    *out = bytes_of(p, in.len - AEAD_TAG_LEN);
    return MLS_OK;
}

static mls_err encode_content(arena *a, bytes *out, const authenticated_content *ac)
{
    authenticated_content copy = *ac;
    private_content content = {.ac = &copy};
    return codec_encode_padded(a, out, private_content_any, &content, padded_len);
}

static mls_err seal_content(const suite *s, arena *a, private_message *m, sender_data *from,
                            bytes plaintext, secret_tree *st)
{
    message_keys keys;
    bytes aad;
    TRY(codec_encode(a, &aad, content_aad_any, m));
    TRY(random_bytes(from->reuse_guard, sizeof from->reuse_guard));
    TRY(secret_tree_next(st, &from->generation, &keys, from->leaf_index,
                         private_message_ratchet(m->content_type)));
    apply_reuse_guard(&keys, from->reuse_guard);
    mls_err err = seal(s, a, &m->ciphertext, &keys, aad, plaintext);
    wipe(&keys, sizeof keys);
    return err;
}

mls_err private_message_protect(const suite *s, arena *a, private_message *out,
                                const authenticated_content *ac, secret_tree *st,
                                const uint8_t *sender_data_secret)
{
    const framed_content *content = &ac->content;
    sender_data from = {.leaf_index = content->sender.index};
    bytes plaintext, encoded_from, aad;
    message_keys keys;
    *out = (private_message){
        .group_id = content->group_id,
        .epoch = content->epoch,
        .content_type = content->content_type,
        .authenticated_data = content->authenticated_data,
    };
    TRY(encode_content(a, &plaintext, ac));
    TRY(seal_content(s, a, out, &from, plaintext, st));
    TRY(codec_encode(a, &encoded_from, sender_data_any, &from));
    TRY(codec_encode(a, &aad, sender_data_aad_any, out));
    TRY(sender_data_keys(s, &keys, sender_data_secret, out->ciphertext));
    mls_err err = seal(s, a, &out->encrypted_sender_data, &keys, aad, encoded_from);
    wipe(&keys, sizeof keys);
    return err;
}

mls_err private_message_sender(const suite *s, sender_data *out, const private_message *m,
                               const uint8_t *sender_data_secret)
{
    message_keys keys;
    bytes aad, encoded;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &aad, sender_data_aad_any, m));
    TRY(sender_data_keys(s, &keys, sender_data_secret, m->ciphertext));
    mls_err err = unseal(s, scratch, &encoded, &keys, aad, m->encrypted_sender_data);
    wipe(&keys, sizeof keys);
    return err != MLS_OK ? err : codec_decode(scratch, out, sender_data_any, encoded);
}

mls_err private_message_unprotect(const suite *s, arena *a, authenticated_content *ac,
                                  const private_message *m, const sender_data *from,
                                  secret_tree *st)
{
    message_keys keys;
    bytes aad, plaintext;
    private_content content = {.ac = ac};
    TRY(codec_encode(a, &aad, content_aad_any, m));
    TRY(secret_tree_peek(st, &keys, from->leaf_index, private_message_ratchet(m->content_type),
                         from->generation));
    apply_reuse_guard(&keys, from->reuse_guard);
    mls_err err = unseal(s, a, &plaintext, &keys, aad, m->ciphertext);
    wipe(&keys, sizeof keys);
    if (err != MLS_OK)
        return err;
    *ac = (authenticated_content){
        .wire_format = MLS_WIRE_PRIVATE_MESSAGE,
        .content = {.group_id = m->group_id,
                    .epoch = m->epoch,
                    .sender = {SENDER_MEMBER, from->leaf_index},
                    .authenticated_data = m->authenticated_data,
                    .content_type = m->content_type},
    };
    return codec_decode(a, &content, private_content_any, plaintext);
}
