/* Very many messages in one group of two: memory has to stay as it is. */
#ifndef WAXSEAL_BENCHMARKS_SOAK_H
#define WAXSEAL_BENCHMARKS_SOAK_H

#include <stdint.h>

/* A new epoch after every SOAK_EPOCH messages. Prints a hundred times {"at": messages, "memory":
 * octets in allocated blocks, "resident": octets of the process}. */
enum { SOAK_EPOCH = 1000 };
void soak_run(uint16_t suite, uint64_t messages);

#endif
