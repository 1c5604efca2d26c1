/*
 * Records encrypted at rest.
 *
 * sealed = version (1) || nonce (24) || commitment (32) || XChaCha20-Poly1305 ciphertext and tag
 *
 * The record key and the commitment are HKDF-SHA256 outputs of the vault key and the nonce, so a
 * sealed record opens under one key only (the AEAD alone does not commit to its key). Version,
 * owner, device, name and counter are associated data: a record can't be passed off as another one,
 * as another device's, or as another state of itself.
 *
 * The vault key itself is stored sealed in the same way, under a wrapping key: one of a passphrase,
 * of a passkey, of a file. Any number of such wraps can stand beside each other.
 */
#ifndef WAXSEAL_VAULT_H
#define WAXSEAL_VAULT_H

#include "mls.h"

enum { VAULT_KEY_LEN = 32, VAULT_SALT_LEN = 16, VAULT_OVERHEAD = 1 + 24 + 32 + 16 };

/* Whose records, and under which key. Owner and device are any octets, also none. */
typedef struct vault {
    mls_bytes key; /* VAULT_KEY_LEN octets */
    mls_bytes owner;
    mls_bytes device;
} vault;

/* Makes a random vault key of VAULT_KEY_LEN octets. */
mls_err vault_key_new(mls_buf *key);

/* Derives a wrapping key of VAULT_KEY_LEN octets from a passphrase: Argon2id (RFC 9106), one lane.
 * passphrase: any octets; text is NFC-normalised UTF-8 by convention.
 * salt:       VAULT_SALT_LEN random octets, stored beside the wrap.
 * passes:     at least 1; 3 is usual.
 * kib:        memory in units of 1,024 octets, at least 8; 65,536 is usual. It is freed, wiped.
 * Errors:     MLS_ERR_INVALID_ARGUMENT; MLS_ERR_NO_MEMORY. */
mls_err vault_passphrase_key(mls_buf *key, mls_bytes passphrase, mls_bytes salt, uint32_t passes,
                             uint32_t kib);

/* Encrypts a record: plaintext.len + VAULT_OVERHEAD octets.
 * name:    the record's name, any octets.
 * counter: the record's version, raised at each write. */
mls_err vault_seal(mls_buf *sealed, const vault *v, mls_bytes name, uint64_t counter,
                   mls_bytes plaintext);

/* Decrypts a record, also one of version 1, which binds name and counter only.
 * Errors: MLS_ERR_VAULT_WRONG_KEY for another key, owner, device, name or counter or a changed
 * record; MLS_ERR_STATE_VERSION for a newer format. */
mls_err vault_open(mls_buf *plaintext, const vault *v, mls_bytes name, uint64_t counter,
                   mls_bytes sealed);

#endif
