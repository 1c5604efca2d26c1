/* mls_extensions() is declared in mls.h. */
#include "mls/extension.h"

/* struct { ExtensionType extension_type; opaque extension_data<V>; } Extension; */
void extension_codec(codec *c, extension *e)
{
    codec_u16(c, &e->type);
    codec_opaque(c, &e->data);
}

static bool has_repeats(const extension_list *extensions)
{
    for (size_t i = 0; i < extensions->list.count; i++)
        for (size_t j = 0; j < i; j++)
            if (extensions->list.items[i].type == extensions->list.items[j].type)
                return true;
    return false;
}

enum { EXTENSIONS_MAX = 256 }; /* bounds the search for repeats in hostile input */

void extension_list_codec(codec *c, extension_list *extensions)
{
    CODEC_LIST(c, &extensions->list, extension_any);
    if (codec_reading(c) && c->err == MLS_OK) {
        if (extensions->list.count > EXTENSIONS_MAX)
            codec_fail(c, MLS_ERR_DECODE_TOO_LARGE);
        else if (has_repeats(extensions))
            codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    }
}

mls_err mls_extensions(mls_buf *out, const mls_extension *list, size_t count)
{
    extension_list extensions = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    if (count > EXTENSIONS_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    extensions.list.items = arena_array(scratch, count, sizeof *extensions.list.items);
    if (!extensions.list.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        extensions.list.items[extensions.list.count++] = (extension){list[i].type, list[i].data};
    if (has_repeats(&extensions))
        return MLS_ERR_DUPLICATE;
    return codec_encode_buf(out, extension_list_any, &extensions);
}

const extension *extension_find(const extension_list *extensions, uint16_t type)
{
    for (size_t i = 0; i < extensions->list.count; i++)
        if (extensions->list.items[i].type == type)
            return &extensions->list.items[i];
    return NULL;
}

size_t u16_list_count(bytes list)
{
    return list.len / 2;
}

uint16_t u16_list_at(bytes list, size_t index)
{
    return (uint16_t)(list.data[2 * index] << 8 | list.data[2 * index + 1]);
}

bool u16_list_has(bytes list, uint16_t value)
{
    for (size_t i = 0; i < u16_list_count(list); i++)
        if (u16_list_at(list, i) == value)
            return true;
    return false;
}

/* struct {
 *     ExtensionType extension_types<V>;
 *     ProposalType proposal_types<V>;
 *     CredentialType credential_types<V>;
 * } RequiredCapabilities; */
void required_capabilities_codec(codec *c, required_capabilities *r)
{
    codec_u16_list(c, &r->extensions);
    codec_u16_list(c, &r->proposals);
    codec_u16_list(c, &r->credentials);
}
