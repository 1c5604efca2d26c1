/* Proposals of types of the application's (RFC 9420 sections 12.2 and 13.2). */
#include "custom.h"
#include "rogue.h"

static void assert_custom(const mls_event *event, size_t index, uint16_t type, uint32_t from,
                          bytes data)
{
    const mls_custom_proposal *found = &event->custom_proposals[index];
    assert_in_range(index, 0, event->num_custom_proposals - 1);
    assert_int_equal(found->type, type);
    assert_int_equal(found->sender.leaf, from);
    assert_int_equal(found->sender.identity.len, 1);
    assert_int_equal(found->sender.identity.data[0], 'A' + from);
    assert_bytes(found->data, data);
}

/* ---- On the wire ---- */

static void test_octets(void **state)
{
    arena *a = *state;
    bytes encoded;
    proposal p = {.type = CUSTOM, .custom = BYTES_LITERAL("data")}, read = {0};
    assert_ok(proposal_encode(a, &encoded, &p));
    assert_bytes(encoded, BYTES_LITERAL("\xF0\x01\x04"
                                        "data"));
    assert_ok(proposal_decode(a, &read, encoded));
    assert_int_equal(read.type, CUSTOM);
    assert_bytes(read.custom, p.custom);
    assert_err(proposal_decode(a, &read, bytes_of(encoded.data, encoded.len - 1)),
               MLS_ERR_DECODE_TRUNCATED);
    assert_err(proposal_decode(a, &read, BYTES_LITERAL("\0\0\0")), MLS_ERR_DECODE_BAD_VALUE);
}

/* ---- Carried out ---- */

static void receive_custom(device *to, bytes m)
{
    mls_event event;
    assert_ok(mls_group_receive(to->group, &event, m, NOW));
    assert_int_equal(event.kind, MLS_EVENT_PROPOSAL);
    assert_int_equal(event.proposal_type, CUSTOM);
    assert_int_equal(event.proposal_leaf, 0);
    assert_int_equal(event.sender.leaf, 0);
    assert_bytes(event.content, BYTES_LITERAL("one"));
    mls_event_free(&event);
}

/* By reference and by value, those of one type as often as they come; also at the committer, and
 * after reloads. */
static void test_carried_out(void **state)
{
    world *w = *state;
    mls_event event;
    support_custom(w);
    make_group(w, "ABC");
    const mls_proposal one = custom_proposal(CUSTOM, "one");
    const mls_proposal more[] = {custom_proposal(CUSTOM, ""), custom_proposal(CUSTOM_2, "two"),
                                 add_of(w, dev(w, 'D'))};
    bytes m = make_proposal(w, dev(w, 'A'), &one, 0);
    receive_custom(dev(w, 'B'), m);
    receive_custom(dev(w, 'C'), m);
    restart_all(w, "ABC");
    m = make_commit(w, dev(w, 'B'), NULL, more, 3, MLS_COMMIT_WITHOUT_PATH | MLS_AS_PUBLIC_MESSAGE);
    assert_true(take_apart(w, m).content.commit.has_path);
    restart(dev(w, 'B'));
    for (const char *p = "ABC"; *p; p++) {
        if (*p == 'B')
            assert_ok(mls_group_apply_pending(dev(w, *p)->group, &event, NOW));
        else
            assert_ok(trusting_receive(dev(w, *p)->group, &event, m, NOW));
        assert_int_equal(event.kind, MLS_EVENT_COMMIT);
        assert_int_equal(event.num_changes, 2);
        assert_int_equal(event.num_custom_proposals, 3);
        assert_custom(&event, 0, CUSTOM, 1, (bytes){0});
        assert_custom(&event, 1, CUSTOM_2, 1, BYTES_LITERAL("two"));
        assert_custom(&event, 2, CUSTOM, 0, BYTES_LITERAL("one"));
        mls_event_free(&event);
    }
    assert_agree(w, "ABC", 4);
    assert_all_talk(w, "ABC");
}

/* Whether such a proposal needs a path, its definition says: nobody is refused for one left out,
 * unless another proposal needs it. */
static void test_without_path(void **state)
{
    world *w = *state;
    support_custom(w);
    make_group(w, "ABC");
    proposal list[] = {{.type = CUSTOM}, {.type = MLS_PROPOSAL_REMOVE, .removed = 2}};
    rogue_commit r = {.proposals = list, .num_proposals = 2, .without_path = true};
    refuse(dev(w, 'B'), make_rogue_commit(w, dev(w, 'A'), &r), MLS_ERR_BAD_COMMIT);
    r.num_proposals = 1;
    deliver(w, "BC", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_COMMIT);
    assert_agree(w, "BC", 3);
}

/* ---- Who must support them ---- */

/* A, B and C support them, D does not. */
static void make_mixed_group(world *w)
{
    support_custom(w);
    make_group(w, "ABC");
    support_nothing(w);
    bytes invitation;
    mls_proposal add = add_of(w, dev(w, 'D'));
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), &invitation, &add, 1, 0), MLS_EVENT_COMMIT);
    join(dev(w, 'D'), invitation, (bytes){0});
}

