/* The ratchet tree: membership, resolutions, paths, sharing between clones, and hostile trees. */
#include "helpers.h"

#include "mls/tree_check.h"
#include "mls/tree_wire.h"

#include <string.h>

#define SCOPED_TREE __attribute__((cleanup(tree_cleanup)))

static const suite *s1(void)
{
    return suite_find(mls_suite_at(0));
}

/* A well-formed leaf whose keys and identity are made of one letter. */
static leaf_node make_leaf(arena *a, char letter)
{
    uint8_t *key = arena_alloc(a, 64);
    memset(key, letter, 64);
    leaf_node leaf = {
        .encryption_key = bytes_of(key, 32),
        .signature_key = bytes_of(key + 32, 32),
        .cred = {.type = CREDENTIAL_BASIC, .identity = bytes_of(key, 1)},
        .source = LEAF_KEY_PACKAGE,
    };
    assert_ok(capabilities_own(a, &leaf.caps));
    return leaf;
}

/* A tree with one leaf per letter; '_' is a blank one. */
static void make_tree(arena *a, tree *t, const char *letters)
{
    uint32_t num_leaves = 1, count = (uint32_t)strlen(letters);
    while (num_leaves < count)
        num_leaves *= 2;
    assert_ok(tree_init(t, s1()));
    assert_ok(tree_resize(t, num_leaves));
    for (uint32_t i = 0; i < count; i++) {
        leaf_node leaf = make_leaf(a, letters[i]);
        if (letters[i] != '_')
            assert_ok(tree_set_leaf(t, i, &leaf));
    }
}

static void add_parent(tree *t, uint32_t node, uint32_t *unmerged, size_t count)
{
    uint8_t key[32];
    memset(key, (int)(0x80 + node), sizeof key);
    parent_node parent = {.encryption_key = bytes_of(key, sizeof key)};
    parent.unmerged_leaves.items = unmerged;
    parent.unmerged_leaves.count = count;
    assert_ok(tree_set_parent(t, node, &parent));
}

static void assert_leaves(const tree *t, const char *letters)
{
    uint32_t count = (uint32_t)strlen(letters), members = 0;
    assert_int_equal(t->num_leaves, count);
    for (uint32_t i = 0; i < count; i++) {
        const leaf_node *leaf = tree_leaf(t, i);
        if (letters[i] == '_') {
            assert_null(leaf);
        } else {
            assert_non_null(leaf);
            assert_int_equal(leaf->cred.identity.data[0], letters[i]);
            members++;
        }
    }
    assert_int_equal(tree_num_members(t), members);
}

static void assert_resolution(arena *a, const tree *t, uint32_t node, const uint32_t *expected,
                              size_t count)
{
    node_list found;
    assert_ok(tree_resolution(t, a, &found, node));
    assert_int_equal(found.list.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(found.list.items[i], expected[i]);
    assert_int_equal(tree_resolution_empty(t, node), count == 0);
}

/* RFC 9420 figure 10:
 *                     _ (7)
 *             ________|________
 *            X[B] (3)          _ (11)
 *         ___|___           ___|___
 *        _       _       Y (9)     _
 *       A B     _ D     E F       _ H  */
static void test_resolution_of_figure_10(void **state)
{
    tree t SCOPED_TREE = {0};
    make_tree(*state, &t, "AB_DEF_H");
    add_parent(&t, 3, (uint32_t[]){1}, 1);
    add_parent(&t, 9, NULL, 0);
    assert_resolution(*state, &t, 3, (uint32_t[]){3, 2}, 2);
    assert_resolution(*state, &t, 4, NULL, 0);
    assert_resolution(*state, &t, 12, NULL, 0);
    assert_resolution(*state, &t, 7, (uint32_t[]){3, 2, 9, 14}, 4);
    assert_resolution(*state, &t, 1, (uint32_t[]){0, 2}, 2);
    assert_resolution(*state, &t, 5, (uint32_t[]){6}, 1);
}

static void test_filtered_path(void **state)
{
    tree t SCOPED_TREE = {0};
    uint32_t path[TREE_LEVELS_MAX];
    make_tree(*state, &t, "AB_DEF_H");
    assert_int_equal(tree_filtered_path(&t, 0, path), 3);
    assert_memory_equal(path, ((uint32_t[]){1, 3, 7}), 12);
    assert_int_equal(tree_filtered_path(&t, 3, path), 2); /* leaf 2 is blank: node 5 is left out */
    assert_memory_equal(path, ((uint32_t[]){3, 7}), 8);
    assert_int_equal(tree_filtered_path(&t, 7, path), 2);
    assert_memory_equal(path, ((uint32_t[]){11, 7}), 8);
}

static void test_filtered_path_of_few(void **state)
{
    tree t SCOPED_TREE = {0}, other SCOPED_TREE = {0};
    uint32_t path[TREE_LEVELS_MAX];
    make_tree(*state, &t, "A_______");
    assert_int_equal(tree_filtered_path(&t, 0, path), 0);
    make_tree(*state, &other, "A___E___");
    add_parent(&other, 11, (uint32_t[]){4}, 1);
    assert_ok(tree_blank(&other, 8)); /* node 11 alone keeps its parent in the path */
    assert_int_equal(tree_filtered_path(&other, 0, path), 1);
    assert_int_equal(path[0], 7);
}

static void test_add(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0};
    uint32_t at;
    assert_ok(tree_init(&t, s1()));
    assert_int_equal(tree_num_members(&t), 0);
    const char *const steps[] = {"A", "AB", "ABC_", "ABCD", "ABCDE___"};
    for (uint32_t i = 0; i < 5; i++) {
        leaf_node leaf = make_leaf(a, (char)('A' + i));
        assert_ok(tree_add(&t, &leaf, &at));
        assert_int_equal(at, i);
        assert_leaves(&t, steps[i]);
    }
    assert_ok(tree_remove(&t, 1));
    leaf_node leaf = make_leaf(a, 'Z');
    assert_ok(tree_add(&t, &leaf, &at)); /* into the leftmost blank leaf */
    assert_int_equal(at, 1);
    assert_leaves(&t, "AZCDE___");
}

