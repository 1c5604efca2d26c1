/* mls_extensions(), mls_extension_next() and mls_required_capabilities() are declared in mls.h. */
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

mls_err extension_list_of(arena *a, extension_list *out, const mls_extension *list, size_t count,
                          size_t room)
{
    *out = (extension_list){0};
    if (count > EXTENSIONS_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    out->list.items = arena_array(a, count + room, sizeof *out->list.items);
    if (!out->list.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        out->list.items[out->list.count++] = (extension){list[i].type, list[i].data};
    return has_repeats(out) ? MLS_ERR_DUPLICATE : MLS_OK;
}

mls_err mls_extensions(mls_buf *out, const mls_extension *list, size_t count)
{
    extension_list extensions;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    TRY(extension_list_of(scratch, &extensions, list, count, 0));
    return codec_encode_buf(out, extension_list_any, &extensions);
}

bool mls_extension_next(mls_extension *out, bytes extensions, size_t *cursor)
{
    codec c = {.mode = CODEC_READ, .in = extensions.data, .end = extensions.len};
    extension e = {0};
    codec_open(&c);
    if (*cursor > c.pos)
        c.pos = *cursor;
    bool found = c.err == MLS_OK && c.pos < c.end;
    if (found)
        extension_codec(&c, &e);
    found = found && c.err == MLS_OK;
    *cursor = c.pos;
    *out = found ? (mls_extension){e.type, e.data} : (mls_extension){0};
    return found;
}

const extension *extension_find(const extension_list *extensions, uint16_t type)
{
    for (size_t i = 0; i < extensions->list.count; i++)
        if (extensions->list.items[i].type == type)
            return &extensions->list.items[i];
    return NULL;
}

bool extension_is_default(uint16_t type)
{
    return type >= EXTENSION_APPLICATION_ID && type <= EXTENSION_EXTERNAL_SENDERS;
}

bool u16_is_grease(uint16_t value)
{
    return (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF) && value != 0xFAFA;
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

static mls_err encode_types(arena *a, bytes *out, const uint16_t *types, size_t count)
{
    uint8_t *octets = arena_array(a, count, 2);
    if (!octets)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        octets[2 * i] = (uint8_t)(types[i] >> 8);
        octets[2 * i + 1] = (uint8_t)types[i];
    }
    *out = bytes_of(octets, 2 * count);
    return MLS_OK;
}

mls_err mls_required_capabilities(mls_buf *out, const mls_required *required)
{
    required_capabilities r;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    TRY(encode_types(scratch, &r.extensions, required->extension_types,
                     required->num_extension_types));
    TRY(encode_types(scratch, &r.proposals, required->proposal_types,
                     required->num_proposal_types));
    TRY(encode_types(scratch, &r.credentials, required->credential_types,
                     required->num_credential_types));
    return codec_encode_buf(out, required_capabilities_any, &r);
}
