/* Random changes of trees that come from one another: each stays what a tree is that was read anew
 * and shares nothing. */
#include "helpers.h"

#include "mls/tree_check.h"
#include "mls/tree_wire.h"

#include <string.h>

#define SCOPED_TREE __attribute__((cleanup(tree_cleanup)))

enum { TREES = 5, STEPS = 1500 };

static uint32_t seed = 7;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

/* With keys that some other leaf may have, too. */
static leaf_node make_leaf(arena *a)
{
    uint8_t *keys = arena_alloc(a, 64);
    assert_non_null(keys);
    memset(keys, 0x33, 64);
    keys[4] = (uint8_t)any(256);
    keys[40] = (uint8_t)any(256);
    leaf_node leaf = {
        .encryption_key = bytes_of(keys, 32),
        .signature_key = bytes_of(keys + 32, 32),
        .cred = {.type = any(9) ? CREDENTIAL_BASIC : CREDENTIAL_X509,
                 .identity = bytes_of(keys, 1)},
        .source = LEAF_UPDATE,
    };
    assert_ok(capabilities_own(a, &leaf.caps));
    if (leaf.cred.type == CREDENTIAL_BASIC)
        leaf.cred.certificates = (bytes){0};
    if (any(3) == 0)
        leaf.caps.credentials = BYTES_LITERAL("\0\1");
    return leaf;
}

static bool random_member(const tree *t, uint32_t *leaf_index)
{
    *leaf_index = any(t->num_leaves);
    return tree_leaf(t, *leaf_index) != NULL;
}

static void set_parent(arena *a, tree *t, uint32_t node)
{
    uint8_t *key = arena_alloc(a, 32);
    assert_non_null(key);
    key[0] = (uint8_t)any(200);
    parent_node parent = {.encryption_key = bytes_of(key, 32)};
    assert_ok(tree_set_parent(t, node, &parent));
}

static void change(arena *a, tree *t)
{
    uint32_t at;
    leaf_node leaf = make_leaf(a);
    switch (any(5)) {
    case 0:
    case 1:
        if (tree_num_members(t) < 40)
            assert_ok(tree_add(t, &leaf, &at));
        break;
    case 2:
        if (random_member(t, &at))
            assert_ok(tree_update(t, at, &leaf));
        break;
    case 3:
        if (random_member(t, &at) && tree_num_members(t) > 1)
            assert_ok(tree_remove(t, at));
        break;
    default:
        at = 2 * any(t->num_leaves) + 1;
        if (at < tree_width(t->num_leaves) && !tree_resolution_empty(t, at))
            set_parent(a, t, at);
    }
}

/* Against the tree that others would read. */
static void assert_like_fresh(arena *a, const tree *t)
{
    tree fresh SCOPED_TREE = {0};
    bytes encoded, again;
    const extension_list none = {0};
    assert_ok(tree_encode(t, a, &encoded));
    assert_ok(tree_decode(&fresh, t->suite, encoded));
    assert_ok(tree_encode(&fresh, a, &again));
    assert_bytes(again, encoded);
    assert_int_equal(fresh.num_leaves, t->num_leaves);
    assert_int_equal(tree_num_members(&fresh), tree_num_members(t));
    assert_bytes(tree_root_hash(&fresh), tree_root_hash(t));
    assert_int_equal(fresh.keys.num_repeated, t->keys.num_repeated);
    assert_int_equal(tree_check_members(&fresh, &none), tree_check_members(t, &none));
    for (uint32_t x = 0; x < tree_width(t->num_leaves); x++)
        assert_int_equal(tree_resolution_empty(&fresh, x), tree_resolution_empty(t, x));
}

/* tree_next_change() against looking at every leaf. */
static void assert_changes(const tree *before, const tree *after)
{
    uint32_t num_leaves =
        before->num_leaves > after->num_leaves ? before->num_leaves : after->num_leaves;
    uint32_t next = 0;
    bool more = tree_next_change(before, after, &next);
    for (uint32_t i = 0; i < num_leaves; i++) {
        bool differs = tree_get(before, leaf_to_node(i)) != tree_get(after, leaf_to_node(i));
        assert_int_equal(more && next == i, differs);
        if (more && next == i) {
            next++;
            more = tree_next_change(before, after, &next);
        }
    }
    assert_false(more);
}

static void test_trees_that_share(void **state)
{
    tree trees[TREES] = {{0}};
    for (int i = 0; i < TREES; i++)
        assert_ok(tree_init(&trees[i], suite_find(mls_suite_at(0))));
    for (int i = 0; i < STEPS; i++) {
        arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        uint32_t from = any(TREES), to = any(TREES);
        if (any(10) == 0 && from != to) {
            tree_cleanup(&trees[to]);
            assert_ok(tree_clone(&trees[to], &trees[from]));
        }
        change(a, &trees[from]);
        assert_changes(&trees[from], &trees[to]);
        if (i % 4 == 0 && tree_num_members(&trees[to]))
            assert_like_fresh(a, &trees[to]);
    }
    (void)state;
    for (int i = 0; i < TREES; i++)
        tree_cleanup(&trees[i]);
}

/* The credential types in use are known for the whole tree: against all pairs of members. */
static void test_credential_types(void **state)
{
    const extension_list none = {0};
    int refused = 0;
    for (int i = 0; i < 200; i++) {
        tree t SCOPED_TREE = {0};
        bool compatible = true;
        uint32_t at;
        assert_ok(tree_init(&t, suite_find(mls_suite_at(0))));
        for (uint32_t n = 1 + any(4); n; n--) {
            leaf_node leaf = make_leaf(*state);
            for (uint32_t k = 0; k < t.num_leaves; k++)
                if (tree_leaf(&t, k))
                    compatible = compatible && leaf_nodes_compatible(tree_leaf(&t, k), &leaf);
            compatible = compatible && leaf_nodes_compatible(&leaf, &leaf);
            assert_ok(tree_add(&t, &leaf, &at));
        }
        mls_err err = tree_check_members(&t, &none);
        assert_int_equal(err != MLS_ERR_CAPABILITIES, compatible);
        refused += err == MLS_ERR_CAPABILITIES;
    }
    assert_true(refused > 20 && refused < 180);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_trees_that_share),
        test(test_credential_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
