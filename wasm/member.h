/* The `member` part of a request (see exports.h): who creates a KeyPackage or a group. */
#ifndef WAXSEAL_WASM_MEMBER_H
#define WAXSEAL_WASM_MEMBER_H

#include "extensions.h"
#include "records.h"

typedef struct wx_member {
    wx_record sealed_key;
    mls_buf signature_key; /* opened by wx_member_open() */
    wx_extensions_list leaf_extensions, key_package_extensions;
    wx_types extension_types, proposal_types;
    mls_member_params params; /* views of all these */
} wx_member;

wx_member wx_take_member(wx_request *request);

/* Opens the sealed signature key. To be followed by wx_member_cleanup(), also after an error. */
mls_err wx_member_open(wx_member *member, uint32_t vault);

void wx_member_cleanup(wx_member *member);

#endif
