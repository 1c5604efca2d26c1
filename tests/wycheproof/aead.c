/* AEADs: a valid case is opened and sealed, since both must give the same octets. */
#include "wycheproof.h"

#include <sodium.h>
#include <string.h>

typedef struct aead_case {
    bytes key, nonce, aad, plaintext, sealed; /* sealed: ciphertext and tag */
} aead_case;

static aead_case read_case(test *t)
{
    bytes ct = field_hex(t, t->json, "ct"), tag = field_hex(t, t->json, "tag");
    uint8_t *sealed = arena_alloc(t->a, ct.len + tag.len + 1);
    if (ct.len)
        memcpy(sealed, ct.data, ct.len);
    memcpy(sealed + ct.len, tag.data, tag.len);
    return (aead_case){
        .key = field_hex(t, t->json, "key"),
        .nonce = field_hex(t, t->json, "iv"),
        .aad = field_hex(t, t->json, "aad"),
        .plaintext = field_hex(t, t->json, "msg"),
        .sealed = bytes_of(sealed, ct.len + tag.len),
    };
}

answer run_aead(test *t, const cJSON *group)
{
    const aead_ops *aead = t->suite->aead;
    (void)group;
    aead_case c = read_case(t);
    if (c.key.len != aead->key_len)
        return WRONG;
    if (c.nonce.len != AEAD_NONCE_LEN)
        return outside(t, "the IV is not the 12 octets of MLS");
    if (c.sealed.len < AEAD_TAG_LEN || field_hex(t, t->json, "tag").len != AEAD_TAG_LEN)
        return outside(t, "the tag is not the 16 octets of MLS");
    uint8_t *out = arena_alloc(t->a, c.sealed.len);
    if (aead->open(out, c.key.data, c.nonce.data, c.aad, c.sealed) != MLS_OK)
        return REFUSED;
    if (!bytes_equal(bytes_of(out, c.sealed.len - AEAD_TAG_LEN), c.plaintext))
        return WRONG;
    aead->seal(out, c.key.data, c.nonce.data, c.aad, c.plaintext);
    return bytes_equal(bytes_of(out, c.sealed.len), c.sealed) ? RIGHT : WRONG;
}

/* As crypto/vault.c calls it. */
answer run_xchacha(test *t, const cJSON *group)
{
    (void)group;
    aead_case c = read_case(t);
    if (c.key.len != crypto_aead_xchacha20poly1305_ietf_KEYBYTES)
        return WRONG;
    if (c.nonce.len != crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
        return outside(t, "the IV is not the vault's 24 octets");
    uint8_t *out = arena_alloc(t->a, c.sealed.len + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, c.sealed.data, c.sealed.len,
                                                   c.aad.data, c.aad.len, c.nonce.data,
                                                   c.key.data) != 0)
        return REFUSED;
    if (!bytes_equal(bytes_of(out, c.plaintext.len), c.plaintext))
        return WRONG;
    crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, c.plaintext.data, c.plaintext.len,
                                               c.aad.data, c.aad.len, NULL, c.nonce.data,
                                               c.key.data);
    return bytes_equal(bytes_of(out, c.sealed.len), c.sealed) ? RIGHT : WRONG;
}
