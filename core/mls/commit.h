/* Making commits (RFC 9420 section 12.4.1); mls_group_commit() is declared in mls.h. */
#ifndef WAXSEAL_MLS_COMMIT_H
#define WAXSEAL_MLS_COMMIT_H

#include "mls/transition.h"

typedef struct commit_request {
    const mls_proposal *proposals; /* by value */
    size_t num_proposals;
    bytes authenticated_data;
    uint32_t flags;
    uint64_t now;
    mls_group *parent; /* for the first commit of a group: the one that it follows; else NULL */
    uint8_t usage;     /* with a parent: PSK_USAGE_REINIT or PSK_USAGE_BRANCH */
} commit_request;

/* mls_group_commit(), and for groups that follow others: with a pre-shared key of the parent, which
 * also judges who may come in. */
mls_err commit_make(mls_group *group, mls_buf *commit, mls_buf *welcome, const commit_request *r);

/* Digest by which our own commit is known when it comes back. out: Nh octets. */
void commit_digest(const suite *s, uint8_t *out, bytes message);

#endif
