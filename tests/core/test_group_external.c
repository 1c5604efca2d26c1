/* External commits: coming in from a GroupInfo, coming back, and what is refused. */
#include "world.h"

#include <string.h>

static mls_member_params params_of(const world *w, const device *d)
{
    return (mls_member_params){
        .suite = w->suite,
        .identity = bytes_of(d->name, 1),
        .signature_key = view(&d->signature_key),
        .not_before = NOW - DAY,
        .not_after = NOW + DAY,
    };
}

static bytes group_info_of(world *w, const device *d, bool with_tree)
{
    mls_buf out;
    assert_ok(mls_group_info_make(d->group, &out, with_tree));
    return keep(w, &out);
}

/* The device enters; gives the commit. */
static bytes enter(world *w, device *d, bytes group_info, bytes tree)
{
    mls_member_params params = params_of(w, d);
    mls_buf commit;
    mls_group_free(d->group);
    assert_ok(trusting_join_external(&d->group, &commit, group_info, &params, tree, (bytes){0}));
    return keep(w, &commit);
}

static void test_enter(void **state)
{
    world *w = *state;
    device *c = dev(w, 'C');
    mls_event event;
    make_group(w, "AB");
    bytes commit = enter(w, c, group_info_of(w, dev(w, 'A'), true), (bytes){0});
    assert_ok(trusting_receive(dev(w, 'A')->group, &event, commit, NOW));
    assert_int_equal(event.kind, MLS_EVENT_COMMIT);
    assert_bytes(event.sender.identity, bytes_of("C", 1));
    assert_int_equal(event.num_changes, 1);
    assert_int_equal(event.changes[0].kind, MLS_CHANGE_ADDED);
    assert_bytes(event.changes[0].member.identity, bytes_of("C", 1));
    mls_event_free(&event);
    deliver(w, "B", commit, MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
    restart_all(w, "ABC");
    deliver(w, "ABC", make_commit(w, c, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
}

static void test_enter_without_tree(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    mls_member_params params = params_of(w, b);
    mls_buf tree, commit;
    mls_group *group;
    make_group(w, "A");
    bytes info = group_info_of(w, a, false);
    assert_err(trusting_join_external(&group, &commit, info, &params, (bytes){0}, (bytes){0}),
               MLS_ERR_MISSING_TREE);
    assert_null(group);
    assert_null(commit.data);
    assert_ok(mls_group_tree(a->group, &tree));
    deliver(w, "A", enter(w, b, info, keep(w, &tree)), MLS_EVENT_COMMIT);
    assert_agree(w, "AB", 2);
}

/* A device that lost its state comes back in place of its former leaf. */
static void test_come_back(void **state)
{
    world *w = *state;
    device *b = dev(w, 'B');
    make_group(w, "ABC");
    deliver(w, "ABC", make_commit(w, dev(w, 'C'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    bytes commit = enter(w, b, group_info_of(w, dev(w, 'C'), true), (bytes){0});
    deliver(w, "AC", commit, MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
}

/* The group took another commit: the one from outside is late, and goes again from the new epoch.
 */
static void test_late(void **state)
{
    world *w = *state;
    device *c = dev(w, 'C');
    make_group(w, "AB");
    bytes info = group_info_of(w, dev(w, 'A'), true);
    deliver(w, "AB", make_commit(w, dev(w, 'B'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    bytes late = enter(w, c, info, (bytes){0});
    refuse(dev(w, 'A'), late, MLS_ERR_EPOCH_TOO_OLD);
    bytes again = enter(w, c, group_info_of(w, dev(w, 'A'), true), (bytes){0});
    deliver(w, "AB", again, MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
}

/* Every octet of the commit counts. */
static void test_flipped(void **state)
{
    world *w = *state;
    make_group(w, "AB");
    bytes commit = enter(w, dev(w, 'C'), group_info_of(w, dev(w, 'A'), true), (bytes){0});
    uint64_t before = describe(dev(w, 'B')).epoch;
    for (size_t i = 0; i < commit.len; i++) {
        uint8_t *bad = copy_of(w->a, commit);
        mls_event event;
        bad[i] ^= 1;
        assert_true(trusting_receive(dev(w, 'B')->group, &event, bytes_of(bad, commit.len), NOW) !=
                    MLS_OK);
        assert_true(describe(dev(w, 'B')).epoch == before);
    }
    deliver(w, "B", commit, MLS_EVENT_COMMIT);
}

/* Every octet of the GroupInfo counts. */
static void test_flipped_group_info(void **state)
{
    world *w = *state;
    mls_member_params params = params_of(w, dev(w, 'C'));
    make_group(w, "AB");
    bytes info = group_info_of(w, dev(w, 'A'), true);
    for (size_t i = 0; i < info.len; i++) {
        uint8_t *bad = copy_of(w->a, info);
        mls_group *group;
        mls_buf commit;
        bad[i] ^= 1;
        assert_true(trusting_join_external(&group, &commit, bytes_of(bad, info.len), &params,
                                           (bytes){0}, (bytes){0}) != MLS_OK);
        assert_null(group);
    }
}

static void test_other_suite(void **state)
{
    world *w = *state;
    mls_member_params params = params_of(w, dev(w, 'C'));
    mls_group *group;
    mls_buf commit;
    make_group(w, "A");
    params.suite = w->suite == 1 ? 3 : 1;
    assert_err(trusting_join_external(&group, &commit, group_info_of(w, dev(w, 'A'), true), &params,
                                      (bytes){0}, (bytes){0}),
               MLS_ERR_UNSUPPORTED_SUITE);
}

/* Whoever was removed gives out no GroupInfo. */
static void test_removed_member_makes_none(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    mls_buf out;
    make_group(w, "AB");
    mls_proposal removal = remove_of(b);
    bytes commit = make_commit(w, a, NULL, &removal, 1, 0);
    deliver(w, "B", commit, MLS_EVENT_REMOVED);
    assert_err(mls_group_info_make(b->group, &out, true), MLS_ERR_NOT_A_MEMBER);
    assert_null(out.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_enter),       group_test(test_enter_without_tree),
        group_test(test_come_back),   group_test(test_late),
        group_test(test_flipped),     group_test(test_flipped_group_info),
        group_test(test_other_suite), group_test(test_removed_member_makes_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
