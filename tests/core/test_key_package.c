/* KeyPackages and leaves that break one rule each, and are well signed otherwise. */
#include "helpers.h"

#include "mls/group_context.h"
#include "mls/proposal.h"
#include "mls/tree_check.h"
#include "mls/treekem.h"

#include <string.h>

#define SCOPED_TREE __attribute__((cleanup(tree_cleanup)))
#define NOW         UINT64_C(1750000000)

static const extension_list none;

typedef struct owner {
    const suite *s;
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[SIGN_PUBLIC_MAX];
    uint8_t init_private[KEM_PRIVATE_MAX], init_key[KEM_PUBLIC_MAX];
    uint8_t encryption_private[KEM_PRIVATE_MAX], encryption_key[KEM_PUBLIC_MAX];
} owner;

static bytes signature_key(const owner *o)
{
    return bytes_of(o->private_key, o->s->sign->private_len);
}

static owner *make_owner(arena *a)
{
    owner *o = arena_alloc(a, sizeof *o);
    o->s = suite_find(mls_suite_at(0));
    o->s->sign->generate(o->private_key, o->public_key);
    o->s->dh->generate(o->init_private, o->init_key);
    o->s->dh->generate(o->encryption_private, o->encryption_key);
    return o;
}

static key_package make(arena *a, const owner *o)
{
    key_package kp = {
        .version = MLS_VERSION_10,
        .suite = o->s->id,
        .init_key = bytes_of(o->init_key, 32),
        .leaf = {.encryption_key = bytes_of(o->encryption_key, 32),
                 .signature_key = bytes_of(o->public_key, 32),
                 .cred = {.type = CREDENTIAL_BASIC, .identity = BYTES_LITERAL("A")},
                 .source = LEAF_KEY_PACKAGE,
                 .not_before = NOW,
                 .not_after = NOW + 1000},
    };
    assert_ok(capabilities_own(a, &kp.leaf.caps));
    return kp;
}

/* The signature covers all that stands before it: with an empty one, all but the last octet. */
static void sign_package(arena *a, const owner *o, key_package *kp)
{
    bytes encoded;
    kp->signature = (bytes){0};
    assert_ok(key_package_encode(a, &encoded, kp));
    encoded.len--;
    assert_ok(sign_with_label(o->s, a, &kp->signature, signature_key(o), "KeyPackageTBS", encoded));
}

static void assert_check(arena *a, const owner *o, key_package kp, mls_err expected)
{
    mls_key_package_info info;
    bytes encoded;
    assert_ok(leaf_node_sign(o->s, a, &kp.leaf, signature_key(o),
                             &(leaf_place){BYTES_LITERAL("group"), 0}));
    sign_package(a, o, &kp);
    assert_ok(key_package_encode(a, &encoded, &kp));
    assert_err(mls_key_package_check(&info, encoded, NOW), expected);
}

static void test_good(void **state)
{
    owner *o = make_owner(*state);
    assert_check(*state, o, make(*state, o), MLS_OK);
}

static bytes longer(arena *a, bytes in)
{
    uint8_t *out = arena_alloc(a, in.len + 1);
    memcpy(out, in.data, in.len);
    return bytes_of(out, in.len + 1);
}

static void test_one_rule_each(void **state)
{
    arena *a = *state;
    owner *o = make_owner(a);
    key_package kp = make(a, o);
    kp.init_key = kp.leaf.encryption_key;
    assert_check(a, o, kp, MLS_ERR_BAD_LEAF);
    kp = make(a, o);
    kp.init_key.len--;
    assert_check(a, o, kp, MLS_ERR_BAD_KEY);
    kp = make(a, o);
    kp.leaf.encryption_key.len--;
    assert_check(a, o, kp, MLS_ERR_BAD_KEY);
    kp = make(a, o);
    kp.leaf.signature_key = longer(a, kp.leaf.signature_key);
    assert_check(a, o, kp, MLS_ERR_BAD_KEY);
    kp = make(a, o);
    kp.version = 2;
    assert_check(a, o, kp, MLS_ERR_DECODE_VERSION);
    kp = make(a, o);
    kp.suite = 8; /* unassigned */
    assert_check(a, o, kp, MLS_ERR_UNSUPPORTED_SUITE);
    kp = make(a, o);
    kp.leaf.source = LEAF_UPDATE;
    assert_check(a, o, kp, MLS_ERR_BAD_LEAF);
    kp = make(a, o);
    kp.leaf.caps.suites = (bytes){0};
    assert_check(a, o, kp, MLS_ERR_BAD_LEAF);
    kp = make(a, o);
    kp.leaf.caps.versions = (bytes){0};
    assert_check(a, o, kp, MLS_ERR_BAD_LEAF);
    kp = make(a, o);
    kp.leaf.caps.credentials = (bytes){0};
    assert_check(a, o, kp, MLS_ERR_BAD_LEAF);
}

