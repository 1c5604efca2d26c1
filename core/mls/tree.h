/*
 * The ratchet tree: its nodes, and how membership changes them (RFC 9420 sections 7.1 to 7.8).
 *
 * Every node stands at the top of a subtree, and trees share the subtrees in which they are the
 * same: to clone a tree costs nothing, and a change copies the way from the root to what changes.
 * So a commit costs the path, not the tree. Shared memory is not locked: trees that come from one
 * another are for one thread.
 */
#ifndef WAXSEAL_MLS_TREE_H
#define WAXSEAL_MLS_TREE_H

#include "mls/key_index.h"
#include "mls/tree_math.h"

typedef struct node_list {
    LIST(uint32_t) list;
} node_list;

/* A node and what is below it, with what is known of all that. */
typedef struct subtree {
    uint32_t refs;
    uint32_t num_members;        /* leaves that are not blank */
    uint32_t num_nodes;          /* nodes that are not blank */
    uint8_t credentials_in_use;  /* a bit for each type of the members' credentials */
    uint8_t credentials_for_all; /* a bit for each type that all members support */
    bool hash_known;
    uint8_t hash_len;
    struct subtree *child[2]; /* NULL below a leaf */
    tree_node *node;          /* NULL: blank */
    uint8_t hash[];           /* the tree hash */
} subtree;

typedef struct tree {
    const suite *suite;
    uint32_t num_leaves; /* a power of two */
    subtree *root;
    key_index keys;
} tree;

/* An empty tree of one blank leaf. After an error there is nothing to clean up. */
mls_err tree_init(tree *t, const suite *s);
mls_err tree_clone(tree *out, const tree *in);
void tree_cleanup(tree *t);

/* Changes the number of leaves, a power of two, keeping the nodes that fit. */
mls_err tree_resize(tree *t, uint32_t num_leaves);

/* NULL for a blank node and for an index past the end. */
const tree_node *tree_get(const tree *t, uint32_t node);
const leaf_node *tree_leaf(const tree *t, uint32_t leaf_index);
const parent_node *tree_parent(const tree *t, uint32_t node);

/* The subtree under a node of the tree. */
subtree *tree_subtree(const tree *t, uint32_t node);

uint32_t tree_num_members(const tree *t);

/* HPKE public key of a node that is not blank. */
bytes tree_encryption_key(const tree *t, uint32_t node);

/* The member with this signature key. */
bool tree_find_member(const tree *t, bytes signature_key, uint32_t *leaf_index);

/* The first leaf from *leaf_index on that is not the same in both trees, one of which comes from
 * the other:
 *     for (uint32_t i = 0; tree_next_change(before, after, &i); i++) */
bool tree_next_change(const tree *before, const tree *after, uint32_t *leaf_index);

/* Replaces one node by a copy of what is given. Error of these four: MLS_ERR_NO_MEMORY. */
mls_err tree_set_leaf(tree *t, uint32_t leaf_index, const leaf_node *leaf);
mls_err tree_set_parent(tree *t, uint32_t node, const parent_node *parent);
mls_err tree_blank(tree *t, uint32_t node);

/* Blanks all intermediate nodes from the leaf to the root. */
mls_err tree_blank_path(tree *t, uint32_t leaf_index);

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

#endif
