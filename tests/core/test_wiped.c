/*
 * Memory is wiped before it is given back: every block that the core frees is zeros by then, on the
 * good path and on all paths of failure of every public function. The few that may hold something
 * are named, and hold nothing secret.
 */
#include "faults.h"

#include "heap.h"

#include <stdlib.h>
#include <string.h>

/* What stands in front of the octets of an arena's block: see base/arena.c. */
enum { ARENA_HEADER = 32 };

size_t heap_zero_from(const char *taker, size_t size)
{
    static const char *const may_hold_something[] = {
        "arena_new",            /* the address of its first block */
        "group_cache_proposal", /* addresses of proposals */
        "argon2_initialize",    /* the address of its memory, which is wiped */
        "world_setup",          /* the tests' own */
    };
    if (!taker)
        return 0;
    if (strcmp(taker, "arena_alloc") == 0)
        return ARENA_HEADER;
    for (size_t i = 0; i < sizeof may_hold_something / sizeof may_hold_something[0]; i++)
        if (strcmp(taker, may_hold_something[i]) == 0)
            return size;
    return 0;
}

static size_t freed;

static void assert_wiped(const char *name)
{
    heap_report r = heap_look();
    freed += r.freed;
    if (r.dirty)
        fail_msg("%s: %zu blocks were not wiped; the first of %zu octets, taken by %s, has "
                 "something at %zu",
                 name, r.dirty, r.size, r.taker ? r.taker : "somebody", r.offset);
}

enum { TESTS_MAX = 128 };

static const public_call *call_of[TESTS_MAX]; /* by test */
static const fault no_memory = {heap_begin, heap_end, MLS_ERR_NO_MEMORY, true};

static void test_call(void **state)
{
    const public_call *const *call = *state;
    heap_look();
    fail_everywhere(*call, MLS_SUITE_X25519_AES128GCM_SHA256_ED25519, &no_memory);
    assert_wiped((*call)->name);
}

/* That the test would see it. */
static void test_control(void **state)
{
    (void)state;
    heap_look();
    uint8_t *volatile block = malloc(64);
    assert_non_null(block);
    memset(block, 0, 64);
    free(block);
    assert_int_equal(heap_look().dirty, 0);
    block = malloc(64);
    assert_non_null(block);
    memset(block, 0, 64);
    block[63] = 1;
    free(block);
    heap_report r = heap_look();
    assert_int_equal(r.dirty, 1);
    assert_int_equal(r.offset, 63);
}

/* That the names are known, and most blocks are looked at. */
static void test_freed(void **state)
{
    (void)state;
    assert_true(freed > 10000);
}

int main(void)
{
    struct CMUnitTest tests[TESTS_MAX] = {{"control", test_control, NULL, NULL, NULL}};
    size_t count = 1;
    for (size_t i = 0; i < num_public_calls && count < TESTS_MAX - 1; i++, count++) {
        call_of[count] = &public_calls[i];
        tests[count] =
            (struct CMUnitTest){public_calls[i].name, test_call, NULL, NULL, &call_of[count]};
    }
    tests[count] = (struct CMUnitTest){"freed blocks", test_freed, NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
