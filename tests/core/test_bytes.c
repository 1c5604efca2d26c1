/* Owned buffers, with a free() that looks at what it is given: bytes.c is compiled into this test.
 */
#include "helpers.h"

#include <stdlib.h>
#include <string.h>

static void inspect_free(void *p);

#define free inspect_free
#include "../../core/base/bytes.c" // NOLINT
#undef free

static const uint8_t *watched;
static size_t watched_len, num_wiped;

static void inspect_free(void *p)
{
    if (p && p == watched) {
        assert_true(all_zero(watched, watched_len));
        num_wiped++;
        watched = NULL; /* the address may be given out again */
    }
    free(p);
}

static void test_buf_is_wiped(void **state)
{
    (void)state;
    mls_buf buf;
    assert_ok(buf_copy(&buf, BYTES_LITERAL("a secret")));
    assert_bytes(view(&buf), BYTES_LITERAL("a secret"));
    watched = buf.data;
    watched_len = buf.len;
    num_wiped = 0;
    mls_buf_free(&buf);
    assert_int_equal(num_wiped, 1);
    assert_null(buf.data);
    assert_int_equal(buf.len, 0);
    mls_buf_free(&buf);
    mls_buf_free(NULL);
}

static void test_empty_buf(void **state)
{
    (void)state;
    mls_buf buf;
    assert_ok(buf_copy(&buf, (bytes){0}));
    assert_non_null(buf.data);
    assert_int_equal(buf.len, 0);
    mls_buf_free(&buf);
}

static void test_equal(void **state)
{
    (void)state;
    assert_true(bytes_equal((bytes){0}, (bytes){0}));
    assert_true(bytes_equal((bytes){0}, BYTES_LITERAL("")));
    assert_true(bytes_equal(BYTES_LITERAL("abc"), BYTES_LITERAL("abc")));
    assert_false(bytes_equal(BYTES_LITERAL("abc"), BYTES_LITERAL("abd")));
    assert_false(bytes_equal(BYTES_LITERAL("abc"), BYTES_LITERAL("ab")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf_is_wiped),
        cmocka_unit_test(test_empty_buf),
        cmocka_unit_test(test_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
