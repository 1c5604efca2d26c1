/* Who joins by an external commit takes along the SelfRemoves that wait for one
 * (draft-ietf-mls-extensions). */
#include "rogue.h"

static const mls_proposal leave = {.type = MLS_PROPOSAL_SELF_REMOVE};

static bytes info_of(world *w, const device *d)
{
    mls_buf out;
    assert_ok(mls_group_info_make(d->group, &out, true));
    return keep(w, &out);
}

/* `d` asks to be let go; everybody else in `names` hears it. */
static bytes ask_to_leave(world *w, device *d, const char *names)
{
    bytes m = make_proposal(w, d, &leave, 0);
    for (const char *p = names; *p; p++)
        if (dev(w, *p) != d)
            deliver_one(dev(w, *p), m, MLS_EVENT_PROPOSAL);
    return m;
}

static mls_err try_enter(world *w, device *d, bytes info, const bytes *proposals, size_t count,
                         bytes *entry)
{
    mls_member_params params = member_params_of(w, d);
    const mls_external_join with = {.proposals = proposals, .num_proposals = count};
    mls_buf out;
    mls_err err = trusting_join_external_with(&d->group, &out, info, &params, &with);
    *entry = keep(w, &out);
    return err;
}

static bytes enter(world *w, device *d, bytes info, const bytes *proposals, size_t count)
{
    bytes entry;
    assert_ok(try_enter(w, d, info, proposals, count, &entry));
    return entry;
}

static size_t num_proposals(world *w, bytes entry)
{
    return take_apart(w, entry).content.commit.proposals.count;
}

static void test_let_go(void **state)
{
    world *w = *state;
    device *d = dev(w, 'D');
    make_group(w, "ABC");
    bytes asked = ask_to_leave(w, dev(w, 'C'), "ABC");
    bytes entry = enter(w, d, info_of(w, dev(w, 'A')), &asked, 1);
    restart(d);
    deliver(w, "AB", entry, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'C'), entry, MLS_EVENT_REMOVED);
    assert_agree(w, "ABD", 3);
    assert_all_talk(w, "ABD");
    deliver(w, "ABD", make_commit(w, d, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ABD", 3);
}

/* All of them; a message that was fetched twice counts once. */
static void test_several(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes asked[] = {ask_to_leave(w, dev(w, 'C'), "ABC"), ask_to_leave(w, dev(w, 'B'), "ABC"),
                     (bytes){0}};
    asked[2] = asked[0];
    bytes entry = enter(w, dev(w, 'D'), info_of(w, dev(w, 'A')), asked, 3);
    assert_int_equal(num_proposals(w, entry), 3);
    deliver(w, "A", entry, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'B'), entry, MLS_EVENT_REMOVED);
    deliver_one(dev(w, 'C'), entry, MLS_EVENT_REMOVED);
    assert_agree(w, "AD", 2);
    assert_all_talk(w, "AD");
}

/* Whoever comes back replaces the former leaf by a Remove, beside the SelfRemoves of others; of
 * a leaf whose owner asked to leave the SelfRemove is enough, and the only valid one. */
static void test_come_back(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    device *c = dev(w, 'C');
    mls_group *lost = c->group;
    bytes asked[] = {ask_to_leave(w, dev(w, 'B'), "ABCD"), ask_to_leave(w, c, "ABCD")};
    bytes info = info_of(w, dev(w, 'A'));
    assert_int_equal(num_proposals(w, enter(w, c, info, asked, 1)), 3);
    mls_group_free(c->group);
    bytes entry = enter(w, c, info, asked, 2);
    assert_int_equal(num_proposals(w, entry), 3);
    deliver(w, "AD", entry, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'B'), entry, MLS_EVENT_REMOVED);
    assert_agree(w, "ACD", 3);
    assert_all_talk(w, "ACD");
    device former = *c;
    former.group = lost;
    deliver_one(&former, entry, MLS_EVENT_REMOVED);
    mls_group_free(lost);
}

/* ---- What the joiner refuses ---- */

typedef struct refusal {
    world *w;
    bytes info;
    bytes good; /* C's SelfRemove */
} refusal;

static refusal prepare(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes good = ask_to_leave(w, dev(w, 'C'), "ABC");
    return (refusal){w, info_of(w, dev(w, 'A')), good};
}

/* Beside the good one, before it or behind it. */
static void assert_refused(const refusal *r, bytes bad, mls_err expected)
{
    device *d = dev(r->w, 'D');
    bytes entry, lists[2][2] = {{bad, r->good}, {r->good, bad}};
    for (size_t i = 0; i < 2; i++) {
        assert_err(try_enter(r->w, d, r->info, lists[i], 2, &entry), expected);
        assert_null(d->group);
        assert_int_equal(entry.len, 0);
    }
}

