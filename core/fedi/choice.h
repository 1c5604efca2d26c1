/*
 * Which of several commits on one epoch wins: the same on every device that knows the same commits,
 * in whatever order they came.
 *
 * Among the commits on one epoch the smallest key wins. A key is compared part by part:
 *   1. void: the committer made two different commits on this epoch;
 *   2. minus the endorsers of the removal, in this commit or below it, that most actors want;
 *   3. the leaf of that removal's committer;
 *   4. without a removal: first those who can't take a commit back;
 *   5. the committer's leaf;
 *   6. the hash of the commit.
 */
#ifndef WAXSEAL_FEDI_CHOICE_H
#define WAXSEAL_FEDI_CHOICE_H

#include "fedi/epoch_tree.h"

/* What the choice goes by; each part can be left out, so that the simulator can show what it is
 * good for. */
typedef struct choice_rules {
    bool no_void, no_subtree, no_removals_first;
} choice_rules;

/* The winner among the children of a node that can be used at `now`; NULL when there is none. */
epoch_node *choose_child(const epoch_node *parent, uint64_t now, const choice_rules *rules);

/* From the root always to the winner: the epoch to be in. */
epoch_node *choose_head(const epoch_tree *tree, uint64_t now, const choice_rules *rules);

/* Whether the one wins over the other; both are children of one node. */
bool choice_before(const epoch_node *a, const epoch_node *b, uint64_t now,
                   const choice_rules *rules);

#endif
