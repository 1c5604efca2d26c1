/* Of the calls: those about groups that follow from groups, forks, and signatures. */
#ifndef WAXSEAL_TESTS_CALLS_SUCCESSOR_H
#define WAXSEAL_TESTS_CALLS_SUCCESSOR_H

#include "calls.h"

void prepare_ended(calling *c);
void prepare_members(calling *c);
void prepare_branch_of_b(calling *c);
mls_err run_reinit(calling *c);
mls_err run_branch(calling *c);
mls_err run_join_branch(calling *c);
mls_err run_commit_reinit(calling *c);
void prepare_reinit_commit(calling *c);
mls_err run_fork(calling *c);
mls_err run_sign(calling *c);
void prepare_signed(calling *c);
mls_err run_verify(calling *c);
void after_following(calling *c);
void after_branch_of_b(calling *c);
void after_commit_reinit(calling *c);
void after_reinit_received(calling *c);

#endif
