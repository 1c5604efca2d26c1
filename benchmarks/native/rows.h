/* The rows of lib/rows.js, of waxseal's native build. */
#ifndef WAXSEAL_BENCHMARKS_ROWS_H
#define WAXSEAL_BENCHMARKS_ROWS_H

#include "timing.h"

#include <stdint.h>

void rows_pair(uint16_t suite, const effort *e);
void rows_warm(uint16_t suite, const effort *e);
void rows_blank(uint16_t suite, const effort *e, uint32_t size);

#endif
