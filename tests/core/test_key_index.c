/* The index of a tree's keys: against a plain list, through random changes and copies. */
#include "helpers.h"

#include "mls/key_index.h"
#include "mls/tree_math.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 64, KEYS = 40, STEPS = 3000, COPIES = 4 };

static uint32_t seed = 1;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

/* A key of two lengths, of which many begin alike; two places in the tree can have the same one. */
static bytes make_key(arena *a, uint32_t number)
{
    size_t len = number % 5 ? 32 : 65;
    uint8_t *key = arena_alloc(a, len);
    assert_non_null(key);
    memset(key, 0x55, len);
    key[number % 3 ? 31 : 0] = (uint8_t)number;
    return bytes_of(key, len);
}

static tree_node *make_node(arena *a, uint32_t at)
{
    tree_node *node;
    if (!node_is_leaf(at)) {
        parent_node parent = {.encryption_key = make_key(a, any(KEYS))};
        assert_ok(tree_node_of_parent(&node, &parent));
        return node;
    }
    leaf_node leaf = {.encryption_key = make_key(a, any(KEYS)),
                      .signature_key = make_key(a, any(KEYS)),
                      .cred = {.type = CREDENTIAL_BASIC},
                      .source = LEAF_UPDATE};
    assert_ok(capabilities_own(a, &leaf.caps));
    assert_ok(tree_node_of_leaf(&node, &leaf));
    return node;
}

/* An index, and what must be in it. */
typedef struct pair {
    key_index index;
    tree_node *nodes[PLACES];
} pair;

static bool key_of(const tree_node *node, key_kind kind, bytes *key)
{
    if (!node || (kind == KEY_SIGNATURE && node->type != NODE_LEAF))
        return false;
    *key = kind == KEY_SIGNATURE ? node->leaf.signature_key : tree_node_encryption_key(node);
    return true;
}

static uint32_t count_repeated(const pair *p, key_kind kind)
{
    uint32_t count = 0;
    bytes a, b;
    for (uint32_t i = 0; i < PLACES; i++)
        for (uint32_t k = 0; k < i; k++)
            if (key_of(p->nodes[i], kind, &a) && key_of(p->nodes[k], kind, &b) &&
                bytes_equal(a, b)) {
                count++;
                break;
            }
    return count;
}

static void assert_same(const pair *p)
{
    bytes key;
    for (uint32_t i = 0; i < PLACES; i++)
        for (int kind = KEY_ENCRYPTION; kind <= KEY_SIGNATURE; kind++) {
            uint32_t at;
            bytes found;
            if (!key_of(p->nodes[i], (key_kind)kind, &key))
                continue;
            assert_true(key_index_find(&p->index, (key_kind)kind, key, &at));
            assert_true(at < PLACES && key_of(p->nodes[at], (key_kind)kind, &found));
            assert_bytes(found, key);
        }
    assert_int_equal(p->index.num_repeated,
                     count_repeated(p, KEY_ENCRYPTION) + count_repeated(p, KEY_SIGNATURE));
}

static void assert_nothing_else(arena *a, const pair *p)
{
    for (uint32_t number = 0; number < KEYS; number++) {
        bytes key = make_key(a, number), other;
        for (int kind = KEY_ENCRYPTION; kind <= KEY_SIGNATURE; kind++) {
            uint32_t at;
            bool there = false;
            for (uint32_t i = 0; i < PLACES; i++)
                there = there ||
                        (key_of(p->nodes[i], (key_kind)kind, &other) && bytes_equal(key, other));
            assert_int_equal(key_index_find(&p->index, (key_kind)kind, key, &at), there);
        }
    }
}

static void change(arena *a, pair *p)
{
    uint32_t at = any(PLACES);
    tree_node *node = any(3) ? make_node(a, at) : NULL;
    assert_ok(key_index_replace(&p->index, p->nodes[at], node, at));
    tree_node_release(p->nodes[at]);
    p->nodes[at] = node;
}

static void clear(pair *p)
{
    key_index_cleanup(&p->index);
    for (uint32_t i = 0; i < PLACES; i++) {
        tree_node_release(p->nodes[i]);
        p->nodes[i] = NULL;
    }
}

static void copy(pair *to, const pair *from)
{
    clear(to);
    to->index = key_index_share(&from->index);
    for (uint32_t i = 0; i < PLACES; i++)
        to->nodes[i] = tree_node_share(from->nodes[i]);
}

static void test_against_a_list(void **state)
{
    static pair pairs[COPIES];
    for (int i = 0; i < STEPS; i++) {
        pair *p = &pairs[any(COPIES)];
        if (any(50) == 0 && p != &pairs[0])
            copy(p, &pairs[0]);
        change(*state, p);
        if (i % 20 == 0)
            for (int k = 0; k < COPIES; k++)
                assert_same(&pairs[k]);
        if (i % 500 == 0)
            assert_nothing_else(*state, p);
    }
    for (int k = 0; k < COPIES; k++) {
        for (uint32_t at = 0; at < PLACES; at++) {
            assert_ok(key_index_replace(&pairs[k].index, pairs[k].nodes[at], NULL, at));
            tree_node_release(pairs[k].nodes[at]);
            pairs[k].nodes[at] = NULL;
            assert_same(&pairs[k]);
        }
        assert_null(pairs[k].index.root);
    }
}

/* What a node's replacement does not change stays, with the new node's octets. */
static void test_replaced_by_itself(void **state)
{
    key_index index = {0};
    uint32_t at;
    tree_node *first, *second;
    parent_node parent = {.encryption_key = make_key(*state, 7)};
    assert_ok(tree_node_of_parent(&first, &parent));
    assert_ok(tree_node_of_parent(&second, &parent));
    assert_ok(key_index_replace(&index, NULL, first, 5));
    assert_ok(key_index_replace(&index, first, second, 5));
    assert_int_equal(first->refs, 1);
    tree_node_release(first);
    assert_true(key_index_find(&index, KEY_ENCRYPTION, parent.encryption_key, &at));
    assert_int_equal(at, 5);
    assert_int_equal(index.num_repeated, 0);
    assert_ok(key_index_replace(&index, second, NULL, 5));
    assert_false(key_index_find(&index, KEY_ENCRYPTION, parent.encryption_key, &at));
    assert_int_equal(second->refs, 1);
    tree_node_release(second);
}

/* Kinds don't mix, and a key is not found by its beginning. */
static void test_kinds_and_lengths(void **state)
{
    key_index index = {0};
    uint32_t at;
    tree_node *node;
    leaf_node leaf = {.encryption_key = make_key(*state, 1),
                      .signature_key = make_key(*state, 2),
                      .cred = {.type = CREDENTIAL_BASIC},
                      .source = LEAF_UPDATE};
    assert_ok(tree_node_of_leaf(&node, &leaf));
    assert_ok(key_index_replace(&index, NULL, node, 8));
    assert_false(key_index_find(&index, KEY_SIGNATURE, leaf.encryption_key, &at));
    assert_false(key_index_find(&index, KEY_ENCRYPTION, leaf.signature_key, &at));
    for (size_t len = 0; len < leaf.signature_key.len; len++)
        assert_false(
            key_index_find(&index, KEY_SIGNATURE, bytes_of(leaf.signature_key.data, len), &at));
    assert_true(key_index_find(&index, KEY_SIGNATURE, leaf.signature_key, &at));
    assert_int_equal(at, 8);
    key_index_cleanup(&index);
    tree_node_release(node);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_against_a_list),
        test(test_replaced_by_itself),
        test(test_kinds_and_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