static authenticated_content self_remove_of(const device *d)
{
    authenticated_content ac = rogue_content(d, MLS_CONTENT_PROPOSAL);
    ac.content.proposal = (proposal){.type = MLS_PROPOSAL_SELF_REMOVE};
    return ac;
}

static void test_framing(void **state)
{
    refusal r = prepare(state);
    world *w = r.w;
    device *b = dev(w, 'B');
    const mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    assert_refused(&r, make_proposal(w, b, &update, 0), MLS_ERR_DECODE_WRONG_KIND);
    assert_refused(&r, make_proposal(w, b, &update, MLS_AS_PUBLIC_MESSAGE), MLS_ERR_BAD_PROPOSAL);
    assert_refused(&r, make_commit(w, b, NULL, NULL, 0, MLS_AS_PUBLIC_MESSAGE),
                   MLS_ERR_BAD_PROPOSAL);
    assert_refused(&r, bytes_of(r.good.data, r.good.len - 1), MLS_ERR_DECODE_TRUNCATED);
    authenticated_content ac = self_remove_of(b);
    ac.content.sender = (sender){SENDER_EXTERNAL, 1};
    assert_refused(&r, rogue_frame_outside(w, b, &ac), MLS_ERR_BAD_PROPOSAL);
    /* What a joiner may propose by value. */
    ac = rogue_content(dev(w, 'A'), MLS_CONTENT_PROPOSAL);
    ac.content.proposal = (proposal){.type = MLS_PROPOSAL_REMOVE, .removed = 1};
    ac.content.sender = (sender){SENDER_NEW_MEMBER_COMMIT, 0};
    assert_refused(&r, rogue_frame(w, dev(w, 'A'), &ac), MLS_ERR_BAD_PROPOSAL);
}

static void test_place(void **state)
{
    refusal r = prepare(state);
    world *w = r.w;
    device *b = dev(w, 'B');
    authenticated_content ac = self_remove_of(b);
    ac.content.group_id = BYTES_LITERAL("another");
    assert_refused(&r, rogue_frame(w, b, &ac), MLS_ERR_WRONG_GROUP);
    ac = self_remove_of(b);
    ac.content.epoch--;
    assert_refused(&r, rogue_frame(w, b, &ac), MLS_ERR_EPOCH_TOO_OLD);
    ac.content.epoch += 2;
    assert_refused(&r, rogue_frame(w, b, &ac), MLS_ERR_EPOCH_AHEAD);
}

static void test_sender(void **state)
{
    refusal r = prepare(state);
    world *w = r.w;
    device *b = dev(w, 'B');
    authenticated_content ac = self_remove_of(b);
    for (uint32_t blank = 3; blank < 5; blank++) {
        ac.content.sender.index = blank;
        assert_refused(&r, rogue_frame(w, b, &ac), MLS_ERR_UNKNOWN_SENDER);
    }
    ac.content.sender.index = 0; /* A's place, B's signature */
    assert_refused(&r, rogue_frame(w, b, &ac), MLS_ERR_BAD_SIGNATURE);
    ac = self_remove_of(dev(w, 'C')); /* not the same as C's first */
    ac.content.authenticated_data = BYTES_LITERAL("once more");
    assert_refused(&r, rogue_frame(w, dev(w, 'C'), &ac), MLS_ERR_DUPLICATE);
}

static void without_proposals(key_package *kp)
{
    kp->leaf.caps.proposals = (bytes){0};
}

static void test_not_all_capable(void **state)
{
    world *w = *state;
    device *d = dev(w, 'D');
    bytes encoded, entry;
    make_group(w, "ABC");
    key_package kp = rogue_key_package(w, dev(w, 'E'), without_proposals);
    assert_ok(key_package_encode(w->a, &encoded, &kp));
    mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = encoded};
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), NULL, &add, 1, 0), MLS_EVENT_COMMIT);
    authenticated_content ac = self_remove_of(dev(w, 'B'));
    bytes asked = rogue_frame(w, dev(w, 'B'), &ac);
    assert_err(try_enter(w, d, info_of(w, dev(w, 'A')), &asked, 1, &entry), MLS_ERR_CAPABILITIES);
    assert_null(d->group);
    enter(w, d, info_of(w, dev(w, 'A')), NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_let_go),          group_test(test_several), group_test(test_come_back),
        group_test(test_framing),         group_test(test_place),   group_test(test_sender),
        group_test(test_not_all_capable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
