/* Stored records that were damaged: refused, or a group that can be used and stored again. Input:
 * length of the first record (2, big-endian), the epoch record, the ratchet record. */
#include "fuzz.h"
#include "trace.h"

static mls_err load(mls_group **group, const uint8_t *data, size_t size)
{
    size_t epoch_len = size < 2 ? 0 : (size_t)(data[0] << 8 | data[1]);
    if (size < 2 || epoch_len > size - 2)
        return MLS_ERR_DECODE_TRUNCATED;
    trace_fixed_length(0, 2 + epoch_len);
    return mls_group_load(group, bytes_of(data + 2, epoch_len),
                          bytes_of(data + 2 + epoch_len, size - 2 - epoch_len));
}

void fuzz_decode(const uint8_t *data, size_t size)
{
    mls_group *group;
    if (load(&group, data, size) == MLS_OK)
        mls_group_free(group);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    mls_group *group;
    mls_buf first, second, out;
    if (!ready)
        fuzz_begin();
    ready = true;
    if (load(&group, data, size) != MLS_OK)
        return 0;
    FUZZ_CHECK(mls_group_save(group, &first, &second) == MLS_OK);
    mls_buf_free(&first);
    mls_buf_free(&second);
    if (mls_group_encrypt(group, &out, BYTES_LITERAL("text"), (bytes){0}) == MLS_OK)
        mls_buf_free(&out);
    mls_group_free(group);
    return 0;
}
