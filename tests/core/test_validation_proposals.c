/* RFC 9420 section 12.2: lists of proposals that a receiver must refuse, whatever the committer
 * thinks of them. */
#include "rogue.h"

#include <string.h>

static proposal remove_proposal(const device *d)
{
    return (proposal){.type = MLS_PROPOSAL_REMOVE, .removed = describe(d).own_leaf};
}

static proposal add_proposal(world *w, device *d, void (*edit)(key_package *kp))
{
    return (proposal){.type = MLS_PROPOSAL_ADD, .add = rogue_key_package(w, d, edit)};
}

static proposal psk_proposal(world *w, bytes id)
{
    size_t len = suite_find(w->suite)->hash->len;
    uint8_t *nonce = arena_alloc(w->a, len);
    assert_ok(random_bytes(nonce, len));
    return (proposal){
        .type = MLS_PROPOSAL_PSK,
        .psk = {.type = PSK_EXTERNAL, .external_id = id, .nonce = bytes_of(nonce, len)}};
}

/* A commit of A with these proposals by value; B and C refuse it. */
static void refuse_list(world *w, const proposal *proposals, size_t count, mls_err err)
{
    bytes m = make_rogue_commit(w, dev(w, 'A'),
                                &(rogue_commit){.proposals = proposals, .num_proposals = count});
    refuse(dev(w, 'B'), m, err);
    refuse(dev(w, 'C'), m, err);
}

/* What the rogue makes without breaking a rule is accepted. */
static void test_rogue_is_coherent(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    proposal list[] = {add_proposal(w, dev(w, 'E'), NULL), remove_proposal(dev(w, 'D'))};
    bytes m =
        make_rogue_commit(w, dev(w, 'A'), &(rogue_commit){.proposals = list, .num_proposals = 2});
    deliver(w, "BC", m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'D'), m, MLS_EVENT_REMOVED);
    assert_agree(w, "BC", 4);
    proposal add = add_proposal(w, dev(w, 'F'), NULL);
    m = make_rogue_commit(
        w, dev(w, 'B'),
        &(rogue_commit){.proposals = &add, .num_proposals = 1, .without_path = true});
    deliver_one(dev(w, 'C'), m, MLS_EVENT_COMMIT);
}

/* Section 12.4: Remove, Update and extensions need a path, and so does an empty commit. */
static void test_path_left_out(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    proposal one = remove_proposal(dev(w, 'C'));
    rogue_commit r = {.proposals = &one, .num_proposals = 1, .without_path = true};
    bytes m = make_rogue_commit(w, dev(w, 'A'), &r);
    refuse(dev(w, 'B'), m, MLS_ERR_BAD_COMMIT);
    refuse(dev(w, 'C'), m, MLS_ERR_BAD_COMMIT); /* the one to be removed decides alike */
    proposal both[] = {add_proposal(w, dev(w, 'D'), NULL), one};
    r = (rogue_commit){.proposals = both, .num_proposals = 2, .without_path = true};
    refuse(dev(w, 'B'), make_rogue_commit(w, dev(w, 'A'), &r), MLS_ERR_BAD_COMMIT);
    one = (proposal){.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS};
    r = (rogue_commit){.proposals = &one, .num_proposals = 1, .without_path = true};
    refuse(dev(w, 'B'), make_rogue_commit(w, dev(w, 'A'), &r), MLS_ERR_BAD_COMMIT);
    r = (rogue_commit){.without_path = true};
    refuse(dev(w, 'B'), make_rogue_commit(w, dev(w, 'A'), &r), MLS_ERR_BAD_COMMIT);

    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    deliver(w, "AB", make_proposal(w, dev(w, 'C'), &update, 0), MLS_EVENT_PROPOSAL);
    const cached_proposal *cached = dev(w, 'A')->group->proposals[0];
    r = (rogue_commit){.reference = bytes_of(cached->ref, suite_find(w->suite)->hash->len),
                       .without_path = true};
    m = make_rogue_commit(w, dev(w, 'A'), &r);
    refuse(dev(w, 'B'), m, MLS_ERR_BAD_COMMIT);
    r.without_path = false;
    deliver(w, "BC", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_COMMIT);
}

static void test_own_update_and_removal(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    make_group(w, "ABC");
    proposal update = {.type = MLS_PROPOSAL_UPDATE, .update = rogue_update_leaf(w, a, NULL, NULL)};
    refuse_list(w, &update, 1, MLS_ERR_BAD_PROPOSAL);
    proposal removal = remove_proposal(a);
    refuse_list(w, &removal, 1, MLS_ERR_BAD_PROPOSAL);

    mls_proposal own = remove_of(a), own_update = {.type = MLS_PROPOSAL_UPDATE};
    const mls_proposal *kinds[] = {&own, &own_update};
    for (size_t i = 0; i < 2; i++) { /* by reference */
        deliver(w, "BC", make_proposal(w, a, kinds[i], 0), MLS_EVENT_PROPOSAL);
        const cached_proposal *cached = a->group->proposals[i];
        rogue_commit r = {.reference = bytes_of(cached->ref, suite_find(w->suite)->hash->len)};
        refuse(dev(w, 'B'), make_rogue_commit(w, a, &r), MLS_ERR_BAD_PROPOSAL);
    }
}

