/* What a member checks of a tree that it is handed (RFC 9420 sections 7.3 and 12.4.3.1). */
#ifndef WAXSEAL_MLS_TREE_CHECK_H
#define WAXSEAL_MLS_TREE_CHECK_H

#include "mls/tree_hash.h"

/* Every leaf: form, support for the group's extensions and for each credential type in use, and
 * signature, but for the leaf whose encoding is `own` ({0}: none), which we signed ourselves; no
 * key twice; unmerged leaves named by all nodes between; parent hashes. Errors: MLS_ERR_BAD_TREE,
 * MLS_ERR_BAD_LEAF, MLS_ERR_BAD_KEY, MLS_ERR_BAD_SIGNATURE, MLS_ERR_CAPABILITIES,
 * MLS_ERR_DUPLICATE. */
mls_err tree_check(const tree *t, bytes group_id, const extension_list *group_extensions,
                   bytes own);

/* That all members still support what the group asks, and that no two nodes share a key: what a
 * commit could have broken. Signatures are not looked at again. */
mls_err tree_check_members(const tree *t, const extension_list *group_extensions);

/* The same where `before`, from which this tree comes, was right, and the extensions are the same:
 * only what is new can be wrong. */
mls_err tree_check_change(const tree *t, const tree *before,
                          const extension_list *group_extensions);

/* Whether a leaf could be added: what tree_check_members() would say because of it. */
mls_err tree_check_newcomer(const tree *t, const leaf_node *leaf);

#endif
