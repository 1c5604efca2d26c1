/*
 * Hybrid Public Key Encryption (RFC 9180): base mode, single shot, over the suite's DHKEM, KDF and
 * AEAD.
 */
#ifndef WAXSEAL_CRYPTO_HPKE_H
#define WAXSEAL_CRYPTO_HPKE_H

#include "base/codec.h"
#include "crypto/suite.h"

/* RFC 9420 section 7.6 */
typedef struct hpke_ciphertext {
    bytes kem_output;
    bytes ciphertext;
} hpke_ciphertext;
CODEC_TYPED(hpke_ciphertext)

/* GenerateKeyPair(). private_key: dh->private_len octets, public_key: dh->public_len.
 * Errors: MLS_ERR_NO_RANDOMNESS. */
mls_err hpke_generate(const suite *s, uint8_t *private_key, uint8_t *public_key);

/* DeriveKeyPair(ikm) (section 7.1.3). */
mls_err hpke_derive_key_pair(const suite *s, uint8_t *private_key, uint8_t *public_key, bytes ikm);

/* SealBase(pkR, info, aad = "", pt) (section 6.1). The output lives in the arena.
 * Errors: MLS_ERR_BAD_KEY, MLS_ERR_NO_RANDOMNESS. */
mls_err hpke_seal(const suite *s, arena *a, hpke_ciphertext *out, bytes public_key, bytes info,
                  bytes plaintext);

/* The same to many recipients with one info, which is hashed once. */
typedef struct hpke_info {
    uint8_t key_schedule_context[1 + 2 * HASH_MAX];
} hpke_info;

void hpke_prepare(const suite *s, hpke_info *out, bytes info);
mls_err hpke_seal_prepared(const suite *s, arena *a, hpke_ciphertext *out, bytes public_key,
                           const hpke_info *info, bytes plaintext);

/* What nobody can open, in the shape of SealBase() of plaintext_len octets: random octets with a
 * random public key. Errors: MLS_ERR_NO_RANDOMNESS. */
mls_err hpke_decoy(const suite *s, arena *a, hpke_ciphertext *out, size_t plaintext_len);

/* Whether SealBase() to this key can work: MLS_ERR_BAD_KEY for another length, a point that is not
 * on the curve, and one of small order. */
mls_err hpke_check_public_key(const suite *s, bytes public_key);

/* OpenBase(enc, skR, info, aad = "", ct). private_key: dh->private_len octets. public_key: the one
 * that belongs to it; empty where it is not at hand, and is computed.
 * Errors: MLS_ERR_DECRYPT_FAILED. */
mls_err hpke_open(const suite *s, arena *a, bytes *plaintext, const uint8_t *private_key,
                  bytes public_key, bytes info, const hpke_ciphertext *in);

/* SetupBaseS(pkR, info) and SetupBaseR(enc, skR, info), then Export(exporter_context, L): the form
 * that external commits use (RFC 9420 section 8.3). out_len <= 255 * Nh. */
mls_err hpke_seal_export(const suite *s, arena *a, bytes *kem_output, uint8_t *out, size_t out_len,
                         bytes public_key, bytes info, bytes exporter_context);
mls_err hpke_open_export(const suite *s, uint8_t *out, size_t out_len, const uint8_t *private_key,
                         bytes public_key, bytes info, bytes kem_output, bytes exporter_context);

#endif
