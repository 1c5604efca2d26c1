/* Operations beside their ceilings: see ceiling.h. */
#ifndef WAXSEAL_BENCHMARKS_CEILINGS_H
#define WAXSEAL_BENCHMARKS_CEILINGS_H

#include "timing.h"

#include <stdint.h>

/* Prints for every operation its milliseconds, as OPERATION, and those of its ceiling, as
 * OPERATION/ceiling, in turns. */
void ceilings_measure(uint16_t suite, const effort *e);
/* Prints the calls of every operation as a table. */
void ceilings_list(uint16_t suite);

#endif
