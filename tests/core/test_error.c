/* The error table: error.def. */
#include "helpers.h"

#include <ctype.h>
#include <string.h>

static const struct row {
    const char *name;
    int number;
    const char *sentence;
} rows[] = {
#define E(name, number, sentence) {#name, number, sentence},
#include <waxseal/error.def>
#undef E
};
enum { NUM_ROWS = sizeof rows / sizeof rows[0] };

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_ROWS; i++) {
        assert_in_range(rows[i].number, 1, 255);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(rows[i].number, rows[j].number);
    }
}

/* use 1, decode 32, crypto 64, protocol 96, state 128, fedi 160 */
static void test_ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_ROWS; i++) {
        bool is_decode = strncmp(rows[i].name, "DECODE_", 7) == 0;
        bool in_decode = rows[i].number >= 32 && rows[i].number < 64;
        bool is_state = strncmp(rows[i].name, "STATE_", 6) == 0;
        assert_int_equal(is_decode, in_decode);
        bool in_state = rows[i].number >= 128 && rows[i].number < 160;
        bool is_json = strncmp(rows[i].name, "JSON_", 5) == 0;
        if (is_state)
            assert_true(in_state);
        if (is_json)
            assert_true(rows[i].number >= 160);
        if (i > 0)
            assert_true(rows[i].number > rows[i - 1].number);
    }
    assert_int_equal(MLS_ERR_INVALID_ARGUMENT, 1);
    assert_int_equal(MLS_ERR_DECODE_TRUNCATED, 32);
    assert_int_equal(MLS_ERR_UNSUPPORTED_SUITE, 64);
    assert_int_equal(MLS_ERR_WRONG_GROUP, 96);
    assert_int_equal(MLS_ERR_STATE_BROKEN, 128);
    assert_int_equal(MLS_ERR_JSON_MALFORMED, 160);
}

/* Each text says what happened and what to do: two sentences or a sentence with a part for each. */
static void test_sentences(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_ROWS; i++) {
        const char *s = rows[i].sentence;
        size_t len = strlen(s);
        assert_true(len > 20);
        assert_true(isupper((unsigned char)s[0]));
        assert_int_equal(s[len - 1], '.');
        assert_non_null(strchr(s, ' '));
        assert_true(strchr(s, '.') < s + len - 1);
        assert_null(strstr(s, "  "));
        assert_null(strstr(s, rows[i].name));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(s, rows[j].sentence);
    }
}

static void test_lookup(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUM_ROWS; i++) {
        assert_string_equal(mls_err_name((mls_err)rows[i].number), rows[i].name);
        assert_string_equal(mls_err_sentence((mls_err)rows[i].number), rows[i].sentence);
    }
    assert_string_equal(mls_err_name(MLS_OK), "OK");
    assert_string_equal(mls_err_name((mls_err)31), "UNKNOWN");
    assert_non_null(mls_err_sentence((mls_err)31));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_lookup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
