/* The algorithms that BearSSL provides. */
#ifndef WAXSEAL_CRYPTO_BEARSSL_H
#define WAXSEAL_CRYPTO_BEARSSL_H

#include "crypto/suite.h"

extern const aead_ops bearssl_aes128gcm;

#endif
