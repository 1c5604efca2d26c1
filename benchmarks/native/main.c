/*
 * bench rows SUITE EFFORT      the rows of lib/rows.js, natively
 * bench ceilings SUITE EFFORT  operations beside their ceilings
 * bench list SUITE             what the ceilings consist of, as a table
 * bench scale SUITE SIZE       one group of a size: see scale.h
 * EFFORT: quick or full. Output: a JSON object a line.
 */
#include "ceilings.h"
#include "people.h"
#include "rows.h"
#include "scale.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run_rows(uint16_t suite, const effort *e)
{
    rows_pair(suite, e);
    rows_warm(suite, e);
    rows_blank(suite, e, 100);
    rows_blank(suite, e, 1000);
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[1] : "";
    uint16_t suite = argc > 2 ? (uint16_t)atoi(argv[2]) : 0;
    must(mls_init(), "init");
    if (argc == 3 && strcmp(what, "list") == 0) {
        ceilings_list(suite);
        return 0;
    }
    if (argc == 4 && (strcmp(what, "rows") == 0 || strcmp(what, "ceilings") == 0)) {
        effort e = effort_named(argv[3]);
        if (strcmp(what, "rows") == 0)
            run_rows(suite, &e);
        else
            ceilings_measure(suite, &e);
        return 0;
    }
    if (argc == 4 && strcmp(what, "scale") == 0) {
        scale_measure(suite, (uint32_t)atol(argv[3]));
        return 0;
    }
    fprintf(stderr, "bench: usage: rows|ceilings SUITE quick|full, list SUITE, scale SUITE SIZE\n");
    return 2;
}
