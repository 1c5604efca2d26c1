/* Branching: some members of a group have another beside it (RFC 9420 section 11.3); and resumption
 * keys in groups that go on (section 8.4). */
#include "family.h"
#include "rogue.h"

#include "mls/commit.h"
#include "mls/create.h"

static const bytes none;

static void test_branch(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "ABCD");
    allow_outside(w, "ABCD", "H");
    part(f, "ABCD");
    bytes invitation = found(f, "BCD", "beside");
    follow(f, "CD", invitation);
    assert_agree(w, "BCD", 3);
    mls_group_info info = describe(dev(w, 'C'));
    assert_int_equal(info.epoch, 1);
    assert_int_equal(info.suite, w->suite);
    assert_bytes(info.group_id, BYTES_LITERAL("beside"));
    assert_int_equal(info.inviter, describe(dev(w, 'B')).own_leaf);
    assert_non_null(extension_find(&dev(w, 'D')->group->current->context.extensions,
                                   EXTENSION_EXTERNAL_SENDERS));
    restart_all(w, "BCD");
    assert_all_talk(w, "BCD");
    part(f, "A"); /* which has none */
    for (const char *name = "BCD"; *name; name++)
        mls_group_free(dev(w, *name)->group);
    for (size_t i = 1; i < 4; i++) {
        w->devices[i].group = f->parents[i];
        f->parents[i] = NULL;
    }
    assert_all_talk(w, "BCD"); /* the group that was branched from goes on */
}

/* One who has seen further commits than the maker, or fewer, can still join. */
static void test_epochs_apart(void **state)
{
    family *f = *state;
    world *w = f->w;
    make_group(w, "ABC");
    bytes octets = make_commit(w, dev(w, 'C'), NULL, NULL, 0, 0);
    deliver(w, "BC", octets, MLS_EVENT_COMMIT);
    part(f, "AB");
    bytes invitation = found(f, "AB", "beside");
    follow(f, "B", invitation);
    assert_all_talk(w, "AB");
}

static void test_key_of_another_group(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *b = dev(w, 'B');
    make_group(w, "AB");
    part(f, "AB");
    bytes invitation = found(f, "AB", "beside");
    mls_group *right = f->parents[1];
    mls_member_params own = member_params_of(w, b);
    assert_ok(mls_group_create(&f->parents[1], BYTES_LITERAL("elsewhere"), &own));
    assert_err(try_follow(f, b, invitation), MLS_ERR_MISSING_PSK);
    mls_group_free(f->parents[1]);
    f->parents[1] = NULL;
    assert_err(try_follow(f, b, invitation), MLS_ERR_MISSING_PSK);
    f->parents[1] = right;
    assert_ok(try_follow(f, b, invitation));
}

static void test_refused_to_make(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *a = dev(w, 'A');
    bytes invitation;
    mls_buf welcome_out;
    make_group(w, "AB");
    part(f, "AB");
    assert_err(try_found(f, "ABC", "beside", &invitation), MLS_ERR_PARENT_MISMATCH);
    assert_err(try_found(f, "AB", "", &invitation), MLS_ERR_INVALID_ARGUMENT);
    mls_group *parent = parent_of(f, a);
    mls_group_info info;
    mls_group_describe(parent, &info);
    mls_member_params own = member_params_of(w, a);
    assert_err(
        mls_group_branch(&a->group, &welcome_out, parent, info.group_id, &own, NULL, 0, 0, NOW),
        MLS_ERR_INVALID_ARGUMENT);
    own.suite = w->suite == 1 ? 3 : 1;
    assert_err(mls_group_branch(&a->group, &welcome_out, parent, BYTES_LITERAL("beside"), &own,
                                NULL, 0, 0, NOW),
               MLS_ERR_INVALID_ARGUMENT);
    own = member_params_of(w, a);
    own.identity = BYTES_LITERAL("somebody else");
    assert_err(mls_group_branch(&a->group, &welcome_out, parent, BYTES_LITERAL("beside"), &own,
                                NULL, 0, 0, NOW),
               MLS_ERR_PARENT_MISMATCH);
    bytes twice[] = {fresh_key_package(w, dev(w, 'B')), view(&dev(w, 'B')->key_package)};
    own = member_params_of(w, a);
    assert_err(mls_group_branch(&a->group, &welcome_out, parent, BYTES_LITERAL("beside"), &own,
                                twice, 2, 0, NOW),
               MLS_ERR_DUPLICATE);
}

/* The maker's side has its checks taken out: the group has somebody in it whom the parent has not,
 * or is the parent's namesake. */
