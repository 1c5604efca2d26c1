/* Nobody comes into a group whom the application has not accepted (RFC 9420 section 5.3.1). */
#include "rogue.h"
#include "world.h"

#include <string.h>

static bytes key_of_new(world *w, device *d)
{
    mls_key_package_info info;
    assert_ok(mls_key_package_check(&info, fresh_key_package(w, d), NOW));
    return bytes_of(copy_of(w->a, info.signature_key), info.signature_key.len);
}

/* The names of those who wait, in a string that the world keeps. */
static const char *waiting(world *w, const device *d)
{
    char *names = arena_alloc(w->a, DEVICES_MAX + 1);
    size_t cursor = 0, count = 0;
    mls_credential who;
    while (mls_group_undecided(d->group, &who, &cursor)) {
        assert_int_equal(who.type, MLS_CREDENTIAL_BASIC);
        assert_int_equal(who.data.len, 1);
        assert_true(count < DEVICES_MAX);
        names[count++] = (char)who.data.data[0];
    }
    assert_null(who.data.data);
    return names;
}

static void accept(device *by, const device *whom)
{
    size_t cursor = 0;
    mls_credential who;
    while (mls_group_undecided(by->group, &who, &cursor))
        if (who.data.data[0] == (uint8_t)whom->name[0]) {
            assert_ok(mls_group_accept(by->group, &who));
            return;
        }
    fail_msg("%s is not asked for", whom->name);
}

/* Nothing can be done with a group that was joined. */
static void assert_unusable(device *d)
{
    mls_buf out, other;
    mls_event event;
    const mls_proposal remove = {.type = MLS_PROPOSAL_REMOVE, .leaf = 0};
    mls_group *g = d->group;
    assert_err(mls_group_encrypt(g, &out, BYTES_LITERAL("text"), (bytes){0}), MLS_ERR_UNDECIDED);
    assert_err(mls_group_propose(g, &out, &remove, 0, NOW), MLS_ERR_UNDECIDED);
    assert_err(mls_group_commit(g, &out, &other, NULL, 0, (bytes){0}, 0, NOW), MLS_ERR_UNDECIDED);
    assert_err(mls_group_receive(g, &event, BYTES_LITERAL("any"), NOW), MLS_ERR_UNDECIDED);
    assert_err(mls_group_apply_pending(g, &event, NOW), MLS_ERR_UNDECIDED);
    assert_err(mls_group_info_make(g, &out, true), MLS_ERR_UNDECIDED);
    assert_err(mls_group_export(g, &out, BYTES_LITERAL("label"), (bytes){0}, 16),
               MLS_ERR_UNDECIDED);
    assert_err(mls_group_save(g, &out, &other), MLS_ERR_UNDECIDED);
    assert_null(out.data);
    assert_null(other.data);
}

static void test_welcome_tree(void **state)
{
    world *w = *state;
    device *c = dev(w, 'C');
    bytes invitation;
    make_group(w, "AB");
    mls_proposal add = add_of(w, c);
    deliver(w, "AB", make_commit(w, dev(w, 'A'), &invitation, &add, 1, 0), MLS_EVENT_COMMIT);
    assert_ok(mls_group_join(&c->group, invitation, view(&c->secret), (bytes){0}, NULL, 0, NULL));
    assert_int_equal(strlen(waiting(w, c)), 2);
    assert_unusable(c);
    accept(c, dev(w, 'B'));
    assert_string_equal(waiting(w, c), "A");
    assert_unusable(c);
    accept(c, dev(w, 'A'));
    assert_string_equal(waiting(w, c), "");
    restart(c);
    assert_all_talk(w, "ABC");
}

static void test_external_join(void **state)
{
    world *w = *state;
    device *c = dev(w, 'C');
    mls_member_params params = member_params_of(w, c);
    mls_buf info, out;
    mls_event event;
    make_group(w, "AB");
    assert_ok(mls_group_info_make(dev(w, 'A')->group, &info, true));
    assert_ok(
        mls_group_join_external(&c->group, &out, keep(w, &info), &params, &(mls_external_join){0}));
    assert_int_equal(strlen(waiting(w, c)), 2);
    assert_unusable(c);
    accept(c, dev(w, 'A'));
    assert_unusable(c);
    accept(c, dev(w, 'B'));
    bytes octets = keep(w, &out);
    for (const char *p = "AB"; *p; p++) {
        device *member = dev(w, *p);
        assert_err(mls_group_receive(member->group, &event, octets, NOW), MLS_ERR_UNDECIDED);
        assert_string_equal(waiting(w, member), "C");
        accept(member, c);
        assert_ok(mls_group_receive(member->group, &event, octets, NOW));
        mls_event_free(&event);
    }
    assert_all_talk(w, "ABC");
}

