/*
 * The proposals of a commit: whether the list is valid, and what it does to the tree (RFC 9420
 * sections 12.2 and 12.3). One path for the committer and for all who receive.
 */
#ifndef WAXSEAL_MLS_APPLY_H
#define WAXSEAL_MLS_APPLY_H

#include "mls/group.h"

typedef struct proposal_item {
    const proposal *proposal;
    sender sender;                 /* of the proposal; by value: the committer */
    const uint8_t *update_private; /* our own Update: the private key that goes with it */
} proposal_item;

typedef struct proposal_items {
    LIST(proposal_item) list;
} proposal_items;

typedef struct added_member {
    uint32_t leaf_index;
    const key_package *key_package;
} added_member;

typedef struct applied {
    LIST(added_member) added;
    node_list added_nodes; /* the same, as nodes: no path secret is encrypted to them */
    LIST(psk_id) psks;
    const proposal *external_init;
    const reinit *reinit;
    const extension_list *extensions; /* the GroupContext's from now on */
    bool new_extensions;              /* they are not those of before */
    bool needs_path;                  /* by section 12.4 */
    bool has_custom; /* proposals whose types' definitions say whether they need one */
    bool removes_us;
} applied;

/* Checks the list and carries it out on next->tree and next->priv, which hold the current epoch's.
 * known: KeyPackages that were checked before, or NULL.
 * check_lifetime: whether KeyPackages must be within their lifetime at `now`; the committer asks
 * for it, receivers do not, so that all members decide alike.
 * Errors: MLS_ERR_BAD_PROPOSAL, MLS_ERR_DUPLICATE, MLS_ERR_BAD_LEAF, MLS_ERR_CAPABILITIES,
 *         MLS_ERR_LIFETIME, MLS_ERR_BAD_SIGNATURE, MLS_ERR_UNSUPPORTED_OPERATION. */
mls_err apply_proposals(epoch *next, arena *a, applied *out, const proposal_items *items,
                        const sender *committer, const verified *known, bool check_lifetime,
                        uint64_t now);

/* What a single proposal must satisfy by itself, in the epoch it is sent in. Of a type that is not
 * a default one it asks that all members support it; a commit asks it of those who stay. */
mls_err proposal_check(const epoch *e, const proposal *p, const sender *from);

/* The leaf that an Update, Remove or SelfRemove is about; false for other types. */
bool proposal_target(const proposal *p, const sender *from, uint32_t *leaf_index);

/* Whether the proposal can be part of a commit by `committer`: not its own Update, not its own
 * removal or SelfRemove. */
bool proposal_fits_committer(const proposal *p, const sender *from, uint32_t committer);

#endif
