/*
 * The labelled functions of RFC 9420: hashing, key derivation, signing and encryption that name
 * their purpose, so that an output made for one purpose never serves another.
 */
#ifndef WAXSEAL_CRYPTO_LABELS_H
#define WAXSEAL_CRYPTO_LABELS_H

#include "crypto/hpke.h"

/* RefHash(label, value) (section 5.2). out: Nh octets. The label is written out in full. */
void ref_hash(const suite *s, uint8_t *out, bytes label, bytes value);

/* ExpandWithLabel(Secret, Label, Context, Length) (section 8). secret: Nh octets.
 * out_len <= 255 * Nh, else MLS_ERR_INVALID_ARGUMENT. */
mls_err expand_with_label(const suite *s, uint8_t *out, size_t out_len, const uint8_t *secret,
                          const char *label, bytes context);

/* The same with a label from the application (section 8.5). */
mls_err expand_with_label_bytes(const suite *s, uint8_t *out, size_t out_len, const uint8_t *secret,
                                bytes label, bytes context);

/* DeriveSecret(Secret, Label) (section 8): Nh octets in and out; out may be secret. */
mls_err derive_secret(const suite *s, uint8_t *out, const uint8_t *secret, const char *label);

/* DeriveTreeSecret(Secret, Label, Generation, Length) (section 9). */
mls_err derive_tree_secret(const suite *s, uint8_t *out, size_t out_len, const uint8_t *secret,
                           const char *label, uint32_t generation);

/* SignWithLabel and VerifyWithLabel (section 5.1.2). The signature lives in the arena.
 * Errors: MLS_ERR_BAD_SIGNATURE. */
mls_err sign_with_label(const suite *s, arena *a, bytes *signature, bytes private_key,
                        const char *label, bytes content);
mls_err verify_with_label(const suite *s, bytes public_key, const char *label, bytes content,
                          bytes signature);

/* The same of a content in parts, for what is long and not in one piece. */
mls_err sign_parts_with_label(const suite *s, arena *a, bytes *signature, bytes private_key,
                              const char *label, const bytes *parts, size_t count);
mls_err verify_parts_with_label(const suite *s, bytes public_key, const char *label,
                                const bytes *parts, size_t count, bytes signature);

/* EncryptWithLabel and DecryptWithLabel (section 5.1.3). */
mls_err encrypt_with_label(const suite *s, arena *a, hpke_ciphertext *out, bytes public_key,
                           const char *label, bytes context, bytes plaintext);
/* For EncryptWithLabel to many recipients: the info that hpke_seal_prepared() takes. */
mls_err encrypt_prepare(const suite *s, hpke_info *out, const char *label, bytes context);

mls_err decrypt_with_label(const suite *s, arena *a, bytes *plaintext, const uint8_t *private_key,
                           bytes public_key, const char *label, bytes context,
                           const hpke_ciphertext *in);

#endif
