/* Welcomes (RFC 9420 section 12.4.3.1) that a joiner must refuse: opened with the joiner's keys,
 * changed in one respect, and put together again with coherent hashes, tags and signatures. */
#include "rogue.h"

#include "mls/tree_wire.h"

#include <string.h>

/* A Welcome of A for D, in a group of A, B and C. */
typedef struct opened {
    world *w;
    const suite *s;
    group_secrets secrets;
    group_info info;
    tree t;
    key_package_secret own;
    welcome sealed;
    /* What an edit may leave as it is, instead of making it coherent. */
    bool keep_tree_hash, keep_tag, keep_signature;
    const device *signer;
} opened;

typedef void edit_fn(opened *o);

static extension *find(extension_list *list, uint16_t type)
{
    for (size_t i = 0; i < list->list.count; i++)
        if (list->list.items[i].type == type)
            return &list->list.items[i];
    return NULL;
}

static void open_it(opened *o, bytes octets, device *d)
{
    const suite *s = o->s;
    arena *a = o->w->a;
    message m = {0};
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN], psk[HASH_MAX] = {0};
    bytes encoded;
    assert_ok(message_decode(a, &m, octets));
    o->sealed = m.welcome;
    assert_ok(key_package_secret_decode(a, &o->own, view(&d->secret)));
    assert_ok(decrypt_with_label(s, a, &encoded, o->own.init_private.data, (bytes){0}, "Welcome",
                                 o->sealed.encrypted_group_info,
                                 &o->sealed.secrets.items[0].secrets));
    assert_ok(group_secrets_decode(a, &o->secrets, encoded));
    assert_ok(key_schedule_welcome(s, key, nonce, o->secrets.joiner_secret.data, psk));
    bytes in = o->sealed.encrypted_group_info;
    uint8_t *out = arena_alloc(a, in.len);
    assert_ok(s->aead->open(out, key, nonce, (bytes){0}, in));
    assert_ok(group_info_decode(a, &o->info, bytes_of(out, in.len - AEAD_TAG_LEN)));
    assert_ok(tree_decode(&o->t, s, find(&o->info.extensions, EXTENSION_RATCHET_TREE)->data));
}

/* The tag that follows from the joiner_secret and the context as they are now. */
static void confirm_again(opened *o)
{
    epoch_secrets secrets;
    uint8_t psk[HASH_MAX] = {0}, *tag = arena_alloc(o->w->a, HASH_MAX);
    bytes context;
    assert_ok(group_context_encode(o->w->a, &context, &o->info.context));
    assert_ok(key_schedule_epoch(o->s, &secrets, o->secrets.joiner_secret.data, psk, context));
    o->s->hash->hmac(tag, bytes_of(secrets.confirmation_key, o->s->hash->len),
                     &o->info.context.confirmed_transcript_hash, 1);
    o->info.confirmation_tag = bytes_of(tag, o->s->hash->len);
}

static bytes close_it(opened *o)
{
    const suite *s = o->s;
    arena *a = o->w->a;
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN], psk[HASH_MAX] = {0};
    message m = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_WELCOME, .welcome = o->sealed};
    key_package kp = {0};
    bytes encoded, out;
    extension *carried = find(&o->info.extensions, EXTENSION_RATCHET_TREE);
    if (carried && !o->keep_tree_hash) {
        assert_ok(tree_encode(&o->t, a, &carried->data));
        o->info.context.tree_hash = bytes_of(copy_of(a, tree_root_hash(&o->t)), s->hash->len);
    }
    if (!o->keep_tag)
        confirm_again(o);
    if (!o->keep_signature)
        assert_ok(group_info_sign(s, a, &o->info, signature_key_of(o->signer)));
    assert_ok(group_info_encode(a, &encoded, &o->info));
    uint8_t *sealed = arena_alloc(a, encoded.len + AEAD_TAG_LEN);
    assert_ok(key_schedule_welcome(s, key, nonce, o->secrets.joiner_secret.data, psk));
    s->aead->seal(sealed, key, nonce, (bytes){0}, encoded);
    m.welcome.encrypted_group_info = bytes_of(sealed, encoded.len + AEAD_TAG_LEN);
    assert_ok(group_secrets_encode(a, &encoded, &o->secrets));
    assert_ok(key_package_decode(a, &kp, o->own.key_package));
    assert_ok(encrypt_with_label(s, a, &m.welcome.secrets.items[0].secrets, kp.init_key, "Welcome",
                                 m.welcome.encrypted_group_info, encoded));
    assert_ok(message_encode(a, &out, &m));
    return out;
}

