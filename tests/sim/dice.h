/*
 * Chance that a seed repeats: one stream for the network and its people, and one that stands in for
 * the system's generator under the core, so that the keys of a run repeat as well.
 */
#ifndef WAXSEAL_SIM_DICE_H
#define WAXSEAL_SIM_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dice {
    uint64_t state[4]; /* xoshiro256** */
} dice;

void dice_seed(dice *d, uint64_t seed, uint64_t stream);
uint64_t dice_roll(dice *d);

/* Evenly from [0, 1), and from [low, high). */
double dice_unit(dice *d);
double dice_between(dice *d, double low, double high);
/* Exponentially distributed. */
double dice_wait(dice *d, double mean);
bool dice_chance(dice *d, double probability);
/* Below count, which is not 0. */
size_t dice_below(dice *d, size_t count);

/* Makes libsodium's generator repeat with a seed: after mls_init(), and before each run. */
void dice_install(uint64_t seed);

#endif
