#include "exports.h"
#include "member.h"
#include "records.h"

#include <stdlib.h>

/* ---- Beginning of a group's life ---- */

uint32_t wx_group_create(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_member member = wx_take_member(&request);
    mls_bytes group_id = wx_take_bytes(&request);
    mls_group *group = NULL;
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = wx_member_open(&member, vault);
    if (err == MLS_OK)
        err = mls_group_create(&group, group_id, &member.params);
    if (err == MLS_OK)
        err = wx_put_group(group);
    wx_member_cleanup(&member);
    return wx_finish(err);
}

static void take_psk(wx_request *request, void *item)
{
    mls_psk *psk = item;
    psk->id = wx_take_bytes(request);
    psk->psk = wx_take_bytes(request);
}

uint32_t wx_group_join(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_record sealed = wx_take_record(&request);
    mls_bytes welcome = wx_take_bytes(&request);
    mls_bytes tree = wx_take_bytes(&request);
    uint32_t num_psks;
    mls_psk *psks = wx_take_list(&request, &num_psks, 2 * sizeof(uint32_t), sizeof *psks, take_psk);
    uint32_t parent = wx_take_u32(&request);
    mls_buf secret = {0};
    mls_group *group = NULL;
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && parent != 0 && wx_group_at(parent) == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = wx_record_open(&secret, vault, sealed);
    if (err == MLS_OK)
        err = mls_group_join(&group, welcome, wx_view(&secret), tree, psks, num_psks,
                             wx_group_at(parent));
    if (err == MLS_OK)
        err = wx_put_group(group);
    mls_buf_free(&secret);
    free(psks);
    return wx_finish(err);
}

static void take_message(wx_request *request, void *item)
{
    *(mls_bytes *)item = wx_take_bytes(request);
}

uint32_t wx_group_join_external(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_member member = wx_take_member(&request);
    mls_bytes group_info = wx_take_bytes(&request);
    mls_external_join with = {.tree = wx_take_bytes(&request)};
    with.authenticated_data = wx_take_bytes(&request);
    uint32_t num_proposals;
    mls_bytes *proposals =
        wx_take_list(&request, &num_proposals, sizeof(uint32_t), sizeof *proposals, take_message);
    with.proposals = proposals;
    with.num_proposals = num_proposals;
    mls_group *group = NULL;
    mls_buf commit = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = wx_member_open(&member, vault);
    if (err == MLS_OK)
        err = mls_group_join_external(&group, &commit, group_info, &member.params, &with);
    if (err == MLS_OK)
        err = wx_put_group(group);
    if (err == MLS_OK)
        wx_put_bytes(wx_view(&commit));
    mls_buf_free(&commit);
    free(proposals);
    wx_member_cleanup(&member);
    return wx_finish(err);
}

/* ---- Storage ---- */

uint32_t wx_group_load(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_record sealed_epoch = wx_take_record(&request);
    wx_record sealed_ratchet = wx_take_record(&request);
    mls_buf epoch = {0}, ratchet = {0};
    mls_group *group = NULL;
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = wx_record_open(&epoch, vault, sealed_epoch);
    if (err == MLS_OK)
        err = wx_record_open(&ratchet, vault, sealed_ratchet);
    if (err == MLS_OK)
        err = mls_group_load(&group, wx_view(&epoch), wx_view(&ratchet));
    if (err == MLS_OK)
        err = wx_put_group(group);
    mls_buf_free(&epoch);
    mls_buf_free(&ratchet);
    return wx_finish(err);
}

uint32_t wx_group_save(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    uint32_t vault = wx_take_u32(&request);
    wx_slot epoch_slot = wx_take_slot(&request);
    wx_slot ratchet_slot = wx_take_slot(&request);
    bool always = wx_take_u32(&request) != 0;
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && (group == NULL || wx_vault_at(vault) == NULL))
        err = MLS_ERR_INVALID_ARGUMENT;
    mls_buf epoch = {0}, ratchet = {0};
    bool with_epoch = err == MLS_OK && (always || mls_group_epoch_changed(group));
    if (err == MLS_OK)
        err = mls_group_save(group, with_epoch ? &epoch : NULL, &ratchet);
    if (err == MLS_OK && with_epoch)
        err = wx_record_put(vault, epoch_slot, wx_view(&epoch));
    else if (err == MLS_OK)
        wx_put_bytes((mls_bytes){0});
    if (err == MLS_OK)
        err = wx_record_put(vault, ratchet_slot, wx_view(&ratchet));
    mls_buf_free(&epoch);
    mls_buf_free(&ratchet);
    return wx_finish(err);
}

/* ---- Looking at a group ---- */

/* Reads the requests that hold a group and nothing else. */
static mls_err only_group(mls_group **group, const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    *group = wx_group_at(wx_take_u32(&request));
    mls_err err = wx_take_end(&request);
    return err == MLS_OK && *group == NULL ? MLS_ERR_INVALID_ARGUMENT : err;
}

uint32_t wx_group_describe(const uint8_t *data, uint32_t len)
{
    mls_group *group;
    mls_err err = only_group(&group, data, len);
    if (err == MLS_OK) {
        mls_group_info info = {0};
        mls_group_describe(group, &info);
        wx_put_u32(info.suite);
        wx_put_bytes(info.group_id);
        wx_put_u64(info.epoch);
        wx_put_u32(info.own_leaf);
        wx_put_u32(info.num_members);
        wx_put_u32(info.num_leaves);
        wx_put_bytes(info.epoch_authenticator);
        wx_put_u32(info.commit_pending);
        wx_put_u32(info.is_member);
        wx_put_u32(info.inviter);
        wx_put_u32(info.reinitialised);
    }
    return wx_finish(err);
}

uint32_t wx_group_members(const uint8_t *data, uint32_t len)
{
    mls_group *group;
    mls_err err = only_group(&group, data, len);
    if (err == MLS_OK) {
        mls_group_info info = {0};
        mls_group_describe(group, &info);
        wx_put_u32(info.num_members);
        for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
            mls_member member = {0};
            if (mls_group_member(group, &member, leaf) == MLS_OK)
                wx_put_member(&member);
        }
    }
    return wx_finish(err);
}

uint32_t wx_group_info_make(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    bool with_tree = wx_take_u32(&request) != 0;
    mls_buf group_info = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = group ? mls_group_info_make(group, &group_info, with_tree) : MLS_ERR_INVALID_ARGUMENT;
    return wx_finish_with(err, &group_info);
}

uint32_t wx_group_tree(const uint8_t *data, uint32_t len)
{
    mls_group *group;
    mls_buf tree = {0};
    mls_err err = only_group(&group, data, len);
    if (err == MLS_OK)
        err = mls_group_tree(group, &tree);
    return wx_finish_with(err, &tree);
}

uint32_t wx_group_export(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_bytes label = wx_take_bytes(&request);
    mls_bytes context = wx_take_bytes(&request);
    uint32_t length = wx_take_u32(&request);
    mls_buf secret = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_export(group, &secret, label, context, length);
    return wx_finish_with(err, &secret);
}