/* A leaf that is added is unmerged in every node above that is not blank, in ascending order. */
static void test_add_is_unmerged(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0};
    uint32_t at;
    make_tree(a, &t, "A_CD");
    add_parent(&t, 3, (uint32_t[]){2}, 1);
    leaf_node leaf = make_leaf(a, 'B');
    assert_ok(tree_add(&t, &leaf, &at));
    assert_int_equal(at, 1);
    assert_null(tree_parent(&t, 1));
    const parent_node *root = tree_parent(&t, 3);
    assert_int_equal(root->unmerged_leaves.count, 2);
    assert_int_equal(root->unmerged_leaves.items[0], 1);
    assert_int_equal(root->unmerged_leaves.items[1], 2);
    assert_true(unmerged_has(root, 1));
    assert_false(unmerged_has(root, 3));
}

static void test_update_blanks_path(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0};
    make_tree(a, &t, "ABCD");
    add_parent(&t, 1, NULL, 0);
    add_parent(&t, 3, NULL, 0);
    add_parent(&t, 5, NULL, 0);
    leaf_node leaf = make_leaf(a, 'Q');
    assert_ok(tree_update(&t, 1, &leaf));
    assert_leaves(&t, "AQCD");
    assert_null(tree_parent(&t, 1));
    assert_null(tree_parent(&t, 3));
    assert_non_null(tree_parent(&t, 5));
}

static void test_remove_truncates(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0};
    make_tree(a, &t, "ABCDE_G_");
    add_parent(&t, 1, NULL, 0);
    add_parent(&t, 7, NULL, 0);
    assert_ok(tree_remove(&t, 6));
    assert_leaves(&t, "ABCDE___");
    assert_null(tree_parent(&t, 7));
    assert_ok(tree_remove(&t, 4)); /* the right half is empty now */
    assert_leaves(&t, "ABCD");
    assert_non_null(tree_parent(&t, 1));
    assert_ok(tree_remove(&t, 2));
    assert_ok(tree_remove(&t, 3));
    assert_leaves(&t, "AB");
    assert_ok(tree_remove(&t, 0));
    assert_leaves(&t, "_B");
}

static void test_truncates_more_than_once(void **state)
{
    tree t SCOPED_TREE = {0};
    make_tree(*state, &t, "A____F__");
    assert_ok(tree_remove(&t, 5));
    assert_leaves(&t, "A");
}

