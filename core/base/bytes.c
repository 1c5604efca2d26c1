#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

bool bytes_equal(bytes a, bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

void wipe(void *data, size_t len)
{
    if (len == 0)
        return;
    memset(data, 0, len);
    __asm__ volatile("" : : "r"(data) : "memory");
}

mls_err buf_copy(mls_buf *out, bytes in)
{
    *out = (mls_buf){0};
    uint8_t *data = calloc(1, in.len ? in.len : 1);
    if (!data)
        return MLS_ERR_NO_MEMORY;
    if (in.len)
        memcpy(data, in.data, in.len);
    *out = (mls_buf){data, in.len};
    return MLS_OK;
}

void mls_buf_free(mls_buf *buf)
{
    if (!buf)
        return;
    wipe(buf->data, buf->len);
    free(buf->data);
    *buf = (mls_buf){0};
}
