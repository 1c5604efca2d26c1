/* Update paths and Updates (RFC 9420 sections 7.3, 7.5, 7.6, 12.4.2) that members must refuse. */
#include "rogue.h"

#include <string.h>

/* B, C and D refuse a commit of A. */
static void refuse_commit(world *w, rogue_commit r, mls_err err)
{
    bytes m = make_rogue_commit(w, dev(w, 'A'), &r);
    for (const char *p = "BCD"; *p; p++)
        refuse(dev(w, *p), m, err);
}

/* ---- Keys ---- */

static void set_key(leaf_node *leaf, const void *data)
{
    leaf->encryption_key = *(const bytes *)data;
}

static void test_leaf_key_not_new(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    const epoch *e = dev(w, 'A')->group->current;
    refuse_commit(w, (rogue_commit){.leaf_private = e->priv.keys[0]}, MLS_ERR_DUPLICATE);
    bytes of_another = leaf_of(dev(w, 'C'))->encryption_key;
    refuse_commit(w, (rogue_commit){.edit_leaf = set_key, .data = &of_another}, MLS_ERR_DUPLICATE);
    bytes of_parent = tree_encryption_key(&e->tree, tree_root(e->tree.num_leaves));
    refuse_commit(w, (rogue_commit){.edit_leaf = set_key, .data = &of_parent}, MLS_ERR_DUPLICATE);
}

/* The keys of a path that is in the tree already. */
static void test_path_keys_not_new(void **state)
{
    world *w = *state;
    uint8_t secret[HASH_MAX] = "a secret used twice";
    make_group(w, "ABCD");
    rogue_commit r = {.leaf_secret = secret};
    deliver(w, "BCD", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_COMMIT);
    bytes m = make_rogue_commit(w, dev(w, 'B'), &r);
    refuse(dev(w, 'C'), m, MLS_ERR_DUPLICATE);
    refuse(dev(w, 'D'), m, MLS_ERR_DUPLICATE);
}

/* One key for the leaf and the node above it. */
static void test_keys_within_path(void **state)
{
    world *w = *state;
    const suite *s = suite_find(w->suite);
    uint8_t secret[HASH_MAX] = "the first path secret", secret_of_node[HASH_MAX];
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    make_group(w, "ABCD");
    assert_ok(derive_secret(s, secret_of_node, secret, "node"));
    assert_ok(
        hpke_derive_key_pair(s, private_key, public_key, bytes_of(secret_of_node, s->hash->len)));
    bytes key = bytes_of(public_key, s->dh->public_len);
    refuse_commit(w, (rogue_commit){.leaf_secret = secret, .edit_leaf = set_key, .data = &key},
                  MLS_ERR_DUPLICATE);
}

static void shorter_key(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->encryption_key.len--;
}

static void shorter_node_key(update_path *path, const void *data)
{
    (void)data;
    path->nodes.items[1].encryption_key.len--;
}

static void test_key_length(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    refuse_commit(w, (rogue_commit){.edit_leaf = shorter_key}, MLS_ERR_BAD_KEY);
    refuse_commit(w, (rogue_commit){.edit_path = shorter_node_key}, MLS_ERR_BAD_KEY);
}

/* ---- The leaf ---- */

static void other_parent_hash(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->parent_hash.data++;
    leaf->parent_hash.len--;
}

static void no_parent_hash(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->parent_hash.len = 0;
}

static void as_update(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->source = LEAF_UPDATE;
}

static void as_key_package(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->source = LEAF_KEY_PACKAGE;
    leaf->not_after = UINT64_MAX;
}

static void test_parent_hash(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    refuse_commit(w, (rogue_commit){.edit_leaf = other_parent_hash}, MLS_ERR_BAD_COMMIT);
    refuse_commit(w, (rogue_commit){.edit_leaf = no_parent_hash}, MLS_ERR_BAD_COMMIT);
}

static void test_leaf_source(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    refuse_commit(w, (rogue_commit){.edit_leaf = as_update}, MLS_ERR_BAD_COMMIT);
    refuse_commit(w, (rogue_commit){.edit_leaf = as_key_package}, MLS_ERR_BAD_COMMIT);
}

static void other_identity(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->cred.identity = BYTES_LITERAL("Z");
}

static void other_credential_type(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->cred = (credential){.type = CREDENTIAL_X509, .certificates = BYTES_LITERAL("A")};
}

static void commit_source(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->source = LEAF_COMMIT;
}

static void only_x509(leaf_node *leaf, const void *data)
{
    static const uint8_t types[] = {0, CREDENTIAL_X509};
    (void)data;
    leaf->caps.credentials = bytes_of(types, sizeof types);
}

