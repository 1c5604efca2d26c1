#include "calls_commit.h"

#include "calls_common.h"

static mls_err propose(calling *c, mls_proposal p)
{
    return mls_group_propose(c->a->group, &c->out[0], &p, 0, NOW);
}

mls_err run_propose_add(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = c->in[0]});
}

mls_err run_propose_update(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_UPDATE});
}

mls_err run_propose_remove(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = 1});
}

mls_err run_propose_leave(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_SELF_REMOVE});
}

mls_err run_propose_psk(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_PSK, .data = psk.id});
}

mls_err run_propose_extensions(calling *c)
{
    return propose(
        c, (mls_proposal){.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .data = bytes_of("", 1)});
}

/* C commits what A proposed. */
void after_propose(calling *c)
{
    deliver(c->w, "BC", view(&c->out[0]), MLS_EVENT_PROPOSAL);
    bytes m = make_commit(c->w, dev(c->w, 'C'), NULL, NULL, 0, 0);
    deliver(c->w, "AC", m, MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "AC");
}

/* And C lets A go. */
void after_leave(calling *c)
{
    deliver(c->w, "BC", view(&c->out[0]), MLS_EVENT_PROPOSAL);
    bytes m = make_commit(c->w, dev(c->w, 'C'), NULL, NULL, 0, 0);
    deliver_one(c->a, m, MLS_EVENT_REMOVED);
    deliver(c->w, "BC", m, MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "BC");
}

/* Proposals of all kinds by reference, and two by value. */
void prepare_commit_own(calling *c)
{
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    deliver(c->w, "AC", make_proposal(c->w, dev(c->w, 'B'), &update, 0), MLS_EVENT_PROPOSAL);
    mls_proposal add = add_of(c->w, dev(c->w, 'E'));
    deliver(c->w, "AB", make_proposal(c->w, dev(c->w, 'C'), &add, 0), MLS_EVENT_PROPOSAL);
    prepare_key_package(c);
}

mls_err run_commit(calling *c)
{
    const mls_proposal proposals[] = {{.type = MLS_PROPOSAL_ADD, .data = c->in[0]},
                                      {.type = MLS_PROPOSAL_PSK, .data = psk.id}};
    return trusting_commit(c->a->group, &c->out[0], &c->out[1], proposals, 2, label, 0, NOW);
}

mls_err run_commit_public(calling *c)
{
    return trusting_commit(c->a->group, &c->out[0], &c->out[1], NULL, 0, none,
                           MLS_AS_PUBLIC_MESSAGE, NOW);
}

mls_err run_commit_pathless(calling *c)
{
    const mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = c->in[0]};
    return trusting_commit(c->a->group, &c->out[0], &c->out[1], &add, 1, none,
                           MLS_COMMIT_WITHOUT_PATH | MLS_WELCOME_WITHOUT_TREE, NOW);
}

void after_commit_own(calling *c)
{
    deliver(c->w, "ABC", view(&c->out[0]), MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABC");
}

/* All that was received is in the commit: the group grew by D and E, B has a new key. */
void after_commit_of_all(calling *c)
{
    after_commit_own(c);
    assert_agree(c->w, "ABC", 5);
}
