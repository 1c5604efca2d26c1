/* GREASE (RFC 9420 section 13.5): random values that others must ignore, from devices that ask for
 * it (see mls_member_params). */
#ifndef WAXSEAL_MLS_GREASE_H
#define WAXSEAL_MLS_GREASE_H

#include "mls/leaf.h"

mls_err grease_value(uint16_t *out);

/* Random data for an extension. */
mls_err grease_data(arena *a, bytes *out);

/* Puts an extension of a random type behind those of a GroupInfo, for which there is room, when the
 * leaf of its signer has GREASE as well. */
mls_err grease_group_info(arena *a, extension_list *extensions, const leaf_node *signer);

#endif
