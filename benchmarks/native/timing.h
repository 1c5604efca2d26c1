/* Time, and what is made of several times. */
#ifndef WAXSEAL_BENCHMARKS_TIMING_H
#define WAXSEAL_BENCHMARKS_TIMING_H

#include <stddef.h>

enum { SLICES_MAX = 64 };

/* How long things are measured. */
typedef struct effort {
    size_t slices; /* of a row; its figure is their median */
    double slice_ms;
    size_t commits; /* in groups of 100 or more */
} effort;

/* "quick" or "full"; ends the program for other words. */
effort effort_named(const char *name);

/* CPU time of this process in milliseconds: other programs on the machine don't count. */
double now_ms(void);

/* Sorts. count > 0. */
double median(double *values, size_t count);

/* Times collected one by one; what is more than SLICES_MAX is left out. */
typedef struct times {
    double values[SLICES_MAX];
    size_t count;
} times;

void times_add(times *t, double ms);
double times_median(times *t);

/* How many calls of `run`, which makes `count` and returns milliseconds, fill a slice. */
size_t count_for(const effort *e, double (*run)(void *context, size_t count), void *context);

/* One line of output: {"row": name, "value": value}. */
void emit(const char *name, double value);

#endif