static void test_one_leaf_twice(void **state)
{
    world *w = *state;
    make_group(w, "ABCD");
    proposal twice[] = {remove_proposal(dev(w, 'D')), remove_proposal(dev(w, 'D'))};
    refuse_list(w, twice, 2, MLS_ERR_BAD_PROPOSAL);
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    deliver(w, "ABC", make_proposal(w, dev(w, 'D'), &update, 0), MLS_EVENT_PROPOSAL);
    const cached_proposal *cached = dev(w, 'A')->group->proposals[0];
    rogue_commit r = {.proposals = twice,
                      .num_proposals = 1,
                      .reference = bytes_of(cached->ref, suite_find(w->suite)->hash->len)};
    refuse(dev(w, 'B'), make_rogue_commit(w, dev(w, 'A'), &r), MLS_ERR_BAD_PROPOSAL);
}

static void test_removal_of_nobody(void **state)
{
    world *w = *state;
    static const uint32_t nobody[] = {3, 4, UINT32_C(1) << 30, UINT32_C(1) << 31, UINT32_MAX};
    make_group(w, "ABC");
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        proposal removal = {.type = MLS_PROPOSAL_REMOVE, .removed = nobody[i]};
        refuse_list(w, &removal, 1, MLS_ERR_BAD_PROPOSAL);
        refuse(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), &removal), MLS_ERR_BAD_PROPOSAL);
    }
}

static void test_same_client_twice(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    /* Two KeyPackages with one signature key. */
    proposal twice[] = {add_proposal(w, dev(w, 'D'), NULL), add_proposal(w, dev(w, 'D'), NULL)};
    refuse_list(w, twice, 2, MLS_ERR_DUPLICATE);
    proposal member = add_proposal(w, dev(w, 'B'), NULL);
    refuse_list(w, &member, 1, MLS_ERR_DUPLICATE);
    /* Together with the removal of the former appearance it is valid. */
    proposal again[] = {member, remove_proposal(dev(w, 'B'))};
    bytes m =
        make_rogue_commit(w, dev(w, 'A'), &(rogue_commit){.proposals = again, .num_proposals = 2});
    deliver_one(dev(w, 'C'), m, MLS_EVENT_COMMIT);
    deliver_one(dev(w, 'B'), m, MLS_EVENT_REMOVED);
}

static void test_psks(void **state)
{
    world *w = *state;
    const mls_psk psk = {BYTES_LITERAL("id"), BYTES_LITERAL("shared by other means")};
    make_group(w, "ABC");
    for (const char *p = "ABC"; *p; p++)
        assert_ok(mls_group_add_psk(dev(w, *p)->group, &psk));
    proposal list[] = {psk_proposal(w, psk.id), psk_proposal(w, psk.id)};
    list[1].psk.nonce = list[0].psk.nonce;
    refuse_list(w, list, 2, MLS_ERR_DUPLICATE);
    list[0].psk.nonce.len--;
    refuse_list(w, list, 1, MLS_ERR_BAD_PROPOSAL);
    list[0].psk.nonce.len = 0;
    refuse_list(w, list, 1, MLS_ERR_BAD_PROPOSAL);
    const epoch *e = dev(w, 'A')->group->current;
    psk_id resumption = {.type = PSK_RESUMPTION,
                         .group_id = e->context.group_id,
                         .psk_epoch = e->context.epoch,
                         .nonce = list[1].psk.nonce};
    for (uint8_t usage = PSK_USAGE_REINIT; usage <= PSK_USAGE_BRANCH; usage++) {
        list[0].psk = resumption;
        list[0].psk.usage = usage;
        refuse_list(w, list, 1, MLS_ERR_BAD_PROPOSAL);
    }
    list[0].psk.usage = PSK_USAGE_APPLICATION;
    bytes m =
        make_rogue_commit(w, dev(w, 'A'), &(rogue_commit){.proposals = list, .num_proposals = 2});
    deliver(w, "BC", m, MLS_EVENT_COMMIT);
    assert_agree(w, "BC", 3);
}

