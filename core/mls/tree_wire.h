/* The ratchet tree as it goes over the wire (RFC 9420 section 12.4.3.3). */
#ifndef WAXSEAL_MLS_TREE_WIRE_H
#define WAXSEAL_MLS_TREE_WIRE_H

#include "mls/tree.h"

/* optional<Node> ratchet_tree<V>. Errors: MLS_ERR_DECODE_*, MLS_ERR_BAD_TREE; then there is nothing
 * to clean up. */
mls_err tree_decode(tree *t, const suite *s, bytes in);
mls_err tree_encode(const tree *t, arena *a, bytes *out);

#endif
