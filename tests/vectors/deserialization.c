/* Kind deserialization: variable-size vector headers (RFC 9420 section 2.1.2). */
#include "vectors.h"

#include "base/codec.h"

#include <string.h>

static void opaque_any(codec *c, void *object)
{
    codec_opaque(c, object);
}

bool run_deserialization(test *t)
{
    bytes header = field_hex(t, t->json, "vlbytes_header"), decoded;
    size_t length = (size_t)field_number(t, t->json, "length");
    uint8_t written[4];
    CHECK(t, "length", length < (1 << 30));
    CHECK(t, "writing the header",
          bytes_equal(header, bytes_of(written, codec_put_length(written, length))));

    /* A vector of that length, as far as one fits into memory without need. */
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    size_t present = length < (1 << 24) ? length : 0;
    uint8_t *vector = arena_alloc(a, header.len + present + 1);
    CHECK(t, "memory", vector);
    memcpy(vector, header.data, header.len);
    mls_err err = codec_decode(a, &decoded, opaque_any, bytes_of(vector, header.len + present));
    if (present < length) {
        CHECK(t, "refusing a vector that is cut off", err == MLS_ERR_DECODE_TRUNCATED);
        return true;
    }
    CHECK_OK(t, "reading the header", err);
    CHECK(t, "the length read", decoded.len == length);
    return true;
}
