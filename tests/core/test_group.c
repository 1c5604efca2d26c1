/* Groups: creating, joining, talking, changing. Every scenario with each suite. */
#include "world.h"

#include <string.h>

static const mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};

static void test_alone(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    make_group(w, "A");
    assert_true(describe(a).epoch == 0);
    deliver_one(a, make_commit(w, a, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_true(describe(a).epoch == 1);
    assert_agree(w, "A", 1);
}

static void test_join_and_talk(void **state)
{
    world *w = *state;
    make_group(w, "ABCDE");
    assert_all_talk(w, "ABCDE");
    assert_all_talk(w, "EDCBA");
}

static void test_join_without_tree(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    mls_buf tree;
    mls_group *group;
    bytes welcome;
    make_group(w, "A");
    mls_proposal add = add_of(w, b);
    deliver_one(a, make_commit(w, a, &welcome, &add, 1, MLS_WELCOME_WITHOUT_TREE),
                MLS_EVENT_COMMIT);
    assert_err(trusting_join(&group, welcome, view(&b->secret), (bytes){0}, NULL, 0),
               MLS_ERR_MISSING_TREE);
    assert_null(group);
    assert_ok(mls_group_tree(a->group, &tree));
    join(b, welcome, keep(w, &tree));
    assert_agree(w, "AB", 2);
    assert_all_talk(w, "AB");
}

static void test_join_with_foreign_tree(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    mls_buf tree;
    mls_group *group;
    bytes welcome;
    make_group(w, "A");
    assert_ok(mls_group_tree(a->group, &tree)); /* of the epoch before */
    bytes old = keep(w, &tree);
    mls_proposal add = add_of(w, b);
    make_commit(w, a, &welcome, &add, 1, MLS_WELCOME_WITHOUT_TREE);
    assert_err(trusting_join(&group, welcome, view(&b->secret), old, NULL, 0), MLS_ERR_BAD_TREE);
    assert_null(group);
}

/* A later tree has the same members and good signatures, and is not the one that was meant. */
static void test_join_with_later_tree(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    mls_buf tree;
    mls_group *group;
    bytes welcome;
    make_group(w, "A");
    mls_proposal add = add_of(w, b);
    deliver_one(
        a, make_commit(w, a, &welcome, &add, 1, MLS_WELCOME_WITHOUT_TREE | MLS_COMMIT_WITHOUT_PATH),
        MLS_EVENT_COMMIT);
    deliver_one(a, make_commit(w, a, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_ok(mls_group_tree(a->group, &tree));
    assert_err(trusting_join(&group, welcome, view(&b->secret), keep(w, &tree), NULL, 0),
               MLS_ERR_BAD_TREE);
    assert_null(group);
}

static void test_add_later(void **state)
{
    world *w = *state;
    bytes welcome;
    make_group(w, "AB");
    const char *steps[] = {"ABC", "ABCD", "ABCDE"};
    for (size_t i = 0; i < 3; i++) {
        char before[DEVICES_MAX] = {0}, added = steps[i][i + 2];
        memcpy(before, steps[i], i + 2);
        device *by = dev(w, before[i + 1]); /* whoever came last */
        mls_proposal add = add_of(w, dev(w, added));
        deliver(w, before, make_commit(w, by, &welcome, &add, 1, 0), MLS_EVENT_COMMIT);
        join(dev(w, added), welcome, (bytes){0});
        assert_agree(w, steps[i], (uint32_t)strlen(steps[i]));
        assert_all_talk(w, steps[i]);
    }
}

static void test_add_without_path(void **state)
{
    world *w = *state;
    bytes welcome;
    make_group(w, "AB");
    mls_proposal add = add_of(w, dev(w, 'C'));
    deliver(w, "AB", make_commit(w, dev(w, 'B'), &welcome, &add, 1, MLS_COMMIT_WITHOUT_PATH),
            MLS_EVENT_COMMIT);
    join(dev(w, 'C'), welcome, (bytes){0});
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
}

static void test_out_of_order(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    make_group(w, "AB");
    bytes m[5];
    const char *texts[] = {"one", "two", "three", "four", "five"};
    for (size_t i = 0; i < 5; i++)
        m[i] = say(w, a, texts[i]);
    static const size_t order[] = {4, 1, 0, 3, 2};
    for (size_t i = 0; i < 5; i++)
        hear(b, m[order[i]], texts[order[i]]);
    for (size_t i = 0; i < 5; i++)
        refuse(b, m[i], MLS_ERR_GENERATION_REUSED);
}

static void test_late_messages(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    make_group(w, "AB");
    bytes late[6];
    for (size_t i = 0; i < 6; i++) {
        late[i] = say(w, a, "late");
        deliver(w, "AB", make_commit(w, b, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    }
    hear(b, late[5], "late");
    hear(b, late[2], "late"); /* four epochs ago */
    refuse(b, late[2], MLS_ERR_GENERATION_REUSED);
    refuse(b, late[1], MLS_ERR_EPOCH_TOO_OLD);
    mls_event event;
    assert_err(trusting_receive(b->group, &event, late[4], NOW + 15 * DAY),
               MLS_ERR_EPOCH_TOO_OLD); /* expired */
}

static void test_ahead(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    make_group(w, "AB");
    bytes m = make_commit(w, a, NULL, NULL, 0, 0);
    deliver_one(a, m, MLS_EVENT_COMMIT);
    bytes ahead = say(w, a, "ahead");
    refuse(b, ahead, MLS_ERR_EPOCH_AHEAD);
    deliver_one(b, m, MLS_EVENT_COMMIT);
    hear(b, ahead, "ahead");
}

static void test_update(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    for (const char *p = "DACB"; *p; p++) {
        deliver(w, "ABCD", make_commit(w, dev(w, *p), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
        assert_agree(w, "ABCD", 4);
    }
    assert_all_talk(w, "ABCD");
}

static void test_update_by_proposal(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes p = make_proposal(w, dev(w, 'B'), &update, 0);
    deliver(w, "AC", p, MLS_EVENT_PROPOSAL);
    refuse(dev(w, 'B'), p, MLS_ERR_OWN_MESSAGE);
    deliver(w, "ABC", make_commit(w, dev(w, 'C'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
    deliver(w, "ABC", make_commit(w, dev(w, 'B'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_all_talk(w, "ABC");
}

static void test_remove(void **state)
{
    world *w = *state;
    device *b = dev(w, 'B');
    make_group(w, "ABCD");
    mls_proposal remove = remove_of(b);
    bytes proposed = make_proposal(w, dev(w, 'A'), &update, 0);
    bytes competing = make_commit(w, dev(w, 'D'), NULL, NULL, 0, 0);
    bytes m = make_commit(w, dev(w, 'C'), NULL, &remove, 1, 0);
    deliver(w, "ACD", m, MLS_EVENT_COMMIT);
    deliver_one(b, m, MLS_EVENT_REMOVED);
    assert_agree(w, "ACD", 3);
    assert_all_talk(w, "ACD");

    /* The removed device reads nothing more and sends nothing more, also after a restart. */
    mls_buf out, welcome;
    bytes secret = say(w, dev(w, 'A'), "without B");
    for (int i = 0; i < 2; i++) {
        assert_false(describe(b).is_member);
        refuse(b, secret, MLS_ERR_NOT_A_MEMBER);
        refuse(b, proposed, MLS_ERR_NOT_A_MEMBER); /* of the last epoch that it knows */
        refuse(b, competing, MLS_ERR_NOT_A_MEMBER);
        assert_err(mls_group_encrypt(b->group, &out, BYTES_LITERAL("x"), (bytes){0}),
                   MLS_ERR_NOT_A_MEMBER);
        assert_err(trusting_commit(b->group, &out, &welcome, NULL, 0, (bytes){0}, 0, NOW),
                   MLS_ERR_NOT_A_MEMBER);
        assert_err(mls_group_propose(b->group, &out, &update, 0, NOW), MLS_ERR_NOT_A_MEMBER);
        assert_err(mls_group_export(b->group, &out, BYTES_LITERAL("l"), (bytes){0}, 16),
                   MLS_ERR_NOT_A_MEMBER);
        restart(b);
    }
}

static void test_remove_and_add_again(void **state)
{
    world *w = *state;
    device *b = dev(w, 'B');
    bytes welcome;
    make_group(w, "ABC");
    mls_proposal remove = remove_of(b);
    bytes m = make_commit(w, dev(w, 'A'), NULL, &remove, 1, 0);
    deliver(w, "AC", m, MLS_EVENT_COMMIT);
    deliver_one(b, m, MLS_EVENT_REMOVED);
    mls_group_free(b->group);
    b->group = NULL;
    mls_proposal add = add_of(w, b);
    deliver(w, "AC", make_commit(w, dev(w, 'C'), &welcome, &add, 1, 0), MLS_EVENT_COMMIT);
    join(b, welcome, (bytes){0});
    assert_agree(w, "ABC", 3);
    assert_all_talk(w, "ABC");
}

static void test_leave(void **state)
{
    world *w = *state;
    device *c = dev(w, 'C');
    make_group(w, "ABC");
    mls_proposal remove = remove_of(c);
    deliver(w, "AB", make_proposal(w, c, &remove, 0), MLS_EVENT_PROPOSAL);
    bytes m = make_commit(w, dev(w, 'A'), NULL, NULL, 0, 0);
    deliver(w, "AB", m, MLS_EVENT_COMMIT);
    deliver_one(c, m, MLS_EVENT_REMOVED);
    assert_agree(w, "AB", 2);
    assert_all_talk(w, "AB");
}

/* A tree of eight that shrinks to one and grows again. */
static void test_shrink_and_grow(void **state)
{
    world *w = *state;
    bytes welcome;
    make_group(w, "ABCDEFGH");
    mls_proposal removes[5];
    for (size_t i = 0; i < 5; i++)
        removes[i] = remove_of(dev(w, (char)('D' + i)));
    deliver(w, "ABC", make_commit(w, dev(w, 'B'), NULL, removes, 5, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
    assert_int_equal(describe(dev(w, 'A')).num_leaves, 4);
    mls_proposal changes[3] = {remove_of(dev(w, 'A')), remove_of(dev(w, 'B')),
                               add_of(w, dev(w, 'D'))};
    mls_group_free(dev(w, 'D')->group);
    dev(w, 'D')->group = NULL;
    deliver(w, "C", make_commit(w, dev(w, 'C'), &welcome, changes, 3, 0), MLS_EVENT_COMMIT);
    join(dev(w, 'D'), welcome, (bytes){0});
    assert_agree(w, "CD", 2);
    assert_all_talk(w, "CD");
}

static void test_export(void **state)
{
    world *w = *state;
    mls_buf a, b, c;
    make_group(w, "AB");
    bytes label = BYTES_LITERAL("label"), context = BYTES_LITERAL("context");
    assert_ok(mls_group_export(dev(w, 'A')->group, &a, label, context, 48));
    assert_ok(mls_group_export(dev(w, 'B')->group, &b, label, context, 48));
    assert_ok(mls_group_export(dev(w, 'B')->group, &c, label, label, 48));
    assert_int_equal(a.len, 48);
    assert_bytes(view(&a), view(&b));
    assert_memory_not_equal(a.data, c.data, 48);
    mls_buf_free(&a);
    mls_buf_free(&b);
    mls_buf_free(&c);
    assert_err(mls_group_export(dev(w, 'A')->group, &a, label, context, 255 * 32 + 1),
               MLS_ERR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_alone),
        group_test(test_join_and_talk),
        group_test(test_join_without_tree),
        group_test(test_join_with_foreign_tree),
        group_test(test_join_with_later_tree),
        group_test(test_add_later),
        group_test(test_add_without_path),
        group_test(test_out_of_order),
        group_test(test_late_messages),
        group_test(test_ahead),
        group_test(test_update),
        group_test(test_update_by_proposal),
        group_test(test_remove),
        group_test(test_remove_and_add_again),
        group_test(test_leave),
        group_test(test_shrink_and_grow),
        group_test(test_export),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