static void test_lifetime(void **state)
{
    arena *a = *state;
    owner *o = make_owner(a);
    key_package kp = make(a, o);
    kp.leaf.not_before = NOW + 3601; /* an hour of skew is allowed */
    assert_check(a, o, kp, MLS_ERR_LIFETIME);
    kp.leaf.not_before = NOW + 3599;
    kp.leaf.not_after = NOW + 5000;
    assert_check(a, o, kp, MLS_OK);
    kp.leaf.not_before = NOW - 5000;
    kp.leaf.not_after = NOW - 1;
    assert_check(a, o, kp, MLS_ERR_LIFETIME);
    kp.leaf.not_after = kp.leaf.not_before + 400 * 24 * 3600;
    assert_check(a, o, kp, MLS_OK);
    kp.leaf.not_after++;
    assert_check(a, o, kp, MLS_ERR_LIFETIME);
    kp.leaf.not_after = UINT64_MAX;
    kp.leaf.not_before = 0;
    assert_check(a, o, kp, MLS_ERR_LIFETIME);
}

/* What no one would take is not made. */
static void test_own_lifetime(void **state)
{
    mls_buf signature_key, public_key, made, secret;
    (void)state;
    assert_ok(mls_signature_key_new(&signature_key, &public_key, 1));
    mls_member_params params = {.suite = 1,
                                .identity = BYTES_LITERAL("a"),
                                .signature_key = view(&signature_key),
                                .not_before = NOW,
                                .not_after = NOW + 400 * 24 * 3600};
    assert_ok(mls_key_package_new(&made, &secret, &params));
    mls_buf_free(&made);
    mls_buf_free(&secret);
    params.not_after++;
    assert_err(mls_key_package_new(&made, &secret, &params), MLS_ERR_INVALID_ARGUMENT);
    params.not_after = NOW - 1;
    assert_err(mls_key_package_new(&made, &secret, &params), MLS_ERR_INVALID_ARGUMENT);
    mls_buf_free(&signature_key);
    mls_buf_free(&public_key);
}

static void test_signatures(void **state)
{
    arena *a = *state;
    owner *o = make_owner(a), *other = make_owner(a);
    key_package kp = make(a, o);
    assert_ok(leaf_node_sign(o->s, a, &kp.leaf, signature_key(other), NULL));
    sign_package(a, o, &kp);
    assert_err(key_package_check(&kp), MLS_ERR_BAD_SIGNATURE);
    assert_ok(leaf_node_sign(o->s, a, &kp.leaf, signature_key(o), NULL));
    sign_package(a, other, &kp);
    assert_err(key_package_check(&kp), MLS_ERR_BAD_SIGNATURE);
    sign_package(a, o, &kp);
    assert_ok(key_package_check(&kp));
}

/* ---- Trees of such leaves ---- */

/* A tree of well-signed leaves, as new KeyPackages bring them. */
static void make_tree(arena *a, tree *t, owner **owners, uint32_t count)
{
    uint32_t at;
    for (uint32_t i = 0; i < count; i++) {
        owners[i] = make_owner(a);
        key_package kp = make(a, owners[i]);
        assert_ok(leaf_node_sign(owners[i]->s, a, &kp.leaf, signature_key(owners[i]), NULL));
        if (i == 0)
            assert_ok(tree_init(t, owners[0]->s));
        assert_ok(tree_add(t, &kp.leaf, &at));
    }
}

static void new_path(tree *t, owner *o, uint32_t leaf_index)
{
    tree_private priv = {.leaf_index = leaf_index};
    path_secrets secrets;
    uint8_t leaf_secret[HASH_MAX], public_key[KEM_PUBLIC_MAX];
    assert_ok(random_bytes(leaf_secret, sizeof leaf_secret));
    o->s->dh->generate(o->encryption_private, public_key);
    assert_ok(treekem_new_path(t, &priv, &secrets, BYTES_LITERAL("group"), signature_key(o),
                               leaf_secret, o->encryption_private, public_key));
}

