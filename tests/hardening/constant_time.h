/*
 * Does the time of anything follow from a secret? Under valgrind's memcheck, secrets are marked as
 * undefined, and every branch and every address that depends on them is reported.
 *
 * All random octets are secret from the start; outputs that are published are marked as public by
 * the cases, each with its reason, and what the core itself may branch on by DECLASSIFY
 * (base/constant_time.h). constant_time.supp names the places in libraries.
 */
#ifndef WAXSEAL_TESTS_CONSTANT_TIME_H
#define WAXSEAL_TESTS_CONSTANT_TIME_H

#include "crypto/suite.h"

#include <valgrind/memcheck.h>

static inline void secret(const void *data, size_t len)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(data, len);
}

static inline void public(const void *data, size_t len)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(data, len);
}

/* Secret octets of a fixed pattern. */
void fill_secret(uint8_t *out, size_t len, uint8_t seed);

typedef struct ct_case {
    const char *name;
    mls_err (*run)(const suite *s); /* with each suite of the build */
} ct_case;

/* primitives.c: what libsodium, BearSSL and libdecaf do, called as the core calls them. */
extern const ct_case primitive_cases[];
/* own.c: what the core itself does with secrets. */
extern const ct_case own_cases[];
/* Each list ends with a NULL name. */

#endif