static void test_not_all_support(void **state)
{
    world *w = *state;
    mls_buf out, none;
    device *a = dev(w, 'A');
    make_mixed_group(w);
    const mls_proposal custom = custom_proposal(CUSTOM, "data");
    assert_err(mls_group_propose(a->group, &out, &custom, 0, NOW), MLS_ERR_CAPABILITIES);
    assert_null(out.data);
    assert_err(mls_group_commit(a->group, &out, &none, &custom, 1, (bytes){0}, 0, NOW),
               MLS_ERR_CAPABILITIES);
    assert_null(out.data);
    proposal p = {.type = CUSTOM, .custom = custom.data};
    bytes m = make_rogue_proposal(w, a, &p);
    rogue_commit r = {.proposals = &p, .num_proposals = 1};
    bytes by_value = make_rogue_commit(w, a, &r);
    for (const char *name = "BCD"; *name; name++) {
        refuse(dev(w, *name), m, MLS_ERR_CAPABILITIES);
        refuse(dev(w, *name), by_value, MLS_ERR_CAPABILITIES);
    }
}

/* Section 12.2: "members being added or removed by the Commit do not need to support" it. */
static void test_who_need_not(void **state)
{
    world *w = *state;
    make_mixed_group(w);
    mls_proposal list[] = {custom_proposal(CUSTOM, "data"), remove_of(dev(w, 'D')),
                           add_of(w, dev(w, 'E'))};
    bytes m = make_commit(w, dev(w, 'A'), NULL, list, 3, 0);
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'D'), m, MLS_EVENT_REMOVED);
    assert_agree(w, "ABC", 4);
    mls_buf out;
    assert_err(mls_group_propose(dev(w, 'A')->group, &out, &list[0], 0, NOW), MLS_ERR_CAPABILITIES);
}

static void test_who_leaves_need_not(void **state)
{
    world *w = *state;
    make_mixed_group(w);
    const mls_proposal leave = {.type = MLS_PROPOSAL_SELF_REMOVE};
    const mls_proposal custom = custom_proposal(CUSTOM, "data");
    deliver(w, "ABC", make_proposal(w, dev(w, 'D'), &leave, 0), MLS_EVENT_PROPOSAL);
    bytes m = make_commit(w, dev(w, 'B'), NULL, &custom, 1, 0);
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'D'), m, MLS_EVENT_REMOVED);
    assert_agree(w, "ABC", 3);
}

/* An Update is no departure: who updates processes the commit. */
static void test_who_updates_must(void **state)
{
    world *w = *state;
    mls_buf out, none;
    make_mixed_group(w);
    const mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    const mls_proposal custom = custom_proposal(CUSTOM, "data");
    deliver(w, "ABC", make_proposal(w, dev(w, 'D'), &update, 0), MLS_EVENT_PROPOSAL);
    assert_err(mls_group_commit(dev(w, 'A')->group, &out, &none, &custom, 1, (bytes){0}, 0, NOW),
               MLS_ERR_CAPABILITIES);
}

/* Section 13.5: never of a GREASE type, though all list it. */
static void test_grease_type(void **state)
{
    world *w = *state;
    mls_buf out;
    support_custom(w);
    make_group(w, "AB");
    const mls_proposal p = custom_proposal(GREASE, "data");
    assert_err(mls_group_propose(dev(w, 'A')->group, &out, &p, 0, NOW), MLS_ERR_CAPABILITIES);
    proposal greased = {.type = GREASE};
    refuse(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), &greased), MLS_ERR_CAPABILITIES);
    rogue_commit r = {.proposals = &greased, .num_proposals = 1};
    refuse(dev(w, 'B'), make_rogue_commit(w, dev(w, 'A'), &r), MLS_ERR_CAPABILITIES);
    greased.type = 0xFAFA; /* private use, which nobody lists */
    refuse(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), &greased), MLS_ERR_CAPABILITIES);
}

static void test_type_out_of_range(void **state)
{
    world *w = *state;
    mls_buf out;
    support_custom(w);
    make_group(w, "A");
    const mls_proposal p = {.type = (mls_proposal_type)(0x10000 + CUSTOM)};
    assert_err(mls_group_propose(dev(w, 'A')->group, &out, &p, 0, NOW), MLS_ERR_INVALID_ARGUMENT);
}

/* ---- From outside (the refusals of what is sent: test_validation_external_proposals.c) ---- */

static void test_not_from_outside(void **state)
{
    world *w = *state;
    mls_buf out;
    support_custom(w);
    make_group(w, "AB");
    const mls_proposal p = custom_proposal(CUSTOM, "data");
    for (uint32_t index = 0; index < 2; index++) {
        mls_external_params params =
            outside_params(w, dev(w, 'G'), dev(w, 'A'), index ? MLS_NO_LEAF : 0);
        assert_err(mls_external_propose(&out, &params, &p, NOW), MLS_ERR_BAD_PROPOSAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_octets),
        group_test(test_carried_out),
        group_test(test_without_path),
        group_test(test_not_all_support),
        group_test(test_who_need_not),
        group_test(test_who_leaves_need_not),
        group_test(test_who_updates_must),
        group_test(test_grease_type),
        group_test(test_type_out_of_range),
        group_test(test_not_from_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