static void make_joined(world *w, bytes *octets)
{
    make_group(w, "ABC");
    mls_proposal add = add_of(w, dev(w, 'D'));
    make_commit(w, dev(w, 'A'), octets, &add, 1, 0);
}

static void join_edited(world *w, bytes octets, edit_fn *edit, mls_err err)
{
    device *d = dev(w, 'D');
    opened o = {.w = w, .s = suite_find(w->suite), .signer = dev(w, 'A')};
    open_it(&o, octets, d);
    if (edit)
        edit(&o);
    bytes changed = close_it(&o);
    assert_err(trusting_join(&d->group, changed, view(&d->secret), (bytes){0}, NULL, 0), err);
    tree_cleanup(&o.t);
    if (err != MLS_OK)
        assert_null(d->group);
}

static void join_edits(world *w, const bytes octets, size_t count, edit_fn *const *edits,
                       const mls_err *errors)
{
    for (size_t i = 0; i < count; i++)
        join_edited(w, octets, edits[i], errors[i]);
}

static void test_unchanged(void **state)
{
    world *w = *state;
    bytes octets;
    make_joined(w, &octets);
    join_edited(w, octets, NULL, MLS_OK);
    assert_int_equal(describe(dev(w, 'D')).num_members, 4);
}

/* ---- Who signed ---- */

static void signed_by_b(opened *o)
{
    o->signer = dev(o->w, 'B');
}

static void signed_by_outsider(opened *o)
{
    o->signer = dev(o->w, 'E');
}

static void signer_b(opened *o)
{
    o->info.signer = 1;
}

static void signer_past_the_end(opened *o)
{
    o->info.signer = 4;
}

static void signer_very_far(opened *o)
{
    o->info.signer = UINT32_C(1) << 31;
}

static void signer_largest(opened *o)
{
    o->info.signer = UINT32_MAX;
}

static void empty_signature(opened *o)
{
    o->keep_signature = true;
    o->info.signature.len = 0;
}

static void test_signer(void **state)
{
    world *w = *state;
    bytes octets;
    edit_fn *const edits[] = {signed_by_b,         signed_by_outsider, signer_b,
                              signer_past_the_end, signer_very_far,    signer_largest,
                              empty_signature};
    static const mls_err errors[] = {MLS_ERR_BAD_SIGNATURE,  MLS_ERR_BAD_SIGNATURE,
                                     MLS_ERR_BAD_SIGNATURE,  MLS_ERR_UNKNOWN_SENDER,
                                     MLS_ERR_UNKNOWN_SENDER, MLS_ERR_UNKNOWN_SENDER,
                                     MLS_ERR_BAD_SIGNATURE};
    make_joined(w, &octets);
    join_edits(w, octets, 7, edits, errors);
}

/* ---- GroupInfo ---- */

static void wrong_tag(opened *o)
{
    uint8_t *tag = copy_of(o->w->a, o->info.confirmation_tag);
    tag[0] ^= 1;
    o->info.confirmation_tag.data = tag;
    o->keep_tag = true;
}

static void empty_tag(opened *o)
{
    o->info.confirmation_tag.len = 0;
    o->keep_tag = true;
}

static void short_tag(opened *o)
{
    o->info.confirmation_tag.len--;
    o->keep_tag = true;
}

