#include "crypto/bearssl_ec.h"

#include "base/constant_time.h"
#include "crypto/bearssl.h"

#include <string.h>

const nist_curve nist_p256 = {
    .id = BR_EC_secp256r1,
    .code = &br_ec_p256_m31,
    .private_len = P256_PRIVATE_LEN,
    .public_len = P256_PUBLIC_LEN,
    .top_mask = P256_TOP_MASK,
};

const nist_curve nist_p384 = {
    .id = BR_EC_secp384r1,
    .code = &br_ec_prime_i31,
    .private_len = P384_PRIVATE_LEN,
    .public_len = P384_PUBLIC_LEN,
    .top_mask = P384_TOP_MASK,
};

const nist_curve nist_p521 = {
    .id = BR_EC_secp521r1,
    .code = &br_ec_prime_i31,
    .private_len = P521_PRIVATE_LEN,
    .public_len = P521_PUBLIC_LEN,
    .top_mask = P521_TOP_MASK,
};

/* Whether the scalar is in [1, n - 1], in constant time: the borrow of scalar - n, and the OR of
 * all octets. */
static bool in_range(const nist_curve *curve, const uint8_t *scalar)
{
    size_t len;
    const uint8_t *order = curve->code->order(curve->id, &len);
    uint32_t borrow = 0, any = 0;
    for (size_t i = len; i-- > 0;) {
        borrow = ((uint32_t)scalar[i] - order[i] - borrow) >> 31;
        any |= scalar[i];
    }
    bool in = (len == curve->private_len) & borrow & (any != 0);
    DECLASSIFY(in); /* a scalar that is not is refused, or drawn again */
    return in;
}

mls_err nist_generate(const nist_curve *curve, uint8_t *private_key, uint8_t *public_key)
{
    do {
        TRY(random_bytes(private_key, curve->private_len));
        private_key[0] &= curve->top_mask;
    } while (nist_public_of(curve, public_key, private_key) != MLS_OK);
    return MLS_OK;
}

mls_err nist_public_of(const nist_curve *curve, uint8_t *public_key, const uint8_t *private_key)
{
    if (!in_range(curve, private_key))
        return MLS_ERR_BAD_KEY;
    curve->code->mulgen(public_key, private_key, curve->private_len, curve->id);
    return MLS_OK;
}

/* Both checks of RFC 9180 section 7.1.4: BearSSL decodes only points on the curve, and these
 * curves have prime order, so that the product is never the point at infinity. */
mls_err nist_shared(const nist_curve *curve, uint8_t *out, const uint8_t *private_key,
                    const uint8_t *public_key)
{
    uint8_t point[KEM_PUBLIC_MAX];
    if (!in_range(curve, private_key))
        return MLS_ERR_BAD_KEY;
    memcpy(point, public_key, curve->public_len);
    uint32_t good =
        curve->code->mul(point, curve->public_len, private_key, curve->private_len, curve->id);
    DECLASSIFY(good); /* whether the public key is a point on the curve */
    if (good)
        memcpy(out, point + 1, curve->private_len);
    wipe(point, sizeof point);
    return good ? MLS_OK : MLS_ERR_BAD_KEY;
}

/* The table of one curve: DHKEM(P-256, HKDF-SHA256) and so on (RFC 9180 section 7.1). */
#define NIST_DH(p, P, id)                                                                          \
    static mls_err p##_generate(uint8_t *private_key, uint8_t *public_key)                         \
    {                                                                                              \
        return nist_generate(&nist_##p, private_key, public_key);                                  \
    }                                                                                              \
                                                                                                   \
    static mls_err p##_public_of(uint8_t *public_key, const uint8_t *private_key)                  \
    {                                                                                              \
        return nist_public_of(&nist_##p, public_key, private_key);                                 \
    }                                                                                              \
                                                                                                   \
    static mls_err p##_shared(uint8_t *out, const uint8_t *private_key, const uint8_t *public_key) \
    {                                                                                              \
        return nist_shared(&nist_##p, out, private_key, public_key);                               \
    }                                                                                              \
                                                                                                   \
    const dh_ops bearssl_##p = {                                                                   \
        .kem_id = (id),                                                                            \
        .private_len = P##_PRIVATE_LEN,                                                            \
        .public_len = P##_PUBLIC_LEN,                                                              \
        .shared_len = P##_PRIVATE_LEN,                                                             \
        .candidate_mask = P##_TOP_MASK,                                                            \
        .generate = p##_generate,                                                                  \
        .public_of = p##_public_of,                                                                \
        .shared = p##_shared,                                                                      \
    };

NIST_DH(p256, P256, 0x0010)
NIST_DH(p384, P384, 0x0011)
NIST_DH(p521, P521, 0x0012)
