/* ReInit: a group ends, and another one follows it (RFC 9420 sections 11.2 and 12.1.5). */
#include "family.h"
#include "rogue.h"

#include "mls/commit.h"
#include "mls/create.h"
#include "mls/lineage.h"

#include <string.h>

static const bytes none;

static uint16_t other_suite(const world *w)
{
    return w->suite == MLS_SUITE_X25519_AES128GCM_SHA256_ED25519
               ? MLS_SUITE_X25519_CHACHA20POLY1305_SHA256_ED25519
               : MLS_SUITE_X25519_AES128GCM_SHA256_ED25519;
}

static void assert_nobody_waits(const mls_group *group)
{
    mls_credential who;
    size_t cursor = 0;
    assert_false(mls_group_undecided(group, &who, &cursor));
}

static void assert_ended(const device *d)
{
    mls_buf out, welcome_out;
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    assert_true(describe(d).reinitialised);
    assert_err(mls_group_encrypt(d->group, &out, none, none), MLS_ERR_REINITIALISED);
    assert_err(mls_group_propose(d->group, &out, &update, 0, NOW), MLS_ERR_REINITIALISED);
    assert_err(mls_group_commit(d->group, &out, &welcome_out, NULL, 0, none, 0, NOW),
               MLS_ERR_REINITIALISED);
    assert_err(mls_group_info_make(d->group, &out, true), MLS_ERR_REINITIALISED);
    assert_err(mls_group_export(d->group, &out, none, none, 32), MLS_ERR_REINITIALISED);
}

/* ---- The whole way ---- */

static void test_reinit(void **state)
{
    family *f = *state;
    world *w = f->w;
    uint16_t next_suite = other_suite(w);
    mls_successor successor;
    make_group(w, "ABC");
    bytes late = say(w, dev(w, 'A'), "sent before the end");
    bytes extensions = external_senders_of(w, "H");
    mls_credential outsider = {.type = MLS_CREDENTIAL_BASIC,
                               .data = BYTES_LITERAL("H"),
                               .signature_key = public_key_of(w, dev(w, 'H'))};
    assert_false(mls_group_successor(dev(w, 'A')->group, &successor));
    end_group(f, "BAC", "next", next_suite, extensions);
    hear(dev(w, 'C'), late, "sent before the end");
    restart_all(w, "ABC");
    for (const char *name = "ABC"; *name; name++) {
        assert_ended(dev(w, *name));
        assert_true(mls_group_successor(dev(w, *name)->group, &successor));
        assert_int_equal(successor.suite, next_suite);
        assert_bytes(successor.group_id, BYTES_LITERAL("next"));
        assert_bytes(successor.extensions, extensions);
    }
    part(f, "ABC");
    w->suite = next_suite;
    bytes invitation = found(f, "CAB", NULL);
    follow(f, "AB", invitation);
    assert_agree(w, "ABC", 3);
    mls_group_info info = describe(dev(w, 'A'));
    assert_int_equal(info.epoch, 1);
    assert_int_equal(info.suite, next_suite);
    assert_bytes(info.group_id, BYTES_LITERAL("next"));
    assert_non_null(extension_find(&dev(w, 'A')->group->current->context.extensions,
                                   EXTENSION_EXTERNAL_SENDERS));
    assert_ok(mls_group_accept(dev(w, 'A')->group, &outsider));
    restart_all(w, "ABC");
    assert_all_talk(w, "ABC");
}

/* Whoever has the same key as before is known already. */
static void test_members_are_known(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "AB");
    end_group(f, "AB", "next", w->suite, none);
    part(f, "AB");
    bytes invitation = found(f, "AB", NULL);
    assert_nobody_waits(parent_of(f, dev(w, 'A')));
    assert_ok(try_follow(f, dev(w, 'B'), invitation));
    assert_nobody_waits(dev(w, 'B')->group);
    assert_all_talk(w, "AB");
}

static void renew_key(world *w, device *d)
{
    mls_buf public_key;
    mls_buf_free(&d->signature_key);
    assert_ok(mls_signature_key_new(&d->signature_key, &public_key, w->suite));
    mls_buf_free(&public_key);
}

/* New keys, as with another kind of signature, are for the application to accept: by the maker in
 * the ended group, by the others in the new one. */
