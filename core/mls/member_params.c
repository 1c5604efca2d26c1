#include "mls/member_params.h"

#include "mls/grease.h"

#include <string.h>

enum { TYPES_MAX = 256 };

/* ---- Lists of types ---- */

typedef struct type_list {
    uint8_t *data;
    size_t len;
} type_list;

static mls_err type_list_begin(arena *a, type_list *out, bytes first, size_t room)
{
    *out = (type_list){arena_alloc(a, first.len + 2 * room), first.len};
    if (!out->data)
        return MLS_ERR_NO_MEMORY;
    memcpy(out->data, first.data, first.len);
    return MLS_OK;
}

static void type_list_add(type_list *list, uint16_t type)
{
    if (u16_list_has(bytes_of(list->data, list->len), type))
        return;
    list->data[list->len++] = (uint8_t)(type >> 8);
    list->data[list->len++] = (uint8_t)type;
}

/* ---- What the application gives ---- */

/* Section 17.3: where an extension of the protocol's own may stand. */
static mls_err check_extensions(const extension_list *extensions, uint16_t allowed_default)
{
    for (size_t i = 0; i < extensions->list.count; i++) {
        uint16_t type = extensions->list.items[i].type;
        if (type == 0 || (extension_is_default(type) && type != allowed_default))
            return MLS_ERR_INVALID_ARGUMENT;
    }
    return MLS_OK;
}

static void add_types_of(type_list *list, const extension_list *extensions)
{
    for (size_t i = 0; i < extensions->list.count; i++)
        if (!extension_is_default(extensions->list.items[i].type))
            type_list_add(list, extensions->list.items[i].type);
}

static mls_err add_types(type_list *list, const uint16_t *types, size_t count,
                         bool is_default(uint16_t type))
{
    for (size_t i = 0; i < count; i++) {
        if (types[i] == 0)
            return MLS_ERR_INVALID_ARGUMENT;
        if (!is_default(types[i]))
            type_list_add(list, types[i]);
    }
    return MLS_OK;
}

static void append(extension_list *extensions, uint16_t type, bytes data)
{
    extensions->list.items[extensions->list.count++] = (extension){type, data};
}

static mls_err read_extensions(arena *a, member_parts *out, const mls_member_params *p)
{
    TRY(extension_list_of(a, &out->leaf_extensions, p->leaf_extensions, p->num_leaf_extensions, 1));
    TRY(extension_list_of(a, &out->key_package_extensions, p->key_package_extensions,
                          p->num_key_package_extensions, 2));
    TRY(check_extensions(&out->leaf_extensions, EXTENSION_APPLICATION_ID));
    TRY(check_extensions(&out->key_package_extensions, 0));
    if (p->last_resort && !extension_find(&out->key_package_extensions, EXTENSION_LAST_RESORT))
        append(&out->key_package_extensions, EXTENSION_LAST_RESORT, (bytes){0});
    return MLS_OK;
}

static mls_err read_types(type_list *extensions, type_list *proposals, arena *a,
                          const member_parts *parts, const mls_member_params *p)
{
    size_t num_extensions =
        parts->leaf_extensions.list.count + parts->key_package_extensions.list.count;
    if (p->num_extension_types > TYPES_MAX || p->num_proposal_types > TYPES_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    TRY(type_list_begin(a, extensions, parts->caps.extensions,
                        num_extensions + p->num_extension_types + 1));
    TRY(type_list_begin(a, proposals, parts->caps.proposals, p->num_proposal_types + 1));
    add_types_of(extensions, &parts->leaf_extensions);
    add_types_of(extensions, &parts->key_package_extensions);
    TRY(add_types(extensions, p->extension_types, p->num_extension_types, extension_is_default));
    return add_types(proposals, p->proposal_types, p->num_proposal_types, proposal_type_is_default);
}

/* ---- GREASE (section 13.5) ---- */

static mls_err grease_types(type_list *list)
{
    uint16_t value;
    TRY(grease_value(&value));
    type_list_add(list, value);
    return MLS_OK;
}

/* Unless there is one of that type. */
static mls_err grease_extensions(arena *a, extension_list *extensions, uint16_t type)
{
    bytes data;
    TRY(grease_data(a, &data));
    if (!extension_find(extensions, type))
        append(extensions, type, data);
    return MLS_OK;
}

static mls_err add_grease(arena *a, member_parts *out, type_list *extensions, type_list *proposals)
{
    uint16_t type;
    type_list suites, credentials;
    TRY(type_list_begin(a, &suites, out->caps.suites, 1));
    TRY(type_list_begin(a, &credentials, out->caps.credentials, 1));
    TRY(grease_types(&suites));
    TRY(grease_types(&credentials));
    TRY(grease_types(proposals));
    TRY(grease_value(&type));
    type_list_add(extensions, type);
    TRY(grease_extensions(a, &out->leaf_extensions, type));
    TRY(grease_extensions(a, &out->key_package_extensions, type));
    out->caps.suites = bytes_of(suites.data, suites.len);
    out->caps.credentials = bytes_of(credentials.data, credentials.len);
    return MLS_OK;
}

mls_err member_params_read(arena *a, member_parts *out, const mls_member_params *params)
{
    type_list extensions, proposals;
    *out = (member_parts){0};
    TRY(capabilities_own(a, &out->caps));
    TRY(read_extensions(a, out, params));
    TRY(read_types(&extensions, &proposals, a, out, params));
    if (params->grease)
        TRY(add_grease(a, out, &extensions, &proposals));
    out->caps.extensions = bytes_of(extensions.data, extensions.len);
    out->caps.proposals = bytes_of(proposals.data, proposals.len);
    return MLS_OK;
}
