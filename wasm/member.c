#include "member.h"

#include <stdlib.h>

/* The lists of a request. */
static void take_lists(wx_member *member, wx_request *request)
{
    mls_member_params *params = &member->params;
    member->leaf_extensions = wx_take_extensions(request);
    member->key_package_extensions = wx_take_extensions(request);
    member->extension_types = wx_take_types(request);
    member->proposal_types = wx_take_types(request);
    params->leaf_extensions = member->leaf_extensions.items;
    params->num_leaf_extensions = member->leaf_extensions.count;
    params->key_package_extensions = member->key_package_extensions.items;
    params->num_key_package_extensions = member->key_package_extensions.count;
    params->extension_types = member->extension_types.items;
    params->num_extension_types = member->extension_types.count;
    params->proposal_types = member->proposal_types.items;
    params->num_proposal_types = member->proposal_types.count;
}

wx_member wx_take_member(wx_request *request)
{
    wx_member member = {.sealed_key = wx_take_record(request)};
    uint32_t suite = wx_take_u32(request);
    if (suite > UINT16_MAX)
        request->bad = true;
    member.params.suite = (uint16_t)suite;
    member.params.identity = wx_take_bytes(request);
    member.params.certificates = wx_take_bytes(request);
    member.params.not_before = wx_take_u64(request);
    member.params.not_after = wx_take_u64(request);
    member.params.last_resort = wx_take_u32(request) != 0;
    member.params.grease = wx_take_u32(request) != 0;
    take_lists(&member, request);
    return member;
}

mls_err wx_member_open(wx_member *member, uint32_t vault)
{
    mls_err err = wx_record_open(&member->signature_key, vault, member->sealed_key);
    if (err == MLS_OK)
        member->params.signature_key = wx_view(&member->signature_key);
    return err;
}

void wx_member_cleanup(wx_member *member)
{
    mls_buf_free(&member->signature_key);
    free(member->leaf_extensions.items);
    free(member->key_package_extensions.items);
    free(member->extension_types.items);
    free(member->proposal_types.items);
}
