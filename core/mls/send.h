/* Signing, framing and encrypting what this member sends in the current epoch. */
#ifndef WAXSEAL_MLS_SEND_H
#define WAXSEAL_MLS_SEND_H

#include "mls/group.h"

/* Starts content of this member in the current epoch. */
void send_content(const mls_group *group, authenticated_content *ac, uint8_t content_type,
                  bytes authenticated_data, uint32_t flags);

/* Signs with this member's key. */
mls_err send_sign(const mls_group *group, arena *a, authenticated_content *ac);

/* Writes signed content as an MLSMessage: as ac->wire_format says, a PublicMessage with its
 * membership tag or a PrivateMessage, whose keys send_done() uses up. */
mls_err send_frame(mls_group *group, arena *a, mls_buf *out, const authenticated_content *ac);

/* The last step, when nothing else can fail: the keys of a PrivateMessage are never used again. */
mls_err send_done(mls_group *group, const authenticated_content *ac);

#endif
