#include "crypto/labels.h"

#include <string.h>

/* struct { opaque label<V>; opaque value<V>; } RefHashInput; */
void ref_hash(const suite *s, uint8_t *out, bytes label, bytes value)
{
    uint8_t label_len[4], value_len[4];
    bytes parts[] = {{label_len, codec_put_length(label_len, label.len)},
                     label,
                     {value_len, codec_put_length(value_len, value.len)},
                     value};
    s->hash->digest(out, parts, 4);
}

/* The structure that all labels share: { opaque label<V> = "MLS 1.0 " + Label; opaque x<V>; },
 * after a uint16 length in KDFLabel. */
typedef struct labelled {
    bool has_length;
    uint16_t length;
    bytes label;
    const bytes *parts; /* of x */
    size_t count;
} labelled;

enum { CONTENT_MAX = (1 << 30) - 1 };

static void parts_codec(codec *c, const bytes *parts, size_t count)
{
    uint8_t header[4];
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    if (len > CONTENT_MAX) {
        codec_fail(c, MLS_ERR_DECODE_TOO_LARGE);
        return;
    }
    bytes prefix = {header, codec_put_length(header, len)};
    codec_rest(c, &prefix);
    for (size_t i = 0; i < count; i++) {
        bytes part = parts[i];
        codec_rest(c, &part);
    }
}

static void labelled_any(codec *c, void *object)
{
    labelled *l = object;
    bytes prefix = BYTES_LITERAL("MLS 1.0 ");
    if (l->has_length)
        codec_u16(c, &l->length);
    size_t scope = codec_open(c);
    codec_rest(c, &prefix);
    codec_rest(c, &l->label);
    codec_close(c, scope);
    parts_codec(c, l->parts, l->count);
}

static bytes label_bytes(const char *label)
{
    return bytes_of(label, strlen(label));
}

/* Short inputs are encoded on the stack: key derivation is most of what a member does. */
enum { SHORT_LABEL = 192 };

mls_err expand_with_label_bytes(const suite *s, uint8_t *out, size_t out_len, const uint8_t *secret,
                                bytes label, bytes context)
{
    if (out_len > 255 * s->hash->len)
        return MLS_ERR_INVALID_ARGUMENT;
    labelled kdf_label = {true, (uint16_t)out_len, label, &context, 1};
    uint8_t space[SHORT_LABEL];
    codec c = {.mode = CODEC_WRITE, .out = space, .end = sizeof space};
    labelled_any(&c, &kdf_label);
    if (c.err == MLS_OK) {
        s->hash->hkdf_expand(out, out_len, secret, bytes_of(space, c.pos));
        return MLS_OK;
    }
    bytes info;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &info, labelled_any, &kdf_label));
    s->hash->hkdf_expand(out, out_len, secret, info);
    return MLS_OK;
}

mls_err expand_with_label(const suite *s, uint8_t *out, size_t out_len, const uint8_t *secret,
                          const char *label, bytes context)
{
    return expand_with_label_bytes(s, out, out_len, secret, label_bytes(label), context);
}

mls_err derive_secret(const suite *s, uint8_t *out, const uint8_t *secret, const char *label)
{
    uint8_t derived[HASH_MAX];
    mls_err err = expand_with_label(s, derived, s->hash->len, secret, label, (bytes){0});
    if (err == MLS_OK)
        memcpy(out, derived, s->hash->len);
    wipe(derived, sizeof derived);
    return err;
}

mls_err derive_tree_secret(const suite *s, uint8_t *out, size_t out_len, const uint8_t *secret,
                           const char *label, uint32_t generation)
{
    uint8_t context[4] = {(uint8_t)(generation >> 24), (uint8_t)(generation >> 16),
                          (uint8_t)(generation >> 8), (uint8_t)generation};
    return expand_with_label(s, out, out_len, secret, label, bytes_of(context, 4));
}

mls_err sign_parts_with_label(const suite *s, arena *a, bytes *signature, bytes private_key,
                              const char *label, const bytes *parts, size_t count)
{
    labelled sign_content = {.label = label_bytes(label), .parts = parts, .count = count};
    bytes message;
    uint8_t *out = arena_alloc(a, SIGNATURE_MAX);
    if (!out)
        return MLS_ERR_NO_MEMORY;
    TRY(codec_encode(a, &message, labelled_any, &sign_content));
    size_t len;
    TRY(s->sign->sign(out, &len, private_key, message));
    *signature = bytes_of(out, len);
    return MLS_OK;
}

mls_err sign_with_label(const suite *s, arena *a, bytes *signature, bytes private_key,
                        const char *label, bytes content)
{
    return sign_parts_with_label(s, a, signature, private_key, label, &content, 1);
}

mls_err verify_parts_with_label(const suite *s, bytes public_key, const char *label,
                                const bytes *parts, size_t count, bytes signature)
{
    labelled sign_content = {.label = label_bytes(label), .parts = parts, .count = count};
    bytes message;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &message, labelled_any, &sign_content));
    return s->sign->verify(signature, public_key, message);
}

mls_err verify_with_label(const suite *s, bytes public_key, const char *label, bytes content,
                          bytes signature)
{
    return verify_parts_with_label(s, public_key, label, &content, 1, signature);
}

mls_err encrypt_prepare(const suite *s, hpke_info *out, const char *label, bytes context)
{
    labelled encrypt_context = {.label = label_bytes(label), .parts = &context, .count = 1};
    bytes info;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &info, labelled_any, &encrypt_context));
    hpke_prepare(s, out, info);
    return MLS_OK;
}

mls_err encrypt_with_label(const suite *s, arena *a, hpke_ciphertext *out, bytes public_key,
                           const char *label, bytes context, bytes plaintext)
{
    hpke_info info;
    TRY(encrypt_prepare(s, &info, label, context));
    return hpke_seal_prepared(s, a, out, public_key, &info, plaintext);
}

mls_err decrypt_with_label(const suite *s, arena *a, bytes *plaintext, const uint8_t *private_key,
                           bytes public_key, const char *label, bytes context,
                           const hpke_ciphertext *in)
{
    labelled encrypt_context = {.label = label_bytes(label), .parts = &context, .count = 1};
    bytes info;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &info, labelled_any, &encrypt_context));
    return hpke_open(s, a, plaintext, private_key, public_key, info, in);
}
