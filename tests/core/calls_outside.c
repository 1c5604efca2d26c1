#include "calls_outside.h"

static const bytes label = {(const uint8_t *)"label", 5};

mls_err run_external_propose(calling *c)
{
    mls_external_params params = outside_params(c->w, dev(c->w, 'D'), c->a, MLS_NO_LEAF);
    const mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = c->in[0]};
    return mls_external_propose(&c->out[0], &params, &add, NOW);
}

mls_err run_external_propose_psk(calling *c)
{
    mls_external_params params = outside_params(c->w, dev(c->w, 'D'), c->a, 0);
    const mls_proposal by_psk = {.type = MLS_PROPOSAL_PSK, .data = label};
    return mls_external_propose(&c->out[0], &params, &by_psk, NOW);
}

mls_err run_extensions(calling *c)
{
    return mls_extensions(&c->out[0], &(mls_extension){0x0A0A, label}, 1);
}

mls_err run_external_senders(calling *c)
{
    return mls_external_senders(&c->out[0], &(mls_external_sender){label, label}, 1);
}

void prepare_outside_proposal(calling *c)
{
    allow_outside(c->w, "ABC", "D");
    mls_external_params params = outside_params(c->w, dev(c->w, 'D'), c->a, 0);
    const mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                                 .data = external_senders_of(c->w, "E")};
    c->in[0] = propose_outside(c->w, &params, &change);
}

void after_outside_proposal(calling *c)
{
    deliver(c->w, "BC", c->in[0], MLS_EVENT_PROPOSAL);
    deliver(c->w, "ABC", make_commit(c->w, c->a, NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABC");
}

/* All of A, B and C take the newcomer's own proposal. */
void after_external_propose(calling *c)
{
    deliver(c->w, "ABC", view(&c->out[0]), MLS_EVENT_PROPOSAL);
    deliver(c->w, "ABC", make_commit(c->w, c->a, NULL, NULL, 0, MLS_COMMIT_NEW_MEMBERS),
            MLS_EVENT_COMMIT);
    assert_agree(c->w, "ABC", 4);
}
