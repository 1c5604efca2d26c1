#include "fedi/choice.h"

#include <string.h>

/* The removal that most actors want; endorsers is 0 when there is none. */
typedef struct weight {
    uint32_t endorsers;
    uint32_t committer;
} weight;

static bool heavier(weight a, weight b)
{
    if (a.endorsers != b.endorsers)
        return a.endorsers > b.endorsers;
    return a.endorsers && a.committer < b.committer;
}

/* Whether the committer made another commit on the same epoch, which takes both out of the race. */
static bool is_void(const epoch_node *node, const choice_rules *rules)
{
    if (rules->no_void)
        return false;
    for (const epoch_node *other = node->parent->first_child; other; other = other->next_sibling)
        if (other != node && other->committer == node->committer)
            return true;
    return false;
}

static bool is_usable(const epoch_node *node, uint64_t now)
{
    return !node->own || node->usable_at <= now;
}

/* Over a node and what is known below it. What is below a commit that removed us we can't know. */
static weight weight_below(const epoch_node *top, uint64_t now, const choice_rules *rules)
{
    weight best = {top->endorsers, top->committer};
    if (rules->no_subtree || !top->group)
        return best;
    for (const epoch_node *child = top->first_child; child; child = child->next_sibling) {
        if (is_void(child, rules) || !is_usable(child, now))
            continue;
        weight other = weight_below(child, now, rules);
        if (heavier(other, best))
            best = other;
    }
    return best;
}

bool choice_before(const epoch_node *a, const epoch_node *b, uint64_t now,
                   const choice_rules *rules)
{
    bool void_a = is_void(a, rules), void_b = is_void(b, rules);
    if (void_a != void_b)
        return void_b;
    weight weight_a = weight_below(a, now, rules), weight_b = weight_below(b, now, rules);
    if (!rules->no_removals_first && (heavier(weight_a, weight_b) || heavier(weight_b, weight_a)))
        return heavier(weight_a, weight_b);
    bool first_a = !weight_a.endorsers && a->cannot_return;
    bool first_b = !weight_b.endorsers && b->cannot_return;
    if (first_a != first_b)
        return first_a;
    if (a->committer != b->committer)
        return a->committer < b->committer;
    return memcmp(a->commit.octets, b->commit.octets, EPOCH_ID_LEN) < 0;
}

epoch_node *choose_child(const epoch_node *parent, uint64_t now, const choice_rules *rules)
{
    epoch_node *best = NULL;
    for (epoch_node *child = parent->first_child; child; child = child->next_sibling)
        if (is_usable(child, now) && (!best || choice_before(child, best, now, rules)))
            best = child;
    return best;
}

epoch_node *choose_head(const epoch_tree *tree, uint64_t now, const choice_rules *rules)
{
    epoch_node *head = tree->root, *next;
    while ((next = choose_child(head, now, rules)))
        head = next;
    return head;
}
