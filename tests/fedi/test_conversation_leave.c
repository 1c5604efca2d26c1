/* Leaving a conversation, and what other proposals come to. */
#include "net.h"

#include <string.h>

static void test_leave(void **state)
{
    net *n = *state;
    start(n, "ABC");
    size_t before = count_posts(n, CONVERSATION_COMMIT);
    leave(n, 'C');
    pass_time(n, "ABC", 300);
    assert_together(n, "AB", 2);
    assert_int_equal(n->devices[2].removals, 1);
    assert_int_equal(count_posts(n, CONVERSATION_COMMIT), before + 2); /* proposal and commit */
    conversation_effects fx;
    assert_ok(conversation_effects_init(&fx));
    assert_err(conversation_leave(conv(n, 'C'), &fx, n->now), MLS_ERR_NOT_A_MEMBER);
    conversation_effects_cleanup(&fx);
}

/* The first in the order of leaves does not hear of it: the next one answers. */
static void test_next_in_order(void **state)
{
    net *n = *state;
    start(n, "ABC");
    leave(n, 'C');
    pass_time(n, "BC", 200);
    assert_together(n, "B", 2);
    assert_true(conversation_is_removed(conv(n, 'C')));
    pass_time(n, "ABC", 200);
    assert_together(n, "AB", 2);
}

/* By actor: the other device goes as well. */
static void test_leave_with_all_devices(void **state)
{
    net *n = *state;
    join_actor(n, 'D', 'C');
    start(n, "ABCD");
    leave(n, 'D');
    pass_time(n, "ABCD", 300);
    assert_together(n, "AB", 2);
    assert_true(conversation_is_removed(conv(n, 'C')));
    assert_true(conversation_is_removed(conv(n, 'D')));
}

/* Another commit wins in the epoch that the proposal was for, and the leaver is gone for good. */
static void test_wish_outlives_its_epoch(void **state)
{
    net *n = *state;
    start(n, "ABC");
    leave(n, 'C');
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    tick(n, "A"); /* knows nothing of the proposal */
    pass_time(n, "AB", 700);
    assert_together(n, "AB", 2);
}

/* Nobody heard it in its epoch: it is proposed again in the next one. */
static void test_proposed_again(void **state)
{
    net *n = *state;
    start(n, "ABC");
    leave(n, 'C');
    n->mails[n->num_mails - 1].to[0] = n->mails[n->num_mails - 1].to[1] = false;
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    pass_time(n, "ABC", 700);
    assert_together(n, "AB", 2);
    assert_true(conversation_is_removed(conv(n, 'C')));
}

static void test_all_leave(void **state)
{
    net *n = *state;
    start(n, "ABC");
    leave(n, 'A');
    leave(n, 'B');
    leave(n, 'C');
    pass_time(n, "ABC", 3000);
    assert_int_equal(n->devices[0].removals, 1);
    assert_int_equal(n->devices[1].removals, 1);
    assert_int_equal(n->devices[2].removals, 1);
}

static void test_nobody_else(void **state)
{
    net *n = *state;
    join_actor(n, 'B', 'A');
    start(n, "AB");
    pass_time(n, "AB", 700);
    leave(n, 'A');
    assert_int_equal(n->devices[0].removals, 1);
}

/* Who is added again after leaving stays. */
static void test_added_again(void **state)
{
    net *n = *state;
    start(n, "ABCD");
    leave(n, 'D');
    pass_time(n, "ABCD", 100);
    assert_together(n, "ABC", 3);
    mls_buf_free(&n->devices[3].key_package);
    mls_buf_free(&n->devices[3].secret);
    join_actor(n, 'D', 'D');
    bytes key_package = view(&n->devices[3].key_package);
    assert_ok(conversation_add(conv(n, 'B'), &key_package, 1, n->now));
    pass_time(n, "ABCD", 2000);
    assert_together(n, "ABCD", 4);
}

/* ---- What peers send ---- */

/* A proposal that a device's program makes by itself, to all. */
static bytes propose(net *n, char name, const mls_proposal *proposal)
{
    mls_buf message;
    bytes octets;
    device *d = &n->devices[name - 'A'];
    conversation_effects fx;
    assert_ok(mls_group_propose(conversation_group(d->c), &message, proposal, 0, n->now));
    octets = bytes_of(copy_of(n->a, view(&message)), message.len);
    mls_buf_free(&message);
    for (int i = 0; i < DEVICES; i++) {
        device *to = &n->devices[i];
        if (!to->c || to == d)
            continue;
        assert_ok(conversation_effects_init(&fx));
        assert_ok(conversation_receive(to->c, &fx, octets, bytes_of(d->actor, NAME_LEN), n->now));
        carry_out(n, to, &fx);
        conversation_effects_cleanup(&fx);
        restart(n, to);
    }
    return octets;
}

