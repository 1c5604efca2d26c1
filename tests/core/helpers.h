/* What the unit tests share: cmocka, and assertions in the core's own types. */
#ifndef WAXSEAL_TESTS_HELPERS_H
#define WAXSEAL_TESTS_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above. */
#include <cmocka.h>

#include "base/arena.h"
#include "crypto/suite.h"

#define assert_ok(expr)       assert_string_equal(mls_err_name(expr), "OK")
#define assert_err(expr, err) assert_string_equal(mls_err_name(expr), mls_err_name(err))

void assert_bytes(bytes found, bytes expected);
bool all_zero(const void *data, size_t len);

/* Octets from hexadecimal digits, in the arena. */
bytes unhex(arena *a, const char *digits);
/* A copy, which may be changed, of octets. */
uint8_t *copy_of(arena *a, bytes in);

bytes view(const mls_buf *buf);

/* cmocka's setup and teardown of a test: mls_init(), and *state is an arena for the test. */
int setup(void **state);
int teardown(void **state);

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

/* Runs a function with each suite of the build. */
void for_each_suite(arena *a, void (*function)(arena *a, const suite *s));

#endif
