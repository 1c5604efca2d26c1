/* Runs, one process per processor, and the lines that tell how they went. */
#ifndef WAXSEAL_SIM_REPORT_H
#define WAXSEAL_SIM_REPORT_H

#include "scenario.h"

typedef struct options {
    uint64_t seed, seeds; /* the first, and how many */
    size_t jobs;
    const char *off[16]; /* rules switched off */
    size_t num_off;
    bool trace, quiet;     /* quiet: no line */
    const char *arguments; /* that make the same scenario, for the command that replays a seed */
} options;

void figures_add(figures *sum, const figures *more);

/* All seeds of a scenario. False: one failed. The line is printed, and a command for each seed that
 * failed, up to a few. */
bool report_scenario(const scenario *s, const options *o);

#endif