static void no_suites(leaf_node *leaf, const void *data)
{
    (void)data;
    leaf->caps.suites = (bytes){0};
}

static void unlisted_extension(leaf_node *leaf, const void *data)
{
    static extension unlisted = {.type = 0x7777};
    (void)data;
    leaf->extensions.list.items = &unlisted;
    leaf->extensions.list.count = 1;
}

static void set_signature_key(leaf_node *leaf, const void *data)
{
    leaf->signature_key = *(const bytes *)data;
}

/* What is wrong in a path's leaf and in an Update alike. */
static void test_leaf_contents(void **state)
{
    world *w = *state;
    static const struct {
        void (*edit)(leaf_node *leaf, const void *data);
        mls_err in_path, in_update;
    } cases[] = {
        {other_identity, MLS_ERR_BAD_COMMIT, MLS_ERR_BAD_PROPOSAL},
        {other_credential_type, MLS_ERR_BAD_COMMIT, MLS_ERR_BAD_PROPOSAL},
        {only_x509, MLS_ERR_BAD_LEAF, MLS_ERR_BAD_LEAF},
        {no_suites, MLS_ERR_BAD_LEAF, MLS_ERR_BAD_LEAF},
        {unlisted_extension, MLS_ERR_BAD_LEAF, MLS_ERR_BAD_LEAF},
        {shorter_key, MLS_ERR_BAD_KEY, MLS_ERR_BAD_KEY},
    };
    make_group(w, "ABCD");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        refuse_commit(w, (rogue_commit){.edit_leaf = cases[i].edit}, cases[i].in_path);
        proposal update = {.type = MLS_PROPOSAL_UPDATE,
                           .update = rogue_update_leaf(w, dev(w, 'A'), cases[i].edit, NULL)};
        refuse(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), &update), cases[i].in_update);
    }
}

static void test_leaf_signature(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    make_group(w, "ABCD");
    refuse_commit(w, (rogue_commit){.leaf_signer = dev(w, 'B')}, MLS_ERR_BAD_SIGNATURE);
    /* An Update that B signed for its own place. */
    bytes key_of_a = leaf_of(a)->signature_key;
    proposal update = {.type = MLS_PROPOSAL_UPDATE,
                       .update = rogue_update_leaf(w, dev(w, 'B'), set_signature_key, &key_of_a)};
    update.update.cred = leaf_of(a)->cred;
    refuse(dev(w, 'C'), make_rogue_proposal(w, a, &update), MLS_ERR_BAD_SIGNATURE);
}

/* ---- Updates alone ---- */

static void test_update(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    make_group(w, "ABCD");
    bytes own_key = leaf_of(a)->encryption_key;
    proposal update = {.type = MLS_PROPOSAL_UPDATE,
                       .update = rogue_update_leaf(w, a, set_key, &own_key)};
    refuse(dev(w, 'B'), make_rogue_proposal(w, a, &update), MLS_ERR_BAD_PROPOSAL);
    update.update = rogue_update_leaf(w, a, commit_source, NULL);
    refuse(dev(w, 'B'), make_rogue_proposal(w, a, &update), MLS_ERR_BAD_PROPOSAL);
    update.update = rogue_update_leaf(w, a, as_key_package, NULL);
    refuse(dev(w, 'B'), make_rogue_proposal(w, a, &update), MLS_ERR_BAD_PROPOSAL);
    update.update = rogue_update_leaf(w, a, NULL, NULL);
    deliver_one(dev(w, 'B'), make_rogue_proposal(w, a, &update), MLS_EVENT_PROPOSAL);
}

/* Keys are unique among the members, which shows when an Update is committed. */
static void test_duplicates_by_update(void **state)
{
    world *w = *state;
    size_t nh = suite_find(w->suite)->hash->len;
    make_group(w, "ABCD");
    device *a = dev(w, 'A');
    bytes key_of_d = leaf_of(dev(w, 'D'))->encryption_key;
    proposal update = {.type = MLS_PROPOSAL_UPDATE,
                       .update = rogue_update_leaf(w, dev(w, 'B'), set_key, &key_of_d)};
    deliver(w, "AC", make_rogue_proposal(w, dev(w, 'B'), &update), MLS_EVENT_PROPOSAL);
    rogue_commit r = {.reference = bytes_of(a->group->proposals[0]->ref, nh)};
    refuse(dev(w, 'C'), make_rogue_commit(w, a, &r), MLS_ERR_DUPLICATE);
}

