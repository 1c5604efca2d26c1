/*
 * Array-based binary trees (RFC 9420 appendix C).
 *
 *                              X
 *                              7
 *                    X                    X
 *                    3                   11
 *               X         X         X          X
 *               1         5         9         13
 *             X   X     X   X     X   X     X    X
 *    Node     0   2     4   6     8   10    12   14
 *    Leaf     0   1     2   3     4   5     6    7
 *
 * Leaves have even indexes, and the level of a node is the number of ones at the end of its index.
 * num_leaves is always a power of two, so a tree grows by doubling without moving a node.
 */
#ifndef WAXSEAL_MLS_TREE_MATH_H
#define WAXSEAL_MLS_TREE_MATH_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TREE_LEVELS_MAX = 24,
    TREE_LEAVES_MAX = 1 << (TREE_LEVELS_MAX - 1), /* keeps node indexes far from overflow */
};

static inline uint32_t leaf_to_node(uint32_t leaf_index)
{
    return 2 * leaf_index;
}

static inline uint32_t node_to_leaf(uint32_t node)
{
    return node / 2;
}

static inline bool node_is_leaf(uint32_t node)
{
    return node % 2 == 0;
}

uint32_t node_level(uint32_t node);

/* Number of nodes: 2 * num_leaves - 1. */
uint32_t tree_width(uint32_t num_leaves);
uint32_t tree_root(uint32_t num_leaves);

/* Children of a node that is not a leaf. */
uint32_t node_left(uint32_t node);
uint32_t node_right(uint32_t node);

/* Of a node that is not the root. */
uint32_t node_parent(uint32_t node);
uint32_t node_sibling(uint32_t node);

/* Whether `node` lies in the subtree under `ancestor`; a node is in its own subtree. */
bool node_is_below(uint32_t node, uint32_t ancestor);

/* The first and the last leaf index below a node. */
uint32_t node_first_leaf(uint32_t node);
uint32_t node_last_leaf(uint32_t node);

/* The child of `ancestor` towards `node`, which lies properly below it; and the other child. */
uint32_t node_child_towards(uint32_t ancestor, uint32_t node);
uint32_t node_child_away(uint32_t ancestor, uint32_t node);

/* The lowest node that has both below it. */
uint32_t node_common_ancestor(uint32_t a, uint32_t b);

#endif
