/*
 * Random octets, all from libsodium's generator, which hosts and tests replace with
 * randombytes_set_implementation() (natively after mls_init(), in WebAssembly before).
 *
 * That generator's interface knows no failure, and libsodium's own implementation ends the process
 * instead. Here a failure is an error: an implementation that has nothing to give calls
 * random_fail(), and the random_bytes() that asked returns it.
 */
#ifndef WAXSEAL_CRYPTO_RANDOM_H
#define WAXSEAL_CRYPTO_RANDOM_H

#include "base/bytes.h"

/* Installs the operating system's generator, natively and at the first call; for mls_init(). */
void random_init(void);

/* Fills with random octets. MLS_ERR_NO_RANDOMNESS: with zeros. */
__attribute__((warn_unused_result)) mls_err random_bytes(uint8_t *out, size_t len);

/* For implementations of the generator: there is no randomness for the present call. */
void random_fail(void);

#endif
