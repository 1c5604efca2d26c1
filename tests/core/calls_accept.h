/* Of the calls: accepting who comes. */
#ifndef WAXSEAL_TESTS_CALLS_ACCEPT_H
#define WAXSEAL_TESTS_CALLS_ACCEPT_H

#include "calls.h"

mls_err run_accept(calling *c);
void prepare_undecided(calling *c);
mls_err run_accept_all(calling *c);

#endif
