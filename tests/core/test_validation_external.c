/* Commits from outside (RFC 9420 sections 12.2 and 12.4.3.2) that members must refuse. */
#include "custom.h"
#include "rogue.h"

#include <string.h>

static proposal removal_of(const device *d)
{
    return (proposal){.type = MLS_PROPOSAL_REMOVE, .removed = describe(d).own_leaf};
}

static bytes from_outside(world *w, device *by, rogue_commit r)
{
    r.insider = dev(w, 'A');
    return make_rogue_commit(w, by, &r);
}

static void test_rogue_comes_in(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    fresh_key_package(w, dev(w, 'D'));
    bytes m = from_outside(w, dev(w, 'D'), (rogue_commit){0});
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
    assert_agree(w, "ABC", 4);
}

/* The leaf of C's former appearance. */
static void as_former(leaf_node *leaf, const void *data)
{
    const leaf_node *former = data;
    leaf->cred = former->cred;
}

static void with_former_key(leaf_node *leaf, const void *data)
{
    const leaf_node *former = data;
    leaf->cred = former->cred;
    leaf->encryption_key = former->encryption_key;
}

static void test_resync(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    fresh_key_package(w, dev(w, 'D'));
    proposal removal = removal_of(dev(w, 'C'));
    rogue_commit r = {.proposals = &removal,
                      .num_proposals = 1,
                      .edit_leaf = with_former_key,
                      .data = leaf_of(dev(w, 'C'))};
    /* Section 12.2: the criteria of an Update for the removed leaf, so with a new key. */
    bytes m = from_outside(w, dev(w, 'D'), r);
    for (const char *p = "ABC"; *p; p++)
        refuse(dev(w, *p), m, MLS_ERR_BAD_COMMIT);
    r.edit_leaf = as_former;
    m = from_outside(w, dev(w, 'D'), r);
    deliver(w, "AB", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'C'), m, MLS_EVENT_REMOVED);
    assert_agree(w, "AB", 3);
}

/* Nobody outside removes somebody else; the one to be removed decides as all others do. */
static void test_removal_of_another(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    fresh_key_package(w, dev(w, 'D'));
    proposal removals[] = {removal_of(dev(w, 'C')), removal_of(dev(w, 'B'))};
    rogue_commit r = {.proposals = removals, .num_proposals = 1};
    bytes m = from_outside(w, dev(w, 'D'), r);
    for (const char *p = "ABC"; *p; p++)
        refuse(dev(w, *p), m, MLS_ERR_BAD_COMMIT);
    r.num_proposals = 2;
    m = from_outside(w, dev(w, 'D'), r);
    for (const char *p = "ABC"; *p; p++)
        refuse(dev(w, *p), m, MLS_ERR_BAD_PROPOSAL);
}

static void test_other_proposals(void **state)
{
    world *w = *state;
    support_custom(w);
    make_group(w, "ABC");
    fresh_key_package(w, dev(w, 'D'));
    proposal add = {.type = MLS_PROPOSAL_ADD, .add = rogue_key_package(w, dev(w, 'E'), NULL)};
    proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS};
    proposal second = {.type = MLS_PROPOSAL_EXTERNAL_INIT, .kem_output = BYTES_LITERAL("k")};
    proposal custom = {.type = CUSTOM};
    const proposal *kinds[] = {&add, &change, &second, &custom};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        rogue_commit r = {.proposals = kinds[i], .num_proposals = 1};
        refuse(dev(w, 'B'), from_outside(w, dev(w, 'D'), r), MLS_ERR_BAD_PROPOSAL);
    }
}

static void test_without_external_init(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    fresh_key_package(w, dev(w, 'D'));
    refuse(dev(w, 'B'), from_outside(w, dev(w, 'D'), (rogue_commit){.without_init = true}),
           MLS_ERR_BAD_PROPOSAL);
}

