/* Forks of a group, and signatures over the application's own. */
#include "world.h"

static const bytes none;
static const bytes label = {(const uint8_t *)"beacon", 6}, content = {(const uint8_t *)"head", 4};

static void test_fork_cannot_send(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_group *copy;
    mls_buf out;
    make_group(w, "AB");
    say(w, a, "before");
    assert_ok(mls_group_fork(a->group, &copy));
    assert_err(mls_group_encrypt(copy, &out, content, none), MLS_ERR_GENERATION_TOO_FAR);
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    assert_err(mls_group_propose(copy, &out, &update, 0, NOW), MLS_ERR_GENERATION_TOO_FAR);
    mls_group_free(copy);
    assert_all_talk(w, "AB");
}

/* A commit is tried on the fork, and the group is where it was. */
static void test_fork_goes_its_way(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    mls_group *copy;
    make_group(w, "ABC");
    bytes late = say(w, b, "late");
    assert_ok(mls_group_fork(a->group, &copy));
    bytes octets = make_commit(w, b, NULL, NULL, 0, 0);
    mls_group *kept = a->group;
    a->group = copy;
    deliver(w, "ABC", octets, MLS_EVENT_COMMIT);
    assert_all_talk(w, "ABC");
    hear(a, late, "late"); /* by the fork's past epoch */
    mls_group_free(a->group);
    a->group = kept;
    hear(a, late, "late"); /* by the group itself */
    deliver_one(a, octets, MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
}

static void test_fork_keeps_pending(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    mls_group *copy;
    mls_event event;
    make_group(w, "AB");
    bytes octets = make_commit(w, a, NULL, NULL, 0, 0);
    assert_ok(mls_group_fork(a->group, &copy));
    assert_ok(mls_group_apply_pending(copy, &event, NOW));
    mls_event_free(&event);
    assert_true(describe(a).commit_pending);
    mls_group_free(a->group);
    a->group = copy;
    deliver(w, "B", octets, MLS_EVENT_COMMIT);
    assert_all_talk(w, "AB");
}

static void test_signatures(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    mls_buf out;
    make_group(w, "AB");
    uint32_t leaf = describe(a).own_leaf;
    assert_ok(mls_group_sign(a->group, &out, label, content));
    bytes signature = keep(w, &out);
    assert_ok(mls_group_verify(b->group, leaf, label, content, signature));
    assert_ok(mls_group_verify(a->group, leaf, label, content, signature));
    assert_err(mls_group_verify(b->group, leaf, content, content, signature),
               MLS_ERR_BAD_SIGNATURE);
    assert_err(mls_group_verify(b->group, leaf, label, label, signature), MLS_ERR_BAD_SIGNATURE);
    assert_err(mls_group_verify(b->group, describe(b).own_leaf, label, content, signature),
               MLS_ERR_BAD_SIGNATURE);
    assert_err(mls_group_verify(b->group, 7, label, content, signature), MLS_ERR_UNKNOWN_SENDER);
    assert_err(mls_group_sign(a->group, &out, none, content), MLS_ERR_INVALID_ARGUMENT);
    assert_err(mls_group_sign(a->group, &out, BYTES_LITERAL("a\0b"), content),
               MLS_ERR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_fork_cannot_send),
        group_test(test_fork_goes_its_way),
        group_test(test_fork_keeps_pending),
        group_test(test_signatures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
