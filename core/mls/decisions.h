/*
 * Which credentials the application has accepted for a group (RFC 9420 section 5.3.1), and which
 * ones wait for its decision. Whoever is in the group needs no entry: they were accepted when they
 * came.
 */
#ifndef WAXSEAL_MLS_DECISIONS_H
#define WAXSEAL_MLS_DECISIONS_H

#include "mls/external_sender.h"
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

/* Who is in a group, and who may propose from outside. */
typedef struct population {
    const tree *members;
    const extension_list *extensions; /* of the GroupContext */
} population;

void decisions_clear(decisions *d);

/* Asks for a decision on every member of `after`, but for the own leaf, and on every external
 * sender, whose credential or signature key is not in `before` (NULL: nobody's is). What was asked
 * for earlier is dropped, what was accepted is kept.
 * Errors: MLS_ERR_UNDECIDED when there is anything that was not accepted yet. */
mls_err decisions_require(decisions *d, const population *before, const population *after,
                          uint32_t own_leaf);

mls_err decisions_accept(decisions *d, const mls_credential *who);

#endif