static void wrong_tree_hash(opened *o)
{
    uint8_t *hash = copy_of(o->w->a, o->info.context.tree_hash);
    hash[0] ^= 1;
    o->info.context.tree_hash.data = hash;
    o->keep_tree_hash = true;
}

static void other_suite(opened *o)
{
    o->info.context.suite = o->s->id == 1 ? 3 : 1;
}

static void other_version(opened *o)
{
    o->info.context.version = 2;
}

static void unknown_context_extension(opened *o)
{
    static extension unknown = {.type = 0x7777};
    o->info.context.extensions = (extension_list){{&unknown, 1}};
}

static void torn_required_capabilities(opened *o)
{
    static extension torn = {.type = EXTENSION_REQUIRED_CAPABILITIES};
    o->info.context.extensions = (extension_list){{&torn, 1}};
}

static void repeated_extension(opened *o)
{
    static extension twice[2] = {{.type = 0x7777}, {.type = 0x7777}};
    o->info.context.extensions = (extension_list){{twice, 2}};
}

static void without_tree(opened *o)
{
    o->info.extensions.list.count = 0;
}

static void test_group_info(void **state)
{
    world *w = *state;
    bytes octets;
    edit_fn *const edits[] = {wrong_tag,
                              empty_tag,
                              short_tag,
                              wrong_tree_hash,
                              other_suite,
                              other_version,
                              unknown_context_extension,
                              without_tree};
    static const mls_err errors[] = {MLS_ERR_BAD_CONFIRMATION_TAG, MLS_ERR_BAD_CONFIRMATION_TAG,
                                     MLS_ERR_BAD_CONFIRMATION_TAG, MLS_ERR_BAD_TREE,
                                     MLS_ERR_BAD_MESSAGE,          MLS_ERR_BAD_MESSAGE,
                                     MLS_ERR_CAPABILITIES,         MLS_ERR_MISSING_TREE};
    make_joined(w, &octets);
    join_edits(w, octets, 8, edits, errors);
    join_edited(w, octets, repeated_extension, MLS_ERR_DECODE_BAD_VALUE);
    join_edited(w, octets, torn_required_capabilities, MLS_ERR_BAD_MESSAGE);
}

/* Section 12.4.3: unknown extensions of a GroupInfo are ignored. */
static void unknown_extension(opened *o)
{
    static extension list[2];
    list[0] = *find(&o->info.extensions, EXTENSION_RATCHET_TREE);
    list[1] = (extension){.type = 0x0A0A, .data = BYTES_LITERAL("GREASE")};
    o->info.extensions = (extension_list){{list, 2}};
}

static void test_unknown_extension(void **state)
{
    world *w = *state;
    bytes octets;
    make_joined(w, &octets);
    join_edited(w, octets, unknown_extension, MLS_OK);
}

/* ---- The tree ---- */

/* Valid by itself, but not what our KeyPackage says. */
static void own_leaf_of_another(opened *o)
{
    world *w = o->w;
    key_package kp = rogue_key_package(w, dev(w, 'F'), NULL);
    tree_cleanup(&o->t);
    assert_ok(tree_clone(&o->t, &dev(w, 'A')->group->current->tree));
    uint32_t at;
    assert_ok(tree_add(&o->t, &kp.leaf, &at));
}

/* Signed by the joiner, too, but from another KeyPackage. */
static void own_leaf_of_another_key_package(opened *o)
{
    device *d = dev(o->w, 'D');
    uint32_t at;
    leaf_node leaf = *tree_leaf(&o->t, 3);
    leaf.not_after++;
    assert_ok(leaf_node_sign(o->s, o->w->a, &leaf, signature_key_of(d), NULL));
    tree former = o->t; /* holds what the leaf refers to */
    assert_ok(tree_clone(&o->t, &dev(o->w, 'A')->group->current->tree));
    assert_ok(tree_add(&o->t, &leaf, &at));
    tree_cleanup(&former);
}