static uint32_t leaf_of(net *n, char name)
{
    mls_group_info info;
    mls_group_describe(conversation_group(conv(n, name)), &info);
    return info.own_leaf;
}

static void test_self_remove(void **state)
{
    net *n = *state;
    start(n, "ABC");
    propose(n, 'B', &(mls_proposal){.type = MLS_PROPOSAL_SELF_REMOVE});
    pass_time(n, "ABC", 300);
    assert_together(n, "AC", 2);
    assert_true(conversation_is_removed(conv(n, 'B')));
}

/* One member can't have another removed by somebody else's commit, but by its own. */
static void test_foreign_removal(void **state)
{
    net *n = *state;
    mls_buf commit, welcome;
    conversation_effects fx;
    start(n, "ABC");
    mls_proposal removal = {.type = MLS_PROPOSAL_REMOVE, .leaf = leaf_of(n, 'C')};
    bytes octets = propose(n, 'B', &removal);
    assert_ok(mls_group_commit(conversation_group(conv(n, 'B')), &commit, &welcome, NULL, 0,
                               (bytes){0}, 0, n->now));
    bytes refers = bytes_of(copy_of(n->a, view(&commit)), commit.len);
    mls_buf_free(&commit);
    mls_buf_free(&welcome);
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    pass_time(n, "AC", 60);
    assert_together(n, "AC", 3);
    for (int i = 0; i <= 2; i += 2) { /* what is repeated changes nothing */
        device *d = &n->devices[i];
        assert_ok(conversation_effects_init(&fx));
        assert_ok(conversation_receive(d->c, &fx, refers, bytes_of("actor-B", NAME_LEN), n->now));
        assert_ok(conversation_receive(d->c, &fx, octets, bytes_of("actor-B", NAME_LEN), n->now));
        carry_out(n, d, &fx);
        conversation_effects_cleanup(&fx);
    }
    assert_together(n, "A", 2);
    assert_true(conversation_is_removed(conv(n, 'C')));
}

/* A commit that comes before the proposal it refers to waits for it. */
static void test_commit_before_proposal(void **state)
{
    net *n = *state;
    mls_buf commit, proposal, welcome;
    conversation_effects fx;
    device *a = &n->devices[0];
    start(n, "ABC");
    mls_proposal removal = {.type = MLS_PROPOSAL_REMOVE, .leaf = leaf_of(n, 'C')};
    mls_group *group = conversation_group(conv(n, 'B'));
    assert_ok(mls_group_propose(group, &proposal, &removal, 0, n->now));
    assert_ok(mls_group_commit(group, &commit, &welcome, NULL, 0, (bytes){0}, 0, n->now));
    assert_ok(conversation_effects_init(&fx));
    bytes from = bytes_of("actor-B", NAME_LEN);
    assert_ok(conversation_receive(a->c, &fx, view(&commit), from, n->now));
    assert_together(n, "A", 3);
    restart(n, a);
    assert_ok(conversation_receive(a->c, &fx, view(&proposal), from, n->now));
    assert_together(n, "A", 2);
    conversation_effects_cleanup(&fx);
    mls_buf_free(&commit);
    mls_buf_free(&proposal);
    mls_buf_free(&welcome);
}

/* Whether the commit posted last renews the leaf of B, as C sees it. */
static bool renews_leaf_of_b(net *n)
{
    mls_group *fork;
    mls_event event;
    bool renewed = false;
    assert_ok(mls_group_fork(conversation_group(conv(n, 'C')), &fork));
    assert_ok(mls_group_receive(fork, &event, n->mails[n->num_mails - 1].octets, n->now));
    for (size_t i = 0; i < event.num_changes; i++)
        renewed |= event.changes[i].kind == MLS_CHANGE_UPDATED &&
                   event.changes[i].member.leaf == leaf_of(n, 'B');
    mls_event_free(&event);
    mls_group_free(fork);
    return renewed;
}

static void test_update_goes_along(void **state)
{
    net *n = *state;
    start(n, "ABC");
    propose(n, 'B', &(mls_proposal){.type = MLS_PROPOSAL_UPDATE});
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    tick(n, "A");
    assert_true(renews_leaf_of_b(n));
    pass_time(n, "ABC", 100);
    assert_together(n, "ABC", 3);
    say(n, 'B', "new keys");
    deliver(n, "ABC");
    assert_string_equal(n->devices[0].heard, "new keys ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        net_test(test_leave),
        net_test(test_next_in_order),
        net_test(test_leave_with_all_devices),
        net_test(test_wish_outlives_its_epoch),
        net_test(test_proposed_again),
        net_test(test_all_leave),
        net_test(test_nobody_else),
        net_test(test_added_again),
        net_test(test_self_remove),
        net_test(test_foreign_removal),
        net_test(test_commit_before_proposal),
        net_test(test_update_goes_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
