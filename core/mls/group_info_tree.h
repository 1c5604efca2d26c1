/* The ratchet tree that a GroupInfo stands for, checked as whoever joins must (RFC 9420 sections
 * 12.4.3.1 and 12.4.3.2). */
#ifndef WAXSEAL_MLS_GROUP_INFO_TREE_H
#define WAXSEAL_MLS_GROUP_INFO_TREE_H

#include "mls/group_info.h"
#include "mls/tree_check.h"

/* Reads the tree from the ratchet_tree extension, or else from `external`, and checks the
 * GroupInfo's signature with its signer's leaf, the tree hash, the form of the GroupContext's
 * extensions, and the whole tree. own: the encoded leaf of whoever joins; {0}: it has none there.
 * t is to be cleaned up by the caller, also after an error.
 * Errors: MLS_ERR_MISSING_TREE, MLS_ERR_UNKNOWN_SENDER, MLS_ERR_BAD_SIGNATURE, MLS_ERR_BAD_TREE,
 * MLS_ERR_BAD_MESSAGE, and those of tree_check(). */
mls_err group_info_tree(tree *t, const suite *s, const group_info *info, bytes external, bytes own);

#endif
