#include "extensions.h"

#include <stdlib.h>

static uint16_t take_type(wx_request *request)
{
    uint32_t type = wx_take_u32(request);
    if (type > UINT16_MAX)
        request->bad = true;
    return (uint16_t)type;
}

mls_err wx_take_extensions(wx_extensions_list *list, wx_request *request)
{
    list->count = wx_take_count(request, 2 * sizeof(uint32_t));
    list->items = calloc(list->count + 1, sizeof *list->items);
    if (list->items == NULL)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++) {
        list->items[i].type = take_type(request);
        list->items[i].data = wx_take_bytes(request);
    }
    return MLS_OK;
}

mls_err wx_take_types(wx_types *list, wx_request *request)
{
    list->count = wx_take_count(request, sizeof(uint32_t));
    list->items = calloc(list->count + 1, sizeof *list->items);
    if (list->items == NULL)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++)
        list->items[i] = take_type(request);
    return MLS_OK;
}

void wx_put_extensions(mls_bytes extensions)
{
    mls_extension extension;
    uint32_t count = 0;
    for (size_t cursor = 0; mls_extension_next(&extension, extensions, &cursor);)
        count++;
    wx_put_u32(count);
    for (size_t cursor = 0; mls_extension_next(&extension, extensions, &cursor);) {
        wx_put_u32(extension.type);
        wx_put_bytes(extension.data);
    }
}
