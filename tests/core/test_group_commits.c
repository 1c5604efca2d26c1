/* Commits: pending, echoed, competing; proposals by reference; pre-shared keys; both framings. */
#include "world.h"

#include <string.h>

static const mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};

static void test_echoed_own_commit(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf out, welcome;
    mls_event event;
    make_group(w, "AB");
    uint64_t before = describe(a).epoch;
    bytes m = make_commit(w, a, NULL, NULL, 0, 0);
    assert_true(describe(a).epoch == before);
    assert_err(trusting_commit(a->group, &out, &welcome, NULL, 0, (bytes){0}, 0, NOW),
               MLS_ERR_COMMIT_PENDING);
    hear(dev(w, 'B'), say(w, a, "still in the old epoch"), "still in the old epoch");
    assert_ok(trusting_receive(a->group, &event, m, NOW));
    assert_true(event.own);
    mls_event_free(&event);
    assert_true(describe(a).epoch == before + 1);
    refuse(a, m, MLS_ERR_EPOCH_TOO_OLD); /* a second echo */
    deliver_one(dev(w, 'B'), m, MLS_EVENT_COMMIT);
    assert_agree(w, "AB", 2);
}

static void test_apply_and_discard(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_event event;
    make_group(w, "AB");
    assert_err(mls_group_apply_pending(a->group, &event, NOW), MLS_ERR_NO_COMMIT_PENDING);
    bytes lost = make_commit(w, a, NULL, NULL, 0, 0);
    mls_group_discard_pending(a->group);
    assert_false(describe(a).commit_pending);
    bytes m = make_commit(w, a, NULL, NULL, 0, 0);
    refuse(a, lost, MLS_ERR_OWN_MESSAGE);
    assert_ok(mls_group_apply_pending(a->group, &event, NOW));
    assert_true(event.own);
    mls_event_free(&event);
    deliver_one(dev(w, 'B'), m, MLS_EVENT_COMMIT);
    assert_agree(w, "AB", 2);
    assert_all_talk(w, "AB");
}

static void test_competing_commits(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes from_a = make_commit(w, dev(w, 'A'), NULL, NULL, 0, 0);
    bytes from_b = make_commit(w, dev(w, 'B'), NULL, NULL, 0, 0);
    deliver(w, "ABC", from_b, MLS_EVENT_COMMIT); /* the first to arrive wins everywhere */
    for (const char *p = "ABC"; *p; p++)
        refuse(dev(w, *p), from_a, MLS_ERR_EPOCH_TOO_OLD);
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
}

/* Adds, updates and removes that different members propose, committed by yet another one. */
static void test_proposals_by_reference(void **state)
{
    world *w = *state;
    bytes welcome;
    make_group(w, "ABCD");
    mls_proposal add = add_of(w, dev(w, 'E')), remove = remove_of(dev(w, 'D'));
    bytes p1 = make_proposal(w, dev(w, 'A'), &add, 0);
    bytes p2 = make_proposal(w, dev(w, 'B'), &update, MLS_AS_PUBLIC_MESSAGE);
    bytes p3 = make_proposal(w, dev(w, 'A'), &remove, 0);
    deliver(w, "BCD", p1, MLS_EVENT_PROPOSAL);
    deliver(w, "ACD", p2, MLS_EVENT_PROPOSAL);
    deliver(w, "BCD", p3, MLS_EVENT_PROPOSAL);
    bytes m = make_commit(w, dev(w, 'C'), &welcome, NULL, 0, 0);
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'D'), m, MLS_EVENT_REMOVED);
    join(dev(w, 'E'), welcome, (bytes){0});
    assert_agree(w, "ABCE", 4);
    assert_all_talk(w, "ABCE");
}

