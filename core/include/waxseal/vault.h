/*
 * Records encrypted at rest.
 *
 * sealed = version (1) || nonce (24) || commitment (32) || XChaCha20-Poly1305 ciphertext and tag
 *
 * The record key and the commitment are HKDF-SHA256 outputs of the vault key and the nonce, so a
 * sealed record opens under one key only (the AEAD alone does not commit to its key). The record's
 * name and counter are associated data: a record can't be passed off as another one or as another
 * version of itself.
 */
#ifndef WAXSEAL_VAULT_H
#define WAXSEAL_VAULT_H

#include "mls.h"

enum { VAULT_KEY_LEN = 32, VAULT_OVERHEAD = 1 + 24 + 32 + 16 };

/* Makes a random vault key of VAULT_KEY_LEN octets. */
mls_err vault_key_new(mls_buf *key);

/* Encrypts a record: plaintext.len + VAULT_OVERHEAD octets.
 * key:     VAULT_KEY_LEN octets.
 * name:    the record's name, any octets.
 * counter: the record's version, raised at each write. */
mls_err vault_seal(mls_buf *sealed, mls_bytes key, mls_bytes name, uint64_t counter,
                   mls_bytes plaintext);

/* Decrypts a record. Errors: MLS_ERR_VAULT_WRONG_KEY for another key, name or counter or a changed
 * record; MLS_ERR_STATE_VERSION for a newer format. */
mls_err vault_open(mls_buf *plaintext, mls_bytes key, mls_bytes name, uint64_t counter,
                   mls_bytes sealed);

#endif
