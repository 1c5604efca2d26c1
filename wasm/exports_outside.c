/* Proposals from outside a group, and what allows them. */
#include "exports.h"
#include "records.h"

#include <stdlib.h>

uint32_t wx_external_propose(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_record sealed = wx_take_record(&request);
    uint32_t suite = wx_take_u32(&request);
    mls_external_params params = {.suite = (uint16_t)suite};
    params.group_id = wx_take_bytes(&request);
    params.epoch = wx_take_u64(&request);
    params.sender_index = wx_take_u32(&request);
    mls_proposal proposal = wx_take_proposal(&request);
    uint64_t now = wx_take_u64(&request);
    mls_buf signature_key = {0}, message = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && suite > UINT16_MAX)
        err = MLS_ERR_UNSUPPORTED_SUITE;
    if (err == MLS_OK)
        err = wx_record_open(&signature_key, vault, sealed);
    params.signature_key = wx_view(&signature_key);
    if (err == MLS_OK)
        err = mls_external_propose(&message, &params, &proposal, now);
    mls_buf_free(&signature_key);
    return wx_finish_with(err, &message);
}

static void take_sender(wx_request *request, void *item)
{
    mls_external_sender *sender = item;
    sender->signature_key = wx_take_bytes(request);
    sender->identity = wx_take_bytes(request);
}

uint32_t wx_external_senders(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t count;
    mls_external_sender *senders =
        wx_take_list(&request, &count, 2 * sizeof(uint32_t), sizeof *senders, take_sender);
    mls_buf extension_data = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = mls_external_senders(&extension_data, senders, count);
    free(senders);
    return wx_finish_with(err, &extension_data);
}