static void test_out_of_place(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    proposal list[] = {
        {.type = MLS_PROPOSAL_EXTERNAL_INIT, .kem_output = BYTES_LITERAL("k")},
        {.type = MLS_PROPOSAL_REINIT,
         .reinit = {.group_id = BYTES_LITERAL("next"), .version = 1, .suite = w->suite}},
        {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS},
        {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS}};
    refuse_list(w, list, 1, MLS_ERR_BAD_PROPOSAL);
    refuse(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), list), MLS_ERR_BAD_PROPOSAL);
    refuse_list(w, list + 1, 2, MLS_ERR_BAD_PROPOSAL); /* ReInit together with another */
    refuse_list(w, list + 2, 2, MLS_ERR_BAD_PROPOSAL);
    list[1].reinit.version = 0;
    refuse_list(w, list + 1, 1, MLS_ERR_BAD_PROPOSAL);
    refuse(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), list + 1), MLS_ERR_BAD_PROPOSAL);
}

/* ---- Key packages (section 10.1) ---- */

static void same_keys(key_package *kp)
{
    kp->init_key = kp->leaf.encryption_key;
}

static void other_suite(key_package *kp)
{
    static const uint8_t all[] = {0, 1, 0, 2, 0, 3};
    kp->leaf.caps.suites = bytes_of(all, sizeof all);
    kp->suite = kp->suite == 1 ? 3 : 1;
}

static void as_update(key_package *kp)
{
    kp->leaf.source = LEAF_UPDATE;
}

static void no_credential_type(key_package *kp)
{
    static const uint8_t x509[] = {0, CREDENTIAL_X509};
    kp->leaf.caps.credentials = bytes_of(x509, sizeof x509);
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

static void unlisted_extension(key_package *kp)
{
    static extension unlisted = {.type = 0x7777};
    kp->leaf.extensions.list.items = &unlisted;
    kp->leaf.extensions.list.count = 1;
}

static void test_bad_key_packages(void **state)
{
    world *w = *state;
    static const struct {
        void (*edit)(key_package *kp);
        mls_err err;
    } cases[] = {
        {same_keys, MLS_ERR_BAD_LEAF},          {other_suite, MLS_ERR_BAD_PROPOSAL},
        {as_update, MLS_ERR_BAD_LEAF},          {no_credential_type, MLS_ERR_BAD_LEAF},
        {unlisted_extension, MLS_ERR_BAD_LEAF},
    };
    make_group(w, "ABC");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        proposal add = add_proposal(w, dev(w, 'D'), cases[i].edit);
        refuse_list(w, &add, 1, cases[i].err);
        refuse(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), &add), cases[i].err);
    }
    proposal forged = add_proposal(w, dev(w, 'D'), NULL);
    forged.add.leaf.signature = dev(w, 'A')->group->current->context_encoded;
    refuse_list(w, &forged, 1, MLS_ERR_BAD_SIGNATURE);
    forged = add_proposal(w, dev(w, 'D'), NULL);
    forged.add.signature = forged.add.leaf.signature;
    refuse_list(w, &forged, 1, MLS_ERR_BAD_SIGNATURE);
}

/* Sections 7.2 and 13.5: unknown values among the capabilities, and unknown extensions that are
 * listed there, are ignored. */
static void grease(key_package *kp)
{
    static const uint8_t types[] = {0x0A, 0x0A, 0, CREDENTIAL_BASIC,
                                    0xEA, 0xEA, 0, CREDENTIAL_X509};
    static uint8_t suites[] = {0x1A, 0x1A, 0, 0};
    static extension unknown[] = {{.type = 0x0A0A, .data = {(const uint8_t *)"any", 3}}};
    suites[3] = (uint8_t)kp->suite;
    kp->leaf.caps.suites = bytes_of(suites, sizeof suites);
    kp->leaf.caps.credentials = bytes_of(types, sizeof types);
    kp->leaf.caps.proposals = kp->leaf.caps.extensions = bytes_of(types, sizeof types);
    kp->leaf.extensions.list.items = kp->extensions.list.items = unknown;
    kp->leaf.extensions.list.count = kp->extensions.list.count = 1;
}

static void test_grease_is_ignored(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    proposal add = add_proposal(w, dev(w, 'D'), grease);
    deliver(w, "BC", make_rogue_proposal(w, dev(w, 'A'), &add), MLS_EVENT_PROPOSAL);
    rogue_commit r = {.proposals = &add, .num_proposals = 1};
    deliver(w, "BC", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_COMMIT);
    assert_agree(w, "BC", 4);
}

/* Section 7.3: every member supports every credential type in use. */
static void test_credential_types(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    proposal list[] = {add_proposal(w, dev(w, 'D'), only_basic),
                       add_proposal(w, dev(w, 'E'), as_x509)};
    refuse_list(w, list, 2, MLS_ERR_CAPABILITIES);
    bytes m = make_rogue_commit(w, dev(w, 'A'),
                                &(rogue_commit){.proposals = list + 1, .num_proposals = 1});
    deliver(w, "BC", m, MLS_EVENT_COMMIT);
}

