/*
 * A node of the ratchet tree: a leaf's LeafNode, or a ParentNode (RFC 9420 sections 7.1 and 7.2).
 *
 * Nodes are immutable and counted, so trees of several epochs share them. Only public values live
 * here.
 */
#ifndef WAXSEAL_MLS_TREE_NODE_H
#define WAXSEAL_MLS_TREE_NODE_H

#include "mls/leaf.h"

enum { NODE_LEAF = 1, NODE_PARENT = 2 };

/* Section 7.1. unmerged_leaves: leaf indexes, ascending. */
typedef struct parent_node {
    bytes encryption_key;
    bytes parent_hash;
    LIST(uint32_t) unmerged_leaves;
} parent_node;
CODEC_TYPED(parent_node)

typedef struct tree_node {
    arena *memory; /* holds the node itself and all its views */
    size_t refs;
    bytes encoded; /* LeafNode or ParentNode */
    uint8_t type;
    leaf_node leaf;
    parent_node parent;
} tree_node;

/* Copies of what is given, with one reference, which is the caller's. */
mls_err tree_node_of_leaf(tree_node **out, const leaf_node *leaf);
mls_err tree_node_of_parent(tree_node **out, const parent_node *parent);

/* One reference more, and one less: with the last one the node goes. Both take NULL. */
tree_node *tree_node_share(tree_node *node);
void tree_node_release(tree_node *node);

/* HPKE public key. */
bytes tree_node_encryption_key(const tree_node *node);

/* Whether one of a parent's unmerged leaves has an index from `first` to `last`. */
bool unmerged_any(const parent_node *parent, uint32_t first, uint32_t last);
bool unmerged_has(const parent_node *parent, uint32_t leaf_index);

#endif
