/* cjson_number() of cmake/third-party, against strtod(): whole numbers below 2^53 are the same,
 * however they are written; others come out as neither whole nor small. */
#include "helpers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double cjson_number(const char *text, char **end);

static const double LIMIT = 9007199254740992.0; /* 2^53 */

static bool is_small_whole(double value)
{
    return fabs(value) < LIMIT && value == trunc(value);
}

static void check_same(const char *text)
{
    char *end, *expected_end;
    double value = cjson_number(text, &end), expected = strtod(text, &expected_end);
    if (value != expected || end != expected_end)
        print_message("number: %s gives %.17g\n", text, value);
    assert_ptr_equal(end, expected_end);
    assert_true(value == expected && signbit(value) == signbit(expected));
}

static void test_whole(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "0",
        "-0",
        "7",
        "0.0",
        "0e5",
        "00",
        "-12",
        "+3",
        "1e3",
        "1E+3",
        "1000e-3",
        "1.50e1",
        "150.000",
        "0.001e3",
        "-2.5e+1",
        "1e15",
        "0.0000e99",
        "12300e-2",
        "00012.e00",
        "9007199254740991",
        "0e999999999999999999",
        "-9007199254740991",
        "900719925474099.1e1",
        "9007199254740991.000000000000000000000000",
        "9007199254740991000000000000000000000000000e-27",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_same(cases[i]);
}

/* digits, with the point moved left by `places` and an exponent that moves it back. */
static void test_whole_with_exponents(void **state)
{
    (void)state;
    uint64_t value = 1;
    char digits[32], text[96];
    for (int i = 0; i < 2000; i++) {
        value = (value * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407));
        int len =
            snprintf(digits, sizeof digits, "%llu", (unsigned long long)(value >> (11 + i % 53)));
        check_same(digits);
        for (int places = 1; places < len; places++) {
            snprintf(text, sizeof text, "-%.*s.%se%d", len - places, digits, digits + len - places,
                     places);
            check_same(text);
            snprintf(text, sizeof text, "%s%0*de-%d", digits, places, 0, places);
            check_same(text);
        }
    }
}

static void test_others(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "0.5",
        "-1.25E-3",
        "1e-400",
        "0.1",
        "9007199254740991.5",
        "1e-999999999999999999",
        "1e999",
        "-1e300",
        "9007199254740992",
        "1e16",
        "123456789012345678901234567890",
        "1.5",
        "-9e99",
        "0.99999999999999999999999",
        "1e999999999999999999",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *end;
        double value = cjson_number(cases[i], &end);
        assert_false(is_small_whole(value));
        assert_int_equal(signbit(value) != 0, cases[i][0] == '-');
        assert_int_equal(*end, 0);
    }
}

/* Where reading ends, as strtod() has it: what follows makes cJSON refuse the document. */
static void test_ends(void **state)
{
    (void)state;
    static const char *const cases[] = {"",    "-",     "+",     ".",   "-.",    "e5",
                                        "--1", "1e",    "1e+",   "3-2", "1.2.3", "1..2",
                                        ".",   "1e5.5", "1e5e5", "5.",  "-.e1"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *end, *expected_end;
        cjson_number(cases[i], &end);
        strtod(cases[i], &expected_end);
        assert_ptr_equal(end, expected_end);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_whole_with_exponents),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
