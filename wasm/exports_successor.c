/* Groups that follow from groups. */
#include "exports.h"
#include "member.h"

#include <stdlib.h>

uint32_t wx_group_successor(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    const mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK) {
        mls_successor successor;
        mls_group_successor(group, &successor);
        wx_put_u32(successor.suite);
        wx_put_bytes(successor.group_id);
        wx_put_bytes(successor.extensions);
    }
    return wx_finish(err);
}

typedef struct following {
    uint32_t vault;
    wx_member member;
    mls_group *parent;
    mls_bytes group_id; /* of a branch */
    mls_bytes *key_packages;
    uint32_t num_key_packages;
    uint32_t flags;
    uint64_t now;
} following;

static void take_key_package(wx_request *request, void *item)
{
    *(mls_bytes *)item = wx_take_bytes(request);
}

static mls_err take_following(following *f, wx_request *request)
{
    f->vault = wx_take_u32(request);
    f->member = wx_take_member(request);
    f->parent = wx_group_at(wx_take_u32(request));
    f->group_id = wx_take_bytes(request);
    f->key_packages = wx_take_list(request, &f->num_key_packages, sizeof(uint32_t),
                                   sizeof *f->key_packages, take_key_package);
    f->flags = wx_take_u32(request);
    f->now = wx_take_u64(request);
    mls_err err = wx_take_end(request);
    return err == MLS_OK && f->parent == NULL ? MLS_ERR_INVALID_ARGUMENT : err;
}

static uint32_t follow(const uint8_t *data, uint32_t len, bool branch)
{
    wx_request request = wx_request_of(data, len);
    following f = {0};
    mls_group *group = NULL;
    mls_buf welcome = {0};
    mls_err err = take_following(&f, &request);
    if (err == MLS_OK)
        err = wx_member_open(&f.member, f.vault);
    if (err == MLS_OK && branch)
        err = mls_group_branch(&group, &welcome, f.parent, f.group_id, &f.member.params,
                               f.key_packages, f.num_key_packages, f.flags, f.now);
    else if (err == MLS_OK)
        err = mls_group_reinit(&group, &welcome, f.parent, &f.member.params, f.key_packages,
                               f.num_key_packages, f.flags, f.now);
    if (err == MLS_OK)
        err = wx_put_group(group);
    wx_member_cleanup(&f.member);
    free(f.key_packages);
    return wx_finish_with(err, &welcome);
}

uint32_t wx_group_reinit(const uint8_t *data, uint32_t len)
{
    return follow(data, len, false);
}

uint32_t wx_group_branch(const uint8_t *data, uint32_t len)
{
    return follow(data, len, true);
}
