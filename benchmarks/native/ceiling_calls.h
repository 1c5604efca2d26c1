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

/* A key and what it signed: the first octets, and the first `octets_too` of the same input. */
typedef struct signer {
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[SIGN_PUBLIC_MAX];
    uint8_t signatures[2][SIGNATURE_MAX];
    size_t lens[2];
} signer;

/* `count` calls with inputs of `octets` each. VERIFY: each with another key, as members have, and
 * once more by the same key when there are `octets_too`. */
typedef struct call {
    call_kind kind;
    uint32_t count, octets, octets_too;
    const char *what_for;
    /* What the calls take; input and output have room for tag or signature. */
    uint8_t *input, *output;
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[SIGN_PUBLIC_MAX];
    signer *signers; /* VERIFY: count of them */
} call;

/* Makes keys and valid inputs. Errors: MLS_ERR_NO_MEMORY, MLS_ERR_NO_RANDOMNESS. */
mls_err call_prepare(call *c, const suite *s);
void call_make(call *c, const suite *s);
void call_cleanup(call *c);

const char *call_name(call_kind kind);

#endif
