/* What the fuzz targets share: repeatable randomness and a small group to attack. */
#ifndef WAXSEAL_TESTS_FUZZ_H
#define WAXSEAL_TESTS_FUZZ_H

#include "../core/trusting.h"
#include "mls/group.h"

#define FUZZ_NOW    UINT64_C(1750000000)
#define FUZZ_CUSTOM 0xF001 /* a type of proposals that all in the group support */

/* Stops with a message: the fuzzer keeps the input that led here. */
#define FUZZ_CHECK(condition) fuzz_check((condition), #condition, __LINE__)
void fuzz_check(bool holds, const char *condition, int line);

/* Makes all random octets from now on follow from a fixed seed, and prepares the library. */
void fuzz_begin(void);

/* Random octets begin again at a fixed place, so that an input does the same each time. */
void fuzz_rewind(void);

static inline bytes fuzz_view(const mls_buf *buf)
{
    return bytes_of(buf->data, buf->len);
}

/* Alice, Bob and Carol in one group of suite 1, in epoch 2; a message of Alice's that is good, and
 * a commit of hers that adds Dave. */
typedef struct fuzz_group {
    mls_group *alice, *bob;
    mls_buf bob_epoch, bob_ratchet; /* Bob's records, before any of the following */
    mls_buf application, commit, welcome, dave_secret;
} fuzz_group;

void fuzz_group_init(fuzz_group *g);

/* A fresh copy of Bob. */
mls_group *fuzz_bob(const fuzz_group *g);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
