/* The arena, with a free() that looks at what it is given: arena.c is compiled into this test. */
#include "helpers.h"

#include <stdlib.h>
#include <string.h>

static size_t num_wiped;
static void inspect_free(void *p);

#define free inspect_free
#include "../../core/base/arena.c" // NOLINT
#undef free

enum { BLOCKS_MAX = 8 };
static struct block *expected[BLOCKS_MAX];
static size_t num_expected;

static void inspect_free(void *p)
{
    for (size_t i = 0; i < num_expected; i++) {
        struct block *b = expected[i];
        if (p != b)
            continue;
        assert_true(b->used > 0);
        assert_true(all_zero(b->data, b->size));
        num_wiped++;
        expected[i] = NULL; /* the address may be given out again */
    }
    free(p);
}

static void expect_blocks_of(const arena *a)
{
    num_expected = num_wiped = 0;
    for (struct block *b = a->head; b; b = b->next) {
        assert_true(num_expected < BLOCKS_MAX);
        expected[num_expected++] = b;
    }
}

static void test_zeroed_and_aligned(void **state)
{
    (void)state;
    arena *a = arena_new(100);
    for (size_t size = 0; size < 300; size++) {
        uint8_t *p = arena_alloc(a, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        assert_true(all_zero(p, size));
        memset(p, 0xAA, size); /* would show in a neighbour that overlaps */
    }
    arena_free(a);
}

static void test_wiped_when_freed(void **state)
{
    (void)state;
    arena *a = arena_new(64);
    memset(arena_alloc(a, 10), 0x5A, 10);
    memset(arena_alloc(a, 1000), 0x5A, 1000); /* a block of its own */
    memset(arena_alloc(a, 48), 0x5A, 48);
    expect_blocks_of(a);
    assert_int_equal(num_expected, 3);
    arena_free(a);
    assert_int_equal(num_wiped, 3);
}

static void test_wiped_when_scope_ends(void **state)
{
    (void)state;
    {
        arena *a SCOPED_ARENA = arena_new(64);
        memset(arena_alloc(a, 32), 0x5A, 32);
        expect_blocks_of(a);
    }
    assert_int_equal(num_wiped, 1);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    arena *a = arena_new(64);
    bytes out;
    assert_null(arena_alloc(NULL, 1));
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_null(arena_alloc(a, SIZE_MAX - 7)); /* rounding up must not overflow */
    assert_null(arena_array(a, SIZE_MAX / 2, 4));
    assert_err(arena_copy(NULL, &out, BYTES_LITERAL("x")), MLS_ERR_NO_MEMORY);
    assert_non_null(arena_array(a, 0, 8));
    arena_free(a);
    arena_free(NULL);
}

static void test_copy(void **state)
{
    (void)state;
    arena *a = arena_new(64);
    bytes out;
    assert_ok(arena_copy(a, &out, BYTES_LITERAL("octets")));
    assert_bytes(out, BYTES_LITERAL("octets"));
    assert_ok(arena_copy(a, &out, (bytes){0}));
    assert_non_null(out.data);
    assert_int_equal(out.len, 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_and_aligned),
        cmocka_unit_test(test_wiped_when_freed),
        cmocka_unit_test(test_wiped_when_scope_ends),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
