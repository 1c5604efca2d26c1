/* constant_time: runs all cases and prints one line for each, and a line of counts. */
#include "constant_time.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

void fill_secret(uint8_t *out, size_t len, uint8_t seed)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(seed + 37 * i);
    secret(out, len);
}

/* ---- Randomness that is secret ---- */

static const char *name(void)
{
    return "secret";
}

static void fill(void *const out, const size_t len)
{
    if (getrandom(out, len, 0) != (ssize_t)len)
        random_fail();
    secret(out, len);
}

static uint32_t word(void)
{
    uint32_t value;
    fill(&value, sizeof value);
    return value;
}

static randombytes_implementation generator = {
    .implementation_name = name, .random = word, .buf = fill};

/* ---- Counting ---- */

static unsigned passed, failed;

static unsigned leaks_since(unsigned before)
{
    return (unsigned)VALGRIND_COUNT_ERRORS - before;
}

static void report(const char *what, const char *where, mls_err err, unsigned leaks)
{
    if (err == MLS_OK && leaks == 0) {
        printf("ok      %s (%s)\n", what, where);
        passed++;
        return;
    }
    printf("FAILED  %s (%s): %s, %u places\n", what, where, mls_err_name(err), leaks);
    failed++;
}

static void run(const ct_case *c)
{
    for (; c->name; c++) {
        for (size_t i = 0; mls_suite_at(i); i++) {
            const suite *s = suite_find(mls_suite_at(i));
            /* valgrind's log stands beside ours: which of its lines belong to what */
            VALGRIND_PRINTF("case: %s (%s)\n", c->name, s->name);
            unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
            mls_err err = c->run(s);
            report(c->name, s->name, err, leaks_since(before));
        }
    }
}

/* ---- Controls: faults that must be found ---- */

static volatile unsigned sink;

static void look_up(uint8_t index)
{
    static const uint8_t table[256] = {1, 2, 3};
    sink += ((const volatile uint8_t *)table)[index];
}

static void branch(uint8_t bit)
{
    if (bit & 1)
        sink += 2;
    else
        sink = 0;
}

static bool compare(const uint8_t *a, const uint8_t *b)
{
    return bytes_equal(bytes_of(a, 16), bytes_of(b, 16));
}

static void control(const char *what, bool found)
{
    printf("%s %s\n", found ? "ok      found:" : "FAILED  not found:", what);
    passed += found;
    failed += !found;
}

static void run_controls(void)
{
    uint8_t key[16];
    static const uint8_t zeros[16];
    fill_secret(key, sizeof key, 1);
    VALGRIND_PRINTF("case: the planted faults, whose reports follow\n");
    unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
    look_up(key[3]);
    control("a planted table lookup", leaks_since(before) > 0);
    before = (unsigned)VALGRIND_COUNT_ERRORS;
    branch(key[4]);
    control("a planted branch", leaks_since(before) > 0);
    before = (unsigned)VALGRIND_COUNT_ERRORS;
    sink += compare(key, zeros);
    control("a planted comparison by memcmp", leaks_since(before) > 0);
}

int main(void)
{
    if (!RUNNING_ON_VALGRIND) {
        fprintf(stderr, "constant_time: runs under valgrind only: tests/run constant-time\n");
        return 2;
    }
    if (mls_init() != MLS_OK)
        return 2;
    randombytes_set_implementation(&generator);
    run_controls();
    run(primitive_cases);
    run(own_cases);
    printf("%u passed, %u failed, 0 skipped\n", passed, failed);
    return failed ? 1 : 0;
}