static void test_missing_proposal(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes p = make_proposal(w, dev(w, 'A'), &update, 0);
    deliver_one(dev(w, 'B'), p, MLS_EVENT_PROPOSAL);
    bytes m = make_commit(w, dev(w, 'B'), NULL, NULL, 0, 0);
    deliver(w, "AB", m, MLS_EVENT_COMMIT);
    refuse(dev(w, 'C'), m, MLS_ERR_MISSING_PROPOSAL);
    deliver_one(dev(w, 'C'), p, MLS_EVENT_PROPOSAL); /* it comes, and all is well */
    deliver_one(dev(w, 'C'), m, MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
}

static void test_commit_leaves_conflicts_out(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    mls_proposal remove = remove_of(dev(w, 'B'));
    deliver(w, "AC", make_proposal(w, dev(w, 'B'), &update, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "BC", make_proposal(w, dev(w, 'A'), &remove, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "AB", make_proposal(w, dev(w, 'C'), &update, 0), MLS_EVENT_PROPOSAL);
    bytes m = make_commit(w, dev(w, 'C'), NULL, NULL, 0, 0);
    deliver(w, "AC", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'B'), m, MLS_EVENT_REMOVED);
    assert_agree(w, "AC", 2);
}

static void test_proposals_end_with_the_epoch(void **state)
{
    world *w = *state;
    make_group(w, "AB");
    mls_proposal add = add_of(w, dev(w, 'C'));
    deliver_one(dev(w, 'A'), make_proposal(w, dev(w, 'B'), &add, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "AB", make_commit(w, dev(w, 'A'), NULL, NULL, 0, MLS_COMMIT_WITHOUT_PENDING),
            MLS_EVENT_COMMIT);
    assert_agree(w, "AB", 2);
    deliver(w, "AB", make_commit(w, dev(w, 'A'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "AB", 2);
}

static void test_public_handshakes(void **state)
{
    world *w = *state;
    bytes welcome;
    mls_message_info info;
    make_group(w, "ABC");
    mls_proposal add = add_of(w, dev(w, 'D'));
    bytes p = make_proposal(w, dev(w, 'B'), &update, MLS_AS_PUBLIC_MESSAGE);
    deliver(w, "AC", p, MLS_EVENT_PROPOSAL);
    bytes m = make_commit(w, dev(w, 'A'), &welcome, &add, 1, MLS_AS_PUBLIC_MESSAGE);
    assert_ok(mls_message_read(&info, m));
    assert_int_equal(info.wire_format, MLS_WIRE_PUBLIC_MESSAGE);
    assert_int_equal(info.content_type, MLS_CONTENT_COMMIT);
    assert_bytes(info.group_id, BYTES_LITERAL("a group"));
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
    join(dev(w, 'D'), welcome, (bytes){0});
    assert_agree(w, "ABCD", 4);
    assert_all_talk(w, "ABCD");
}

static void refuse_commit(device *by, const mls_proposal *proposals, size_t count, mls_err err)
{
    mls_buf out = {(uint8_t *)1, 1}, welcome = {(uint8_t *)1, 1};
    assert_err(trusting_commit(by->group, &out, &welcome, proposals, count, (bytes){0}, 0, NOW),
               err);
    assert_null(out.data);
    assert_null(welcome.data);
    assert_false(describe(by).commit_pending);
}

static void test_psk(void **state)
{
    world *w = *state;
    const mls_psk psk = {BYTES_LITERAL("id"), BYTES_LITERAL("shared by other means")};
    const mls_psk wrong = {BYTES_LITERAL("id"), BYTES_LITERAL("something else")};
    mls_proposal with_psk[] = {{.type = MLS_PROPOSAL_PSK, .data = psk.id}, {0}};
    mls_buf out, welcome_out;
    bytes welcome;
    make_group(w, "ABC");
    assert_err(
        trusting_commit(dev(w, 'A')->group, &out, &welcome_out, with_psk, 1, (bytes){0}, 0, NOW),
        MLS_ERR_MISSING_PSK);
    assert_ok(mls_group_add_psk(dev(w, 'A')->group, &psk));
    assert_ok(mls_group_add_psk(dev(w, 'B')->group, &psk));
    refuse_commit(dev(w, 'A'), (mls_proposal[]){with_psk[0], with_psk[0]}, 2, MLS_ERR_DUPLICATE);
    with_psk[1] = add_of(w, dev(w, 'D'));
    bytes m = make_commit(w, dev(w, 'A'), &welcome, with_psk, 2, 0);
    deliver(w, "AB", m, MLS_EVENT_COMMIT);
    refuse(dev(w, 'C'), m, MLS_ERR_MISSING_PSK);
    assert_ok(mls_group_add_psk(dev(w, 'C')->group, &wrong));
    refuse(dev(w, 'C'), m, MLS_ERR_BAD_CONFIRMATION_TAG);
    assert_ok(mls_group_add_psk(dev(w, 'C')->group, &psk));
    deliver_one(dev(w, 'C'), m, MLS_EVENT_COMMIT);

    device *d = dev(w, 'D');
    bytes secret = view(&d->secret);
    assert_err(trusting_join(&d->group, welcome, secret, (bytes){0}, NULL, 0), MLS_ERR_MISSING_PSK);
    assert_err(trusting_join(&d->group, welcome, secret, (bytes){0}, &wrong, 1),
               MLS_ERR_DECRYPT_FAILED);
    assert_ok(trusting_join(&d->group, welcome, secret, (bytes){0}, &psk, 1));
    assert_agree(w, "ABCD", 4);
    assert_all_talk(w, "ABCD");
}

/* A device that lost its state comes back with the same signature key: one commit takes its old
 * leaf out and adds it again. */
static void test_replaced_in_one_commit(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    bytes welcome;
    mls_buf out;
    make_group(w, "ABC");
    mls_proposal back[] = {remove_of(b), add_of(w, b)};
    assert_err(mls_group_propose(a->group, &out, &back[1], 0, NOW), MLS_ERR_DUPLICATE);
    bytes m = make_commit(w, a, &welcome, back, 2, 0);
    deliver(w, "AC", m, MLS_EVENT_COMMIT);
    deliver_one(b, m, MLS_EVENT_REMOVED);
    mls_group_free(b->group);
    b->group = NULL;
    join(b, welcome, (bytes){0});
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
}

/* ---- What may not be committed ---- */

static void test_bad_commits(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    make_group(w, "ABC");
    mls_proposal remove = remove_of(dev(w, 'B')), own = remove_of(a), nobody = remove;
    refuse_commit(a, &own, 1, MLS_ERR_BAD_PROPOSAL);
    refuse_commit(a, (mls_proposal[]){remove, remove}, 2, MLS_ERR_BAD_PROPOSAL);
    nobody.leaf = 3; /* blank */
    refuse_commit(a, &nobody, 1, MLS_ERR_BAD_PROPOSAL);
    nobody.leaf = 4; /* past the end */
    refuse_commit(a, &nobody, 1, MLS_ERR_BAD_PROPOSAL);
    nobody.leaf = UINT32_C(1) << 31;
    refuse_commit(a, &nobody, 1, MLS_ERR_BAD_PROPOSAL);
    nobody.leaf = UINT32_MAX;
    refuse_commit(a, &nobody, 1, MLS_ERR_BAD_PROPOSAL);
    refuse_commit(a, &update, 1, MLS_ERR_BAD_PROPOSAL);

    mls_proposal member = add_of(w, dev(w, 'B')); /* who is in the group already */
    refuse_commit(a, &member, 1, MLS_ERR_DUPLICATE);
    mls_proposal twice = add_of(w, dev(w, 'D'));
    refuse_commit(a, (mls_proposal[]){twice, twice}, 2, MLS_ERR_DUPLICATE);
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
}

static void test_bad_key_packages(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    make_group(w, "A");
    bytes good = fresh_key_package(w, dev(w, 'B'));
    for (size_t i = 0; i < good.len; i++) {
        mls_buf out, welcome;
        uint8_t *changed = copy_of(w->a, good);
        changed[i] ^= 0x01;
        mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = bytes_of(changed, good.len)};
        assert_int_not_equal(trusting_commit(a->group, &out, &welcome, &add, 1, (bytes){0}, 0, NOW),
                             MLS_OK);
        mls_key_package_info info;
        assert_int_not_equal(mls_key_package_check(&info, add.data, NOW), MLS_OK);
    }
    mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = good};
    mls_buf out, welcome;
    assert_err(trusting_commit(a->group, &out, &welcome, &add, 1, (bytes){0}, 0, NOW + 90 * DAY),
               MLS_ERR_LIFETIME);
    assert_err(trusting_commit(a->group, &out, &welcome, &add, 1, (bytes){0}, 0, NOW - 2 * DAY),
               MLS_ERR_LIFETIME);
    assert_true(describe(a).epoch == 0);
    make_commit(w, a, NULL, &add, 1, 0);
}

/* Whether a KeyPackage is within its lifetime is the committer's question: receivers with any clock
 * decide alike (section 7.3). */
static void test_receivers_ask_no_clock(void **state)
{
    world *w = *state;
    const uint64_t clocks[] = {0, UINT64_MAX};
    mls_event event;
    make_group(w, "ABC");
    mls_proposal add = add_of(w, dev(w, 'D'));
    bytes m = make_commit(w, dev(w, 'A'), NULL, &add, 1, 0);
    for (size_t i = 0; i < 2; i++) {
        device *d = dev(w, "BC"[i]);
        assert_ok(trusting_receive(d->group, &event, m, clocks[i]));
        assert_int_equal(event.kind, MLS_EVENT_COMMIT);
        mls_event_free(&event);
    }
    deliver_one(dev(w, 'A'), m, MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_echoed_own_commit),
        group_test(test_apply_and_discard),
        group_test(test_competing_commits),
        group_test(test_proposals_by_reference),
        group_test(test_missing_proposal),
        group_test(test_commit_leaves_conflicts_out),
        group_test(test_proposals_end_with_the_epoch),
        group_test(test_public_handshakes),
        group_test(test_psk),
        group_test(test_replaced_in_one_commit),
        group_test(test_bad_commits),
        group_test(test_bad_key_packages),
        group_test(test_receivers_ask_no_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
