#include "helpers.h"

#include <string.h>

void assert_bytes(bytes found, bytes expected)
{
    assert_int_equal(found.len, expected.len);
    if (expected.len)
        assert_memory_equal(found.data, expected.data, expected.len);
}

bool all_zero(const void *data, size_t len)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < len; i++)
        if (p[i])
            return false;
    return true;
}

static uint8_t digit(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c);
    assert_non_null(at);
    return (uint8_t)(at - digits);
}

bytes unhex(arena *a, const char *digits)
{
    size_t len = strlen(digits) / 2;
    uint8_t *out = arena_alloc(a, len + 1);
    assert_non_null(out);
    assert_int_equal(strlen(digits) % 2, 0);
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(digit(digits[2 * i]) << 4 | digit(digits[2 * i + 1]));
    return bytes_of(out, len);
}

uint8_t *copy_of(arena *a, bytes in)
{
    uint8_t *out = arena_alloc(a, in.len + 1);
    assert_non_null(out);
    if (in.len)
        memcpy(out, in.data, in.len);
    return out;
}

bytes view(const mls_buf *buf)
{
    return bytes_of(buf->data, buf->len);
}

int setup(void **state)
{
    *state = arena_new(ARENA_SCRATCH);
    return *state && mls_init() == MLS_OK ? 0 : -1;
}

int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

void for_each_suite(arena *a, void (*function)(arena *a, const suite *s))
{
    assert_true(mls_suite_at(0) != 0);
    for (size_t i = 0; mls_suite_at(i); i++)
        function(a, suite_find(mls_suite_at(i)));
}
