#include "custom.h"

#include <string.h>

static const uint16_t types[] = {CUSTOM, CUSTOM_2, GREASE};
static const mls_extension of_leaf = {CUSTOM, {(const uint8_t *)"of the leaf", 11}};
static const mls_extension of_key_package = {CUSTOM, {(const uint8_t *)"of the KeyPackage", 17}};

void support_custom(world *w)
{
    w->more = (mls_member_params){
        .leaf_extensions = &of_leaf,
        .num_leaf_extensions = 1,
        .key_package_extensions = &of_key_package,
        .num_key_package_extensions = 1,
        .extension_types = types,
        .num_extension_types = 3,
        .proposal_types = types,
        .num_proposal_types = 3,
    };
}

void support_nothing(world *w)
{
    w->more = (mls_member_params){0};
}

mls_proposal custom_proposal(uint16_t type, const char *data)
{
    return (mls_proposal){.type = (mls_proposal_type)type, .data = bytes_of(data, strlen(data))};
}

bytes extension_data(bytes extensions, uint16_t type)
{
    mls_extension e;
    size_t cursor = 0;
    while (mls_extension_next(&e, extensions, &cursor))
        if (e.type == type)
            return e.data;
    fail_msg("there is no extension of type %u", type);
    return (bytes){0};
}
