/*
 * ECDSA on the NIST curves. Signatures are DER (RFC 9420 section 5.1.2):
 *
 *   ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }
 *
 * They are deterministic (RFC 6979), so a weak random generator cannot give the key away.
 */
#include "base/constant_time.h"
#include "crypto/bearssl.h"
#include "crypto/bearssl_ec.h"
#include "crypto/sodium.h"

#include <string.h>

typedef struct ecdsa {
    const nist_curve *curve;
    const hash_ops *hash;
    const br_hash_class *drbg_hash; /* the same hash, for RFC 6979 */
} ecdsa;

static mls_err ecdsa_public_of(const ecdsa *e, uint8_t *public_key, bytes private_key)
{
    if (private_key.len != e->curve->private_len)
        return MLS_ERR_INVALID_ARGUMENT;
    return nist_public_of(e->curve, public_key, private_key.data);
}

static mls_err ecdsa_sign(const ecdsa *e, uint8_t *signature, size_t *signature_len,
                          bytes private_key, bytes message)
{
    uint8_t digest[HASH_MAX], private_octets[SIGN_PRIVATE_MAX], raw[2 * SIGNATURE_MAX];
    if (private_key.len != e->curve->private_len)
        return MLS_ERR_INVALID_ARGUMENT;
    memcpy(private_octets, private_key.data, private_key.len);
    br_ec_private_key sk = {e->curve->id, private_octets, private_key.len};
    e->hash->digest(digest, &message, 1);
    size_t raw_len = br_ecdsa_i31_sign_raw(e->curve->code, e->drbg_hash, digest, &sk, raw);
    wipe(private_octets, sizeof private_octets);
    DECLASSIFY(raw); /* the signature */
    *signature_len = raw_len ? br_ecdsa_raw_to_asn1(raw, raw_len) : 0;
    memcpy(signature, raw, *signature_len);
    return *signature_len ? MLS_OK : MLS_ERR_BAD_KEY;
}

/* Whether r and s, one after the other, are both positive. */
static bool both_positive(const uint8_t *raw, size_t len)
{
    uint8_t r = 0, s = 0;
    for (size_t i = 0; i < len / 2; i++) {
        r |= raw[i];
        s |= raw[len / 2 + i];
    }
    return r && s;
}

/* DER to r || s, each of half the length returned, or 0. BearSSL's reader lets some forms pass that
 * are not DER; its writer makes nothing else, so what is DER comes out of both as it went in. */
static size_t read_der(uint8_t raw[2 * SIGNATURE_MAX], bytes signature)
{
    uint8_t again[2 * SIGNATURE_MAX];
    if (signature.len > SIGNATURE_MAX)
        return 0;
    memcpy(raw, signature.data, signature.len);
    size_t len = br_ecdsa_asn1_to_raw(raw, signature.len);
    memcpy(again, raw, len);
    if (!both_positive(raw, len) ||
        !bytes_equal(signature, bytes_of(again, br_ecdsa_raw_to_asn1(again, len))))
        return 0;
    return len;
}

/* BearSSL checks that the public key is a point on the curve, and r < n and s < n. */
static mls_err ecdsa_verify(const ecdsa *e, bytes signature, bytes public_key, bytes message)
{
    uint8_t digest[HASH_MAX], raw[2 * SIGNATURE_MAX], point[SIGN_PUBLIC_MAX];
    size_t raw_len = read_der(raw, signature);
    if (raw_len == 0 || public_key.len != e->curve->public_len)
        return MLS_ERR_BAD_SIGNATURE;
    memcpy(point, public_key.data, public_key.len);
    br_ec_public_key pk = {e->curve->id, point, public_key.len};
    e->hash->digest(digest, &message, 1);
    if (!br_ecdsa_i31_vrfy_raw(e->curve->code, digest, e->hash->len, &pk, raw, raw_len))
        return MLS_ERR_BAD_SIGNATURE;
    return MLS_OK;
}

/* The table of one curve and hash. */
#define ECDSA(p, P, sha, own_hash, tls_scheme)                                                     \
    static const ecdsa ecdsa_##p = {&nist_##p, &(own_hash), &br_##sha##_vtable};                   \
                                                                                                   \
    static mls_err p##_generate(uint8_t *private_key, uint8_t *public_key)                         \
    {                                                                                              \
        return nist_generate(&nist_##p, private_key, public_key);                                  \
    }                                                                                              \
                                                                                                   \
    static mls_err p##_public_of(uint8_t *public_key, bytes private_key)                           \
    {                                                                                              \
        return ecdsa_public_of(&ecdsa_##p, public_key, private_key);                               \
    }                                                                                              \
                                                                                                   \
    static mls_err p##_sign(uint8_t *signature, size_t *signature_len, bytes private_key,          \
                            bytes message)                                                         \
    {                                                                                              \
        return ecdsa_sign(&ecdsa_##p, signature, signature_len, private_key, message);             \
    }                                                                                              \
                                                                                                   \
    static mls_err p##_verify(bytes signature, bytes public_key, bytes message)                    \
    {                                                                                              \
        return ecdsa_verify(&ecdsa_##p, signature, public_key, message);                           \
    }                                                                                              \
                                                                                                   \
    const sign_ops bearssl_ecdsa_##p = {                                                           \
        .scheme = (tls_scheme),                                                                    \
        .private_len = P##_PRIVATE_LEN,                                                            \
        .public_len = P##_PUBLIC_LEN,                                                              \
        .generate = p##_generate,                                                                  \
        .public_of = p##_public_of,                                                                \
        .sign = p##_sign,                                                                          \
        .verify = p##_verify,                                                                      \
    };

ECDSA(p256, P256, sha256, sodium_sha256, 0x0403)
ECDSA(p384, P384, sha384, bearssl_sha384, 0x0503)
ECDSA(p521, P521, sha512, sodium_sha512, 0x0603)
