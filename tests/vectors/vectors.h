/*
 * The official test vectors: what the files of the kinds share.
 *
 * A kind is recognised by the fields of its cases. Its function runs one case and returns whether
 * all went well; the CHECK macros note the step that did not and return from the function.
 */
#ifndef WAXSEAL_TESTS_VECTORS_H
#define WAXSEAL_TESTS_VECTORS_H

#include "base/arena.h"
#include "crypto/suite.h"

#include <cJSON.h>

enum { STEP_LEN = 160 };

typedef struct test {
    const cJSON *json;   /* the case */
    const suite *suite;  /* NULL for a kind without suites */
    arena *a;            /* freed after the case */
    char step[STEP_LEN]; /* the first step that failed; empty when none did */
} test;

typedef struct kind {
    const char *name;
    const char *fields[3]; /* a case that has all of them is of this kind */
    bool (*run)(test *t);
} kind;

/* All kinds; the last one has no name. */
extern const kind kinds[];

bool run_tree_math(test *t);
bool run_deserialization(test *t);
bool run_crypto_basics(test *t);
bool run_secret_tree(test *t);
bool run_message_protection(test *t);
bool run_key_schedule(test *t);
bool run_psk_secret(test *t);
bool run_transcript_hashes(test *t);
bool run_welcome(test *t);
bool run_tree_operations(test *t);
bool run_tree_validation(test *t);
bool run_treekem(test *t);
bool run_messages(test *t);
bool run_passive_client(test *t);

/* Notes a failure, unless one is noted already; returns false. `index` is the position within the
 * case, or NO_INDEX. */
#define NO_INDEX SIZE_MAX
bool test_fail(test *t, const char *step, size_t index, mls_err err);

#define CHECK_AT(t, step, index, condition)                                                        \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return test_fail(t, step, index, MLS_OK);                                              \
    } while (0)
#define CHECK_OK_AT(t, step, index, expr)                                                          \
    do {                                                                                           \
        mls_err check_err = (expr);                                                                \
        if (check_err != MLS_OK)                                                                   \
            return test_fail(t, step, index, check_err);                                           \
    } while (0)
#define CHECK(t, step, condition) CHECK_AT(t, step, NO_INDEX, condition)
#define CHECK_OK(t, step, expr)   CHECK_OK_AT(t, step, NO_INDEX, expr)

/* ---- Fields; a missing or malformed one is noted as a failure of the case ---- */

const cJSON *field(test *t, const cJSON *object, const char *name);
bytes field_hex(test *t, const cJSON *object, const char *name);
bytes value_hex(test *t, const cJSON *value); /* null is empty */
/* The same, exactly len octets; on a failure len zeros. */
const uint8_t *field_octets(test *t, const cJSON *object, const char *name, size_t len);
/* A private key of the case's suite. Those of P-521 lack the octets that are zero in the vectors; a
 * key has its full length (RFC 9180 section 7.1.2: I2OSP(sk, Nsk)). */
bytes field_private_key(test *t, const cJSON *object, const char *name);
const char *field_text(test *t, const cJSON *object, const char *name);
uint64_t field_number(test *t, const cJSON *object, const char *name);

/* Whether a field of octets equals what was computed. */
bool field_is(test *t, const cJSON *object, const char *name, bytes computed);

#endif
