/*
 * The epochs of one group that a device knows of and that are not final yet: a tree, since without
 * an ordering server two members can commit on one epoch (shared rules of convergence: see
 * core/fedi/README.md).
 *
 * The root is the anchor, the newest epoch that is final here. Each other node is what a commit on
 * its parent leads to. A node holds the group's state in its epoch, as a fork that can't send
 * unless the node is the head.
 */
#ifndef WAXSEAL_FEDI_EPOCH_TREE_H
#define WAXSEAL_FEDI_EPOCH_TREE_H

#include "base/arena.h"

enum {
    EPOCH_ID_LEN = 32,
    EPOCH_NODES_MAX = 256, /* bounds memory, and the recursion over the tree */
};

typedef struct epoch_id {
    uint8_t octets[EPOCH_ID_LEN];
} epoch_id;

enum { CAME_BACK_MAX = 8 };

typedef struct epoch_node {
    struct epoch_node *parent, *first_child, *next_sibling;
    epoch_id id;      /* zeros where we were removed, so can't know it */
    uint64_t number;  /* of the epoch */
    mls_group *group; /* owned; NULL where we were removed */
    bool can_send;    /* the group is no fork: no messages were keyed by another copy of it */

    /* The commit that led here; of no meaning in the root. */
    epoch_id commit;    /* SHA-256 of the MLSMessage */
    mls_buf octets;     /* of the MLSMessage, for those who miss it */
    uint32_t committer; /* leaf in the parent */
    uint32_t endorsers; /* distinct actors who want the removal in it; 0: it has none */
    bool cannot_return; /* the committer's program can't take a commit back */
    bool own;           /* made here */
    epoch_id came_back[CAME_BACK_MAX]; /* SHA-256 of the signature keys of devices that it removes
                            and adds again; else zeros */
    uint64_t usable_at;                /* own: not to be chosen before, Unix seconds */
    uint64_t entered_at;               /* since when it is on the line of the head; 0: it is not */

    /* Storage: see conversation_store.c. */
    uint32_t serial;         /* names the records */
    epoch_id stored_ratchet; /* SHA-256 of the record as stored; zeros: it is not */
} epoch_node;

typedef struct epoch_tree {
    epoch_node *root;
    size_t count;
    uint32_t next_serial;
} epoch_tree;

/* Begins with a group that is in its only known epoch; takes it over on success. */
mls_err epoch_tree_init(epoch_tree *tree, mls_group *group);
void epoch_tree_cleanup(epoch_tree *tree);

/* Adds what a commit leads to; group: its state then, taken over on success, or NULL where we were
 * removed. Errors: MLS_ERR_DECODE_TOO_LARGE for more than EPOCH_NODES_MAX; MLS_ERR_NO_MEMORY. */
mls_err epoch_tree_add(epoch_tree *tree, epoch_node **out, epoch_node *parent, mls_group *group);

/* Makes a child of the root the root; all other branches are wiped and freed. */
void epoch_tree_advance(epoch_tree *tree, epoch_node *child);

/* NULL when there is none. */
epoch_node *epoch_tree_find(const epoch_tree *tree, const epoch_id *id);
epoch_node *epoch_tree_find_commit(const epoch_tree *tree, const epoch_id *commit);

/* All nodes, parents before children; NULL at the end. Begin with the root. */
epoch_node *epoch_node_next(const epoch_node *node);

/* Whether `a` is `b` or above it. */
bool epoch_node_leads_to(const epoch_node *a, const epoch_node *b);

bool epoch_id_equal(const epoch_id *a, const epoch_id *b);

/* The name of the epoch that a group is in: SHA-256 over what only this line of commits leads to.
 */
void epoch_id_of(epoch_id *out, const mls_group *group);

/* SHA-256 of an MLSMessage. */
void epoch_id_of_octets(epoch_id *out, bytes octets);

#endif
