/* Of the calls: extensions and proposals of the application's, which all in this world support. */
#ifndef WAXSEAL_TESTS_CALLS_CUSTOM_H
#define WAXSEAL_TESTS_CALLS_CUSTOM_H

#include "calls.h"

mls_err run_required_capabilities(calling *c);
mls_err run_group_extensions(calling *c);
mls_err run_member_extensions(calling *c);
mls_err run_propose_custom(calling *c);
void after_propose_custom(calling *c);
void prepare_custom_commit(calling *c);
void after_custom_commit(calling *c);

#endif
