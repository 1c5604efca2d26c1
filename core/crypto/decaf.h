/* The algorithms that libdecaf provides. */
#ifndef WAXSEAL_CRYPTO_DECAF_H
#define WAXSEAL_CRYPTO_DECAF_H

#include "crypto/suite.h"

extern const dh_ops libdecaf_x448;
extern const sign_ops libdecaf_ed448;

#endif
