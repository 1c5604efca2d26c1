/* Proposals from outside the group: by an external sender, or by somebody who asks to be added (RFC
 * 9420 sections 6.1 and 12.1.8). */
#ifndef WAXSEAL_MLS_EXTERNAL_PROPOSE_H
#define WAXSEAL_MLS_EXTERNAL_PROPOSE_H

#include "mls/external_sender.h"
#include "mls/group.h"

/* Whether content, of a sender who is no member, is a proposal that this sender may make, and
 * genuine. from: who that is, as views into the epoch or the content.
 * Errors: MLS_ERR_BAD_MESSAGE for other content than a proposal; MLS_ERR_BAD_PROPOSAL for a type
 *         that the sender must not propose; MLS_ERR_UNKNOWN_SENDER; MLS_ERR_BAD_SIGNATURE. */
mls_err external_proposal_verify(const epoch *e, external_sender *from,
                                 const authenticated_content *ac);

#endif