static void test_new_keys_are_decided(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    mls_buf invitation;
    mls_credential who;
    size_t cursor = 0;
    make_group(w, "AB");
    end_group(f, "AB", "next", MLS_SUITE_P256_AES128GCM_SHA256_P256, none);
    part(f, "AB");
    w->suite = MLS_SUITE_P256_AES128GCM_SHA256_P256;
    renew_key(w, a);
    renew_key(w, b);
    bytes theirs = fresh_key_package(w, b);
    mls_member_params own = member_params_of(w, a);
    mls_group *parent = parent_of(f, a);
    assert_err(mls_group_reinit(&a->group, &invitation, parent, &own, &theirs, 1, 0, NOW),
               MLS_ERR_UNDECIDED);
    assert_null(a->group);
    assert_true(mls_group_undecided(parent, &who, &cursor));
    assert_bytes(who.data, BYTES_LITERAL("B"));
    assert_bytes(who.signature_key, public_key_of(w, b));
    assert_ok(mls_group_accept(parent, &who));
    assert_ok(mls_group_reinit(&a->group, &invitation, parent, &own, &theirs, 1, 0, NOW));
    assert_ok(try_follow(f, b, keep(w, &invitation)));
    cursor = 0;
    assert_true(mls_group_undecided(b->group, &who, &cursor));
    assert_bytes(who.data, BYTES_LITERAL("A"));
    assert_ok(mls_group_accept(b->group, &who));
    assert_all_talk(w, "AB");
}

/* One member alone, whose others come later. */
static void test_alone(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "AB");
    end_group(f, "AB", "next", w->suite, none);
    part(f, "AB");
    assert_int_equal(found(f, "A", NULL).len, 0);
    assert_int_equal(describe(dev(w, 'A')).epoch, 1);
    assert_int_equal(describe(dev(w, 'A')).num_members, 1);
}

/* ---- Proposing and committing ---- */

static mls_proposal end_as(const char *next, uint16_t suite_id)
{
    return (mls_proposal){
        .type = MLS_PROPOSAL_REINIT, .group_id = bytes_of(next, strlen(next)), .suite = suite_id};
}

static void test_by_reference(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "ABC");
    mls_proposal end = end_as("next", w->suite), update = {.type = MLS_PROPOSAL_UPDATE};
    deliver(w, "AC", make_proposal(w, dev(w, 'B'), &end, 0), MLS_EVENT_PROPOSAL);
    /* Only where it is wanted. */
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    /* Only where there is nothing else. */
    deliver(w, "AC", make_proposal(w, dev(w, 'B'), &end, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "AB", make_proposal(w, dev(w, 'C'), &update, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), NULL, NULL, 0, MLS_COMMIT_REINIT),
            MLS_EVENT_COMMIT);
    deliver(w, "AC", make_proposal(w, dev(w, 'B'), &end, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "ABC", make_commit(w, dev(w, 'A'), NULL, NULL, 0, MLS_COMMIT_REINIT),
            MLS_EVENT_REINIT);
    assert_ended(dev(w, 'C'));
}

/* What nobody here could follow is left out. */
static void test_unusable_is_left_out(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "AB");
    proposal p = {.type = MLS_PROPOSAL_REINIT,
                  .reinit = {.group_id = BYTES_LITERAL("x"), .version = 1, .suite = 0x0A0A}};
    deliver(w, "A", make_rogue_proposal(w, dev(w, 'B'), &p), MLS_EVENT_PROPOSAL);
    p.reinit.suite = w->suite;
    p.reinit.version = 2;
    deliver(w, "A", make_rogue_proposal(w, dev(w, 'B'), &p), MLS_EVENT_PROPOSAL);
    deliver(w, "AB", make_commit(w, dev(w, 'A'), NULL, NULL, 0, MLS_COMMIT_REINIT),
            MLS_EVENT_COMMIT);
}

/* A commit to it is valid for whoever receives it (section 12.1.5), and then it is said why nothing
 * follows. */
static void test_unusable_is_received(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *b = dev(w, 'B');
    bytes invitation;
    make_group(w, "AB");
    proposal p = {.type = MLS_PROPOSAL_REINIT,
                  .reinit = {.group_id = BYTES_LITERAL("x"), .version = 2, .suite = w->suite}};
    rogue_commit r = {.proposals = &p, .num_proposals = 1};
    deliver(w, "B", make_rogue_commit(w, dev(w, 'A'), &r), MLS_EVENT_REINIT);
    assert_ended(b);
    part(f, "B");
    assert_err(try_found(f, "B", NULL, &invitation), MLS_ERR_DECODE_VERSION);
}

