/* The algorithms that BearSSL provides. */
#ifndef WAXSEAL_CRYPTO_BEARSSL_H
#define WAXSEAL_CRYPTO_BEARSSL_H

#include "crypto/suite.h"

/* Chooses the fastest code that the processor has; called by mls_init(). */
void bearssl_init(void);

extern const hash_ops bearssl_sha384;
extern const aead_ops bearssl_aes128gcm, bearssl_aes256gcm;
extern const dh_ops bearssl_p256, bearssl_p384, bearssl_p521;
/* With SHA-256, SHA-384 and SHA-512. */
extern const sign_ops bearssl_ecdsa_p256, bearssl_ecdsa_p384, bearssl_ecdsa_p521;

#endif
