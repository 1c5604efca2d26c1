/* Of the calls: what A does with what B and others send. */
#ifndef WAXSEAL_TESTS_CALLS_RECEIVE_H
#define WAXSEAL_TESTS_CALLS_RECEIVE_H

#include "calls.h"

void prepare_commit_public(calling *c);
mls_err run_read(calling *c);
void prepare_text(calling *c);
void prepare_skipping(calling *c);
void prepare_late(calling *c);
void prepare_proposal(calling *c);
void prepare_commit(calling *c);
void prepare_removal(calling *c);
void prepare_external_commit(calling *c);
void prepare_own_commit(calling *c);
void prepare_own_commit_reloaded(calling *c);
mls_err run_receive(calling *c);
mls_err run_receive_proven(calling *c);
mls_err run_apply_pending(calling *c);
void after_text(calling *c);
void after_proposal(calling *c);
void after_commit(calling *c);
void after_removal(calling *c);

#endif
