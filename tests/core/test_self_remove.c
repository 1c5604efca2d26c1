/* SelfRemove (draft-ietf-mls-extensions): a member leaves, and what members must refuse. */
#include "rogue.h"

#include "mls/send.h"

static const mls_proposal leave = {.type = MLS_PROPOSAL_SELF_REMOVE};

static bytes first_reference(world *w, const device *d)
{
    assert_int_not_equal(d->group->num_proposals, 0);
    return bytes_of(d->group->proposals[0]->ref, suite_find(w->suite)->hash->len);
}

static void test_leave(void **state)
{
    world *w = *state;
    mls_event event;
    mls_message_info info;
    make_group(w, "ABC");
    bytes m = make_proposal(w, dev(w, 'C'), &leave, 0);
    assert_ok(mls_message_read(&info, m));
    assert_int_equal(info.wire_format, MLS_WIRE_PUBLIC_MESSAGE);
    assert_ok(trusting_receive(dev(w, 'A')->group, &event, m, NOW));
    assert_int_equal(event.kind, MLS_EVENT_PROPOSAL);
    assert_int_equal(event.proposal_type, MLS_PROPOSAL_SELF_REMOVE);
    assert_int_equal(event.proposal_leaf, 2);
    assert_bytes(event.sender.identity, BYTES_LITERAL("C"));
    mls_event_free(&event);
    deliver(w, "B", m, MLS_EVENT_PROPOSAL);
    restart_all(w, "ABC");
    m = make_commit(w, dev(w, 'B'), NULL, NULL, 0, MLS_COMMIT_WITHOUT_PATH);
    restart(dev(w, 'B'));
    deliver(w, "AB", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'C'), m, MLS_EVENT_REMOVED);
    assert_agree(w, "AB", 2);
    assert_all_talk(w, "AB");
}

/* Whoever wants to leave can't commit to it, but commits to the rest. */
static void test_own_commit(void **state)
{
    world *w = *state;
    mls_buf out, none;
    device *c = dev(w, 'C');
    make_group(w, "ABC");
    deliver(w, "AB", make_proposal(w, c, &leave, 0), MLS_EVENT_PROPOSAL);
    assert_err(trusting_commit(c->group, &out, &none, &leave, 1, (bytes){0}, 0, NOW),
               MLS_ERR_BAD_PROPOSAL);
    assert_null(out.data);
    deliver(w, "ABC", make_commit(w, c, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 3);
}

static void test_once_per_epoch(void **state)
{
    world *w = *state;
    mls_buf out;
    device *c = dev(w, 'C');
    make_group(w, "ABC");
    make_proposal(w, c, &leave, 0);
    assert_err(mls_group_propose(c->group, &out, &leave, 0, NOW), MLS_ERR_DUPLICATE);
    assert_null(out.data);
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    make_proposal(w, c, &leave, 0);
}

/* Of Update, Remove and SelfRemove of one leaf the commit takes the SelfRemove, in any order. */
static void test_outranks(void **state)
{
    world *w = *state;
    const mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    for (size_t last = 0; last < 2; last++) {
        make_group(w, "ABC");
        device *a = dev(w, 'A'), *b = dev(w, 'B'), *c = dev(w, 'C');
        mls_proposal removal = remove_of(c);
        if (!last)
            deliver(w, "AB", make_proposal(w, c, &leave, 0), MLS_EVENT_PROPOSAL);
        deliver(w, "AB", make_proposal(w, c, &update, 0), MLS_EVENT_PROPOSAL);
        deliver(w, "BC", make_proposal(w, a, &removal, 0), MLS_EVENT_PROPOSAL);
        if (last)
            deliver(w, "AB", make_proposal(w, c, &leave, 0), MLS_EVENT_PROPOSAL);
        public_message m = take_apart(w, make_commit(w, b, NULL, NULL, 0, MLS_AS_PUBLIC_MESSAGE));
        assert_int_equal(m.content.commit.proposals.count, 1);
        const cached_proposal *taken =
            group_find_proposal(a->group, m.content.commit.proposals.items[0].reference);
        assert_non_null(taken);
        assert_int_equal(taken->proposal.type, MLS_PROPOSAL_SELF_REMOVE);
        for (const char *p = "ABC"; *p; p++) {
            mls_group_free(dev(w, *p)->group);
            dev(w, *p)->group = NULL;
        }
    }
}

/* ---- What members refuse ---- */

static void without_proposals(key_package *kp)
{
    kp->leaf.caps.proposals = (bytes){0};
}

static void test_not_all_capable(void **state)
{
    world *w = *state;
    mls_buf out;
    bytes encoded;
    make_group(w, "ABC");
    key_package kp = rogue_key_package(w, dev(w, 'D'), without_proposals);
    assert_ok(key_package_encode(w->a, &encoded, &kp));
    mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = encoded};
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), NULL, &add, 1, 0), MLS_EVENT_COMMIT);
    assert_err(mls_group_propose(dev(w, 'C')->group, &out, &leave, 0, NOW), MLS_ERR_CAPABILITIES);
    assert_null(out.data);
    proposal p = {.type = MLS_PROPOSAL_SELF_REMOVE};
    refuse(dev(w, 'A'), make_rogue_proposal(w, dev(w, 'C'), &p), MLS_ERR_CAPABILITIES);
}

