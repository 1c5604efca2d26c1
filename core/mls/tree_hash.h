/* Tree hashes (RFC 9420 section 7.8) and parent hashes (section 7.9). */
#ifndef WAXSEAL_MLS_TREE_HASH_H
#define WAXSEAL_MLS_TREE_HASH_H

#include "mls/tree.h"

/* The tree hash of a node, computed where it is not known yet; a view into the tree. */
bytes tree_hash(const tree *t, uint32_t node);
bytes tree_root_hash(const tree *t);

/* The parent hash that a node below `parent` carries, `sibling` being the child of `parent` on the
 * copath. out: Nh octets. */
mls_err tree_parent_hash(const tree *t, uint8_t *out, uint32_t parent, uint32_t sibling);

/* Whether every parent node is parent-hash valid (section 7.9.2). MLS_ERR_BAD_TREE. */
mls_err tree_check_parent_hashes(const tree *t);

#endif
