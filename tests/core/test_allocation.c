/*
 * No memory: under every public function, at every allocation, the call is MLS_ERR_NO_MEMORY and
 * changes nothing, or does all that it should without. Leaks are AddressSanitizer's to find.
 */
#include "faults.h"

#include "heap.h"

#include <stdio.h>
#include <string.h>

size_t heap_zero_from(const char *taker, size_t size)
{
    (void)taker;
    return size; /* test_wiped.c looks */
}

static const fault no_memory = {heap_begin, heap_end, MLS_ERR_NO_MEMORY, true};

/* ---- Under every call: one test for each, so that a failure names it ---- */

enum { TESTS_MAX = 128 };

static const public_call *call_of[TESTS_MAX]; /* by test */
static size_t failures;                       /* of all tests */

static void test_call(void **state)
{
    const public_call *const *call = *state;
    failures += fail_everywhere(*call, MLS_SUITE_X25519_AES128GCM_SHA256_ED25519, &no_memory);
}

/* The linker's option is easily lost; then nothing would fail. */
static void test_failures(void **state)
{
    (void)state;
    assert_true(failures > 500);
}

/* ---- The table has a row for every function ---- */

static bool in_table(const char *name, size_t len)
{
    for (size_t i = 0; i < num_public_calls; i++) {
        const char *row = public_calls[i].name;
        if (strncmp(row, name, len) == 0 && (row[len] == '\0' || row[len] == ':'))
            return true;
    }
    return false;
}

/* A declaration starts a line with its type. */
static size_t check_header(const char *path)
{
    char line[256];
    size_t functions = 0;
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s can't be read", path);
    while (fgets(line, sizeof line, f)) {
        static const char type[] = "mls_err ";
        const char *name = line + strlen(type), *end = strchr(line, '(');
        if (strncmp(line, type, strlen(type)) != 0 || !end)
            continue;
        functions++;
        if (!in_table(name, (size_t)(end - name)))
            fail_msg("%.*s has no row in tests/core/calls.c", (int)(end - name), name);
    }
    fclose(f);
    return functions;
}

static void test_complete(void **state)
{
    (void)state;
    assert_in_range(check_header(WAXSEAL_INCLUDE "/mls.h"), 20, 200);
    assert_in_range(check_header(WAXSEAL_INCLUDE "/vault.h"), 3, 20);
}

int main(void)
{
    struct CMUnitTest tests[TESTS_MAX] = {
        {"every public function", test_complete, NULL, NULL, NULL}};
    size_t count = 1;
    for (size_t i = 0; i < num_public_calls && count < TESTS_MAX - 1; i++, count++) {
        call_of[count] = &public_calls[i];
        tests[count] =
            (struct CMUnitTest){public_calls[i].name, test_call, NULL, NULL, &call_of[count]};
    }
    tests[count] = (struct CMUnitTest){"failures", test_failures, NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
