/* Making a Welcome for those whom a commit adds (RFC 9420 section 12.4.3.1). */
#ifndef WAXSEAL_MLS_WELCOME_H
#define WAXSEAL_MLS_WELCOME_H

#include "mls/transition.h"

/* secrets: of the commit's path, or NULL without one. with_tree: put the ratchet_tree extension
 * into the GroupInfo. The result is an MLSMessage. */
mls_err welcome_make(const mls_group *group, mls_buf *out, const transition *t,
                     const path_secrets *secrets, bool with_tree);

#endif