/* Section 12.4.3.2: no proposals by reference. */
static void test_reference(void **state)
{
    world *w = *state;
    const mls_psk psk = {BYTES_LITERAL("id"), BYTES_LITERAL("shared by other means")};
    make_group(w, "ABC");
    fresh_key_package(w, dev(w, 'D'));
    for (const char *p = "ABC"; *p; p++)
        assert_ok(mls_group_add_psk(dev(w, *p)->group, &psk));
    mls_proposal by_psk = {.type = MLS_PROPOSAL_PSK, .data = psk.id};
    deliver(w, "BC", make_proposal(w, dev(w, 'A'), &by_psk, 0), MLS_EVENT_PROPOSAL);
    const cached_proposal *cached = dev(w, 'A')->group->proposals[0];
    bytes ref = bytes_of(cached->ref, suite_find(w->suite)->hash->len);
    /* The rogue carries it out as A, who knows the key, would. */
    device *d = dev(w, 'D');
    d->group = dev(w, 'A')->group;
    bytes m = from_outside(w, d, (rogue_commit){.reference = ref});
    d->group = NULL;
    refuse(dev(w, 'B'), m, MLS_ERR_BAD_PROPOSAL);
}

/* draft-ietf-mls-extensions: but for SelfRemoves of members. */
static void test_self_removes(void **state)
{
    world *w = *state;
    const mls_proposal leave = {.type = MLS_PROPOSAL_SELF_REMOVE};
    make_group(w, "ABC");
    device *d = dev(w, 'D');
    fresh_key_package(w, d);
    proposal by_value = {.type = MLS_PROPOSAL_SELF_REMOVE};
    rogue_commit r = {.proposals = &by_value, .num_proposals = 1};
    refuse(dev(w, 'B'), from_outside(w, d, r), MLS_ERR_BAD_PROPOSAL);
    deliver(w, "AB", make_proposal(w, dev(w, 'C'), &leave, 0), MLS_EVENT_PROPOSAL);
    const cached_proposal *cached = dev(w, 'A')->group->proposals[0];
    r = (rogue_commit){.reference = bytes_of(cached->ref, suite_find(w->suite)->hash->len)};
    d->group = dev(w, 'A')->group; /* where the rogue finds what is referred to */
    bytes m = from_outside(w, d, r);
    d->group = NULL;
    deliver(w, "AB", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'C'), m, MLS_EVENT_REMOVED);
    assert_agree(w, "AB", 3);
}

/* ---- Framing ---- */

static void test_without_path(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    fresh_key_package(w, dev(w, 'D'));
    refuse(dev(w, 'B'), from_outside(w, dev(w, 'D'), (rogue_commit){.without_path = true}),
           MLS_ERR_BAD_MESSAGE);
}

/* A commit that is signed by another key than the one in its path. */
static void test_wrong_signer(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    fresh_key_package(w, dev(w, 'D'));
    public_message m = take_apart(w, from_outside(w, dev(w, 'D'), (rogue_commit){0}));
    public_message other = take_apart(w, from_outside(w, dev(w, 'D'), (rogue_commit){0}));
    m.auth.signature = other.auth.signature;
    refuse(dev(w, 'B'), put_together_untagged(w, &m), MLS_ERR_BAD_SIGNATURE);
}

/* Section 6.1: new_member_commit sends commits alone. */
static void test_other_content(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    proposal removal = removal_of(dev(w, 'C'));
    authenticated_content ac = rogue_content(dev(w, 'A'), MLS_CONTENT_PROPOSAL);
    ac.content.proposal = removal;
    ac.content.sender = (sender){SENDER_NEW_MEMBER_COMMIT, 0};
    refuse(dev(w, 'B'), rogue_frame(w, dev(w, 'A'), &ac), MLS_ERR_BAD_MESSAGE);
}

/* Signature keys are unique: who is in the group can't come in once more beside itself. */
static void test_already_inside(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    device *c = dev(w, 'C');
    mls_group *group = c->group;
    c->group = NULL;
    fresh_key_package(w, c);
    bytes m = from_outside(w, c, (rogue_commit){0});
    c->group = group;
    refuse(dev(w, 'B'), m, MLS_ERR_DUPLICATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_rogue_comes_in),        group_test(test_resync),
        group_test(test_removal_of_another),    group_test(test_other_proposals),
        group_test(test_without_external_init), group_test(test_reference),
        group_test(test_without_path),          group_test(test_wrong_signer),
        group_test(test_other_content),         group_test(test_already_inside),
        group_test(test_self_removes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
