/*
 * Which credentials the application has accepted for a group (RFC 9420 section 5.3.1), and which
 * ones wait for its decision. Members need no entry: they were accepted when they came.
 */
#ifndef WAXSEAL_MLS_DECISIONS_H
#define WAXSEAL_MLS_DECISIONS_H

#include "mls/tree.h"

typedef struct decision {
    mls_credential credential;
    bool accepted;
} decision;

typedef struct decisions {
    arena *memory;  /* NULL: there is no entry */
    decision *list; /* sorted by credential */
    size_t count;
    size_t num_open; /* not accepted */
} decisions;

void decisions_clear(decisions *d);

/* Asks for a decision on every leaf of `after`, but for the own one, whose credential or signature
 * key is not in `before` (NULL: nobody is). What was asked for earlier is dropped, what was
 * accepted is kept.
 * Errors: MLS_ERR_UNDECIDED when there is anything that was not accepted yet. */
mls_err decisions_require(decisions *d, const tree *before, const tree *after, uint32_t own_leaf);

mls_err decisions_accept(decisions *d, const mls_credential *who);

#endif
