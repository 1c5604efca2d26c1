#include "extensions.h"

static uint16_t take_type(wx_request *request)
{
    uint32_t type = wx_take_u32(request);
    if (type > UINT16_MAX)
        request->bad = true;
    return (uint16_t)type;
}

static void take_extension(wx_request *request, void *item)
{
    mls_extension *extension = item;
    extension->type = take_type(request);
    extension->data = wx_take_bytes(request);
}

static void take_type_item(wx_request *request, void *item)
{
    *(uint16_t *)item = take_type(request);
}

wx_extensions_list wx_take_extensions(wx_request *request)
{
    wx_extensions_list list;
    list.items = wx_take_list(request, &list.count, 2 * sizeof(uint32_t), sizeof *list.items,
                              take_extension);
    return list;
}

wx_types wx_take_types(wx_request *request)
{
    wx_types list;
    list.items =
        wx_take_list(request, &list.count, sizeof(uint32_t), sizeof *list.items, take_type_item);
    return list;
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