/* A commit that adds somebody: refused until they are accepted, with its key still there. */
static void test_received_add(void **state)
{
    world *w = *state;
    device *b = dev(w, 'B');
    mls_event event;
    make_group(w, "AB");
    mls_proposal add = add_of(w, dev(w, 'C'));
    bytes invitation, octets = make_commit(w, dev(w, 'A'), &invitation, &add, 1, 0);
    for (int i = 0; i < 2; i++) {
        assert_err(mls_group_receive(b->group, &event, octets, NOW), MLS_ERR_UNDECIDED);
        assert_null(event.memory);
        assert_string_equal(waiting(w, b), "C");
        assert_int_equal(describe(b).num_members, 2);
        hear(b, say(w, dev(w, 'A'), "meanwhile"), "meanwhile");
    }
    restart(b); /* forgets what was asked for */
    assert_string_equal(waiting(w, b), "");
    assert_err(mls_group_receive(b->group, &event, octets, NOW), MLS_ERR_UNDECIDED);
    accept(b, dev(w, 'C'));
    assert_ok(mls_group_receive(b->group, &event, octets, NOW));
    mls_event_free(&event);
    deliver(w, "A", octets, MLS_EVENT_COMMIT);
    join(dev(w, 'C'), invitation, (bytes){0});
    assert_all_talk(w, "ABC");
}

/* The committer is asked as well, for those added by value and by reference. */
static void test_own_commit(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf out, invited;
    make_group(w, "AB");
    mls_proposal proposed = add_of(w, dev(w, 'C')), add = add_of(w, dev(w, 'D'));
    deliver(w, "A", make_proposal(w, dev(w, 'B'), &proposed, 0), MLS_EVENT_PROPOSAL);
    for (int i = 0; i < 2; i++) {
        assert_err(mls_group_commit(a->group, &out, &invited, &add, 1, (bytes){0}, 0, NOW),
                   MLS_ERR_UNDECIDED);
        assert_null(out.data);
        assert_null(invited.data);
        assert_false(describe(a).commit_pending);
        assert_int_equal(strlen(waiting(w, a)), 2 - (size_t)i);
        if (i == 0)
            accept(a, dev(w, 'C'));
    }
    accept(a, dev(w, 'D'));
    assert_ok(mls_group_commit(a->group, &out, &invited, &add, 1, (bytes){0}, 0, NOW));
    bytes octets = keep(w, &out), invitation = keep(w, &invited);
    deliver(w, "AB", octets, MLS_EVENT_COMMIT);
    join(dev(w, 'C'), invitation, (bytes){0});
    join(dev(w, 'D'), invitation, (bytes){0});
    assert_all_talk(w, "ABCD");
}

