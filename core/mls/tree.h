/*
 * The ratchet tree: its nodes, and how membership changes them (RFC 9420 sections 7.1 to 7.8).
 *
 * Nodes are immutable and counted: an epoch's tree and the next one's share all nodes that did not
 * change, so cloning a tree copies pointers. Only public values live here.
 */
#ifndef WAXSEAL_MLS_TREE_H
#define WAXSEAL_MLS_TREE_H

#include "mls/leaf.h"
#include "mls/tree_math.h"

enum { NODE_LEAF = 1, NODE_PARENT = 2 };

typedef struct node_list {
    LIST(uint32_t) list;
} node_list;

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

typedef struct tree {
    const suite *suite;
    uint32_t num_leaves; /* a power of two */
    tree_node **nodes;   /* tree_width(num_leaves); NULL is a blank node */
    uint8_t *hashes;     /* tree hash of each node, suite->hash->len octets */
    bool *hash_known;
} tree;

/* An empty tree of one blank leaf. After an error there is nothing to clean up. */
mls_err tree_init(tree *t, const suite *s);
mls_err tree_clone(tree *out, const tree *in);
void tree_cleanup(tree *t);

/* Changes the number of leaves, a power of two, keeping the nodes that fit. */
mls_err tree_resize(tree *t, uint32_t num_leaves);

/* optional<Node> ratchet_tree<V> (section 12.4.3.3). Errors: MLS_ERR_DECODE_*, MLS_ERR_BAD_TREE. */
mls_err tree_decode(tree *t, const suite *s, bytes in);
mls_err tree_encode(const tree *t, arena *a, bytes *out);

/* NULL for a blank node and for an index past the end. */
const tree_node *tree_get(const tree *t, uint32_t node);
const leaf_node *tree_leaf(const tree *t, uint32_t leaf_index);
const parent_node *tree_parent(const tree *t, uint32_t node);
uint32_t tree_num_members(const tree *t);

/* HPKE public key of a node that is not blank. */
bytes tree_encryption_key(const tree *t, uint32_t node);

/* Replaces one node by a copy of what is given. */
mls_err tree_set_leaf(tree *t, uint32_t leaf_index, const leaf_node *leaf);
mls_err tree_set_parent(tree *t, uint32_t node, const parent_node *parent);
void tree_blank(tree *t, uint32_t node);

/* Blanks all intermediate nodes from the leaf to the root. */
void tree_blank_path(tree *t, uint32_t leaf_index);

/* Add (section 12.1.1): into the leftmost blank leaf, extending the tree where there is none.
 * Update and Remove (sections 12.1.2, 12.1.3). */
mls_err tree_add(tree *t, const leaf_node *leaf, uint32_t *leaf_index);
mls_err tree_update(tree *t, uint32_t leaf_index, const leaf_node *leaf);
mls_err tree_remove(tree *t, uint32_t leaf_index);

/* Resolution of a node (section 4.1.1), in order. The list lives in the arena. */
mls_err tree_resolution(const tree *t, arena *a, node_list *out, uint32_t node);

/* Whether the resolution of a node is empty. */
bool tree_resolution_empty(const tree *t, uint32_t node);

/* The filtered direct path of a leaf (section 4.1.2), from the leaf's parent up, without those
 * nodes whose copath child has an empty resolution. Returns how many. */
size_t tree_filtered_path(const tree *t, uint32_t leaf_index, uint32_t path[TREE_LEVELS_MAX]);

/* Whether one of a parent's unmerged leaves has an index from `first` to `last`. */
bool unmerged_any(const parent_node *parent, uint32_t first, uint32_t last);
bool unmerged_has(const parent_node *parent, uint32_t leaf_index);

#endif
