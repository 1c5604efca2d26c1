/*
 * A heap that fails when it is told to, and that looks at every block that is given back.
 *
 * The linker turns the calls of malloc, calloc, realloc and free, ours and those of the libraries
 * linked in, into calls of the functions here (--wrap).
 */
#ifndef WAXSEAL_TESTS_HEAP_H
#define WAXSEAL_TESTS_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Lets the n-th allocation from now on fail, counted from 0. */
void heap_begin(size_t n);

/* Ends that, and says whether it came to it. */
bool heap_end(void);

/* Blocks given back since the last call, and those of them that were not all zeros; of the first
 * such, the function that had taken it, or NULL. */
typedef struct heap_report {
    size_t freed, dirty;
    const char *taker;
    size_t size, offset; /* of the block, and of its first octet that is not zero */
} heap_report;

heap_report heap_look(void);

/* Whether a block may hold something when it is given back: from which of its octets on it must be
 * zeros. `taker` is a function with external linkage, or the one in front of a static one; NULL
 * where that is not known. Each test that looks defines it. */
size_t heap_zero_from(const char *taker, size_t size);

#endif
