#include "mls/grease.h"

#include "crypto/random.h"

enum { VALUES = 15, DATA_MAX = 31 };

mls_err grease_value(uint16_t *out)
{
    uint8_t octet;
    TRY(random_bytes(&octet, 1));
    *out = (uint16_t)(0x0A0A + 0x1010 * (octet % VALUES));
    return MLS_OK;
}

mls_err grease_data(arena *a, bytes *out)
{
    uint8_t len, *data = arena_alloc(a, DATA_MAX);
    if (!data)
        return MLS_ERR_NO_MEMORY;
    TRY(random_bytes(&len, 1));
    len &= DATA_MAX;
    TRY(random_bytes(data, len));
    *out = bytes_of(data, len);
    return MLS_OK;
}

static bool has_grease(bytes list)
{
    for (size_t i = 0; i < u16_list_count(list); i++)
        if (u16_is_grease(u16_list_at(list, i)))
            return true;
    return false;
}

mls_err grease_group_info(arena *a, extension_list *extensions, const leaf_node *signer)
{
    extension *e = &extensions->list.items[extensions->list.count];
    if (!has_grease(signer->caps.extensions))
        return MLS_OK;
    TRY(grease_value(&e->type));
    TRY(grease_data(a, &e->data));
    extensions->list.count++;
    return MLS_OK;
}
