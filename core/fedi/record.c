#include "fedi/record.h"

#include "fedi/list.h"

void record_version(codec *c, uint16_t version)
{
    uint16_t found = version;
    codec_u16(c, &found);
    if (found != version)
        codec_fail(c, MLS_ERR_STATE_VERSION);
}

void record_buf(codec *c, mls_buf *buf)
{
    bytes view = {buf->data, buf->len};
    codec_opaque(c, &view);
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, buf_copy(buf, view));
}

uint32_t record_count(codec *c, size_t count)
{
    uint32_t n = (uint32_t)count;
    codec_u32(c, &n);
    return c->err == MLS_OK ? n : 0;
}

void *record_grow(codec *c, void *items, size_t *count, size_t size)
{
    if (!codec_reading(c) || c->err != MLS_OK)
        return items;
    void *more = list_more(items, count, size);
    if (!more) {
        codec_fail(c, MLS_ERR_NO_MEMORY);
        return items;
    }
    (*count)++;
    return more;
}

mls_err record_error(mls_err err)
{
    switch (err) {
    case MLS_OK:
    case MLS_ERR_NO_MEMORY:
    case MLS_ERR_STATE_VERSION:
    case MLS_ERR_STATE_MISMATCH:
        return err;
    default:
        return MLS_ERR_STATE_BROKEN;
    }
}
