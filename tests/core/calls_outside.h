/* Of the calls: those of somebody outside the group, and what A does with their proposals. */
#ifndef WAXSEAL_TESTS_CALLS_OUTSIDE_H
#define WAXSEAL_TESTS_CALLS_OUTSIDE_H

#include "calls.h"

mls_err run_external_propose(calling *c);
mls_err run_external_propose_psk(calling *c);
mls_err run_extensions(calling *c);
mls_err run_external_senders(calling *c);
void prepare_outside_proposal(calling *c);
void after_outside_proposal(calling *c);
void after_external_propose(calling *c);

#endif
