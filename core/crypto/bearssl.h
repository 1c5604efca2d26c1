/* The algorithms that BearSSL provides. */
#ifndef WAXSEAL_CRYPTO_BEARSSL_H
#define WAXSEAL_CRYPTO_BEARSSL_H

#include "crypto/suite.h"

/* Chooses the fastest code that the processor has; called by mls_init(). */
void bearssl_init(void);

extern const aead_ops bearssl_aes128gcm;

#endif
