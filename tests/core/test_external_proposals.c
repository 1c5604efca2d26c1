/* Proposals from outside the group: by external senders, and by who asks to be added. */
#include "world.h"

enum { REQUESTS_MAX = 64 }; /* kept in one epoch, as VALIDATION.md says */

/* Received by `to`, it is a proposal from outside of this device. */
static void hear_proposal(world *w, device *to, bytes message, char from, mls_proposal_type type,
                          uint32_t leaf)
{
    mls_event event;
    assert_ok(trusting_receive(to->group, &event, message, NOW));
    assert_int_equal(event.kind, MLS_EVENT_PROPOSAL);
    assert_int_equal(event.proposal_type, type);
    assert_int_equal(event.proposal_leaf, leaf);
    assert_int_equal(event.sender.leaf, MLS_NO_LEAF);
    assert_bytes(event.sender.identity, bytes_of(&from, 1));
    assert_bytes(event.sender.signature_key, public_key_of(w, dev(w, from)));
    mls_event_free(&event);
}

static void hear_all(world *w, const char *names, bytes message, char from, mls_proposal_type type,
                     uint32_t leaf)
{
    for (const char *p = names; *p; p++)
        hear_proposal(w, dev(w, *p), message, from, type, leaf);
}

static void test_sender_adds(void **state)
{
    world *w = *state;
    bytes welcome;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "GH");
    mls_external_params params = outside_params(w, dev(w, 'H'), dev(w, 'A'), 1);
    mls_proposal add = add_of(w, dev(w, 'D'));
    bytes m = propose_outside(w, &params, &add);
    hear_all(w, "ABC", m, 'H', MLS_PROPOSAL_ADD, MLS_NO_LEAF);
    hear_proposal(w, dev(w, 'A'), m, 'H', MLS_PROPOSAL_ADD, MLS_NO_LEAF); /* a repeat */
    restart_all(w, "ABC");
    m = make_commit(w, dev(w, 'B'), &welcome, NULL, 0, 0);
    restart(dev(w, 'B'));
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
    join(dev(w, 'D'), welcome, (bytes){0});
    assert_agree(w, "ABCD", 4);
    assert_all_talk(w, "ABCD");
    /* The newcomer knows the senders too. */
    params = outside_params(w, dev(w, 'G'), dev(w, 'D'), 0);
    mls_proposal removal = remove_of(dev(w, 'C'));
    m = propose_outside(w, &params, &removal);
    hear_all(w, "ABCD", m, 'G', MLS_PROPOSAL_REMOVE, 2);
    m = make_commit(w, dev(w, 'D'), NULL, NULL, 0, 0);
    deliver(w, "ABD", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'C'), m, MLS_EVENT_REMOVED);
    assert_agree(w, "ABD", 3);
}

