/*
 * AES-GCM's two parts for long texts, on vectors of 128 bits: for WebAssembly, which has no AES
 * instructions. In constant time. Short texts go to BearSSL's narrow code.
 */
#ifndef WAXSEAL_CRYPTO_WIDE_H
#define WAXSEAL_CRYPTO_WIDE_H

#include <bearssl.h>

/* AES in counter mode; its keys are a br_aes_ct64_ctr_keys. */
extern const br_block_ctr_class aes_wide_ctr;

/* A br_ghash. */
void ghash_wide(void *y, const void *h, const void *data, size_t len);

#endif
