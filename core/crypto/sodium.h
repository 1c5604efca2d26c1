/* The algorithms that libsodium provides. */
#ifndef WAXSEAL_CRYPTO_SODIUM_H
#define WAXSEAL_CRYPTO_SODIUM_H

#include "crypto/suite.h"

extern const hash_ops sodium_sha256, sodium_sha512;
extern const aead_ops sodium_chacha20poly1305;
extern const dh_ops sodium_x25519;
extern const sign_ops sodium_ed25519;

#endif
