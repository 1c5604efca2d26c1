/*
 * Wycheproof: known attacks on primitives, run against those of the suite table.
 *
 * A group of cases belongs to a primitive by the file's "algorithm" and the group's parameters. A
 * primitive gives an answer to each case; main.c judges it by the case's "result".
 */
#ifndef WAXSEAL_TESTS_WYCHEPROOF_H
#define WAXSEAL_TESTS_WYCHEPROOF_H

#include "vectors.h"

typedef enum answer {
    RIGHT,   /* accepted, and what came out is what the case says */
    REFUSED, /* an error */
    WRONG,   /* accepted, but something else came out */
    OUTSIDE, /* MLS cannot ask this of the primitive; test.step says why */
} answer;

enum { PRIMITIVE_SUITES_MAX = 3 };

typedef struct primitive {
    const char *name;
    const char *algorithm; /* of the file */
    const char *parameter; /* group's keySize, curve or parameterSet as text; NULL: any */
    uint16_t suites[PRIMITIVE_SUITES_MAX]; /* that have it; none: the core calls libsodium itself */
    answer (*run)(test *t, const cJSON *group);
    /* What an "acceptable" case must give; NULL where there are no such cases. */
    answer (*acceptable)(test *t);
} primitive;

/* All primitives; the last one has no name. */
extern const primitive primitives[];

answer run_aead(test *t, const cJSON *group);
answer run_xchacha(test *t, const cJSON *group);
answer run_xdh(test *t, const cJSON *group);
answer run_ecdh(test *t, const cJSON *group);
answer run_ecdsa(test *t, const cJSON *group);
answer run_eddsa(test *t, const cJSON *group);
answer run_hkdf(test *t, const cJSON *group);
answer run_hmac(test *t, const cJSON *group);
answer run_mlkem(test *t, const cJSON *group);

answer acceptable_xdh(test *t);
answer acceptable_ecdh(test *t);

/* Notes why a case is outside, and returns OUTSIDE. */
answer outside(test *t, const char *why);

/* RIGHT or WRONG: whether a field of octets equals what was computed. */
answer compare(test *t, const char *name, bytes computed);

#endif