static mls_err check(tree *t)
{
    return tree_check(t, BYTES_LITERAL("group"), &none, (bytes){0});
}

static void test_tree_signatures(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0};
    owner *o[4];
    make_tree(a, &t, o, 4);
    assert_ok(check(&t));
    new_path(&t, o[1], 1);
    assert_ok(check(&t));
    assert_err(tree_check(&t, BYTES_LITERAL("another group"), &none, (bytes){0}),
               MLS_ERR_BAD_SIGNATURE);
    leaf_node changed = *tree_leaf(&t, 2);
    changed.cred.identity = BYTES_LITERAL("somebody else");
    assert_ok(tree_set_leaf(&t, 2, &changed));
    assert_err(check(&t), MLS_ERR_BAD_SIGNATURE);
}

static void test_tree_parent_hashes(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0}, orphan SCOPED_TREE = {0};
    owner *o[4];
    make_tree(a, &t, o, 4);
    new_path(&t, o[0], 0);
    assert_ok(check(&t));
    /* A key that nobody made on a path: no child's parent hash is about it. */
    assert_ok(tree_clone(&orphan, &t));
    parent_node parent = {.encryption_key = bytes_of(o[3]->init_key, 32)};
    assert_ok(tree_set_parent(&orphan, 5, &parent));
    assert_err(check(&orphan), MLS_ERR_BAD_TREE);
    /* The root's key replaced, everything below it as it was. */
    parent = *tree_parent(&t, 3);
    parent.encryption_key = bytes_of(o[3]->init_key, 32);
    assert_ok(tree_set_parent(&t, 3, &parent));
    assert_err(check(&t), MLS_ERR_BAD_TREE);
    parent.encryption_key.len--;
    assert_ok(tree_set_parent(&t, 3, &parent));
    assert_err(check(&t), MLS_ERR_BAD_KEY);
}

static void set_unmerged(tree *t, uint32_t node, uint32_t *leaves, size_t count)
{
    parent_node parent = *tree_parent(t, node);
    parent.unmerged_leaves.items = leaves;
    parent.unmerged_leaves.count = count;
    assert_ok(tree_set_parent(t, node, &parent));
}

/* A leaf that the root calls unmerged must be so in every node between. */
static void test_tree_unmerged(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0};
    owner *o[4];
    uint32_t at;
    make_tree(a, &t, o, 4);
    assert_ok(tree_remove(&t, 1));
    new_path(&t, o[2], 2);
    new_path(&t, o[3], 3);
    assert_non_null(tree_parent(&t, 5));
    owner *late = make_owner(a);
    key_package kp = make(a, late);
    assert_ok(leaf_node_sign(late->s, a, &kp.leaf, signature_key(late), NULL));
    assert_ok(tree_add(&t, &kp.leaf, &at));
    assert_int_equal(at, 1);
    assert_ok(check(&t));
    set_unmerged(&t, 3, (uint32_t[]){1, 2}, 2); /* node 5 does not name leaf 2 */
    assert_err(check(&t), MLS_ERR_BAD_TREE);
}

/* A path brings keys that the tree does not have (section 7.5). */
static void test_path_must_be_fresh(void **state)
{
    arena *a = *state;
    tree t SCOPED_TREE = {0};
    owner *o[2];
    make_tree(a, &t, o, 2);
    update_path_node node = {.encryption_key = bytes_of(o[1]->encryption_key, 32)};
    update_path path = {.leaf = *tree_leaf(&t, 0), .nodes = {&node, 1}};
    path.leaf.source = LEAF_COMMIT;
    path.leaf.encryption_key = bytes_of(o[0]->init_key, 32);
    assert_err(treekem_merge(&t, 0, &path), MLS_ERR_DUPLICATE);
    node.encryption_key = bytes_of(o[1]->init_key, 32);
    path.leaf.encryption_key = bytes_of(o[0]->encryption_key, 32);
    assert_err(treekem_merge(&t, 0, &path), MLS_ERR_DUPLICATE);
    path.nodes.count = 0;
    path.leaf.encryption_key = bytes_of(o[0]->init_key, 32);
    assert_err(treekem_merge(&t, 0, &path), MLS_ERR_BAD_COMMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_good),
        test(test_one_rule_each),
        test(test_lifetime),
        test(test_own_lifetime),
        test(test_signatures),
        test(test_tree_signatures),
        test(test_tree_parent_hashes),
        test(test_tree_unmerged),
        test(test_path_must_be_fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