static void test_clone_shares(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0}, copy SCOPED_TREE = {0};
    bytes before, after;
    make_tree(a, &t, "ABCD");
    add_parent(&t, 3, NULL, 0);
    assert_ok(tree_encode(&t, a, &before));
    assert_ok(tree_clone(&copy, &t));
    for (uint32_t x = 0; x < tree_width(4); x++)
        assert_ptr_equal(tree_get(&copy, x), tree_get(&t, x));
    assert_bytes(tree_root_hash(&copy), tree_root_hash(&t));

    leaf_node leaf = make_leaf(a, 'Q');
    assert_ok(tree_update(&copy, 0, &leaf));
    assert_leaves(&copy, "QBCD");
    assert_leaves(&t, "ABCD");
    assert_ptr_equal(tree_get(&copy, 2), tree_get(&t, 2));
    assert_false(bytes_equal(tree_root_hash(&copy), tree_root_hash(&t)));
    assert_ok(tree_encode(&t, a, &after));
    assert_bytes(after, before);
    tree_cleanup(&t); /* what the copy shares lives on */
    assert_leaves(&copy, "QBCD");
}

/* A hash that was computed is not used again after a change below it. */
static void test_hashes_follow_changes(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0}, fresh SCOPED_TREE = {0};
    uint32_t at;
    make_tree(a, &t, "ABC");
    leaf_node leaf = make_leaf(a, 'D');
    uint8_t first[HASH_MAX];
    memcpy(first, tree_root_hash(&t).data, 32);
    assert_ok(tree_add(&t, &leaf, &at));
    make_tree(a, &fresh, "ABCD");
    assert_memory_not_equal(first, tree_root_hash(&t).data, 32);
    assert_bytes(tree_root_hash(&t), tree_root_hash(&fresh));
    assert_ok(tree_remove(&t, 3));
    assert_memory_equal(first, tree_root_hash(&t).data, 32);
}

static void test_wire_round_trip(void **state)
{
    arena *a = *state;
    const char *const shapes[] = {"A", "AB", "ABC", "A_C", "ABCDE", "_____F", "A______H_________Q"};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        tree t SCOPED_TREE = {0}, back SCOPED_TREE = {0};
        bytes encoded, again;
        make_tree(a, &t, shapes[i]);
        assert_ok(tree_encode(&t, a, &encoded));
        assert_ok(tree_decode(&back, s1(), encoded));
        assert_int_equal(back.num_leaves, t.num_leaves);
        assert_bytes(tree_root_hash(&back), tree_root_hash(&t));
        assert_ok(tree_encode(&back, a, &again));
        assert_bytes(again, encoded);
        for (size_t len = 0; len < encoded.len; len++) {
            tree cut;
            mls_buf part;
            assert_ok(buf_copy(&part, bytes_of(encoded.data, len)));
            assert_int_not_equal(tree_decode(&cut, s1(), view(&part)), MLS_OK);
            mls_buf_free(&part);
        }
    }
}

static void assert_bad_tree(arena *a, const tree *t, mls_err err)
{
    bytes encoded;
    tree out;
    assert_ok(tree_encode(t, a, &encoded));
    assert_err(tree_decode(&out, s1(), encoded), err);
}

/* The same node on the wire, `count` times over. */
static void assert_bad_nodes(arena *a, bytes node, size_t count)
{
    tree out;
    uint8_t *octets = arena_alloc(a, 4 + count * node.len);
    size_t at = codec_put_length(octets, count * node.len);
    for (size_t i = 0; i < count; i++, at += node.len)
        memcpy(octets + at, node.data, node.len);
    assert_err(tree_decode(&out, s1(), bytes_of(octets, at)), MLS_ERR_BAD_TREE);
}

