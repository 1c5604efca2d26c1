/* Making commits (RFC 9420 section 12.4.1); mls_group_commit() is declared in mls.h. */
#ifndef WAXSEAL_MLS_COMMIT_H
#define WAXSEAL_MLS_COMMIT_H

#include "mls/transition.h"

/* Digest by which our own commit is known when it comes back. out: Nh octets. */
void commit_digest(const suite *s, uint8_t *out, bytes message);

#endif