static bytes make_rogue_branch(family *f, bytes group_id, const char *others)
{
    world *w = f->w;
    device *a = dev(w, 'A');
    mls_group *child;
    mls_buf out, welcome_out;
    mls_proposal adds[DEVICES_MAX];
    size_t count = 0;
    mls_member_params own = member_params_of(w, a);
    /* A's own view of the parent has the stranger in it, who is not in B's. */
    for (; others[count]; count++)
        adds[count] = add_of(w, dev(w, others[count]));
    assert_ok(group_create(&child, group_id, &(extension_list){0}, &own));
    commit_request request = {.proposals = adds,
                              .num_proposals = count,
                              .now = NOW,
                              .parent = a->group,
                              .usage = PSK_USAGE_BRANCH};
    mls_err err = commit_make(child, &out, &welcome_out, &request);
    if (trusted_now(a->group, &err))
        err = commit_make(child, &out, &welcome_out, &request);
    assert_ok(err);
    mls_buf_free(&out);
    mls_group_free(child);
    return keep(w, &welcome_out);
}

static void test_mismatches(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *a = dev(w, 'A'), *b = dev(w, 'B');
    uint32_t leaf;
    make_group(w, "AB");
    part(f, "B");
    mls_group_info info = describe(a);
    assert_ok(try_follow(f, b, make_rogue_branch(f, BYTES_LITERAL("beside"), "B")));
    mls_group_free(b->group);
    bytes namesake = bytes_of(copy_of(w->a, info.group_id), info.group_id.len);
    assert_err(try_follow(f, b, make_rogue_branch(f, namesake, "B")), MLS_ERR_PARENT_MISMATCH);
    key_package stranger = rogue_key_package(w, dev(w, 'C'), NULL);
    assert_ok(tree_add(&a->group->current->tree, &stranger.leaf, &leaf));
    assert_err(try_follow(f, b, make_rogue_branch(f, BYTES_LITERAL("beside"), "BC")),
               MLS_ERR_PARENT_MISMATCH);
    assert_null(b->group);
}

/* A branch of another suite can't be made of KeyPackages of the right one, so the parent is told to
 * be of another instead. */
static void test_other_parameters(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *b = dev(w, 'B');
    make_group(w, "AB");
    part(f, "B");
    bytes invitation = make_rogue_branch(f, BYTES_LITERAL("beside"), "B");
    group_context *context = &f->parents[1]->current->context;
    context->suite++;
    assert_err(try_follow(f, b, invitation), MLS_ERR_PARENT_MISMATCH);
    context->suite--;
    context->version++;
    assert_err(try_follow(f, b, invitation), MLS_ERR_PARENT_MISMATCH);
    context->version--;
    assert_ok(try_follow(f, b, invitation));
}

/* ---- Resumption keys in a group that goes on ---- */

static mls_proposal resume(world *w, const device *d, uint64_t number)
{
    bytes group_id = describe(d).group_id;
    return (mls_proposal){.type = MLS_PROPOSAL_PSK,
                          .group_id = bytes_of(copy_of(w->a, group_id), group_id.len),
                          .epoch = number};
}

static void test_resumption(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *a = dev(w, 'A');
    mls_buf out;
    make_group(w, "AB");
    uint64_t first = describe(a).epoch;
    for (int i = 0; i < 4; i++)
        deliver(w, "AB", make_commit(w, a, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    mls_proposal past = resume(w, a, first), now = resume(w, a, first + 4);
    deliver(w, "A", make_proposal(w, dev(w, 'B'), &now, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "AB", make_commit(w, a, NULL, &past, 1, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "AB", 2);
    assert_err(mls_group_propose(a->group, &out, &past, 0, NOW), MLS_ERR_MISSING_PSK);
    past.group_id = BYTES_LITERAL("elsewhere");
    past.epoch = first + 4;
    assert_err(mls_group_propose(a->group, &out, &past, 0, NOW), MLS_ERR_MISSING_PSK);
}

/* Who comes back proves having been here before. */
static void test_rejoin_by_resumption(void **state)
{
    family *f = *state;
    world *w = f->w;
    device *a = dev(w, 'A'), *c = dev(w, 'C');
    bytes invitation;
    make_group(w, "ABC");
    mls_proposal before = resume(w, a, describe(a).epoch);
    part(f, "C");
    const mls_group *kept = parent_of(f, c);
    mls_proposal out_of_it = {.type = MLS_PROPOSAL_REMOVE, .leaf = 2};
    deliver(w, "AB", make_commit(w, a, NULL, &out_of_it, 1, 0), MLS_EVENT_COMMIT);
    mls_proposal back[] = {add_of(w, c), before};
    deliver(w, "AB", make_commit(w, a, &invitation, back, 2, 0), MLS_EVENT_COMMIT);
    assert_err(mls_group_join(&c->group, invitation, view(&c->secret), none, NULL, 0, NULL),
               MLS_ERR_MISSING_PSK);
    assert_ok(mls_group_join(&c->group, invitation, view(&c->secret), none, NULL, 0, kept));
    assert_all_talk(w, "ABC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        family_test(test_branch),
        family_test(test_epochs_apart),
        family_test(test_key_of_another_group),
        family_test(test_refused_to_make),
        family_test(test_mismatches),
        family_test(test_other_parameters),
        family_test(test_resumption),
        family_test(test_rejoin_by_resumption),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