/* What was accepted beforehand need not be asked for, and counts in this epoch only. */
static void test_accepted_beforehand(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf out, invited;
    mls_key_package_info info;
    make_group(w, "AB");
    mls_proposal add = add_of(w, dev(w, 'C'));
    assert_ok(mls_key_package_check(&info, add.data, NOW));
    mls_credential who = {MLS_CREDENTIAL_BASIC, info.identity, info.signature_key};
    assert_ok(mls_group_accept(a->group, &who));
    assert_ok(mls_group_accept(a->group, &who));
    assert_string_equal(waiting(w, a), "");
    deliver(w, "AB", make_commit(w, dev(w, 'B'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_err(mls_group_commit(a->group, &out, &invited, &add, 1, (bytes){0}, 0, NOW),
               MLS_ERR_UNDECIDED);
    assert_string_equal(waiting(w, a), "C");
    assert_ok(mls_group_accept(a->group, &who));
    assert_ok(mls_group_commit(a->group, &out, &invited, &add, 1, (bytes){0}, 0, NOW));
    mls_buf_free(&out);
    mls_buf_free(&invited);
}

/* The same identity with another key, or the same key for another identity, is somebody else. */
static void test_both_count(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf out, invited;
    make_group(w, "AB");
    bytes key = key_of_new(w, dev(w, 'C'));
    mls_credential wrong[] = {
        {MLS_CREDENTIAL_BASIC, bytes_of("C", 1), key_of_new(w, a)},
        {MLS_CREDENTIAL_BASIC, bytes_of("X", 1), key},
        {MLS_CREDENTIAL_X509, bytes_of("C", 1), key},
    };
    mls_proposal add = add_of(w, dev(w, 'C'));
    for (size_t i = 0; i < 3; i++)
        assert_ok(mls_group_accept(a->group, &wrong[i]));
    assert_err(mls_group_commit(a->group, &out, &invited, &add, 1, (bytes){0}, 0, NOW),
               MLS_ERR_UNDECIDED);
    assert_string_equal(waiting(w, a), "C");
}

/* A member's new signature key, in a path and by an Update. */
static void new_key(leaf_node *leaf, const void *data)
{
    leaf->signature_key = *(const bytes *)data;
}

static void test_new_key_in_path(void **state)
{
    world *w = *state;
    device *b = dev(w, 'B');
    mls_event event;
    bytes key = key_of_new(w, dev(w, 'C'));
    make_group(w, "AB");
    bytes octets = make_rogue_commit(
        w, dev(w, 'A'),
        &(rogue_commit){.edit_leaf = new_key, .data = &key, .leaf_signer = dev(w, 'C')});
    assert_err(mls_group_receive(b->group, &event, octets, NOW), MLS_ERR_UNDECIDED);
    assert_string_equal(waiting(w, b), "A");
    accept(b, dev(w, 'A'));
    assert_ok(mls_group_receive(b->group, &event, octets, NOW));
    assert_int_equal(event.num_changes, 1);
    assert_true(event.changes[0].signature_key_changed);
    mls_event_free(&event);
}

static void test_new_key_by_update(void **state)
{
    world *w = *state;
    device *b = dev(w, 'B');
    mls_buf out, invited;
    bytes key = key_of_new(w, dev(w, 'D'));
    make_group(w, "ABC");
    leaf_node leaf = rogue_update_leaf(w, dev(w, 'A'), new_key, &key);
    assert_ok(leaf_node_sign(suite_find(w->suite), w->a, &leaf, view(&dev(w, 'D')->signature_key),
                             &(leaf_place){describe(b).group_id, describe(dev(w, 'A')).own_leaf}));
    proposal update = {.type = MLS_PROPOSAL_UPDATE, .update = leaf};
    deliver(w, "BC", make_rogue_proposal(w, dev(w, 'A'), &update), MLS_EVENT_PROPOSAL);
    assert_err(mls_group_commit(b->group, &out, &invited, NULL, 0, (bytes){0}, 0, NOW),
               MLS_ERR_UNDECIDED);
    assert_string_equal(waiting(w, b), "A");
    accept(b, dev(w, 'A'));
    assert_ok(mls_group_commit(b->group, &out, &invited, NULL, 0, (bytes){0}, 0, NOW));
    mls_event event;
    bytes octets = keep(w, &out);
    assert_err(mls_group_receive(dev(w, 'C')->group, &event, octets, NOW), MLS_ERR_UNDECIDED);
    deliver(w, "C", octets, MLS_EVENT_COMMIT);
}

/* Who may propose from outside is decided like who comes in, by members and by who joins. */
static void test_external_sender(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *c = dev(w, 'C');
    mls_buf out, invited;
    mls_event event;
    make_group(w, "AB");
    mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                           .data = external_senders_of(w, "H")};
    assert_err(mls_group_commit(a->group, &out, &invited, &change, 1, (bytes){0}, 0, NOW),
               MLS_ERR_UNDECIDED);
    assert_string_equal(waiting(w, a), "H");
    accept(a, dev(w, 'H'));
    assert_ok(mls_group_commit(a->group, &out, &invited, &change, 1, (bytes){0}, 0, NOW));
    bytes octets = keep(w, &out), invitation;
    assert_err(mls_group_receive(dev(w, 'B')->group, &event, octets, NOW), MLS_ERR_UNDECIDED);
    assert_string_equal(waiting(w, dev(w, 'B')), "H");
    deliver(w, "AB", octets, MLS_EVENT_COMMIT);
    mls_proposal add = add_of(w, c);
    deliver(w, "AB", make_commit(w, a, &invitation, &add, 1, 0), MLS_EVENT_COMMIT);
    assert_ok(mls_group_join(&c->group, invitation, view(&c->secret), (bytes){0}, NULL, 0, NULL));
    accept(c, dev(w, 'A'));
    accept(c, dev(w, 'B'));
    assert_string_equal(waiting(w, c), "H");
    assert_unusable(c);
    accept(c, dev(w, 'H'));
    assert_all_talk(w, "ABC");
}

/* Somebody not accepted stays out, and the group goes on. */
static void test_refused(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf out, invited;
    make_group(w, "AB");
    mls_proposal add = add_of(w, dev(w, 'C'));
    deliver(w, "A", make_proposal(w, dev(w, 'B'), &add, 0), MLS_EVENT_PROPOSAL);
    assert_err(mls_group_commit(a->group, &out, &invited, NULL, 0, (bytes){0}, 0, NOW),
               MLS_ERR_UNDECIDED);
    deliver(w, "AB", make_commit(w, a, NULL, NULL, 0, MLS_COMMIT_WITHOUT_PENDING),
            MLS_EVENT_COMMIT);
    assert_agree(w, "AB", 2);
    assert_string_equal(waiting(w, a), "");
}

/* An X.509 credential goes through as octets, to the application's check. */
static void test_x509(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    bytes certificates = BYTES_LITERAL("\x03\x02\x30\x00");
    mls_member_params params = member_params_of(w, b);
    mls_buf out, invited;
    mls_credential who;
    size_t cursor = 0;
    make_group(w, "A");
    params.certificates = certificates;
    assert_err(mls_key_package_new(&b->key_package, &b->secret, &params),
               MLS_ERR_INVALID_ARGUMENT); /* one or the other */
    params.identity = (bytes){0};
    assert_ok(mls_key_package_new(&b->key_package, &b->secret, &params));
    mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = view(&b->key_package)};
    assert_err(mls_group_commit(a->group, &out, &invited, &add, 1, (bytes){0}, 0, NOW),
               MLS_ERR_UNDECIDED);
    assert_true(mls_group_undecided(a->group, &who, &cursor));
    assert_int_equal(who.type, MLS_CREDENTIAL_X509);
    assert_bytes(who.data, certificates);
    assert_int_equal(who.signature_key.len, suite_find(w->suite)->sign->public_len);
    assert_ok(mls_group_accept(a->group, &who));
    assert_ok(mls_group_commit(a->group, &out, &invited, &add, 1, (bytes){0}, 0, NOW));
    bytes octets = keep(w, &out), invitation = keep(w, &invited);
    deliver(w, "A", octets, MLS_EVENT_COMMIT);
    join(b, invitation, (bytes){0});
    deliver(w, "AB", make_commit(w, b, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_bytes(describe(a).epoch_authenticator, describe(b).epoch_authenticator);
}

/* What was found good while a commit had to wait is good in the next one, and nothing else is. */
static void test_verified_before(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf out, invited;
    make_group(w, "AB");
    const mls_proposal adds[] = {add_of(w, dev(w, 'C')), add_of(w, dev(w, 'D'))};
    uint8_t *changed = copy_of(w->a, adds[1].data);
    changed[adds[1].data.len - 1] ^= 1; /* the KeyPackage's signature */
    const mls_proposal good_and_bad[] = {
        adds[0], {.type = MLS_PROPOSAL_ADD, .data = bytes_of(changed, adds[1].data.len)}};
    assert_int_equal(a->group->verified.count, 0);
    assert_err(mls_group_commit(a->group, &out, &invited, adds, 2, (bytes){0}, 0, NOW),
               MLS_ERR_UNDECIDED);
    assert_int_equal(a->group->verified.count, 2);
    accept(a, dev(w, 'C'));
    accept(a, dev(w, 'D'));
    assert_err(mls_group_commit(a->group, &out, &invited, good_and_bad, 2, (bytes){0}, 0, NOW),
               MLS_ERR_BAD_SIGNATURE);
    for (size_t i = 0; i < 2; i++) {
        key_package kp;
        bytes raw;
        assert_ok(key_package_unwrap(&raw, adds[i].data));
        assert_ok(key_package_decode(w->a, &kp, raw));
        assert_true(verified_has(&a->group->verified, a->group->suite, &kp));
    }
    assert_ok(mls_group_commit(a->group, &out, &invited, adds, 2, (bytes){0}, 0, NOW));
    bytes octets = keep(w, &out), invitation = keep(w, &invited);
    deliver(w, "AB", octets, MLS_EVENT_COMMIT);
    join(dev(w, 'C'), invitation, (bytes){0});
    join(dev(w, 'D'), invitation, (bytes){0});
    assert_int_equal(a->group->verified.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_welcome_tree),
        group_test(test_external_join),
        group_test(test_received_add),
        group_test(test_own_commit),
        group_test(test_accepted_beforehand),
        group_test(test_both_count),
        group_test(test_new_key_in_path),
        group_test(test_new_key_by_update),
        group_test(test_external_sender),
        group_test(test_refused),
        group_test(test_x509),
        group_test(test_verified_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
