/* Public keys that no secret can be agreed on with: of small order, or not on the curve. Whoever
 * has one is shut out, and nobody else. With a suite of each kind of curve. */
#include "rogue.h"

/* X25519 and X448: a point of small order. P-256: not even a point. */
static const uint8_t zeros[KEM_PUBLIC_MAX];

static bytes bad_key(const world *w)
{
    return bytes_of(zeros, suite_find(w->suite)->dh->public_len);
}

static void set_key(leaf_node *leaf, const void *data)
{
    leaf->encryption_key = *(const bytes *)data;
}

/* B's Update brings a bad key. The others commit, one after the other, and stay together. */
static void test_member(void **state)
{
    world *w = *state;
    bytes key = bad_key(w);
    make_group(w, "ABCD");
    const proposal update = {.type = MLS_PROPOSAL_UPDATE,
                             .update = rogue_update_leaf(w, dev(w, 'B'), set_key, &key)};
    deliver(w, "ACD", make_rogue_proposal(w, dev(w, 'B'), &update), MLS_EVENT_PROPOSAL);
    const char *committers = "ACDA";
    for (const char *by = committers; *by; by++) {
        deliver(w, "ACD", make_commit(w, dev(w, *by), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
        assert_agree(w, "ACD", 4);
        assert_bytes(tree_leaf(&dev(w, 'A')->group->current->tree, describe(dev(w, 'B')).own_leaf)
                         ->encryption_key,
                     key);
    }
    assert_all_talk(w, "ACD");
    mls_proposal remove = remove_of(dev(w, 'B'));
    deliver(w, "ACD", make_commit(w, dev(w, 'D'), NULL, &remove, 1, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ACD", 3);
}

/* The shape is what it would be with a good key: others check the number of ciphertexts, and
 * nobody can tell a decoy by its lengths. */
static void test_decoy(void **state)
{
    world *w = *state;
    const suite *s = suite_find(w->suite);
    hpke_ciphertext real, decoy, again;
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX], secret[HASH_MAX] = {0};
    bytes plaintext = bytes_of(secret, s->hash->len), opened;
    assert_ok(hpke_generate(s, private_key, public_key));
    bytes key = bytes_of(public_key, s->dh->public_len);
    assert_ok(hpke_check_public_key(s, key));
    assert_err(hpke_check_public_key(s, bad_key(w)), MLS_ERR_BAD_KEY);
    assert_err(hpke_check_public_key(s, bytes_of(public_key, key.len - 1)), MLS_ERR_BAD_KEY);
    assert_ok(hpke_seal(s, w->a, &real, key, (bytes){0}, plaintext));
    assert_ok(hpke_decoy(s, w->a, &decoy, plaintext.len));
    assert_ok(hpke_decoy(s, w->a, &again, plaintext.len));
    assert_int_equal(decoy.kem_output.len, real.kem_output.len);
    assert_int_equal(decoy.ciphertext.len, real.ciphertext.len);
    assert_ok(hpke_check_public_key(s, decoy.kem_output));
    assert_false(bytes_equal(decoy.kem_output, again.kem_output));
    assert_false(bytes_equal(decoy.ciphertext, again.ciphertext));
    assert_ok(hpke_open(s, w->a, &opened, private_key, (bytes){0}, (bytes){0}, &real));
    assert_err(hpke_open(s, w->a, &opened, private_key, (bytes){0}, (bytes){0}, &decoy),
               MLS_ERR_DECRYPT_FAILED);
}

static bytes init_key;

static void set_init_key(key_package *kp)
{
    kp->init_key = init_key;
}

static bytes bad_key_package(world *w, device *d)
{
    bytes octets;
    init_key = bad_key(w);
    key_package kp = rogue_key_package(w, d, set_init_key);
    assert_ok(key_package_encode(w->a, &octets, &kp));
    return octets;
}

/* No Welcome can be encrypted to such an init_key: adding its owner fails and changes nothing. */
static void test_key_package(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf out, invitation, before[2], after[2];
    make_group(w, "AB");
    mls_proposal adds[] = {add_of(w, dev(w, 'C')),
                           {.type = MLS_PROPOSAL_ADD, .data = bad_key_package(w, dev(w, 'D'))}};
    assert_ok(mls_group_save(a->group, &before[0], &before[1]));
    assert_err(trusting_commit(a->group, &out, &invitation, adds, 2, (bytes){0}, 0, NOW),
               MLS_ERR_BAD_KEY);
    assert_null(out.data);
    assert_null(invitation.data);
    assert_false(mls_group_epoch_changed(a->group));
    assert_ok(mls_group_save(a->group, &after[0], &after[1]));
    for (int i = 0; i < 2; i++) {
        assert_bytes(view(&after[i]), view(&before[i]));
        mls_buf_free(&before[i]);
        mls_buf_free(&after[i]);
    }
    bytes m = make_commit(w, a, NULL, adds, 1, 0);
    deliver(w, "AB", m, MLS_EVENT_COMMIT);
}

/* When a member proposes it, the others leave it out of their commits. */
static void test_proposed_key_package(void **state)
{
    world *w = *state;
    bytes invitation;
    make_group(w, "AB");
    mls_proposal bad = {.type = MLS_PROPOSAL_ADD, .data = bad_key_package(w, dev(w, 'D'))};
    mls_proposal good = add_of(w, dev(w, 'C'));
    deliver_one(dev(w, 'A'), make_proposal(w, dev(w, 'B'), &bad, 0), MLS_EVENT_PROPOSAL);
    deliver_one(dev(w, 'A'), make_proposal(w, dev(w, 'B'), &good, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "AB", make_commit(w, dev(w, 'A'), &invitation, NULL, 0, 0), MLS_EVENT_COMMIT);
    join(dev(w, 'C'), invitation, (bytes){0});
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
}

static int setup_p256(void **state)
{
    return world_setup(state, MLS_SUITE_P256_AES128GCM_SHA256_P256);
}

static int setup_x448(void **state)
{
    return world_setup(state, MLS_SUITE_X448_AES256GCM_SHA512_ED448);
}

#define key_test(function)                                                                         \
    cmocka_unit_test_setup_teardown(function, world_setup_1, world_teardown),                      \
        {#function " (P-256)", function, setup_p256, world_teardown, NULL},                        \
    {                                                                                              \
#function " (X448)", function, setup_x448, world_teardown, NULL                            \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        key_test(test_member),
        key_test(test_decoy),
        key_test(test_key_package),
        key_test(test_proposed_key_package),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