static void test_as_private_message(void **state)
{
    world *w = *state;
    mls_buf out;
    authenticated_content ac;
    device *c = dev(w, 'C');
    make_group(w, "ABC");
    send_content(c->group, &ac, MLS_CONTENT_PROPOSAL, (bytes){0}, 0);
    ac.content.proposal.type = MLS_PROPOSAL_SELF_REMOVE;
    assert_ok(send_sign(c->group, w->a, &ac));
    assert_ok(send_frame(c->group, w->a, &out, &ac));
    refuse(dev(w, 'A'), keep(w, &out), MLS_ERR_BAD_MESSAGE);
}

static void test_by_value(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    proposal p = {.type = MLS_PROPOSAL_SELF_REMOVE};
    rogue_commit r = {.proposals = &p, .num_proposals = 1};
    bytes m = make_rogue_commit(w, dev(w, 'A'), &r);
    refuse(dev(w, 'B'), m, MLS_ERR_BAD_PROPOSAL);
    refuse(dev(w, 'C'), m, MLS_ERR_BAD_PROPOSAL);
}

static void test_bad_commits(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    deliver(w, "AB", make_proposal(w, dev(w, 'C'), &leave, 0), MLS_EVENT_PROPOSAL);
    rogue_commit r = {.reference = first_reference(w, dev(w, 'A'))};
    /* The committer's own. */
    refuse(dev(w, 'A'), make_rogue_commit(w, dev(w, 'C'), &r), MLS_ERR_BAD_PROPOSAL);
    /* Together with a Remove of the same leaf. */
    proposal removal = {.type = MLS_PROPOSAL_REMOVE, .removed = 2};
    r.proposals = &removal;
    r.num_proposals = 1;
    bytes m = make_rogue_commit(w, dev(w, 'A'), &r);
    refuse(dev(w, 'B'), m, MLS_ERR_BAD_PROPOSAL);
    refuse(dev(w, 'C'), m, MLS_ERR_BAD_PROPOSAL);
    /* Without a path. */
    r.num_proposals = 0;
    r.without_path = true;
    m = make_rogue_commit(w, dev(w, 'A'), &r);
    refuse(dev(w, 'B'), m, MLS_ERR_BAD_COMMIT);
    refuse(dev(w, 'C'), m, MLS_ERR_BAD_COMMIT);
    r.without_path = false;
    m = make_rogue_commit(w, dev(w, 'A'), &r);
    deliver(w, "B", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'C'), m, MLS_EVENT_REMOVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_leave),           group_test(test_own_commit),
        group_test(test_once_per_epoch),  group_test(test_outranks),
        group_test(test_not_all_capable), group_test(test_as_private_message),
        group_test(test_by_value),        group_test(test_bad_commits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