static void leaf_changed(opened *o)
{
    leaf_node leaf = *tree_leaf(&o->t, 2);
    leaf.cred.identity = BYTES_LITERAL("Z");
    assert_ok(tree_set_leaf(&o->t, 2, &leaf));
}

/* Signed by its owner, and where no parent hash covers it. */
static void leaf_without_suites(opened *o)
{
    device *a = dev(o->w, 'A');
    leaf_node leaf = *tree_leaf(&o->t, 0);
    leaf.caps.suites = (bytes){0};
    assert_ok(leaf_node_sign(o->s, o->w->a, &leaf, signature_key_of(a),
                             &(leaf_place){o->info.context.group_id, 0}));
    assert_ok(tree_set_leaf(&o->t, 0, &leaf));
}

static void same_signature_key(opened *o)
{
    assert_ok(tree_set_leaf(&o->t, 2, tree_leaf(&o->t, 1)));
}

static void parent_key_changed(opened *o)
{
    uint32_t root = tree_root(o->t.num_leaves);
    parent_node parent = *tree_parent(&o->t, root);
    uint8_t *key = copy_of(o->w->a, parent.encryption_key);
    key[0] ^= 1;
    parent.encryption_key.data = key;
    assert_ok(tree_set_parent(&o->t, root, &parent));
}

static void parent_key_of_a_leaf(opened *o)
{
    uint32_t root = tree_root(o->t.num_leaves);
    parent_node parent = *tree_parent(&o->t, root);
    parent.encryption_key = tree_leaf(&o->t, 1)->encryption_key;
    assert_ok(tree_set_parent(&o->t, root, &parent));
}

static void unmerged_blank(opened *o)
{
    static uint32_t unmerged[] = {5};
    uint32_t root = tree_root(o->t.num_leaves);
    parent_node parent = *tree_parent(&o->t, root);
    parent.unmerged_leaves.items = unmerged;
    parent.unmerged_leaves.count = 1;
    assert_ok(tree_set_parent(&o->t, root, &parent));
}

/* The tree as encoded: a length of two octets, then the nodes. */
static void last_node_blank(opened *o)
{
    extension *carried = find(&o->info.extensions, EXTENSION_RATCHET_TREE);
    uint8_t *out = arena_alloc(o->w->a, carried->data.len + 1);
    memcpy(out, carried->data.data, carried->data.len);
    assert_int_equal(out[0] >> 6, 1);
    size_t len = ((size_t)(out[0] & 0x3F) << 8 | out[1]) + 1;
    out[0] = (uint8_t)(0x40 | len >> 8);
    out[1] = (uint8_t)len;
    carried->data = bytes_of(out, carried->data.len + 1);
    o->keep_tree_hash = true;
}

static void test_tree(void **state)
{
    world *w = *state;
    bytes octets;
    edit_fn *const edits[] = {own_leaf_of_another,  own_leaf_of_another_key_package,
                              leaf_changed,         leaf_without_suites,
                              same_signature_key,   parent_key_changed,
                              parent_key_of_a_leaf, unmerged_blank,
                              last_node_blank};
    static const mls_err errors[] = {MLS_ERR_BAD_TREE,  MLS_ERR_BAD_TREE,  MLS_ERR_BAD_SIGNATURE,
                                     MLS_ERR_BAD_LEAF,  MLS_ERR_DUPLICATE, MLS_ERR_BAD_TREE,
                                     MLS_ERR_DUPLICATE, MLS_ERR_BAD_TREE,  MLS_ERR_BAD_TREE};
    make_joined(w, &octets);
    join_edits(w, octets, 9, edits, errors);
}

/* ---- GroupSecrets ---- */

static void short_joiner_secret(opened *o)
{
    o->secrets.joiner_secret.len--;
}

static void short_path_secret(opened *o)
{
    o->secrets.path_secret.len--;
}

static void wrong_path_secret(opened *o)
{
    uint8_t *secret = copy_of(o->w->a, o->secrets.path_secret);
    secret[0] ^= 1;
    o->secrets.path_secret.data = secret;
}

