/* GroupInfos (RFC 9420 sections 12.4.3 and 12.4.3.2) with which nobody must enter: changed in one
 * respect, and signed again by a member. */
#include "rogue.h"

#include "mls/tree_wire.h"

#include <string.h>

typedef struct published {
    world *w;
    group_info info;
    tree t;
    bool keep_tree; /* the edit changed the encoded tree itself */
    const device *signer;
} published;

typedef void edit_fn(published *p);

static extension *find(published *p, uint16_t type)
{
    for (size_t i = 0; i < p->info.extensions.list.count; i++)
        if (p->info.extensions.list.items[i].type == type)
            return &p->info.extensions.list.items[i];
    fail();
    return NULL;
}

/* What A publishes of a group of A, B and C, changed, with a coherent tree hash and signature. */
static bytes publish(world *w, edit_fn *edit)
{
    published p = {.w = w, .signer = dev(w, 'A')};
    const suite *s = suite_find(w->suite);
    message m = {0};
    mls_buf octets;
    bytes out;
    assert_ok(mls_group_info_make(dev(w, 'A')->group, &octets, true));
    assert_ok(message_decode(w->a, &m, keep(w, &octets)));
    p.info = m.group_info;
    assert_ok(tree_decode(&p.t, s, find(&p, EXTENSION_RATCHET_TREE)->data));
    if (edit)
        edit(&p);
    if (edit && !p.keep_tree) {
        assert_ok(tree_encode(&p.t, w->a, &find(&p, EXTENSION_RATCHET_TREE)->data));
        bytes hash = tree_root_hash(&p.t);
        p.info.context.tree_hash = bytes_of(copy_of(w->a, hash), hash.len);
    }
    assert_ok(group_info_sign(s, w->a, &p.info, signature_key_of(p.signer)));
    m.group_info = p.info;
    assert_ok(message_encode(w->a, &out, &m));
    tree_cleanup(&p.t);
    return out;
}

/* D tries to enter. */
static void enter(world *w, edit_fn *edit, mls_err err)
{
    device *d = dev(w, 'D');
    mls_member_params params = {.suite = w->suite,
                                .identity = bytes_of(d->name, 1),
                                .signature_key = signature_key_of(d),
                                .not_before = NOW - DAY,
                                .not_after = NOW + DAY};
    mls_buf message_out;
    bytes octets = publish(w, edit);
    assert_err(
        trusting_join_external(&d->group, &message_out, octets, &params, (bytes){0}, (bytes){0}),
        err);
    if (err == MLS_OK) {
        deliver(w, "ABC", keep(w, &message_out), MLS_EVENT_COMMIT);
        assert_agree(w, "ABCD", 4);
    } else {
        assert_null(d->group);
        assert_null(message_out.data);
    }
}

static void test_unchanged(void **state)
{
    make_group(*state, "ABC");
    enter(*state, NULL, MLS_OK);
}

/* Sections 13.4 and 13.5 */
static void with_grease(published *p)
{
    static extension more[3];
    for (size_t i = 0; i < 2; i++)
        more[i] = p->info.extensions.list.items[i];
    more[2] = (extension){.type = 0x5A5A, .data = BYTES_LITERAL("any")};
    assert_int_equal(p->info.extensions.list.count, 2);
    p->info.extensions.list.items = more;
    p->info.extensions.list.count = 3;
}

static void test_unknown_extension(void **state)
{
    make_group(*state, "ABC");
    enter(*state, with_grease, MLS_OK);
}

/* ---- external_pub ---- */

static void without_external_pub(published *p)
{
    find(p, EXTENSION_EXTERNAL_PUB)->type = 0x0A0A;
}

/* As ts-mls writes it: the key alone, without its length. */
static void without_length(published *p)
{
    extension *pub = find(p, EXTENSION_EXTERNAL_PUB);
    pub->data.data++;
    pub->data.len--;
}

