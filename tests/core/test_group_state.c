/* Saving and loading at every point of a group's life, and input that must change nothing. */
#include "world.h"

#include <string.h>

static const mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};

static void test_restart_anywhere(void **state)
{
    world *w = *state;
    bytes welcome;
    make_group(w, "ABC");
    restart_all(w, "ABC");
    assert_all_talk(w, "ABC");
    restart_all(w, "ABC");
    assert_all_talk(w, "CBA");

    bytes p = make_proposal(w, dev(w, 'A'), &update, 0);
    restart_all(w, "ABC"); /* our own Update's private key survives */
    deliver(w, "BC", p, MLS_EVENT_PROPOSAL);
    restart_all(w, "ABC"); /* and the received proposal */
    mls_proposal add = add_of(w, dev(w, 'D'));
    bytes m = make_commit(w, dev(w, 'B'), &welcome, &add, 1, 0);
    restart_all(w, "ABC"); /* and the pending commit */
    assert_true(describe(dev(w, 'B')).commit_pending);
    bytes late = say(w, dev(w, 'A'), "late");
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
    join(dev(w, 'D'), welcome, (bytes){0});
    restart_all(w, "ABCD");
    assert_agree(w, "ABCD", 4);
    hear(dev(w, 'C'), late, "late"); /* and the past epoch */
    assert_all_talk(w, "ABCD");
    for (const char *name = "DCBA"; *name; name++) {
        bytes next = make_commit(w, dev(w, *name), NULL, NULL, 0, 0);
        restart_all(w, "ABCD");
        deliver(w, "ABCD", next, MLS_EVENT_COMMIT);
        restart_all(w, "ABCD");
        assert_agree(w, "ABCD", 4);
    }
    assert_all_talk(w, "ABCD");
}

/* What was read before the restart is not read twice, and skipped messages still are once. */
static void test_restart_keeps_generations(void **state)
{
    world *w = *state;
    device *b = dev(w, 'B');
    make_group(w, "AB");
    bytes first = say(w, dev(w, 'A'), "first"), second = say(w, dev(w, 'A'), "second");
    hear(b, second, "second");
    restart_all(w, "AB");
    refuse(b, second, MLS_ERR_GENERATION_REUSED);
    hear(b, first, "first");
    restart_all(w, "AB");
    refuse(b, first, MLS_ERR_GENERATION_REUSED);
    bytes third = say(w, dev(w, 'A'), "third");
    assert_false(bytes_equal(second, third));
    hear(b, third, "third");
}

static void test_which_record_changes(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf epoch_record, again, ratchet_record, ratchet_again;
    make_group(w, "AB");
    assert_true(mls_group_epoch_changed(a->group));
    assert_ok(mls_group_save(a->group, &epoch_record, &ratchet_record));
    assert_false(mls_group_epoch_changed(a->group));
    say(w, a, "hello");
    hear(a, say(w, dev(w, 'B'), "hello"), "hello");
    assert_false(mls_group_epoch_changed(a->group));
    assert_ok(mls_group_save(a->group, &again, &ratchet_again));
    assert_bytes(view(&again), view(&epoch_record));
    assert_false(bytes_equal(view(&ratchet_again), view(&ratchet_record)));
    mls_buf_free(&again);
    mls_buf_free(&ratchet_again);
    make_commit(w, a, NULL, NULL, 0, 0);
    assert_true(mls_group_epoch_changed(a->group));
    assert_ok(mls_group_save(a->group, NULL, &ratchet_again));
    assert_true(mls_group_epoch_changed(a->group)); /* it was not saved */
    mls_buf_free(&ratchet_again);
    mls_buf_free(&epoch_record);
    mls_buf_free(&ratchet_record);
}

