/* Proposals from outside (RFC 9420 sections 6.1 and 12.1.8) that members must refuse, and
 * external_senders that no group must have. */
#include "custom.h"
#include "rogue.h"

#include "mls/external_sender.h"

static proposal removal_of(const device *d)
{
    return (proposal){.type = MLS_PROPOSAL_REMOVE, .removed = describe(d).own_leaf};
}

static proposal addition_of(world *w, device *d)
{
    return (proposal){.type = MLS_PROPOSAL_ADD, .add = rogue_key_package(w, d, NULL)};
}

static authenticated_content from_outside(world *w, const proposal *p, uint8_t type, uint32_t index)
{
    authenticated_content ac = rogue_content(dev(w, 'A'), MLS_CONTENT_PROPOSAL);
    ac.content.proposal = *p;
    ac.content.sender = (sender){type, index};
    return ac;
}

/* As an external sender, signed by H. */
static bytes by_sender(world *w, const proposal *p, uint32_t index)
{
    authenticated_content ac = from_outside(w, p, SENDER_EXTERNAL, index);
    return rogue_frame_outside(w, dev(w, 'H'), &ac);
}

static bytes by_newcomer(world *w, const proposal *p, char signer)
{
    authenticated_content ac = from_outside(w, p, SENDER_NEW_MEMBER_PROPOSAL, 0);
    return rogue_frame_outside(w, dev(w, signer), &ac);
}

static void refuse_all(world *w, bytes m, mls_err err)
{
    for (const char *p = "ABC"; *p; p++)
        refuse(dev(w, *p), m, err);
}

/* Without an edit both are accepted. */
static void test_rogues_are_coherent(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "GH");
    proposal removal = removal_of(dev(w, 'C')), add = addition_of(w, dev(w, 'D'));
    deliver(w, "ABC", by_sender(w, &removal, 1), MLS_EVENT_PROPOSAL);
    deliver(w, "ABC", by_newcomer(w, &add, 'D'), MLS_EVENT_PROPOSAL);
}

static void test_sender_index(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    proposal removal = removal_of(dev(w, 'C'));
    refuse_all(w, by_sender(w, &removal, 0), MLS_ERR_UNKNOWN_SENDER); /* no such extension */
    allow_outside(w, "ABC", "GH");
    refuse_all(w, by_sender(w, &removal, 0), MLS_ERR_BAD_SIGNATURE); /* G's */
    refuse_all(w, by_sender(w, &removal, 2), MLS_ERR_UNKNOWN_SENDER);
    refuse_all(w, by_sender(w, &removal, UINT32_MAX), MLS_ERR_UNKNOWN_SENDER);
    allow_outside(w, "ABC", "");
    refuse_all(w, by_sender(w, &removal, 0), MLS_ERR_UNKNOWN_SENDER);
}

/* Section 12.1.8: Update and ExternalInit are for members and joiners. */
static void test_types(void **state)
{
    world *w = *state;
    support_custom(w);
    make_group(w, "ABC");
    allow_outside(w, "ABC", "GH");
    proposal update = {.type = MLS_PROPOSAL_UPDATE,
                       .update = rogue_update_leaf(w, dev(w, 'B'), NULL, NULL)};
    proposal init = {.type = MLS_PROPOSAL_EXTERNAL_INIT, .kem_output = BYTES_LITERAL("k")};
    refuse_all(w, by_sender(w, &update, 1), MLS_ERR_BAD_PROPOSAL);
    refuse_all(w, by_sender(w, &init, 1), MLS_ERR_BAD_PROPOSAL);
    proposal custom = {.type = CUSTOM};
    refuse_all(w, by_sender(w, &custom, 1), MLS_ERR_BAD_PROPOSAL);
    refuse_all(w, by_newcomer(w, &custom, 'H'), MLS_ERR_BAD_PROPOSAL);
    deliver(w, "BC", make_rogue_proposal(w, dev(w, 'A'), &custom), MLS_EVENT_PROPOSAL);
    proposal leave = {.type = MLS_PROPOSAL_SELF_REMOVE};
    refuse_all(w, by_sender(w, &leave, 1), MLS_ERR_BAD_PROPOSAL);
    proposal removal = removal_of(dev(w, 'C'));
    refuse_all(w, by_newcomer(w, &removal, 'H'), MLS_ERR_BAD_PROPOSAL);
    refuse_all(w, by_newcomer(w, &update, 'B'), MLS_ERR_BAD_PROPOSAL);
}

static void test_new_member_signer(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "GH");
    proposal add = addition_of(w, dev(w, 'D'));
    refuse_all(w, by_newcomer(w, &add, 'H'), MLS_ERR_BAD_SIGNATURE);
    refuse_all(w, by_newcomer(w, &add, 'A'), MLS_ERR_BAD_SIGNATURE);
}

/* The signature does not cover a GroupContext, which nobody outside knows. */
static void test_signed_as_member(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "A");
    proposal removal = removal_of(dev(w, 'C'));
    authenticated_content ac = from_outside(w, &removal, SENDER_EXTERNAL, 0);
    refuse(dev(w, 'B'), rogue_frame(w, dev(w, 'A'), &ac), MLS_ERR_BAD_SIGNATURE);
}

