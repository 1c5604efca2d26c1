#include "exports.h"
#include "handles.h"
#include "records.h"

#include <stdlib.h>

/* ---- Sending ---- */

uint32_t wx_group_add_psk(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_psk psk = {.id = wx_take_bytes(&request)};
    psk.psk = wx_take_bytes(&request);
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_add_psk(group, &psk);
    return wx_finish(err);
}

uint32_t wx_group_encrypt(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_bytes content = wx_take_bytes(&request);
    mls_bytes authenticated_data = wx_take_bytes(&request);
    mls_buf message = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_encrypt(group, &message, content, authenticated_data);
    return wx_finish_with(err, &message);
}

uint32_t wx_group_propose(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_proposal proposal = wx_take_proposal(&request);
    uint32_t flags = wx_take_u32(&request);
    uint64_t now = wx_take_u64(&request);
    mls_buf message = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_propose(group, &message, &proposal, flags, now);
    return wx_finish_with(err, &message);
}

static void take_proposal(wx_request *request, void *item)
{
    *(mls_proposal *)item = wx_take_proposal(request);
}

uint32_t wx_group_commit(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    uint32_t num_proposals;
    mls_proposal *proposals = wx_take_list(&request, &num_proposals, 7 * sizeof(uint32_t),
                                           sizeof *proposals, take_proposal);
    mls_bytes authenticated_data = wx_take_bytes(&request);
    uint32_t flags = wx_take_u32(&request);
    uint64_t now = wx_take_u64(&request);
    mls_buf commit = {0}, welcome = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_commit(group, &commit, &welcome, proposals, num_proposals,
                               authenticated_data, flags, now);
    if (err == MLS_OK) {
        wx_put_bytes(wx_view(&commit));
        wx_put_bytes(wx_view(&welcome));
    }
    mls_buf_free(&commit);
    mls_buf_free(&welcome);
    free(proposals);
    return wx_finish(err);
}

/* ---- Receiving ---- */

static void put_event(const mls_event *event)
{
    wx_put_u32(event->kind);
    wx_put_u64(event->epoch);
    wx_put_member(&event->sender);
    wx_put_u32(event->own);
    wx_put_bytes(event->content);
    wx_put_bytes(event->authenticated_data);
    wx_put_u32(event->proposal_type);
    wx_put_u32(event->proposal_leaf);
    wx_put_u32((uint32_t)event->num_changes);
    for (size_t i = 0; i < event->num_changes; i++) {
        wx_put_u32(event->changes[i].kind);
        wx_put_member(&event->changes[i].member);
        wx_put_u32(event->changes[i].signature_key_changed);
    }
    wx_put_u32((uint32_t)event->num_custom_proposals);
    for (size_t i = 0; i < event->num_custom_proposals; i++) {
        wx_put_u32(event->custom_proposals[i].type);
        wx_put_member(&event->custom_proposals[i].sender);
        wx_put_bytes(event->custom_proposals[i].data);
    }
}

uint32_t wx_group_receive(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_bytes message = wx_take_bytes(&request);
    uint64_t now = wx_take_u64(&request);
    mls_event event = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_receive(group, &event, message, now);
    if (err == MLS_OK)
        put_event(&event);
    mls_event_free(&event);
    return wx_finish(err);
}

uint32_t wx_group_apply_pending(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    uint64_t now = wx_take_u64(&request);
    mls_event event = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_apply_pending(group, &event, now);
    if (err == MLS_OK)
        put_event(&event);
    mls_event_free(&event);
    return wx_finish(err);
}

uint32_t wx_group_discard_pending(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        mls_group_discard_pending(group);
    return wx_finish(err);
}