/* The same signature key for two members, in a path and by an Update, well signed with it. */
static void test_duplicate_signature_keys(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    device *a = dev(w, 'A'), *b = dev(w, 'B'), *c = dev(w, 'C');
    bytes key_of_c = leaf_of(c)->signature_key;
    rogue_commit r = {.edit_leaf = set_signature_key, .data = &key_of_c, .leaf_signer = c};
    refuse_commit(w, r, MLS_ERR_DUPLICATE);

    mls_buf own = b->signature_key;
    b->signature_key = c->signature_key;
    proposal update = {.type = MLS_PROPOSAL_UPDATE,
                       .update = rogue_update_leaf(w, b, set_signature_key, &key_of_c)};
    b->signature_key = own;
    deliver(w, "AD", make_rogue_proposal(w, b, &update), MLS_EVENT_PROPOSAL);
    r = (rogue_commit){.reference =
                           bytes_of(a->group->proposals[0]->ref, suite_find(w->suite)->hash->len)};
    refuse(dev(w, 'D'), make_rogue_commit(w, a, &r), MLS_ERR_DUPLICATE);
}

/* ---- Nodes and ciphertexts ---- */

static void fewer_nodes(update_path *path, const void *data)
{
    (void)data;
    path->nodes.count--;
}

static void more_nodes(update_path *path, const void *data)
{
    (void)data;
    path->nodes.items[path->nodes.count] = path->nodes.items[0];
    path->nodes.count++;
}

static void no_ciphertexts(update_path *path, const void *data)
{
    const size_t *node = data;
    path->nodes.items[*node].encrypted_path_secret.count = 0;
}

static void repeated_ciphertext(update_path *path, const void *data)
{
    static hpke_ciphertext twice[8];
    update_path_node *node = &path->nodes.items[*(const size_t *)data];
    size_t count = node->encrypted_path_secret.count;
    assert_true(count < 8);
    memcpy(twice, node->encrypted_path_secret.items, count * sizeof twice[0]);
    twice[count] = twice[0];
    node->encrypted_path_secret.items = twice;
    node->encrypted_path_secret.count++;
}

static void test_number_of_nodes(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    refuse_commit(w, (rogue_commit){.edit_path = fewer_nodes}, MLS_ERR_BAD_COMMIT);
    refuse_commit(w, (rogue_commit){.edit_path = more_nodes}, MLS_ERR_BAD_COMMIT);
}

/* Section 7.6. All members refuse, those as well for whom the node's ciphertexts are not. */
static void test_number_of_ciphertexts(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    for (size_t node = 0; node < 2; node++) {
        refuse_commit(w, (rogue_commit){.edit_path = no_ciphertexts, .data = &node},
                      MLS_ERR_BAD_COMMIT);
        refuse_commit(w, (rogue_commit){.edit_path = repeated_ciphertext, .data = &node},
                      MLS_ERR_BAD_COMMIT);
    }
}

/* Section 7.5: the derived public keys are those of the path. */
static void test_wrong_path_secrets(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    refuse_commit(w, (rogue_commit){.wrong_path_secrets = true}, MLS_ERR_BAD_COMMIT);
    bytes m = make_rogue_commit(w, dev(w, 'A'), &(rogue_commit){0});
    deliver(w, "BCD", m, MLS_EVENT_COMMIT);
    assert_agree(w, "BCD", 4);
}

/* Section 7.1: unmerged leaves are in increasing order. */
static void test_order_of_unmerged(void **state)
{
    world *w = *state;
    static const uint32_t lists[][2] = {{2, 1}, {1, 1}, {UINT32_MAX, 0}};
    make_group(w, "AB");
    for (size_t i = 0; i < 3; i++) {
        uint32_t unmerged[] = {lists[i][0], lists[i][1]};
        parent_node parent = {.encryption_key = leaf_of(dev(w, 'A'))->encryption_key,
                              .unmerged_leaves = {unmerged, 2}};
        bytes encoded;
        assert_ok(parent_node_encode(w->a, &encoded, &parent));
        assert_err(parent_node_decode(w->a, &parent, encoded), MLS_ERR_DECODE_BAD_VALUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_leaf_key_not_new),
        group_test(test_path_keys_not_new),
        group_test(test_keys_within_path),
        group_test(test_key_length),
        group_test(test_parent_hash),
        group_test(test_leaf_source),
        group_test(test_leaf_contents),
        group_test(test_leaf_signature),
        group_test(test_update),
        group_test(test_duplicates_by_update),
        group_test(test_duplicate_signature_keys),
        group_test(test_number_of_nodes),
        group_test(test_number_of_ciphertexts),
        group_test(test_wrong_path_secrets),
        group_test(test_order_of_unmerged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
