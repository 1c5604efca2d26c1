/* The mutators' chance: a seed gives the same mutation again. */
#ifndef WAXSEAL_FUZZ_PICK_H
#define WAXSEAL_FUZZ_PICK_H

#include <stddef.h>
#include <stdint.h>

static uint64_t state; /* set from the seed, not 0 */

/* A number below `below`; 0 when that is 0. */
static inline size_t pick(size_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return below ? (size_t)(state >> 11) % below : 0;
}

#endif
