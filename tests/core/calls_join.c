#include "calls_join.h"

#include "calls_common.h"

void prepare_welcome(calling *c)
{
    mls_proposal proposals[] = {add_of(c->w, dev(c->w, 'D')),
                                {.type = MLS_PROPOSAL_PSK, .data = psk.id}};
    pass(c, make_commit(c->w, dev(c->w, 'B'), &c->in[0], proposals, 2, 0));
}

mls_err run_welcome_matches(calling *c)
{
    return mls_welcome_matches(c->in[0], view(&dev(c->w, 'D')->secret));
}

mls_err run_join(calling *c)
{
    return trusting_join(&c->made, c->in[0], view(&dev(c->w, 'D')->secret), none, &psk, 1);
}

/* D is in: what it says, A reads. */
void after_join(calling *c)
{
    dev(c->w, 'D')->group = c->made;
    c->made = NULL;
    if (c->out[0].len) /* an external commit */
        deliver(c->w, "ABC", view(&c->out[0]), MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABCD");
}

void prepare_group_info(calling *c)
{
    c->in[0] = info_of(c, 'B');
}

mls_err run_join_external(calling *c)
{
    mls_member_params params = member_params_of(c->w, dev(c->w, 'D'));
    return trusting_join_external(&c->made, &c->out[0], c->in[0], &params, none, label);
}

/* C has asked to leave. */
void prepare_leaver(calling *c)
{
    const mls_proposal leave = {.type = MLS_PROPOSAL_SELF_REMOVE};
    prepare_group_info(c);
    c->in[1] = make_proposal(c->w, dev(c->w, 'C'), &leave, 0);
    deliver(c->w, "AB", c->in[1], MLS_EVENT_PROPOSAL);
}

mls_err run_join_external_with_leaver(calling *c)
{
    mls_member_params params = member_params_of(c->w, dev(c->w, 'D'));
    const mls_external_join with = {.proposals = &c->in[1], .num_proposals = 1};
    return trusting_join_external_with(&c->made, &c->out[0], c->in[0], &params, &with);
}

void after_join_with_leaver(calling *c)
{
    dev(c->w, 'D')->group = c->made;
    c->made = NULL;
    deliver(c->w, "AB", view(&c->out[0]), MLS_EVENT_COMMIT);
    deliver_one(dev(c->w, 'C'), view(&c->out[0]), MLS_EVENT_REMOVED);
    assert_all_talk(c->w, "ABD");
}

mls_err run_create(calling *c)
{
    mls_member_params params = member_params_of(c->w, c->a);
    return mls_group_create(&c->made, label, &params);
}
