/* Past epochs: what a group keeps of them, looked at from inside. */
#include "world.h"

#include "mls/group.h"

/* Past epochs hold no keys to send with: a state that is restored never uses one twice. */
static void test_past_cannot_send(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    make_group(w, "AB");
    say(w, a, "hello");
    deliver(w, "AB", make_commit(w, a, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    for (int i = 0; i < 2; i++) {
        message_keys keys;
        uint32_t generation;
        secret_tree *st = &a->group->past[0]->secret_tree;
        for (int type = 0; type < 2; type++)
            assert_int_not_equal(
                secret_tree_next(st, &generation, &keys, describe(a).own_leaf, type), MLS_OK);
        restart(a);
    }
}

/* Four of them at most, none beyond its time. */
static void test_bounds(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_event event;
    make_group(w, "AB"); /* A is in its second epoch */
    for (size_t i = 2; i < 8; i++) {
        deliver(w, "AB", make_commit(w, a, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
        assert_int_equal(a->group->num_past, i < PAST_EPOCHS_MAX ? i : PAST_EPOCHS_MAX);
        for (size_t j = 0; j < a->group->num_past; j++)
            assert_true(a->group->past[j]->epoch == describe(a).epoch - 1 - j);
    }
    bytes later = make_commit(w, a, NULL, NULL, 0, 0);
    assert_ok(trusting_receive(a->group, &event, later, NOW + 15 * DAY));
    mls_event_free(&event);
    assert_int_equal(a->group->num_past, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_past_cannot_send),
        group_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