/* ---- The group's extensions (sections 11.1, 12.1.7, 13.4) ---- */

static void test_required_capabilities(void **state)
{
    world *w = *state;
    /* RequiredCapabilities: extensions, proposals, credentials */
    static const bytes nobody_has[] = {
        {(const uint8_t *)"\2\x77\x77\0\0", 5},
        {(const uint8_t *)"\0\2\x77\x77\0", 5},
        {(const uint8_t *)"\0\0\2\x77\x77", 5},
    };
    make_group(w, "ABC");
    for (size_t i = 0; i < 3; i++) {
        extension required = {.type = EXTENSION_REQUIRED_CAPABILITIES, .data = nobody_has[i]};
        proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                           .extensions = {{&required, 1}}};
        refuse_list(w, &change, 1, MLS_ERR_CAPABILITIES);
    }
    extension unknown = {.type = 0x7777};
    proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                       .extensions = {{&unknown, 1}}};
    refuse_list(w, &change, 1, MLS_ERR_CAPABILITIES);
    extension torn = {.type = EXTENSION_REQUIRED_CAPABILITIES, .data = BYTES_LITERAL("\2\0")};
    change.extensions.list.items = &torn;
    refuse_list(w, &change, 1, MLS_ERR_BAD_PROPOSAL);

    /* Basic and X.509 required: who is there has both, who has only one can't be added. */
    extension both = {.type = EXTENSION_REQUIRED_CAPABILITIES,
                      .data = BYTES_LITERAL("\0\0\4\0\1\0\2")};
    proposal list[] = {change, add_proposal(w, dev(w, 'D'), only_basic)};
    list[0].extensions.list.items = &both;
    refuse_list(w, list, 2, MLS_ERR_CAPABILITIES);
    rogue_commit r = {.proposals = list, .num_proposals = 1};
    deliver(w, "BC", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_COMMIT);
    assert_agree(w, "BC", 3);
    r.proposals = list + 1;
    refuse(dev(w, 'C'), make_rogue_commit(w, dev(w, 'B'), &r), MLS_ERR_CAPABILITIES);
}

/* Section 12.1.7: all members support what is new, not the committer alone. */
static void test_unsupported_by_another(void **state)
{
    world *w = *state;
    extension both = {.type = EXTENSION_REQUIRED_CAPABILITIES,
                      .data = BYTES_LITERAL("\0\0\4\0\1\0\2")};
    proposal list[] = {add_proposal(w, dev(w, 'D'), only_basic),
                       {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {{&both, 1}}}};
    make_group(w, "ABC");
    rogue_commit r = {.proposals = list, .num_proposals = 1};
    deliver(w, "BC", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_COMMIT);
    r.proposals = list + 1;
    refuse(dev(w, 'C'), make_rogue_commit(w, dev(w, 'B'), &r), MLS_ERR_CAPABILITIES);
}

/* Section 12.3: what is required from now on holds for the list, not what was required before. */
static void test_requirement_dropped(void **state)
{
    world *w = *state;
    extension both = {.type = EXTENSION_REQUIRED_CAPABILITIES,
                      .data = BYTES_LITERAL("\0\0\4\0\1\0\2")};
    proposal list[] = {{.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {{&both, 1}}},
                       {0}};
    make_group(w, "ABC");
    rogue_commit r = {.proposals = list, .num_proposals = 1};
    deliver(w, "BC", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_COMMIT);
    list[0].extensions.list.count = 0;
    list[1] = add_proposal(w, dev(w, 'D'), only_basic);
    r.num_proposals = 2;
    deliver_one(dev(w, 'C'), make_rogue_commit(w, dev(w, 'B'), &r), MLS_EVENT_COMMIT);
}

/* Section 13.4: an extension type occurs once. */
static void test_repeated_extension(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    extension twice[] = {{.type = EXTENSION_APPLICATION_ID}, {.type = EXTENSION_APPLICATION_ID}};
    proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {{twice, 2}}};
    refuse(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), &change), MLS_ERR_DECODE_BAD_VALUE);
    change.extensions.list.count = 1;
    deliver_one(dev(w, 'B'), make_rogue_proposal(w, dev(w, 'A'), &change), MLS_EVENT_PROPOSAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_rogue_is_coherent),
        group_test(test_path_left_out),
        group_test(test_own_update_and_removal),
        group_test(test_one_leaf_twice),
        group_test(test_removal_of_nobody),
        group_test(test_same_client_twice),
        group_test(test_psks),
        group_test(test_out_of_place),
        group_test(test_bad_key_packages),
        group_test(test_grease_is_ignored),
        group_test(test_credential_types),
        group_test(test_required_capabilities),
        group_test(test_unsupported_by_another),
        group_test(test_requirement_dropped),
        group_test(test_repeated_extension),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
