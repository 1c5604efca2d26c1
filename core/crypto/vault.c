#include <waxseal/vault.h>

#include "base/codec.h"
#include "base/constant_time.h"
#include "crypto/suite.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    FORMAT_NAME_ONLY = 1, /* read only */
    FORMAT = 2,
    NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    KEY_LEN = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    TAG_LEN = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    COMMITMENT_LEN = 32,
    HEADER_LEN = 1 + NONCE_LEN + COMMITMENT_LEN,
};
_Static_assert(VAULT_OVERHEAD == HEADER_LEN + TAG_LEN, "vault.h states the overhead");
_Static_assert(VAULT_KEY_LEN == crypto_kdf_hkdf_sha256_KEYBYTES, "the vault key is an HKDF key");
_Static_assert(VAULT_SALT_LEN == crypto_pwhash_argon2id_SALTBYTES, "libsodium's salt");

mls_err vault_key_new(mls_buf *key)
{
    uint8_t random[VAULT_KEY_LEN];
    *key = (mls_buf){0};
    TRY(random_bytes(random, sizeof random));
    mls_err err = buf_copy(key, bytes_of(random, sizeof random));
    wipe(random, sizeof random);
    return err;
}

mls_err vault_passphrase_key(mls_buf *key, bytes passphrase, bytes salt, uint32_t passes,
                             uint32_t kib)
{
    *key = (mls_buf){0};
    if (salt.len != VAULT_SALT_LEN || passes < crypto_pwhash_argon2id_OPSLIMIT_MIN ||
        kib < crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024)
        return MLS_ERR_INVALID_ARGUMENT;
    mls_buf out = {calloc(1, VAULT_KEY_LEN), VAULT_KEY_LEN};
    if (!out.data)
        return MLS_ERR_NO_MEMORY;
    /* What can fail besides memory was checked above. */
    if (crypto_pwhash_argon2id(out.data, out.len, (const char *)passphrase.data, passphrase.len,
                               salt.data, passes, (size_t)kib * 1024,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
        mls_buf_free(&out);
        return MLS_ERR_NO_MEMORY;
    }
    *key = out;
    return MLS_OK;
}

/* HKDF-Expand(Extract(salt = nonce, vault key), "waxseal vault 1", 64) = record key || commitment
 */
static void record_keys(uint8_t keys[KEY_LEN + COMMITMENT_LEN], bytes vault_key,
                        const uint8_t *nonce)
{
    uint8_t prk[crypto_kdf_hkdf_sha256_KEYBYTES];
    crypto_kdf_hkdf_sha256_extract(prk, nonce, NONCE_LEN, vault_key.data, vault_key.len);
    crypto_kdf_hkdf_sha256_expand(keys, KEY_LEN + COMMITMENT_LEN, "waxseal vault 1",
                                  strlen("waxseal vault 1"), prk);
    wipe(prk, sizeof prk);
}

/* Associated data: struct {
 *     select (format) { case 2: uint8 format; opaque owner<V>; opaque device<V>; };
 *     opaque name<V>;
 *     uint64 counter;
 * } */
typedef struct record_id {
    uint8_t format;
    bytes owner, device, name;
    uint64_t counter;
} record_id;

static void record_id_any(codec *c, void *object)
{
    record_id *r = object;
    if (r->format != FORMAT_NAME_ONLY) {
        codec_u8(c, &r->format);
        codec_opaque(c, &r->owner);
        codec_opaque(c, &r->device);
    }
    codec_opaque(c, &r->name);
    codec_u64(c, &r->counter);
}

mls_err vault_seal(mls_buf *sealed, const vault *v, bytes name, uint64_t counter, bytes plaintext)
{
    *sealed = (mls_buf){0};
    if (v->key.len != VAULT_KEY_LEN || plaintext.len > SIZE_MAX / 2)
        return MLS_ERR_INVALID_ARGUMENT;
    bytes aad;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &aad, record_id_any,
                     &(record_id){FORMAT, v->owner, v->device, name, counter}));
    mls_buf out = {malloc(plaintext.len + VAULT_OVERHEAD), plaintext.len + VAULT_OVERHEAD};
    if (!out.data)
        return MLS_ERR_NO_MEMORY;

    uint8_t keys[KEY_LEN + COMMITMENT_LEN], *nonce = out.data + 1;
    out.data[0] = FORMAT;
    mls_err err = random_bytes(nonce, NONCE_LEN);
    if (err != MLS_OK) {
        mls_buf_free(&out);
        return err;
    }
    record_keys(keys, v->key, nonce);
    memcpy(nonce + NONCE_LEN, keys + KEY_LEN, COMMITMENT_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data + HEADER_LEN, NULL, plaintext.data,
                                               plaintext.len, aad.data, aad.len, NULL, nonce, keys);
    wipe(keys, sizeof keys);
    *sealed = out;
    return MLS_OK;
}

mls_err vault_open(mls_buf *plaintext, const vault *v, bytes name, uint64_t counter, bytes sealed)
{
    *plaintext = (mls_buf){0};
    if (v->key.len != VAULT_KEY_LEN)
        return MLS_ERR_INVALID_ARGUMENT;
    if (sealed.len >= 1 && sealed.data[0] > FORMAT)
        return MLS_ERR_STATE_VERSION;
    if (sealed.len < VAULT_OVERHEAD || sealed.data[0] < FORMAT_NAME_ONLY)
        return MLS_ERR_VAULT_WRONG_KEY;
    bytes aad;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &aad, record_id_any,
                     &(record_id){sealed.data[0], v->owner, v->device, name, counter}));
    size_t len = sealed.len - VAULT_OVERHEAD;
    mls_buf out = {calloc(1, len ? len : 1), len};
    if (!out.data)
        return MLS_ERR_NO_MEMORY;

    uint8_t keys[KEY_LEN + COMMITMENT_LEN];
    const uint8_t *nonce = sealed.data + 1;
    record_keys(keys, v->key, nonce);
    int bad = sodium_memcmp(keys + KEY_LEN, nonce + NONCE_LEN, COMMITMENT_LEN);
    DECLASSIFY(bad); /* whether it is the right key shows in what is done next */
    if (!bad)
        bad = crypto_aead_xchacha20poly1305_ietf_decrypt(out.data, NULL, NULL,
                                                         sealed.data + HEADER_LEN, len + TAG_LEN,
                                                         aad.data, aad.len, nonce, keys);
    DECLASSIFY(bad); /* and so does whether the record was changed */
    wipe(keys, sizeof keys);
    if (bad) {
        mls_buf_free(&out);
        return MLS_ERR_VAULT_WRONG_KEY;
    }
    *plaintext = out;
    return MLS_OK;
}
