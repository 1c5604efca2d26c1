#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

effort effort_named(const char *name)
{
    if (strcmp(name, "quick") == 0)
        return (effort){3, 40, 2};
    if (strcmp(name, "full") == 0)
        return (effort){9, 120, 5};
    fprintf(stderr, "bench: there is no effort \"%s\": quick or full\n", name);
    exit(2);
}

double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

void times_add(times *t, double ms)
{
    if (t->count < SLICES_MAX)
        t->values[t->count++] = ms;
}

double times_median(times *t)
{
    return median(t->values, t->count);
}

size_t count_for(const effort *e, double (*run)(void *context, size_t count), void *context)
{
    for (size_t count = 1;; count *= 2) {
        double ms = run(context, count);
        if (ms >= e->slice_ms) {
            double fit = (double)count * e->slice_ms / ms;
            return fit < 1 ? 1 : (size_t)fit;
        }
    }
}

void emit(const char *name, double value)
{
    printf("{\"row\":\"%s\",\"value\":%.6g}\n", name, value);
    fflush(stdout);
}