static void test_torn_and_broken_records(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_buf old_epoch, old_ratchet, epoch_record, ratchet_record;
    mls_group *group;
    make_group(w, "AB");
    for (int i = 0; i < 5; i++) /* the records of two epochs do not differ in their shape */
        deliver(w, "AB", make_commit(w, a, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_ok(mls_group_save(a->group, &old_epoch, &old_ratchet));
    deliver(w, "AB", make_commit(w, a, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_ok(mls_group_save(a->group, &epoch_record, &ratchet_record));
    assert_err(mls_group_load(&group, view(&old_epoch), view(&ratchet_record)),
               MLS_ERR_STATE_MISMATCH);
    assert_err(mls_group_load(&group, view(&epoch_record), view(&old_ratchet)),
               MLS_ERR_STATE_MISMATCH);
    for (size_t len = 0; len < epoch_record.len; len++) {
        assert_err(mls_group_load(&group, bytes_of(epoch_record.data, len), view(&ratchet_record)),
                   MLS_ERR_STATE_BROKEN);
        assert_null(group);
    }
    for (size_t len = 0; len < ratchet_record.len; len++)
        assert_err(mls_group_load(&group, view(&epoch_record), bytes_of(ratchet_record.data, len)),
                   MLS_ERR_STATE_BROKEN);
    epoch_record.data[1]++; /* the version */
    assert_err(mls_group_load(&group, view(&epoch_record), view(&ratchet_record)),
               MLS_ERR_STATE_VERSION);
    assert_null(group);
    mls_buf_free(&old_epoch);
    mls_buf_free(&old_ratchet);
    mls_buf_free(&epoch_record);
    mls_buf_free(&ratchet_record);
}

/* ---- Bad input ---- */

/* Flips every octet and cuts everywhere: always refused; then the true message is taken. */
static void mangle(world *w, const char *names, bytes message)
{
    for (const char *p = names; *p; p++) {
        device *d = dev(w, *p);
        for (size_t i = 0; i < 2 * message.len; i++) {
            arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
            uint8_t *changed = copy_of(scratch, message);
            size_t len = i < message.len ? message.len : i - message.len;
            mls_event event;
            uint64_t epoch = describe(d).epoch;
            if (i < message.len)
                changed[i] ^= (uint8_t)(1 << i % 8);
            assert_int_not_equal(trusting_receive(d->group, &event, bytes_of(changed, len), NOW),
                                 MLS_OK);
            assert_null(event.memory);
            assert_true(describe(d).epoch == epoch);
        }
    }
}

static void test_mangled_messages(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes m = say(w, dev(w, 'A'), "hello");
    mangle(w, "B", m);
    hear(dev(w, 'B'), m, "hello");
    bytes p = make_proposal(w, dev(w, 'A'), &update, MLS_AS_PUBLIC_MESSAGE);
    mangle(w, "B", p);
    deliver(w, "BC", p, MLS_EVENT_PROPOSAL);
    for (int public = 0; public < 2; public ++) {
        bytes c = make_commit(w, dev(w, 'B'), NULL, NULL, 0, public ? MLS_AS_PUBLIC_MESSAGE : 0);
        mangle(w, "AC", c);
        deliver(w, "ABC", c, MLS_EVENT_COMMIT);
        assert_agree(w, "ABC", 3);
    }
    assert_all_talk(w, "ABC");
}

static void test_mangled_welcome(void **state)
{
    world *w = *state;
    device *b = dev(w, 'B');
    bytes welcome;
    make_group(w, "A");
    mls_proposal add = add_of(w, b);
    deliver_one(dev(w, 'A'), make_commit(w, dev(w, 'A'), &welcome, &add, 1, 0), MLS_EVENT_COMMIT);
    for (size_t i = 0; i < 2 * welcome.len; i++) {
        arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        uint8_t *changed = copy_of(scratch, welcome);
        size_t len = i < welcome.len ? welcome.len : i - welcome.len;
        mls_group *group = (mls_group *)1;
        if (i < welcome.len)
            changed[i] ^= (uint8_t)(1 << i % 8);
        assert_int_not_equal(
            trusting_join(&group, bytes_of(changed, len), view(&b->secret), (bytes){0}, NULL, 0),
            MLS_OK);
        assert_null(group);
    }
    join(b, welcome, (bytes){0});
    assert_all_talk(w, "AB");
}

static void test_foreign_input(void **state)
{
    world *w = *state, *other;
    device *a = dev(w, 'A');
    mls_group *group;
    bytes welcome;
    make_group(w, "AB");
    assert_int_equal((w->suite == 1 ? world_setup_1 : world_setup_3)((void **)&other), 0);
    make_group(other, "AB"); /* the same group id and names, other keys */
    bytes strange = say(other, dev(other, 'B'), "hello");
    refuse(a, strange, MLS_ERR_DECRYPT_FAILED);
    mls_proposal add = add_of(other, dev(other, 'C'));
    bytes m = make_commit(other, dev(other, 'A'), &welcome, &add, 1, MLS_AS_PUBLIC_MESSAGE);
    refuse(a, m, MLS_ERR_BAD_MEMBERSHIP_TAG);
    refuse(a, welcome, MLS_ERR_DECODE_WRONG_KIND);
    refuse(a, BYTES_LITERAL("<html>502 Bad Gateway</html>"), MLS_ERR_DECODE_VERSION);
    refuse(a, (bytes){0}, MLS_ERR_DECODE_TRUNCATED);
    fresh_key_package(w, dev(w, 'C'));
    assert_err(trusting_join(&group, welcome, view(&dev(w, 'C')->secret), (bytes){0}, NULL, 0),
               MLS_ERR_NO_MATCHING_KEY_PACKAGE);
    assert_err(mls_welcome_matches(welcome, view(&dev(w, 'C')->secret)),
               MLS_ERR_NO_MATCHING_KEY_PACKAGE);
    void *old = other;
    world_teardown(&old);
    assert_all_talk(w, "AB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_restart_anywhere),     group_test(test_restart_keeps_generations),
        group_test(test_which_record_changes), group_test(test_torn_and_broken_records),
        group_test(test_mangled_messages),     group_test(test_mangled_welcome),
        group_test(test_foreign_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