static void with_more(published *p)
{
    extension *pub = find(p, EXTENSION_EXTERNAL_PUB);
    uint8_t *longer = arena_alloc(p->w->a, pub->data.len + 1);
    memcpy(longer, pub->data.data, pub->data.len);
    pub->data = bytes_of(longer, pub->data.len + 1);
}

static void test_external_pub(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    enter(w, without_external_pub, MLS_ERR_BAD_MESSAGE);
    enter(w, with_more, MLS_ERR_DECODE_TRAILING);
    /* Whatever the first octet of the key says as a length, a whole key does not follow. */
    mls_member_params params = {.suite = w->suite,
                                .identity = BYTES_LITERAL("D"),
                                .signature_key = signature_key_of(dev(w, 'D')),
                                .not_after = NOW};
    mls_group *group;
    mls_buf message_out;
    assert_int_not_equal(trusting_join_external(&group, &message_out, publish(w, without_length),
                                                &params, (bytes){0}, (bytes){0}),
                         MLS_OK);
    assert_null(group);
}

/* ---- Signature ---- */

static void signed_by_b(published *p)
{
    p->signer = dev(p->w, 'B');
}

static void signed_by_outsider(published *p)
{
    p->signer = dev(p->w, 'E');
}

static void signer_blank(published *p)
{
    p->info.signer = 3;
}

static void signer_largest(published *p)
{
    p->info.signer = UINT32_MAX;
}

static void test_signer(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    enter(w, signed_by_b, MLS_ERR_BAD_SIGNATURE);
    enter(w, signed_by_outsider, MLS_ERR_BAD_SIGNATURE);
    enter(w, signer_blank, MLS_ERR_UNKNOWN_SENDER);
    enter(w, signer_largest, MLS_ERR_UNKNOWN_SENDER);
}

/* ---- Context and tree ---- */

static void other_version(published *p)
{
    p->info.context.version = 2;
}

static void unknown_extension(published *p)
{
    static extension unknown = {.type = 0x7777};
    p->info.context.extensions = (extension_list){{&unknown, 1}};
}

static void torn_external_senders(published *p)
{
    static extension torn = {.type = EXTENSION_EXTERNAL_SENDERS};
    torn.data = BYTES_LITERAL("\4\0");
    p->info.context.extensions = (extension_list){{&torn, 1}};
}

static void wrong_tree_hash(published *p)
{
    bytes hash = p->info.context.tree_hash;
    uint8_t *changed = copy_of(p->w->a, hash);
    changed[0] ^= 1;
    p->info.context.tree_hash = bytes_of(changed, hash.len);
    p->keep_tree = true;
}

static void leaf_changed(published *p)
{
    leaf_node leaf = *tree_leaf(&p->t, 2);
    leaf.cred.identity = BYTES_LITERAL("Z");
    assert_ok(tree_set_leaf(&p->t, 2, &leaf));
}

static void parent_key_changed(published *p)
{
    uint32_t root = tree_root(p->t.num_leaves);
    parent_node parent = *tree_parent(&p->t, root);
    uint8_t *key = copy_of(p->w->a, parent.encryption_key);
    key[0] ^= 1;
    parent.encryption_key.data = key;
    assert_ok(tree_set_parent(&p->t, root, &parent));
}

static void leaf_twice(published *p)
{
    assert_ok(tree_set_leaf(&p->t, 2, tree_leaf(&p->t, 1)));
}

static void test_context_and_tree(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    enter(w, other_version, MLS_ERR_BAD_MESSAGE);
    enter(w, unknown_extension, MLS_ERR_CAPABILITIES);
    enter(w, torn_external_senders, MLS_ERR_BAD_MESSAGE);
    enter(w, wrong_tree_hash, MLS_ERR_BAD_TREE);
    enter(w, leaf_changed, MLS_ERR_BAD_SIGNATURE);
    enter(w, parent_key_changed, MLS_ERR_BAD_TREE);
    enter(w, leaf_twice, MLS_ERR_DUPLICATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_unchanged),        group_test(test_unknown_extension),
        group_test(test_external_pub),     group_test(test_signer),
        group_test(test_context_and_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
