/* SHA-384 with HMAC and HKDF (RFC 5869). */
#include "crypto/bearssl.h"

#include <bearssl.h>
#include <string.h>

static void sha384_digest(uint8_t *out, const bytes *parts, size_t num_parts)
{
    br_sha384_context state;
    br_sha384_init(&state);
    for (size_t i = 0; i < num_parts; i++)
        br_sha384_update(&state, parts[i].data, parts[i].len);
    br_sha384_out(&state, out);
    wipe(&state, sizeof state);
}

static void sha384_hmac(uint8_t *out, bytes key, const bytes *parts, size_t num_parts)
{
    br_hmac_key_context keyed;
    br_hmac_context state;
    br_hmac_key_init(&keyed, &br_sha384_vtable, key.data, key.len);
    br_hmac_init(&state, &keyed, 0);
    for (size_t i = 0; i < num_parts; i++)
        br_hmac_update(&state, parts[i].data, parts[i].len);
    br_hmac_out(&state, out);
    wipe(&keyed, sizeof keyed);
    wipe(&state, sizeof state);
}

/* HKDF-Extract(salt, IKM) = HMAC-Hash(salt, IKM) */
static void sha384_extract(uint8_t *prk, bytes salt, const bytes *parts, size_t num_parts)
{
    sha384_hmac(prk, salt, parts, num_parts);
}

/* HKDF-Expand: T(0) = "", T(i) = HMAC-Hash(PRK, T(i - 1) || info || i), output T(1) || T(2) ...
 * (BearSSL's own HKDF cannot start from a PRK.) out_len <= 255 * Nh, see sodium_hash.c. */
static void sha384_expand(uint8_t *out, size_t out_len, const uint8_t *prk, bytes info)
{
    uint8_t t[br_sha384_SIZE], i = 1;
    bytes parts[] = {{0}, info, {&i, 1}};
    while (out_len > 0) {
        sha384_hmac(t, bytes_of(prk, sizeof t), parts, 3);
        size_t len = out_len < sizeof t ? out_len : sizeof t;
        memcpy(out, t, len);
        out += len;
        out_len -= len;
        parts[0] = bytes_of(t, sizeof t);
        i++;
    }
    wipe(t, sizeof t);
}

const hash_ops bearssl_sha384 = {
    .len = br_sha384_SIZE,
    .digest = sha384_digest,
    .hmac = sha384_hmac,
    .hkdf_extract = sha384_extract,
    .hkdf_expand = sha384_expand,
};