static void test_refused_to_make(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *a = dev(w, 'A');
    mls_buf out, welcome_out;
    make_group(w, "AB");
    mls_proposal cases[] = {end_as("", w->suite), end_as("x", w->suite), end_as("x", 0x0A0A),
                            end_as("x", w->suite)};
    static const mls_err errors[] = {MLS_ERR_BAD_PROPOSAL, MLS_ERR_BAD_PROPOSAL,
                                     MLS_ERR_UNSUPPORTED_SUITE, MLS_ERR_DECODE_TRAILING};
    cases[1].group_id = describe(a).group_id;
    cases[3].data = BYTES_LITERAL("\x00\x00");
    for (size_t i = 0; i < 4; i++)
        assert_err(mls_group_propose(a->group, &out, &cases[i], 0, NOW), errors[i]);
    mls_proposal both[] = {end_as("x", w->suite), remove_of(dev(w, 'B'))};
    assert_err(mls_group_commit(a->group, &out, &welcome_out, both, 2, none, 0, NOW),
               MLS_ERR_BAD_PROPOSAL);
    assert_all_talk(w, "AB");
}

/* Those received are left out of a commit that ends the group. */
static void test_by_value_is_alone(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "ABC");
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    deliver(w, "AB", make_proposal(w, dev(w, 'C'), &update, 0), MLS_EVENT_PROPOSAL);
    end_group(f, "ABC", "next", w->suite, none);
    assert_ended(dev(w, 'B'));
}

static void test_own_commit_after_reload(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "AB");
    mls_proposal end = end_as("next", w->suite);
    bytes octets = make_commit(w, dev(w, 'A'), NULL, &end, 1, 0);
    restart(dev(w, 'A'));
    deliver(w, "AB", octets, MLS_EVENT_REINIT);
    assert_ended(dev(w, 'A'));
}

static void test_external_sender(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "AB");
    allow_outside(w, "AB", "H");
    mls_external_params params = outside_params(w, dev(w, 'H'), dev(w, 'A'), 0);
    mls_proposal end = end_as("next", w->suite);
    deliver(w, "AB", propose_outside(w, &params, &end), MLS_EVENT_PROPOSAL);
    deliver(w, "AB", make_commit(w, dev(w, 'A'), NULL, NULL, 0, MLS_COMMIT_REINIT),
            MLS_EVENT_REINIT);
}

/* ---- The ended group ---- */

static void test_nothing_is_received(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    make_group(w, "AB");
    end_group(f, "AB", "next", w->suite, none);
    a->group->current->reinit.len = 0; /* somebody who goes on nevertheless */
    refuse(b, say(w, a, "still here"), MLS_ERR_REINITIALISED);
    refuse(b, make_commit(w, a, NULL, NULL, 0, MLS_AS_PUBLIC_MESSAGE), MLS_ERR_REINITIALISED);
    mls_event event;
    assert_ok(mls_group_apply_pending(a->group, &event, NOW));
    mls_event_free(&event);
    refuse(b, say(w, a, "an epoch on"), MLS_ERR_REINITIALISED);
}

static void test_not_ended(void **state)
{
    family *f = *state;
    world *w = f->w;
    bytes invitation;
    make_group(w, "AB");
    part(f, "AB");
    assert_err(try_found(f, "AB", NULL, &invitation), MLS_ERR_INVALID_ARGUMENT);
}

static void test_other_suite_than_announced(void **state)
{
    family *f = *state;
    world *w = f->w;
    bytes invitation;
    make_group(w, "AB");
    end_group(f, "AB", "next", other_suite(w), none);
    part(f, "AB");
    assert_err(try_found(f, "AB", NULL, &invitation), MLS_ERR_INVALID_ARGUMENT);
}

/* ---- What a joiner refuses ---- */

typedef struct rogue_maker {
    const char *group_id;
    bytes extensions;
    uint8_t usage;
} rogue_maker;

/* The group that A makes for B, whatever was announced. */
static bytes make_rogue_group(family *f, const rogue_maker *r)
{
    world *w = f->w;
    device *a = dev(w, 'A');
    mls_buf out, welcome_out;
    mls_member_params own = member_params_of(w, a);
    mls_proposal add = add_of(w, dev(w, 'B'));
    extension_list extensions = {0};
    if (r->extensions.len)
        assert_ok(extension_list_decode(w->a, &extensions, r->extensions));
    assert_ok(
        group_create(&a->group, bytes_of(r->group_id, strlen(r->group_id)), &extensions, &own));
    commit_request request = {.proposals = &add,
                              .num_proposals = 1,
                              .now = NOW,
                              .parent = parent_of(f, a),
                              .usage = r->usage};
    assert_ok(trust_all(a->group));
    mls_err err = commit_make(a->group, &out, &welcome_out, &request);
    if (trusted_now(request.parent, &err)) /* an external sender */
        err = commit_make(a->group, &out, &welcome_out, &request);
    assert_ok(err);
    mls_buf_free(&out);
    mls_group_free(a->group);
    a->group = NULL;
    return keep(w, &welcome_out);
}

