/*
 * Members who asked to leave, as somebody outside sees them: whoever joins by an external commit
 * takes their SelfRemoves along by reference (draft-ietf-mls-extensions).
 */
#ifndef WAXSEAL_MLS_LEAVERS_H
#define WAXSEAL_MLS_LEAVERS_H

#include "mls/apply.h"

typedef struct leaver {
    sender sender;
    proposal proposal;
    bytes ref; /* ProposalRef */
} leaver;

typedef struct leavers {
    LIST(leaver) list;
} leavers;

/* Reads PublicMessages with SelfRemoves of members, in this epoch; `e` needs its public values
 * only. One that is there twice counts once. What lives in the arena refers to the messages.
 * Errors: see mls_external_join. */
mls_err leavers_read(const epoch *e, arena *a, leavers *out, const bytes *messages, size_t count);

/* Whether the member at this leaf is among them. */
bool leavers_have(const leavers *l, uint32_t leaf_index);

#endif
