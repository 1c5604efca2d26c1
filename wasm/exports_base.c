#include "exports.h"
#include "handles.h"
#include "host.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

uint32_t wx_init(void)
{
    wx_host_install_random();
    return mls_init();
}

/* In front of a request's memory stands its length, for wiping; 16 octets keep the alignment. */
enum { ALLOC_HEADER = 16 };

uint8_t *wx_alloc(uint32_t len)
{
    if (len > UINT32_MAX - ALLOC_HEADER)
        return NULL;
    uint8_t *block = malloc((size_t)len + ALLOC_HEADER);
    if (block == NULL)
        return NULL;
    memcpy(block, &len, sizeof len);
    return block + ALLOC_HEADER;
}

void wx_free(uint8_t *memory)
{
    if (memory == NULL)
        return;
    uint8_t *block = memory - ALLOC_HEADER;
    uint32_t len;
    memcpy(&len, block, sizeof len);
    wx_wipe(memory, len);
    free(block);
}

void wx_release(uint32_t handle)
{
    wx_handle_release(handle);
}

uint32_t wx_error(uint32_t err)
{
    wx_put_string(mls_err_name((mls_err)err));
    wx_put_string(mls_err_sentence((mls_err)err));
    return wx_finish(MLS_OK);
}

uint32_t wx_suites(void)
{
    uint32_t count = 0;
    while (mls_suite_at(count) != 0)
        count++;
    wx_put_u32(count);
    for (uint32_t i = 0; i < count; i++) {
        wx_put_u32(mls_suite_at(i));
        wx_put_string(mls_suite_name(mls_suite_at(i)));
        wx_put_u32(mls_suite_signature_scheme(mls_suite_at(i)));
    }
    return wx_finish(MLS_OK);
}
