/* Processing a commit: the other half of commit.h (RFC 9420 section 12.4.2). */
#ifndef WAXSEAL_MLS_PROCESS_H
#define WAXSEAL_MLS_PROCESS_H

#include "mls/transition.h"

/* Processes a verified commit into the next epoch (RFC 9420 section 12.4.2). own: the secrets of
 * our own commit, or NULL for another member's.
 * removed: set when the commit removes us; there is no next epoch then. */
mls_err process_commit(const mls_group *group, epoch **next, bool *removed,
                       const authenticated_content *ac, const pending_commit *own);

#endif
