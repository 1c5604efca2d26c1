/*
 * Ciphersuites as tables of functions (RFC 9420 section 5.1).
 *
 * A suite names a hash (with HMAC and HKDF over it), an AEAD, a Diffie-Hellman group for HPKE's
 * DHKEM, and a signature scheme. Everything above asks the table and knows no algorithm by name.
 */
#ifndef WAXSEAL_CRYPTO_SUITE_H
#define WAXSEAL_CRYPTO_SUITE_H

#include "crypto/random.h"

enum {
    HASH_MAX = 64,          /* SHA-512 */
    AEAD_KEY_MAX = 32,      /* AES-256, ChaCha20 */
    AEAD_NONCE_LEN = 12,    /* of every AEAD in MLS */
    AEAD_TAG_LEN = 16,      /* of every AEAD in MLS */
    KEM_PRIVATE_MAX = 66,   /* P-521 */
    KEM_PUBLIC_MAX = 133,   /* P-521, uncompressed */
    SIGN_PRIVATE_MAX = 114, /* Ed448: seed and public key */
    SIGN_PUBLIC_MAX = 133,
    SIGNATURE_MAX = 139, /* ECDSA P-521 in DER */
    DH_SHARED_MAX = 66,  /* P-521, the x coordinate */
};

typedef struct hash_ops {
    size_t len; /* Nh */
    void (*digest)(uint8_t *out, const bytes *parts, size_t num_parts);
    void (*hmac)(uint8_t *out, bytes key, const bytes *parts, size_t num_parts);
    void (*hkdf_extract)(uint8_t *prk, bytes salt, const bytes *parts, size_t num_parts);
    void (*hkdf_expand)(uint8_t *out, size_t out_len, const uint8_t *prk, bytes info);
} hash_ops;

typedef struct aead_ops {
    size_t key_len; /* Nk */
    /* out: in.len + AEAD_TAG_LEN octets. */
    void (*seal)(uint8_t *out, const uint8_t *key, const uint8_t *nonce, bytes aad, bytes in);
    /* out: in.len - AEAD_TAG_LEN octets, zeros after an error; in.len >= AEAD_TAG_LEN. */
    mls_err (*open)(uint8_t *out, const uint8_t *key, const uint8_t *nonce, bytes aad, bytes in);
} aead_ops;

typedef struct dh_ops {
    uint16_t kem_id; /* RFC 9180 section 7.1 */
    size_t private_len, public_len, shared_len;
    /* DeriveKeyPair (RFC 9180 section 7.1.3): the "bitmask" of curves whose private keys are drawn
     * until one is in range; 0 where any octets are a private key. */
    uint8_t candidate_mask;
    mls_err (*generate)(uint8_t *private_key, uint8_t *public_key); /* MLS_ERR_NO_RANDOMNESS */
    /* MLS_ERR_BAD_KEY for a private key out of range. */
    mls_err (*public_of)(uint8_t *public_key, const uint8_t *private_key);
    /* out: shared_len octets. MLS_ERR_BAD_KEY for an invalid point or an all-zero result. */
    mls_err (*shared)(uint8_t *out, const uint8_t *private_key, const uint8_t *public_key);
} dh_ops;

typedef struct sign_ops {
    uint16_t scheme; /* TLS SignatureScheme (RFC 8446 section 4.2.3) */
    size_t private_len, public_len;
    mls_err (*generate)(uint8_t *private_key, uint8_t *public_key); /* MLS_ERR_NO_RANDOMNESS */
    /* private_key: private_len octets; with Ed25519 and Ed448 also RFC 8032's form, the seed. */
    mls_err (*public_of)(uint8_t *public_key, bytes private_key);
    mls_err (*sign)(uint8_t *signature, size_t *signature_len, bytes private_key, bytes message);
    mls_err (*verify)(bytes signature, bytes public_key, bytes message);
} sign_ops;

typedef struct suite {
    const char *name;
    uint16_t id;
    uint16_t kdf_id, aead_id; /* RFC 9180 sections 7.2 and 7.3 */
    const hash_ops *hash;
    const aead_ops *aead;
    const dh_ops *dh;
    const sign_ops *sign;
} suite;

/* NULL when the suite is not in this build. */
const suite *suite_find(uint16_t id);

/* The same, as an error: MLS_ERR_UNSUPPORTED_SUITE. */
mls_err suite_get(const suite **s, uint16_t id);

/* Constant-time comparison; lengths are public. */
bool secret_equal(bytes a, bytes b);

#endif
