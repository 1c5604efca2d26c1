#include "member.h"

wx_member wx_take_member(wx_request *request)
{
    wx_member member = {.sealed_key = wx_take_record(request)};
    uint32_t suite = wx_take_u32(request);
    if (suite > UINT16_MAX)
        request->bad = true;
    member.params.suite = (uint16_t)suite;
    member.params.identity = wx_take_bytes(request);
    member.params.not_before = wx_take_u64(request);
    member.params.not_after = wx_take_u64(request);
    member.params.last_resort = wx_take_u32(request) != 0;
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
}
