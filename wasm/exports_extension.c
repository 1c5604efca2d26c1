/* Extensions: made, and read from a group. */
#include "exports.h"
#include "extensions.h"
#include "handles.h"

#include <stdlib.h>

uint32_t wx_extensions(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    wx_extensions_list list = wx_take_extensions(&request);
    mls_buf extensions = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = mls_extensions(&extensions, list.items, list.count);
    free(list.items);
    return wx_finish_with(err, &extensions);
}

uint32_t wx_required_capabilities(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    wx_types types[3];
    mls_buf extension_data = {0};
    for (size_t i = 0; i < 3; i++)
        types[i] = wx_take_types(&request);
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK) {
        const mls_required required = {types[0].items, types[0].count, types[1].items,
                                       types[1].count, types[2].items, types[2].count};
        err = mls_required_capabilities(&extension_data, &required);
    }
    for (size_t i = 0; i < 3; i++)
        free(types[i].items);
    return wx_finish_with(err, &extension_data);
}

static uint32_t finish_list(mls_err err, mls_buf *extensions)
{
    if (err == MLS_OK)
        wx_put_extensions((mls_bytes){extensions->data, extensions->len});
    mls_buf_free(extensions);
    return wx_finish(err);
}

uint32_t wx_group_extensions(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_buf extensions = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_extensions(group, &extensions);
    return finish_list(err, &extensions);
}

uint32_t wx_group_member_extensions(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    uint32_t leaf = wx_take_u32(&request);
    mls_buf extensions = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = mls_group_member_extensions(group, &extensions, leaf);
    return finish_list(err, &extensions);
}
