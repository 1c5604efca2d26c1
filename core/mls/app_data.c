#include "mls/app_data.h"

/* struct { ComponentID component_id; opaque data<V>; } ComponentData;
 * struct { ComponentData component_data<V>; } AppDataDictionary; */
bool app_data_find(bytes *out, bytes extension_data, uint16_t component_id)
{
    codec c = {.mode = CODEC_READ, .in = extension_data.data, .end = extension_data.len};
    bool found = false;
    uint32_t next = 0; /* the least number that may follow */
    size_t scope = codec_open(&c);
    while (c.err == MLS_OK && c.pos < c.end) {
        uint16_t id = 0;
        bytes data = {0};
        codec_u16(&c, &id);
        codec_opaque(&c, &data);
        if (id < next)
            codec_fail(&c, MLS_ERR_DECODE_BAD_VALUE);
        next = (uint32_t)id + 1;
        if (id != component_id)
            continue;
        found = true;
        *out = data;
    }
    codec_close(&c, scope);
    return found && c.err == MLS_OK && c.pos == c.end;
}
