#include "calls_accept.h"

#include "calls_common.h"
#include "calls_receive.h"

mls_err run_accept(calling *c)
{
    return mls_group_accept(c->a->group, &(mls_credential){MLS_CREDENTIAL_BASIC, label, label});
}

/* A commit of B waits for A to accept D. */
void prepare_undecided(calling *c)
{
    prepare_commit_public(c);
    assert_err(mls_group_receive(c->a->group, &c->event, c->in[0], NOW), MLS_ERR_UNDECIDED);
}

mls_err run_accept_all(calling *c)
{
    return trust_all(c->a->group);
}
