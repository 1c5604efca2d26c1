/* Which commit wins: a matter of what is known, not of the order in which it came. */
#include "helpers.h"

#include "fedi/choice.h"

#include <stdlib.h>
#include <string.h>

static const choice_rules all_rules;

/* A commit, by the index of its parent in a list, as facts. */
typedef struct fact {
    int parent; /* -1: the root */
    uint32_t committer, endorsers;
    bool cannot_return, removes_us;
    uint8_t hash;
} fact;

enum { FACTS_MAX = 8 };

/* Never used as a group: only that there is one counts. */
static mls_group *make_group(void)
{
    mls_group *group;
    mls_buf key, public_key;
    assert_ok(mls_signature_key_new(&key, &public_key, 1));
    const mls_member_params params = {.suite = 1,
                                      .identity = BYTES_LITERAL("a"),
                                      .signature_key = view(&key),
                                      .not_before = 0,
                                      .not_after = 1};
    assert_ok(mls_group_create(&group, BYTES_LITERAL("g"), &params));
    mls_buf_free(&key);
    mls_buf_free(&public_key);
    return group;
}

static void add_fact(epoch_tree *tree, epoch_node **nodes, const fact *facts, int i)
{
    epoch_node *parent = facts[i].parent < 0 ? tree->root : nodes[facts[i].parent];
    assert_ok(epoch_tree_add(tree, &nodes[i], parent, facts[i].removes_us ? NULL : make_group()));
    nodes[i]->committer = facts[i].committer;
    nodes[i]->endorsers = facts[i].endorsers;
    nodes[i]->cannot_return = facts[i].cannot_return;
    nodes[i]->commit.octets[0] = facts[i].hash;
}

/* The index of the winner, when the facts come in an order drawn from `seed`, parents first. */
static int winner(const fact *facts, int count, unsigned seed, const choice_rules *rules)
{
    epoch_tree tree;
    epoch_node *nodes[FACTS_MAX] = {NULL};
    int left = count;
    assert_ok(epoch_tree_init(&tree, make_group()));
    while (left) {
        seed = seed * 1103515245U + 12345U;
        int i = (int)(seed >> 16) % count;
        if (nodes[i] || (facts[i].parent >= 0 && !nodes[facts[i].parent]))
            continue;
        add_fact(&tree, nodes, facts, i);
        left--;
    }
    const epoch_node *head = choose_head(&tree, 0, rules);
    int found = -1;
    for (int i = 0; i < count; i++)
        if (nodes[i] == head)
            found = i;
    epoch_tree_cleanup(&tree);
    return found;
}

static void assert_winner(const fact *facts, int count, int expected)
{
    for (unsigned seed = 1; seed <= 10; seed++)
        assert_int_equal(winner(facts, count, seed, &all_rules), expected);
}

static void test_leaf_decides(void **state)
{
    (void)state;
    const fact facts[] = {{-1, 2, 0, 0, 0, 1}, {-1, 1, 0, 0, 0, 9}, {-1, 3, 0, 0, 0, 0}};
    assert_winner(facts, 3, 1);
}

/* Depth counts for nothing: a longer branch is no better. */
static void test_depth_is_nothing(void **state)
{
    (void)state;
    const fact facts[] = {
        {-1, 2, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 2}, {1, 0, 0, 0, 0, 3}, {-1, 1, 0, 0, 0, 9}};
    assert_winner(facts, 4, 3);
}

static void test_who_cannot_return_goes_first(void **state)
{
    (void)state;
    const fact facts[] = {{-1, 1, 0, 0, 0, 1}, {-1, 2, 0, 1, 0, 2}};
    assert_winner(facts, 2, 1);
}

static void test_removals_go_first(void **state)
{
    (void)state;
    const fact facts[] = {
        {-1, 1, 0, 1, 0, 1}, {-1, 4, 1, 0, 0, 2}, {-1, 3, 2, 0, 0, 3}, {-1, 2, 1, 0, 0, 4}};
    assert_winner(facts, 4, 2); /* the one that most actors want */
    assert_winner(facts, 2, 1);
    const fact equal[] = {{-1, 4, 1, 0, 0, 2}, {-1, 3, 1, 0, 0, 3}};
    assert_winner(equal, 2, 1); /* the senior's */
}

/* A branch counts as the best removal below it, so that nobody undoes one by committing earlier. */
static void test_subtree_counts(void **state)
{
    (void)state;
    const fact facts[] = {{-1, 1, 0, 0, 0, 1}, {-1, 2, 0, 0, 0, 2}, {1, 5, 1, 0, 0, 3}};
    assert_winner(facts, 3, 2);
    const choice_rules without = {.no_subtree = true};
    assert_int_equal(winner(facts, 3, 1, &without), 0);
}

/* What is below a commit that removes us is not ours to know. */
static void test_removed_from_the_winner(void **state)
{
    (void)state;
    const fact facts[] = {{-1, 1, 0, 0, 0, 1}, {-1, 2, 1, 0, 1, 2}};
    assert_winner(facts, 2, 1);
}

static void test_two_commits_are_void(void **state)
{
    (void)state;
    const fact facts[] = {{-1, 1, 0, 0, 0, 1}, {-1, 1, 0, 0, 0, 2}, {-1, 2, 0, 0, 0, 3}};
    assert_winner(facts, 3, 2);
    const choice_rules without = {.no_void = true};
    assert_int_equal(winner(facts, 3, 1, &without), 0);
    assert_winner(facts, 2, 0); /* better than none */
}

static void test_own_waits_its_time(void **state)
{
    (void)state;
    epoch_tree tree;
    epoch_node *own, *other;
    assert_ok(epoch_tree_init(&tree, make_group()));
    assert_ok(epoch_tree_add(&tree, &own, tree.root, make_group()));
    own->own = true;
    own->usable_at = 100;
    assert_ptr_equal(choose_head(&tree, 99, &all_rules), tree.root);
    assert_ptr_equal(choose_head(&tree, 100, &all_rules), own);
    assert_ok(epoch_tree_add(&tree, &other, tree.root, make_group()));
    other->committer = 5;
    assert_ptr_equal(choose_head(&tree, 99, &all_rules), other);
    assert_ptr_equal(choose_head(&tree, 100, &all_rules), own);
    epoch_tree_advance(&tree, other);
    assert_ptr_equal(tree.root, other);
    assert_int_equal(tree.count, 1);
    epoch_tree_cleanup(&tree);
    assert_int_equal(tree.count, 0);
}

static void test_bounded(void **state)
{
    (void)state;
    epoch_tree tree;
    epoch_node *node;
    assert_ok(epoch_tree_init(&tree, make_group()));
    for (node = tree.root; tree.count < EPOCH_NODES_MAX;)
        assert_ok(epoch_tree_add(&tree, &node, node, NULL));
    assert_err(epoch_tree_add(&tree, &node, tree.root, NULL), MLS_ERR_DECODE_TOO_LARGE);
    epoch_tree_cleanup(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_leaf_decides),
        test(test_depth_is_nothing),
        test(test_who_cannot_return_goes_first),
        test(test_removals_go_first),
        test(test_subtree_counts),
        test(test_removed_from_the_winner),
        test(test_two_commits_are_void),
        test(test_own_waits_its_time),
        test(test_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
