/*
 * vectors [FILE...]: runs the official MLS test vectors (mlswg/mls-implementations), by default
 * all of $WAXSEAL_VECTORS/mls. Prints counts per file, kind and suite, a line per failure, and
 * last "N passed, N failed, N skipped". Cases of suites that are not in this build are skipped.
 */
#define _POSIX_C_SOURCE 200809L

#include "vectors.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct counts {
    size_t passed, failed, skipped;
} counts;

static counts total;

static void count_add(counts *sum, const counts *c)
{
    sum->passed += c->passed;
    sum->failed += c->failed;
    sum->skipped += c->skipped;
}

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

static void fail_file(const char *path, const char *why)
{
    printf("FAILED %s: %s\n", path, why);
    total.failed++;
}

static void run_file(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char *text = read_file(path);
    cJSON *vectors = text ? cJSON_Parse(text) : NULL;
    const cJSON *first = cJSON_IsArray(vectors) ? vectors->child : NULL;
    const kind *k = first ? find_kind(first) : NULL;
    if (!text)
        fail_file(path, "it cannot be read");
    else if (!first)
        fail_file(path, "it is not a JSON array of test vectors");
    else if (!k)
        fail_file(path, "its fields are those of no known kind");
    else
        run_cases(name, k, vectors);
    cJSON_Delete(vectors);
    free(text);
    fflush(stdout);
}

static void run_folder(const char *folder)
{
    char pattern[4096];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/mls/*.json", folder);
    if (glob(pattern, 0, NULL, &found) != 0) {
        fail_file(pattern, "there are no vectors; set WAXSEAL_VECTORS to their folder");
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++)
        run_file(found.gl_pathv[i]);
    globfree(&found);
}

int main(int argc, char **argv)
{
    const char *folder = getenv("WAXSEAL_VECTORS");
    if (mls_init() != MLS_OK) {
        puts("FAILED mls_init()");
        return EXIT_FAILURE;
    }
    for (int i = 1; i < argc; i++)
        run_file(argv[i]);
    if (argc < 2)
        run_folder(folder ? folder : "../shared/vectors");
    printf("%zu passed, %zu failed, %zu skipped\n", total.passed, total.failed, total.skipped);
    return total.failed == 0 && total.passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
