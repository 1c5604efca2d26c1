/* The ceilings as a WebAssembly module; numbers only, as in ceiling.h. */
#ifndef WAXSEAL_BENCHMARKS_CEILING_MODULE_H
#define WAXSEAL_BENCHMARKS_CEILING_MODULE_H

#include <stdint.h>

/* First of all. Returns an mls_err. */
uint32_t ceiling_begin(void);
/* Chooses what ceiling_make() makes: 0 when it can't be. */
uint32_t ceiling_prepare(uint32_t operation, uint32_t suite, uint32_t members, uint32_t content,
                         uint32_t key_package, uint32_t commit, uint32_t welcome);
void ceiling_make(uint32_t times);

#endif
