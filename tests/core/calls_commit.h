/* Of the calls: A's own proposals and commits. */
#ifndef WAXSEAL_TESTS_CALLS_COMMIT_H
#define WAXSEAL_TESTS_CALLS_COMMIT_H

#include "calls.h"

mls_err run_propose_add(calling *c);
mls_err run_propose_update(calling *c);
mls_err run_propose_remove(calling *c);
mls_err run_propose_leave(calling *c);
mls_err run_propose_psk(calling *c);
mls_err run_propose_extensions(calling *c);
void after_propose(calling *c);
void after_leave(calling *c);
void prepare_commit_own(calling *c);
mls_err run_commit(calling *c);
mls_err run_commit_public(calling *c);
mls_err run_commit_pathless(calling *c);
void after_commit_own(calling *c);
void after_commit_of_all(calling *c);

#endif