static void test_mismatches(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *b = dev(w, 'B');
    make_group(w, "AB");
    uint16_t announced = w->suite;
    end_group(f, "AB", "next", announced, none);
    part(f, "AB");
    rogue_maker r = {.group_id = "next", .usage = PSK_USAGE_REINIT};
    assert_ok(try_follow(f, b, make_rogue_group(f, &r)));
    mls_group_free(b->group);
    r.group_id = "another";
    assert_err(try_follow(f, b, make_rogue_group(f, &r)), MLS_ERR_PARENT_MISMATCH);
    r.group_id = "next";
    r.extensions = external_senders_of(w, "H");
    assert_err(try_follow(f, b, make_rogue_group(f, &r)), MLS_ERR_PARENT_MISMATCH);
    r.extensions = none;
    w->suite = other_suite(w);
    assert_err(try_follow(f, b, make_rogue_group(f, &r)), MLS_ERR_PARENT_MISMATCH);
    assert_null(b->group);
}

static void test_parent_goes_on(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "AB");
    part(f, "AB");
    rogue_maker r = {.group_id = "next", .usage = PSK_USAGE_REINIT};
    assert_err(try_follow(f, dev(w, 'B'), make_rogue_group(f, &r)), MLS_ERR_PARENT_MISMATCH);
}

/* The key must be of the epoch after the ReInit. */
static void test_earlier_key(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "AB");
    part(f, "A");
    rogue_maker r = {.group_id = "next", .usage = PSK_USAGE_REINIT};
    bytes invitation = make_rogue_group(f, &r);
    dev(w, 'A')->group = f->parents[0];
    f->parents[0] = NULL;
    end_group(f, "AB", "next", w->suite, none);
    part(f, "AB");
    assert_err(try_follow(f, dev(w, 'B'), invitation), MLS_ERR_PARENT_MISMATCH);
}

static void test_without_parent(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *b = dev(w, 'B');
    make_group(w, "AB");
    end_group(f, "AB", "next", w->suite, none);
    part(f, "AB");
    bytes invitation = found(f, "AB", NULL);
    assert_err(mls_group_join(&b->group, invitation, view(&b->secret), none, NULL, 0, NULL),
               MLS_ERR_MISSING_PSK);
    assert_null(b->group);
}

/* Section 11.2: the new group is in epoch 1, of the announced version; decided without octets,
 * since no Welcome of ours can say otherwise. */
static void test_epoch_and_version(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "AB");
    end_group(f, "AB", "next", w->suite, none);
    const epoch *ended = dev(w, 'A')->group->current;
    psk_id origin = {.type = PSK_RESUMPTION,
                     .usage = PSK_USAGE_REINIT,
                     .group_id = ended->context.group_id,
                     .psk_epoch = ended->context.epoch};
    group_context context = {
        .version = 1, .suite = w->suite, .group_id = BYTES_LITERAL("next"), .epoch = 1};
    const mls_group *parent = dev(w, 'A')->group;
    assert_ok(lineage_check(parent, &origin, &context, &ended->tree));
    context.epoch = 2;
    assert_err(lineage_check(parent, &origin, &context, &ended->tree), MLS_ERR_PARENT_MISMATCH);
    context.epoch = 1;
    context.version = 2;
    assert_err(lineage_check(parent, &origin, &context, &ended->tree), MLS_ERR_PARENT_MISMATCH);
}

static void test_stranger(void **state)
{
    family *f = *state;
    world *w = f->w;
    bytes invitation;
    make_group(w, "AB");
    end_group(f, "AB", "next", w->suite, none);
    part(f, "AB");
    assert_err(try_found(f, "ABC", NULL, &invitation), MLS_ERR_PARENT_MISMATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        family_test(test_reinit),
        family_test(test_members_are_known),
        family_test(test_new_keys_are_decided),
        family_test(test_alone),
        family_test(test_by_reference),
        family_test(test_unusable_is_left_out),
        family_test(test_unusable_is_received),
        family_test(test_refused_to_make),
        family_test(test_by_value_is_alone),
        family_test(test_own_commit_after_reload),
        family_test(test_external_sender),
        family_test(test_nothing_is_received),
        family_test(test_not_ended),
        family_test(test_other_suite_than_announced),
        family_test(test_mismatches),
        family_test(test_parent_goes_on),
        family_test(test_earlier_key),
        family_test(test_without_parent),
        family_test(test_epoch_and_version),
        family_test(test_stranger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
