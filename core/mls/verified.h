/*
 * KeyPackages whose signatures a commit found good before it had to wait for the application's
 * decisions: when it is tried again, they are not verified again.
 */
#ifndef WAXSEAL_MLS_VERIFIED_H
#define WAXSEAL_MLS_VERIFIED_H

#include "mls/key_package.h"

/* All zero: none. */
typedef struct verified {
    arena *memory;
    uint8_t (*refs)[HASH_MAX]; /* KeyPackageRefs, sorted */
    size_t count;
} verified;

/* Keeps these instead of those before. After MLS_ERR_NO_MEMORY there is none. */
mls_err verified_keep(verified *v, const suite *s, const key_package *const *list, size_t count);

/* v: may be NULL. */
bool verified_has(const verified *v, const suite *s, const key_package *kp);

void verified_clear(verified *v);

#endif
