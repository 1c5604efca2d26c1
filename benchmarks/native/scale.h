/* One group of a size, from creation to removal: time, octets, memory. */
#ifndef WAXSEAL_BENCHMARKS_SCALE_H
#define WAXSEAL_BENCHMARKS_SCALE_H

#include <stdint.h>

/* Prints, by CPU time in milliseconds and by octets, what lib/scale.mjs lists. */
void scale_measure(uint16_t suite, uint32_t size);

#endif