static psk_id named_psks[2];

static void name_psks(opened *o, size_t count)
{
    uint8_t *nonce = arena_alloc(o->w->a, HASH_MAX);
    for (size_t i = 0; i < count; i++)
        named_psks[i] = (psk_id){.type = PSK_EXTERNAL,
                                 .external_id = BYTES_LITERAL("id"),
                                 .nonce = bytes_of(nonce, o->s->hash->len)};
    o->secrets.psks.items = named_psks;
    o->secrets.psks.count = count;
}

static void unknown_psk(opened *o)
{
    name_psks(o, 1);
}

static void short_nonce(opened *o)
{
    name_psks(o, 1);
    named_psks[0].nonce.len--;
}

static void branch_psk(opened *o)
{
    name_psks(o, 1);
    named_psks[0].type = PSK_RESUMPTION;
    named_psks[0].usage = PSK_USAGE_BRANCH;
    named_psks[0].group_id = o->info.context.group_id;
}

/* Section 12.4.3.1: one parent only. */
static void two_parents(opened *o)
{
    name_psks(o, 2);
    for (uint8_t i = 0; i < 2; i++) {
        named_psks[i].type = PSK_RESUMPTION;
        named_psks[i].usage = PSK_USAGE_REINIT + i;
        named_psks[i].group_id = o->info.context.group_id;
    }
}

static void test_group_secrets(void **state)
{
    world *w = *state;
    bytes octets;
    edit_fn *const edits[] = {short_joiner_secret, short_path_secret, wrong_path_secret,
                              unknown_psk,         short_nonce,       branch_psk,
                              two_parents};
    static const mls_err errors[] = {MLS_ERR_BAD_MESSAGE, MLS_ERR_BAD_MESSAGE, MLS_ERR_BAD_COMMIT,
                                     MLS_ERR_MISSING_PSK, MLS_ERR_BAD_MESSAGE, MLS_ERR_MISSING_PSK,
                                     MLS_ERR_BAD_MESSAGE};
    make_joined(w, &octets);
    join_edits(w, octets, 7, edits, errors);
}

static void same_psk_twice(opened *o)
{
    name_psks(o, 2);
}

static void test_repeated_psk(void **state)
{
    world *w = *state;
    device *d = dev(w, 'D');
    const mls_psk psk = {BYTES_LITERAL("id"), BYTES_LITERAL("shared by other means")};
    bytes octets;
    make_joined(w, &octets);
    opened o = {.w = w, .s = suite_find(w->suite), .signer = dev(w, 'A')};
    open_it(&o, octets, d);
    same_psk_twice(&o);
    bytes changed = close_it(&o);
    assert_err(trusting_join(&d->group, changed, view(&d->secret), (bytes){0}, &psk, 1),
               MLS_ERR_DUPLICATE);
    tree_cleanup(&o.t);
}

/* ---- Which KeyPackage ---- */

static void test_other_suite_of_welcome(void **state)
{
    world *w = *state;
    device *d = dev(w, 'D');
    message m = {0};
    bytes octets, changed;
    make_joined(w, &octets);
    assert_ok(message_decode(w->a, &m, octets));
    m.welcome.suite = w->suite == 1 ? 3 : 1;
    assert_ok(message_encode(w->a, &changed, &m));
    assert_err(trusting_join(&d->group, changed, view(&d->secret), (bytes){0}, NULL, 0),
               MLS_ERR_NO_MATCHING_KEY_PACKAGE);
    fresh_key_package(w, d); /* another one than was used */
    assert_err(trusting_join(&d->group, octets, view(&d->secret), (bytes){0}, NULL, 0),
               MLS_ERR_NO_MATCHING_KEY_PACKAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_unchanged),    group_test(test_signer),
        group_test(test_group_info),   group_test(test_unknown_extension),
        group_test(test_tree),         group_test(test_group_secrets),
        group_test(test_repeated_psk), group_test(test_other_suite_of_welcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
