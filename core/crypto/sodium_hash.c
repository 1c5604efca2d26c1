/* SHA-256 and SHA-512, each with HMAC and HKDF (RFC 5869). libsodium's names are regular, so one
 * text serves both. */
#include "crypto/sodium.h"

#include <sodium.h>

/* HKDF-Expand is limited to out_len <= 255 * Nh, kept by expand_with_label() and the fixed lengths
 * of HPKE. HKDF-Extract does not allow NULL, so empty parts are left out. */
#define SODIUM_HASH(h)                                                                             \
    static void h##_digest(uint8_t *out, const bytes *parts, size_t num_parts)                     \
    {                                                                                              \
        crypto_hash_##h##_state state;                                                             \
        crypto_hash_##h##_init(&state);                                                            \
        for (size_t i = 0; i < num_parts; i++)                                                     \
            crypto_hash_##h##_update(&state, parts[i].data, parts[i].len);                         \
        crypto_hash_##h##_final(&state, out);                                                      \
        wipe(&state, sizeof state);                                                                \
    }                                                                                              \
                                                                                                   \
    static void h##_hmac(uint8_t *out, bytes key, const bytes *parts, size_t num_parts)            \
    {                                                                                              \
        crypto_auth_hmac##h##_state state;                                                         \
        crypto_auth_hmac##h##_init(&state, key.data, key.len);                                     \
        for (size_t i = 0; i < num_parts; i++)                                                     \
            crypto_auth_hmac##h##_update(&state, parts[i].data, parts[i].len);                     \
        crypto_auth_hmac##h##_final(&state, out);                                                  \
        wipe(&state, sizeof state);                                                                \
    }                                                                                              \
                                                                                                   \
    static void h##_extract(uint8_t *prk, bytes salt, const bytes *parts, size_t num_parts)        \
    {                                                                                              \
        crypto_kdf_hkdf_##h##_state state;                                                         \
        crypto_kdf_hkdf_##h##_extract_init(&state, salt.data, salt.len);                           \
        for (size_t i = 0; i < num_parts; i++)                                                     \
            if (parts[i].len)                                                                      \
                crypto_kdf_hkdf_##h##_extract_update(&state, parts[i].data, parts[i].len);         \
        crypto_kdf_hkdf_##h##_extract_final(&state, prk);                                          \
        wipe(&state, sizeof state);                                                                \
    }                                                                                              \
                                                                                                   \
    static void h##_expand(uint8_t *out, size_t out_len, const uint8_t *prk, bytes info)           \
    {                                                                                              \
        crypto_kdf_hkdf_##h##_expand(out, out_len, (const char *)info.data, info.len, prk);        \
    }                                                                                              \
                                                                                                   \
    const hash_ops sodium_##h = {                                                                  \
        .len = crypto_hash_##h##_BYTES,                                                            \
        .digest = h##_digest,                                                                      \
        .hmac = h##_hmac,                                                                          \
        .hkdf_extract = h##_extract,                                                               \
        .hkdf_expand = h##_expand,                                                                 \
    };

SODIUM_HASH(sha256)
SODIUM_HASH(sha512)