static void test_group_and_epoch(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "GH");
    proposal removal = removal_of(dev(w, 'C'));
    authenticated_content ac = from_outside(w, &removal, SENDER_EXTERNAL, 1);
    ac.content.epoch--;
    refuse_all(w, rogue_frame_outside(w, dev(w, 'H'), &ac), MLS_ERR_EPOCH_TOO_OLD);
    ac.content.epoch += 2;
    refuse_all(w, rogue_frame_outside(w, dev(w, 'H'), &ac), MLS_ERR_EPOCH_AHEAD);
    ac = from_outside(w, &removal, SENDER_EXTERNAL, 1);
    ac.content.group_id = BYTES_LITERAL("another");
    refuse_all(w, rogue_frame_outside(w, dev(w, 'H'), &ac), MLS_ERR_WRONG_GROUP);
}

/* Section 6.1: from outside come proposals only. */
static void test_other_content(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "GH");
    for (uint8_t type = SENDER_EXTERNAL; type <= SENDER_NEW_MEMBER_PROPOSAL; type++) {
        authenticated_content ac = rogue_content(dev(w, 'A'), MLS_CONTENT_COMMIT);
        ac.content.sender = (sender){type, 1};
        refuse_all(w, rogue_frame_outside(w, dev(w, 'H'), &ac), MLS_ERR_BAD_MESSAGE);
        ac = rogue_content(dev(w, 'A'), MLS_CONTENT_APPLICATION);
        ac.content.sender = (sender){type, 1};
        refuse_all(w, rogue_frame_outside(w, dev(w, 'H'), &ac), MLS_ERR_BAD_MESSAGE);
    }
}

/* No membership_tag follows. */
static void test_tagged(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "GH");
    proposal removal = removal_of(dev(w, 'C'));
    bytes m = by_sender(w, &removal, 1);
    uint8_t *longer = arena_alloc(w->a, m.len + 1);
    for (size_t i = 0; i < m.len; i++)
        longer[i] = m.data[i];
    refuse_all(w, bytes_of(longer, m.len + 1), MLS_ERR_DECODE_TRAILING);
}

/* ---- The content of what comes from outside ---- */

static void other_suite(key_package *kp)
{
    kp->suite = kp->suite == 1 ? 3 : 1;
}

static void test_bad_proposals(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "GH");
    proposal add = {.type = MLS_PROPOSAL_ADD,
                    .add = rogue_key_package(w, dev(w, 'D'), other_suite)};
    refuse_all(w, by_sender(w, &add, 1), MLS_ERR_BAD_PROPOSAL);
    refuse_all(w, by_newcomer(w, &add, 'D'), MLS_ERR_BAD_PROPOSAL);
    add = addition_of(w, dev(w, 'D'));
    add.add.signature = add.add.leaf.signature;
    refuse_all(w, by_newcomer(w, &add, 'D'), MLS_ERR_BAD_SIGNATURE);
    proposal nobody = {.type = MLS_PROPOSAL_REMOVE, .removed = 3};
    refuse_all(w, by_sender(w, &nobody, 1), MLS_ERR_BAD_PROPOSAL);
}

/* ---- external_senders ---- */

static void test_external_senders(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes key = public_key_of(w, dev(w, 'H'));
    external_sender one = {key, {.type = CREDENTIAL_BASIC, .identity = BYTES_LITERAL("H")}};
    external_sender_list list = {{&one, 1}};
    extension e = {.type = EXTENSION_EXTERNAL_SENDERS};
    proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {{&e, 1}}};
    bytes good, bad[4];
    assert_ok(external_sender_list_encode(w->a, &good, &list));
    bad[0] = (bytes){0};
    bad[1] = bytes_of(good.data, good.len - 1);
    uint8_t *longer = arena_alloc(w->a, good.len + 1);
    for (size_t i = 0; i < good.len; i++)
        longer[i] = good.data[i];
    bad[2] = bytes_of(longer, good.len + 1);
    one.signature_key.len--;
    assert_ok(external_sender_list_encode(w->a, &bad[3], &list));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        e.data = bad[i];
        rogue_commit r = {.proposals = &change, .num_proposals = 1};
        bytes m = make_rogue_commit(w, dev(w, 'A'), &r);
        refuse(dev(w, 'B'), m, MLS_ERR_BAD_PROPOSAL);
        refuse(dev(w, 'C'), m, MLS_ERR_BAD_PROPOSAL);
        m = make_rogue_proposal(w, dev(w, 'A'), &change);
        refuse(dev(w, 'B'), m, MLS_ERR_BAD_PROPOSAL);
    }
    e.data = good;
    rogue_commit r = {.proposals = &change, .num_proposals = 1};
    deliver(w, "BC", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_COMMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_rogues_are_coherent),
        group_test(test_sender_index),
        group_test(test_types),
        group_test(test_new_member_signer),
        group_test(test_signed_as_member),
        group_test(test_group_and_epoch),
        group_test(test_other_content),
        group_test(test_tagged),
        group_test(test_bad_proposals),
        group_test(test_external_senders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
