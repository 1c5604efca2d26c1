/* Creating a group (RFC 9420 section 11). */
#ifndef WAXSEAL_MLS_CREATE_H
#define WAXSEAL_MLS_CREATE_H

#include "mls/group.h"

/* mls_group_create(), with extensions in the GroupContext from the start. */
mls_err group_create(mls_group **out, bytes group_id, const extension_list *extensions,
                     const mls_member_params *params);

#endif
