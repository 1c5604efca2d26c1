/*
 * Groups that follow from groups: by ReInit and by branching (RFC 9420 sections 11.2 and 11.3). A
 * resumption PSK in the first commit ties the new group to its parent.
 */
#ifndef WAXSEAL_MLS_LINEAGE_H
#define WAXSEAL_MLS_LINEAGE_H

#include "mls/group.h"

/* The PreSharedKeyID of a Welcome that names a parent; NULL when there is none.
 * Errors: MLS_ERR_BAD_MESSAGE for more than one (section 12.4.3.1). */
mls_err lineage_origin(const psk_id **out, const psk_id *ids, size_t count);

/* Whether all members of a new group are members of its parent, in this epoch of it or, if that is
 * not at hand, now. Members are the same when their credentials are; for X.509, where that says too
 * little, the application decides as it accepts them. MLS_ERR_PARENT_MISMATCH. */
mls_err lineage_check_members(const mls_group *parent, uint64_t number, const tree *members);

/* Whether a new group, of this context and with these members, is what may follow its parent: in
 * epoch 1, with the parameters of the ReInit or those of the group that it branches from, and with
 * members of the parent only. Always MLS_OK when `origin` is NULL.
 * Errors: MLS_ERR_MISSING_PSK; MLS_ERR_PARENT_MISMATCH. */
mls_err lineage_check(const mls_group *parent, const psk_id *origin, const group_context *context,
                      const tree *members);

#endif