static void test_hostile_trees(void **state)
{
    arena *a = *state;
    tree out;
    assert_err(tree_decode(&out, s1(), unhex(a, "00")), MLS_ERR_BAD_TREE);
    assert_err(tree_decode(&out, s1(), unhex(a, "0100")), MLS_ERR_BAD_TREE);
    assert_err(tree_decode(&out, s1(), unhex(a, "03000000")), MLS_ERR_BAD_TREE);

    tree t SCOPED_TREE = {0};
    make_tree(a, &t, "AB_D");
    add_parent(&t, 1, (uint32_t[]){3}, 1); /* not below the node */
    assert_bad_tree(a, &t, MLS_ERR_BAD_TREE);
    add_parent(&t, 1, (uint32_t[]){UINT32_MAX}, 1);
    assert_bad_tree(a, &t, MLS_ERR_BAD_TREE);
    add_parent(&t, 1, NULL, 0);
    add_parent(&t, 5, (uint32_t[]){2}, 1); /* a blank leaf */
    assert_bad_tree(a, &t, MLS_ERR_BAD_TREE);

    /* A leaf in the place of a parent: one blank node in front shifts all others. */
    tree one SCOPED_TREE = {0};
    bytes encoded;
    make_tree(a, &one, "A");
    assert_ok(tree_encode(&one, a, &encoded));
    size_t header = (size_t)1 << (encoded.data[0] >> 6), body = encoded.len - header;
    uint8_t *shifted = arena_alloc(a, encoded.len + 8), length[4];
    size_t n = codec_put_length(length, body + 1);
    memcpy(shifted, length, n);
    shifted[n] = 0;
    memcpy(shifted + n + 1, encoded.data + header, body);
    assert_err(tree_decode(&out, s1(), bytes_of(shifted, n + 1 + body)), MLS_ERR_BAD_TREE);
    /* The same between two leaves, and a parent in the place of a leaf. */
    assert_bad_nodes(a, bytes_of(encoded.data + header, body), 3);
    const uint8_t parent[37] = {1, NODE_PARENT, 32}; /* a key, no parent_hash, nobody unmerged */
    assert_bad_nodes(a, bytes_of(parent, sizeof parent), 1);
}

/* Ten thousand blank nodes and then a leaf: sizes follow the input. */
static void test_many_blanks(void **state)
{
    arena *a = *state;
    enum { BLANKS = 10000 };
    tree one SCOPED_TREE = {0}, t SCOPED_TREE = {0};
    bytes encoded;
    make_tree(a, &one, "A");
    assert_ok(tree_encode(&one, a, &encoded));
    size_t header = (size_t)1 << (encoded.data[0] >> 6), body = encoded.len - header;
    uint8_t *in = arena_alloc(a, BLANKS + encoded.len + 8);
    size_t n = codec_put_length(in, BLANKS + body);
    memcpy(in + n + BLANKS, encoded.data + header, body);
    assert_ok(tree_decode(&t, s1(), bytes_of(in, n + BLANKS + body)));
    assert_int_equal(t.num_leaves, 8192);
    assert_non_null(tree_leaf(&t, BLANKS / 2));
    assert_int_equal(tree_num_members(&t), 1);
}

static void test_out_of_range(void **state)
{
    tree t SCOPED_TREE = {0};
    make_tree(*state, &t, "ABC");
    assert_null(tree_leaf(&t, 3));
    assert_null(tree_leaf(&t, 4));
    assert_null(tree_leaf(&t, UINT32_C(1) << 31));
    assert_null(tree_leaf(&t, UINT32_MAX));
    assert_null(tree_get(&t, 7));
    assert_null(tree_parent(&t, UINT32_MAX));
}

/* Checks of a tree as a new member gets it; signatures and parent hashes have their vectors. */
static void test_check_members(void **state)
{
    tree t SCOPED_TREE = {0};
    extension_list none = {0};
    make_tree(*state, &t, "ABC");
    assert_ok(tree_check_members(&t, &none));
    leaf_node twice = make_leaf(*state, 'A');
    twice.signature_key = make_leaf(*state, 'Q').signature_key;
    assert_ok(tree_set_leaf(&t, 3, &twice)); /* the encryption key of leaf 0 */
    assert_err(tree_check_members(&t, &none), MLS_ERR_DUPLICATE);
    twice = make_leaf(*state, 'Q');
    twice.signature_key = make_leaf(*state, 'A').signature_key;
    assert_ok(tree_set_leaf(&t, 3, &twice)); /* the signature key of leaf 0 */
    assert_err(tree_check_members(&t, &none), MLS_ERR_DUPLICATE);
    extension unknown = {.type = 0xFF42};
    extension_list asked = {{&unknown, 1}};
    assert_ok(tree_blank(&t, 6));
    assert_err(tree_check_members(&t, &asked), MLS_ERR_CAPABILITIES);
    assert_err(tree_check(&t, BYTES_LITERAL("group"), &none, (bytes){0}), MLS_ERR_BAD_SIGNATURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_resolution_of_figure_10),
        test(test_filtered_path),
        test(test_filtered_path_of_few),
        test(test_add),
        test(test_add_is_unmerged),
        test(test_update_blanks_path),
        test(test_remove_truncates),
        test(test_truncates_more_than_once),
        test(test_clone_shares),
        test(test_hashes_follow_changes),
        test(test_wire_round_trip),
        test(test_hostile_trees),
        test(test_many_blanks),
        test(test_out_of_range),
        test(test_check_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