/* A wrapped KeyPackage, and a sender who came in the group's extensions from outside. */
static void test_sender_changes_extensions(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "G");
    mls_external_params params = outside_params(w, dev(w, 'G'), dev(w, 'A'), 0);
    mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                           .data = external_senders_of(w, "H")};
    bytes m = propose_outside(w, &params, &change);
    hear_all(w, "ABC", m, 'G', MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, MLS_NO_LEAF);
    deliver(w, "ABC", make_commit(w, dev(w, 'C'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    mls_proposal removal = remove_of(dev(w, 'C'));
    params = outside_params(w, dev(w, 'G'), dev(w, 'A'), 0);
    refuse(dev(w, 'A'), propose_outside(w, &params, &removal), MLS_ERR_BAD_SIGNATURE);
    params = outside_params(w, dev(w, 'H'), dev(w, 'A'), 0);
    hear_all(w, "ABC", propose_outside(w, &params, &removal), 'H', MLS_PROPOSAL_REMOVE, 2);
}

static void test_sender_brings_psk(void **state)
{
    world *w = *state;
    const mls_psk psk = {BYTES_LITERAL("id"), BYTES_LITERAL("shared by other means")};
    make_group(w, "ABC");
    allow_outside(w, "ABC", "H");
    for (const char *p = "ABC"; *p; p++)
        assert_ok(mls_group_add_psk(dev(w, *p)->group, &psk));
    mls_external_params params = outside_params(w, dev(w, 'H'), dev(w, 'A'), 0);
    mls_proposal by_psk = {.type = MLS_PROPOSAL_PSK, .data = psk.id};
    hear_all(w, "ABC", propose_outside(w, &params, &by_psk), 'H', MLS_PROPOSAL_PSK, MLS_NO_LEAF);
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
}

/* Needs no external_senders. */
static void test_new_member_asks(void **state)
{
    world *w = *state;
    bytes welcome;
    make_group(w, "ABC");
    mls_external_params params = outside_params(w, dev(w, 'D'), dev(w, 'A'), MLS_NO_LEAF);
    mls_proposal add = add_of(w, dev(w, 'D'));
    bytes m = propose_outside(w, &params, &add);
    hear_all(w, "ABC", m, 'D', MLS_PROPOSAL_ADD, MLS_NO_LEAF);
    restart_all(w, "ABC");
    m = make_commit(w, dev(w, 'C'), &welcome, NULL, 0, MLS_COMMIT_NEW_MEMBERS);
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
    join(dev(w, 'D'), welcome, (bytes){0});
    assert_agree(w, "ABCD", 4);
    assert_all_talk(w, "ABCD");
}

/* Nobody comes in unless a member says so. */
static void test_asking_is_not_enough(void **state)
{
    world *w = *state;
    bytes welcome;
    make_group(w, "ABC");
    mls_external_params params = outside_params(w, dev(w, 'D'), dev(w, 'A'), MLS_NO_LEAF);
    mls_proposal add = add_of(w, dev(w, 'D'));
    deliver(w, "ABC", propose_outside(w, &params, &add), MLS_EVENT_PROPOSAL);
    deliver(w, "ABC", make_commit(w, dev(w, 'C'), &welcome, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_int_equal(welcome.len, 0);
    assert_agree(w, "ABC", 3);
}

/* However many ask, there is room for the members' proposals. */
static void test_many_ask(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    make_group(w, "AB");
    mls_external_params params = outside_params(w, dev(w, 'D'), a, MLS_NO_LEAF);
    for (int i = 0; i <= REQUESTS_MAX; i++) {
        mls_proposal add = add_of(w, dev(w, 'D'));
        bytes m = propose_outside(w, &params, &add);
        if (i < REQUESTS_MAX)
            deliver_one(a, m, MLS_EVENT_PROPOSAL);
        else
            refuse(a, m, MLS_ERR_DECODE_TOO_LARGE);
    }
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    deliver_one(a, make_proposal(w, dev(w, 'B'), &update, 0), MLS_EVENT_PROPOSAL);
}

/* Every octet of the message counts. */
static void test_flipped(void **state)
{
    world *w = *state;
    make_group(w, "AB");
    allow_outside(w, "AB", "H");
    mls_external_params params = outside_params(w, dev(w, 'H'), dev(w, 'A'), 0);
    mls_proposal removal = remove_of(dev(w, 'B'));
    bytes m = propose_outside(w, &params, &removal);
    for (size_t i = 0; i < m.len; i++) {
        uint8_t *bad = copy_of(w->a, m);
        mls_event event;
        bad[i] ^= 1;
        assert_int_not_equal(
            trusting_receive(dev(w, 'A')->group, &event, bytes_of(bad, m.len), NOW), MLS_OK);
    }
    deliver(w, "AB", m, MLS_EVENT_PROPOSAL);
}

/* ---- What is not made ---- */

static void make_none(const mls_external_params *params, const mls_proposal *p, mls_err err)
{
    mls_buf out;
    assert_err(mls_external_propose(&out, params, p, NOW), err);
    assert_null(out.data);
}

static void test_not_made(void **state)
{
    world *w = *state;
    make_group(w, "AB");
    mls_external_params sender = outside_params(w, dev(w, 'H'), dev(w, 'A'), 0);
    mls_external_params newcomer = outside_params(w, dev(w, 'D'), dev(w, 'A'), MLS_NO_LEAF);
    static const mls_proposal_type types[] = {MLS_PROPOSAL_UPDATE, MLS_PROPOSAL_EXTERNAL_INIT,
                                              MLS_PROPOSAL_SELF_REMOVE};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        make_none(&sender, &(mls_proposal){.type = types[i]}, MLS_ERR_BAD_PROPOSAL);
    make_none(&sender, &(mls_proposal){.type = MLS_PROPOSAL_REINIT}, MLS_ERR_UNSUPPORTED_SUITE);
    mls_proposal removal = {.type = MLS_PROPOSAL_REMOVE, .leaf = 1};
    make_none(&newcomer, &removal, MLS_ERR_BAD_PROPOSAL);
    mls_proposal add = add_of(w, dev(w, 'E'));
    make_none(&newcomer, &add, MLS_ERR_INVALID_ARGUMENT);
    sender.suite = w->suite == 1 ? 3 : 1;
    make_none(&sender, &add, MLS_ERR_BAD_PROPOSAL);
    sender.suite = 0x7777;
    make_none(&sender, &removal, MLS_ERR_UNSUPPORTED_SUITE);
    sender.suite = w->suite;
    sender.signature_key.len--;
    assert_int_not_equal(mls_external_propose(&(mls_buf){0}, &sender, &removal, NOW), MLS_OK);
    sender.signature_key.len++;
    mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                           .data = BYTES_LITERAL("\4\0\5\1\1")};
    make_none(&sender, &change, MLS_ERR_BAD_MESSAGE);
    uint8_t *forged = copy_of(w->a, add.data);
    forged[add.data.len - 1] ^= 1;
    add.data = bytes_of(forged, add.data.len);
    make_none(&sender, &add, MLS_ERR_BAD_SIGNATURE);
    mls_buf out;
    add = add_of(w, dev(w, 'D'));
    assert_err(mls_external_propose(&out, &newcomer, &add, NOW + 85 * DAY), MLS_ERR_LIFETIME);
    assert_null(out.data);
}

static void test_encoding_extensions(void **state)
{
    world *w = *state;
    bytes key = public_key_of(w, dev(w, 'H'));
    mls_buf out;
    mls_extension twice[] = {{1, BYTES_LITERAL("a")}, {1, BYTES_LITERAL("b")}};
    assert_err(mls_extensions(&out, twice, 2), MLS_ERR_DUPLICATE);
    assert_null(out.data);
    twice[1].type = 0x0102;
    assert_ok(mls_extensions(&out, twice, 2));
    assert_bytes(keep(w, &out), BYTES_LITERAL("\10\0\1\1a\1\2\1b"));
    assert_err(mls_extensions(&out, twice, 257), MLS_ERR_DECODE_TOO_LARGE);
    mls_external_sender sender = {key, BYTES_LITERAL("")};
    assert_err(mls_external_senders(&out, &sender, 1), MLS_ERR_INVALID_ARGUMENT);
    sender = (mls_external_sender){{0}, BYTES_LITERAL("H")};
    assert_err(mls_external_senders(&out, &sender, 1), MLS_ERR_INVALID_ARGUMENT);
    assert_null(out.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_sender_adds),
        group_test(test_sender_changes_extensions),
        group_test(test_sender_brings_psk),
        group_test(test_new_member_asks),
        group_test(test_flipped),
        group_test(test_not_made),
        group_test(test_encoding_extensions),
        group_test(test_asking_is_not_enough),
        group_test(test_many_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
