/* Calls of primitives by themselves, through the suite table as core/ makes them. */
#ifndef WAXSEAL_BENCHMARKS_CEILING_CALLS_H
#define WAXSEAL_BENCHMARKS_CEILING_CALLS_H

#include "crypto/suite.h"

typedef enum call_kind {
    SIGN,
    VERIFY,
    SEAL,
    OPEN,
    EXPAND,
    EXTRACT,
    HASH,
    HMAC,
    DH_GENERATE,
    DH_SHARED,
    DH_PUBLIC,
} call_kind;

/* `count` calls with inputs of `octets` each. */
typedef struct call {
    call_kind kind;
    uint32_t count, octets;
    const char *what_for;
    /* What the calls take; input and output have room for tag or signature. */
    uint8_t *input, *output;
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[SIGN_PUBLIC_MAX];
    uint8_t signature[SIGNATURE_MAX];
    size_t signature_len;
} call;

/* Makes keys and valid inputs. Errors: MLS_ERR_NO_MEMORY, MLS_ERR_NO_RANDOMNESS. */
mls_err call_prepare(call *c, const suite *s);
void call_make(call *c, const suite *s);
void call_cleanup(call *c);

const char *call_name(call_kind kind);

#endif
