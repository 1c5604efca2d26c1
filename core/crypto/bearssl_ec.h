/*
 * Key pairs on the NIST curves, for ECDH and ECDSA alike.
 *
 * Private keys are scalars as I2OSP(sk, Nsk), public keys uncompressed points (RFC 9180 section
 * 7.1.1, RFC 9420 section 5.1.1). BearSSL multiplies in constant time, but takes on trust that a
 * scalar is in [1, n - 1]; the functions here do not.
 */
#ifndef WAXSEAL_CRYPTO_BEARSSL_EC_H
#define WAXSEAL_CRYPTO_BEARSSL_EC_H

#include "crypto/suite.h"

#include <bearssl.h>

typedef struct nist_curve {
    int id;
    const br_ec_impl *code;
    size_t private_len, public_len;
    uint8_t top_mask; /* of a scalar's first octet: the bits that the order n has there */
} nist_curve;

/* Lengths are constants too, for the tables of functions. */
enum {
    P256_PRIVATE_LEN = 32,
    P256_PUBLIC_LEN = 65,
    P384_PRIVATE_LEN = 48,
    P384_PUBLIC_LEN = 97,
    P521_PRIVATE_LEN = 66,
    P521_PUBLIC_LEN = 133,
    P256_TOP_MASK = 0xff,
    P384_TOP_MASK = 0xff,
    P521_TOP_MASK = 0x01,
};

extern const nist_curve nist_p256, nist_p384, nist_p521;

/* MLS_ERR_NO_RANDOMNESS. */
mls_err nist_generate(const nist_curve *curve, uint8_t *private_key, uint8_t *public_key);

/* MLS_ERR_BAD_KEY when the scalar is not in [1, n - 1]. */
mls_err nist_public_of(const nist_curve *curve, uint8_t *public_key, const uint8_t *private_key);

/* The x coordinate of private_key * public_key: private_len octets.
 * MLS_ERR_BAD_KEY when the scalar is out of range or the point is not on the curve. */
mls_err nist_shared(const nist_curve *curve, uint8_t *out, const uint8_t *private_key,
                    const uint8_t *public_key);

#endif
