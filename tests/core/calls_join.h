/* Of the calls: making groups and coming into them. */
#ifndef WAXSEAL_TESTS_CALLS_JOIN_H
#define WAXSEAL_TESTS_CALLS_JOIN_H

#include "calls.h"

void prepare_welcome(calling *c);
mls_err run_welcome_matches(calling *c);
mls_err run_join(calling *c);
void after_join(calling *c);
void prepare_group_info(calling *c);
mls_err run_join_external(calling *c);
void prepare_leaver(calling *c);
mls_err run_join_external_with_leaver(calling *c);
void after_join_with_leaver(calling *c);
mls_err run_create(calling *c);

#endif
