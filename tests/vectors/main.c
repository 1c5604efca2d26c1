/*
 * vectors [FILE...]: runs the official MLS test vectors (mlswg/mls-implementations), by default
 * all of $WAXSEAL_VECTORS/mls. Prints counts per file, kind and suite, a line per failure, and
 * last "N passed, N failed, N skipped". Cases of suites that are not in this build are skipped.
 */
#include "files.h"
#include "vectors.h"

#include <stdio.h>

static bool is_kind(const kind *k, const cJSON *vector)
{
    for (size_t i = 0; i < 3 && k->fields[i]; i++)
        if (!cJSON_HasObjectItem(vector, k->fields[i]))
            return false;
    return true;
}

static const kind *find_kind(const cJSON *vector)
{
    const kind *k = kinds;
    while (k->name && !is_kind(k, vector))
        k++;
    return k->name ? k : NULL;
}

/* 0 for a case without a suite. */
static uint16_t suite_of(const cJSON *vector)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(vector, "cipher_suite");
    return cJSON_IsNumber(id) ? (uint16_t)id->valueint : 0;
}

static void run_case(const char *name, const kind *k, const cJSON *vector, size_t index,
                     counts *count)
{
    uint16_t id = suite_of(vector);
    test t = {.json = vector, .suite = suite_find(id), .a = arena_new(1 << 16)};
    if (id && !t.suite) {
        count->skipped++;
    } else if (is_kind(k, vector) && k->run(&t) && !t.step[0]) {
        count->passed++;
    } else {
        count->failed++;
        printf("FAILED %s, case %zu, suite %u: %s\n", name, index, id,
               t.step[0] ? t.step : "it lacks a field of its kind");
    }
    arena_free(t.a);
}

static void print_counts(const char *name, const kind *k, uint16_t id, const counts *c)
{
    char label[16] = "no suite";
    if (id)
        snprintf(label, sizeof label, "suite %u", id);
    printf("%-36s %-18s %-8s  %zu passed, %zu failed, %zu skipped%s\n", name, k->name, label,
           c->passed, c->failed, c->skipped, c->skipped ? ": not in this build" : "");
}

enum { SUITES_MAX = 16 };

static void run_cases(const char *name, const kind *k, const cJSON *vectors)
{
    uint16_t ids[SUITES_MAX];
    counts by_suite[SUITES_MAX] = {{0}};
    size_t num_suites = 0, index = 0, at;
    const cJSON *vector;
    cJSON_ArrayForEach(vector, vectors)
    {
        uint16_t id = suite_of(vector);
        for (at = 0; at < num_suites && ids[at] != id; at++)
            ;
        if (at == num_suites && num_suites < SUITES_MAX)
            ids[num_suites++] = id;
        run_case(name, k, vector, index++, &by_suite[at < SUITES_MAX ? at : SUITES_MAX - 1]);
    }
    for (at = 0; at < num_suites; at++) {
        print_counts(name, k, ids[at], &by_suite[at]);
        count_add(&total, &by_suite[at]);
    }
}

static void run_file(const char *path, const cJSON *file)
{
    const cJSON *first = cJSON_IsArray(file) ? file->child : NULL;
    const kind *k = first ? find_kind(first) : NULL;
    if (!first)
        fail_file(path, "it is not a JSON array of test vectors");
    else if (!k)
        fail_file(path, "its fields are those of no known kind");
    else
        run_cases(file_name(path), k, file);
}

int main(int argc, char **argv)
{
    return run_files(argc, argv, "mls", run_file);
}
