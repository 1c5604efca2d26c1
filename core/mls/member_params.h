/* What an application adds to the leaf and KeyPackage of its own device: extensions, and types that
 * it supports (RFC 9420 sections 7.2 and 13). */
#ifndef WAXSEAL_MLS_MEMBER_PARAMS_H
#define WAXSEAL_MLS_MEMBER_PARAMS_H

#include "mls/leaf.h"

typedef struct member_parts {
    capabilities caps;
    extension_list leaf_extensions;
    extension_list key_package_extensions;
} member_parts;

/* Builds the parts, in the arena; the data of extensions stays that of `params`.
 * Errors: those of mls_key_package_new() about them. */
mls_err member_params_read(arena *a, member_parts *out, const mls_member_params *params);

#endif
