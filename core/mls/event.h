/* What a received message meant: filling in the mls_event of mls.h. */
#ifndef WAXSEAL_MLS_EVENT_H
#define WAXSEAL_MLS_EVENT_H

#include "mls/external_sender.h"
#include "mls/framing.h"
#include "mls/tree.h"

/* Starts an event with memory of its own; mls_event_free() undoes it. */
mls_err event_init(mls_event *event, mls_event_kind kind, uint64_t epoch);

/* The sender as a member of the tree; nothing when the leaf is blank. */
mls_err event_set_sender(mls_event *event, const tree *t, uint32_t leaf_index);

/* A sender who is no member. */
mls_err event_set_outsider(mls_event *event, const external_sender *from);

mls_err event_set_content(mls_event *event, bytes content, bytes authenticated_data);

/* A proposal of the application's that a commit carries out, by a member of the tree; into *out. */
mls_err event_copy_custom(mls_event *event, mls_custom_proposal *out, const proposal *p,
                          const tree *t, uint32_t leaf_index);

/* Who came, changed and went between two trees. */
mls_err event_set_changes(mls_event *event, const tree *before, const tree *after);

/* Views into the tree. */
mls_member member_of(const leaf_node *leaf, uint32_t leaf_index);

#endif
