#include "crypto/decaf.h"

#include "base/constant_time.h"

#include <decaf/ed448.h>
#include <string.h>

/* ---- X448 (RFC 7748) ---- */

static mls_err x448_public_of(uint8_t *public_key, const uint8_t *private_key)
{
    decaf_x448_derive_public_key(public_key, private_key);
    return MLS_OK;
}

static mls_err x448_generate(uint8_t *private_key, uint8_t *public_key)
{
    TRY(random_bytes(private_key, DECAF_X448_PRIVATE_BYTES));
    return x448_public_of(public_key, private_key);
}

/* decaf_x448() refuses an all-zero result, as RFC 9180 section 7.1.4 asks. */
static mls_err x448_shared(uint8_t *out, const uint8_t *private_key, const uint8_t *public_key)
{
    decaf_error_t result = decaf_x448(out, public_key, private_key);
    DECLASSIFY(result); /* whether the public key is of small order */
    return result == DECAF_SUCCESS ? MLS_OK : MLS_ERR_BAD_KEY;
}

const dh_ops libdecaf_x448 = {
    .kem_id = 0x0021,
    .private_len = DECAF_X448_PRIVATE_BYTES,
    .public_len = DECAF_X448_PUBLIC_BYTES,
    .shared_len = DECAF_X448_PUBLIC_BYTES,
    .generate = x448_generate,
    .public_of = x448_public_of,
    .shared = x448_shared,
};

/* ---- Ed448 (RFC 8032), pure, without a context ---- */

static const uint8_t no_context[1];

/* Our private key is seed || public key, as with Ed25519; RFC 8032's is the seed alone. */
enum { ED448_PRIVATE_LEN = DECAF_EDDSA_448_PRIVATE_BYTES + DECAF_EDDSA_448_PUBLIC_BYTES };

static mls_err ed448_expand(decaf_eddsa_448_keypair_t pair, bytes private_key)
{
    if (private_key.len == ED448_PRIVATE_LEN) {
        memcpy(pair->privkey, private_key.data, DECAF_EDDSA_448_PRIVATE_BYTES);
        memcpy(pair->pubkey, private_key.data + DECAF_EDDSA_448_PRIVATE_BYTES,
               DECAF_EDDSA_448_PUBLIC_BYTES);
    } else if (private_key.len == DECAF_EDDSA_448_PRIVATE_BYTES) {
        decaf_ed448_derive_keypair(pair, private_key.data);
    } else {
        return MLS_ERR_INVALID_ARGUMENT;
    }
    return MLS_OK;
}

static mls_err ed448_generate(uint8_t *private_key, uint8_t *public_key)
{
    TRY(random_bytes(private_key, DECAF_EDDSA_448_PRIVATE_BYTES));
    decaf_ed448_derive_public_key(public_key, private_key);
    memcpy(private_key + DECAF_EDDSA_448_PRIVATE_BYTES, public_key, DECAF_EDDSA_448_PUBLIC_BYTES);
    return MLS_OK;
}

static mls_err ed448_public_of(uint8_t *public_key, bytes private_key)
{
    decaf_eddsa_448_keypair_t pair;
    TRY(ed448_expand(pair, private_key));
    memcpy(public_key, pair->pubkey, DECAF_EDDSA_448_PUBLIC_BYTES);
    wipe(pair, sizeof pair);
    return MLS_OK;
}

static mls_err ed448_sign(uint8_t *signature, size_t *signature_len, bytes private_key,
                          bytes message)
{
    decaf_eddsa_448_keypair_t pair;
    TRY(ed448_expand(pair, private_key));
    decaf_ed448_keypair_sign(signature, pair, message.data, message.len, 0, no_context, 0);
    *signature_len = DECAF_EDDSA_448_SIGNATURE_BYTES;
    wipe(pair, sizeof pair);
    return MLS_OK;
}

/* Whether the octets are a point, in its one encoding, whose order is not small. libdecaf's points
 * are those of the curve up to its 4-torsion, so that a point of small order is the identity. */
static bool is_good_point(const uint8_t *encoded)
{
    decaf_448_point_t point;
    return decaf_448_point_decode_like_eddsa_and_mul_by_ratio(point, encoded) == DECAF_SUCCESS &&
           !decaf_448_point_eq(point, decaf_448_point_identity);
}

/* As strict as with Ed25519: S < L, no small-order A or R, canonical A and R. */
static mls_err ed448_verify(bytes signature, bytes public_key, bytes message)
{
    if (signature.len != DECAF_EDDSA_448_SIGNATURE_BYTES ||
        public_key.len != DECAF_EDDSA_448_PUBLIC_BYTES || !is_good_point(public_key.data) ||
        !is_good_point(signature.data))
        return MLS_ERR_BAD_SIGNATURE;
    if (decaf_ed448_verify(signature.data, public_key.data, message.data, message.len, 0,
                           no_context, 0) != DECAF_SUCCESS)
        return MLS_ERR_BAD_SIGNATURE;
    return MLS_OK;
}

const sign_ops libdecaf_ed448 = {
    .scheme = 0x0808,
    .private_len = ED448_PRIVATE_LEN,
    .public_len = DECAF_EDDSA_448_PUBLIC_BYTES,
    .generate = ed448_generate,
    .public_of = ed448_public_of,
    .sign = ed448_sign,
    .verify = ed448_verify,
};
