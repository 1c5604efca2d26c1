#include "calls_successor.h"

static const bytes none;

static mls_proposal ending(const calling *c)
{
    return (mls_proposal){
        .type = MLS_PROPOSAL_REINIT, .group_id = BYTES_LITERAL("next"), .suite = c->w->suite};
}

void prepare_members(calling *c)
{
    c->in[0] = fresh_key_package(c->w, dev(c->w, 'B'));
    c->in[1] = fresh_key_package(c->w, dev(c->w, 'C'));
}

void prepare_ended(calling *c)
{
    mls_proposal end = ending(c);
    deliver(c->w, "ABC", make_commit(c->w, c->a, NULL, &end, 1, 0), MLS_EVENT_REINIT);
    prepare_members(c);
}

mls_err run_reinit(calling *c)
{
    mls_member_params own = member_params_of(c->w, c->a);
    return mls_group_reinit(&c->made, &c->out[0], c->a->group, &own, c->in, 2, 0, NOW);
}

mls_err run_branch(calling *c)
{
    mls_member_params own = member_params_of(c->w, c->a);
    return mls_group_branch(&c->made, &c->out[0], c->a->group, BYTES_LITERAL("beside"), &own, c->in,
                            2, 0, NOW);
}

/* The device goes over to the group that follows. */
static void change_over(device *d, mls_group *to)
{
    mls_group_free(d->group);
    d->group = to;
}

/* B and C come after A. */
void after_following(calling *c)
{
    for (char name = 'B'; name <= 'C'; name++) {
        device *d = dev(c->w, name);
        mls_group *joined;
        assert_ok(
            mls_group_join(&joined, view(&c->out[0]), view(&d->secret), none, NULL, 0, d->group));
        change_over(d, joined);
    }
    change_over(c->a, c->made);
    c->made = NULL;
    assert_all_talk(c->w, "ABC");
}

/* B makes a group of A and itself. */
void prepare_branch_of_b(calling *c)
{
    device *b = dev(c->w, 'B');
    mls_member_params own = member_params_of(c->w, b);
    mls_group *made;
    mls_buf invitation;
    fresh_key_package(c->w, c->a);
    bytes theirs = view(&c->a->key_package);
    assert_ok(mls_group_branch(&made, &invitation, b->group, BYTES_LITERAL("beside"), &own, &theirs,
                               1, 0, NOW));
    change_over(b, made);
    c->in[0] = keep(c->w, &invitation);
}

mls_err run_join_branch(calling *c)
{
    return mls_group_join(&c->made, c->in[0], view(&c->a->secret), none, NULL, 0, c->a->group);
}

void after_branch_of_b(calling *c)
{
    change_over(c->a, c->made);
    c->made = NULL;
    assert_all_talk(c->w, "AB");
}

mls_err run_commit_reinit(calling *c)
{
    mls_proposal end = ending(c);
    return mls_group_commit(c->a->group, &c->out[0], &c->out[1], &end, 1, none, 0, NOW);
}

void after_commit_reinit(calling *c)
{
    deliver(c->w, "ABC", view(&c->out[0]), MLS_EVENT_REINIT);
}

void prepare_reinit_commit(calling *c)
{
    mls_proposal end = ending(c);
    c->in[0] = make_commit(c->w, dev(c->w, 'B'), NULL, &end, 1, 0);
}

void after_reinit_received(calling *c)
{
    assert_int_equal(c->event.kind, MLS_EVENT_REINIT);
    assert_true(describe(c->a).reinitialised);
}

mls_err run_fork(calling *c)
{
    return mls_group_fork(c->a->group, &c->made);
}

mls_err run_sign(calling *c)
{
    return mls_group_sign(c->a->group, &c->out[0], BYTES_LITERAL("label"), none);
}

void prepare_signed(calling *c)
{
    mls_buf out;
    assert_ok(mls_group_sign(dev(c->w, 'B')->group, &out, BYTES_LITERAL("label"), none));
    c->in[0] = keep(c->w, &out);
}

mls_err run_verify(calling *c)
{
    return mls_group_verify(c->a->group, describe(dev(c->w, 'B')).own_leaf, BYTES_LITERAL("label"),
                            none, c->in[0]);
}
