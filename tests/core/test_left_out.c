/* Received proposals that no commit can carry out: the committer leaves them out, so that nobody
 * stops the group's commits by a proposal (RFC 9420 section 12.2). */
#include "rogue.h"

/* By somebody who asks to be added: nothing is needed for it but the epoch. */
static bytes ask(world *w, const proposal *p, char signer)
{
    authenticated_content ac = rogue_content(dev(w, 'A'), MLS_CONTENT_PROPOSAL);
    ac.content.proposal = *p;
    ac.content.sender = (sender){SENDER_NEW_MEMBER_PROPOSAL, 0};
    return rogue_frame_outside(w, dev(w, signer), &ac);
}

static bytes ask_with(world *w, char name, void (*edit)(key_package *kp))
{
    proposal p = {.type = MLS_PROPOSAL_ADD, .add = rogue_key_package(w, dev(w, name), edit)};
    return ask(w, &p, name);
}

/* A commits at `now`, to this number of the proposals that it has. */
static void commit_takes(world *w, size_t taken, uint64_t now)
{
    mls_buf out, unused;
    device *a = dev(w, 'A');
    assert_ok(trusting_commit(a->group, &out, &unused, NULL, 0, (bytes){0},
                              MLS_AS_PUBLIC_MESSAGE | MLS_COMMIT_NEW_MEMBERS, now));
    mls_buf_free(&unused);
    bytes m = keep(w, &out);
    assert_int_equal(take_apart(w, m).content.commit.proposals.count, taken);
    deliver(w, "ABC", m, MLS_EVENT_COMMIT);
}

static void test_expired(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    deliver(w, "ABC", ask_with(w, 'D', NULL), MLS_EVENT_PROPOSAL);
    commit_takes(w, 0, NOW + 85 * DAY);
    deliver(w, "ABC", ask_with(w, 'D', NULL), MLS_EVENT_PROPOSAL);
    commit_takes(w, 1, NOW);
}

static bytes taken_key;

static void with_taken_key(key_package *kp)
{
    kp->leaf.encryption_key = taken_key;
}

static void test_key_of_another(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    taken_key = leaf_of(dev(w, 'B'))->encryption_key;
    deliver(w, "ABC", ask_with(w, 'D', with_taken_key), MLS_EVENT_PROPOSAL);
    commit_takes(w, 0, NOW);
    const tree *t = &dev(w, 'A')->group->current->tree;
    taken_key = tree_encryption_key(t, tree_root(t->num_leaves));
    deliver(w, "ABC", ask_with(w, 'D', with_taken_key), MLS_EVENT_PROPOSAL);
    commit_takes(w, 0, NOW);
    /* The same key in two KeyPackages: one of them. */
    key_package e = rogue_key_package(w, dev(w, 'E'), NULL);
    taken_key = e.leaf.encryption_key;
    deliver(w, "ABC", ask(w, &(proposal){.type = MLS_PROPOSAL_ADD, .add = e}, 'E'),
            MLS_EVENT_PROPOSAL);
    deliver(w, "ABC", ask_with(w, 'D', with_taken_key), MLS_EVENT_PROPOSAL);
    commit_takes(w, 1, NOW);
}

static void only_basic(key_package *kp)
{
    static const uint8_t basic[] = {0, CREDENTIAL_BASIC};
    kp->leaf.caps.credentials = bytes_of(basic, sizeof basic);
}

static void as_x509(key_package *kp)
{
    kp->leaf.cred = (credential){.type = CREDENTIAL_X509, .certificates = BYTES_LITERAL("\1c")};
}

static void test_credential_types(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    deliver(w, "ABC", ask_with(w, 'D', only_basic), MLS_EVENT_PROPOSAL);
    deliver(w, "ABC", ask_with(w, 'E', as_x509), MLS_EVENT_PROPOSAL);
    commit_takes(w, 1, NOW); /* the later one */
    deliver(w, "ABC", ask_with(w, 'D', only_basic), MLS_EVENT_PROPOSAL);
    commit_takes(w, 0, NOW);
}

static void no_extensions(key_package *kp)
{
    kp->leaf.caps.extensions = (bytes){0};
}

static bytes extensions_of(world *w, uint16_t type)
{
    mls_buf out;
    assert_ok(mls_extensions(&out, &(mls_extension){type, {0}}, 1));
    return keep(w, &out);
}

static void test_extensions(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    allow_outside(w, "ABC", "H");
    mls_external_params params = outside_params(w, dev(w, 'H'), dev(w, 'A'), 0);
    mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                           .data = extensions_of(w, 0x7777)};
    deliver(w, "ABC", propose_outside(w, &params, &change), MLS_EVENT_PROPOSAL);
    commit_takes(w, 0, NOW);
    /* What the members support, but not who asks to be added. */
    params = outside_params(w, dev(w, 'H'), dev(w, 'A'), 0);
    change.data = extensions_of(w, EXTENSION_LAST_RESORT);
    deliver(w, "ABC", ask_with(w, 'D', no_extensions), MLS_EVENT_PROPOSAL);
    deliver(w, "ABC", propose_outside(w, &params, &change), MLS_EVENT_PROPOSAL);
    commit_takes(w, 1, NOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_expired),
        group_test(test_key_of_another),
        group_test(test_credential_types),
        group_test(test_extensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
