/*
 * How much is allocated, in the octets that were asked for: the C library's own figure includes its
 * caches and roundings, which settle only after a million messages. The linker turns the calls of
 * malloc, calloc, realloc and free into calls of the functions here (--wrap).
 */
#ifndef WAXSEAL_BENCHMARKS_BLOCKS_H
#define WAXSEAL_BENCHMARKS_BLOCKS_H

#include <stddef.h>

size_t blocks_octets(void);

#endif
