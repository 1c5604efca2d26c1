#define _POSIX_C_SOURCE 200809L

#include "files.h"

#include <waxseal/mls.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

counts total;

void count_add(counts *sum, const counts *c)
{
    sum->passed += c->passed;
    sum->failed += c->failed;
    sum->skipped += c->skipped;
}

void fail_file(const char *path, const char *why)
{
    printf("FAILED %s: %s\n", path, why);
    total.failed++;
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A whole file as text, or NULL when it cannot be read; to be freed. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size;
    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        rewind(file);
        text = malloc((size_t)size + 1);
        if (text && fread(text, 1, (size_t)size, file) == (size_t)size) {
            text[size] = '\0';
        } else {
            free(text);
            text = NULL;
        }
    }
    fclose(file);
    return text;
}

static void run_file(const char *path, void (*run)(const char *path, const cJSON *file))
{
    char *text = read_file(path);
    cJSON *file = text ? cJSON_Parse(text) : NULL;
    if (!text)
        fail_file(path, "it cannot be read");
    else if (!file)
        fail_file(path, "it is not JSON");
    else
        run(path, file);
    cJSON_Delete(file);
    free(text);
    fflush(stdout);
}

static void run_folder(const char *folder, void (*run)(const char *path, const cJSON *file))
{
    const char *vectors = getenv("WAXSEAL_VECTORS");
    char pattern[4096];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/%s/*.json", vectors ? vectors : "../shared/vectors",
             folder);
    if (glob(pattern, 0, NULL, &found) != 0) {
        fail_file(pattern, "there are no vectors; set WAXSEAL_VECTORS to their folder");
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++)
        run_file(found.gl_pathv[i], run);
    globfree(&found);
}

int run_files(int argc, char **argv, const char *folder,
              void (*run)(const char *path, const cJSON *file))
{
    if (mls_init() != MLS_OK) {
        puts("FAILED mls_init()");
        return EXIT_FAILURE;
    }
    for (int i = 1; i < argc; i++)
        run_file(argv[i], run);
    if (argc < 2)
        run_folder(folder, run);
    printf("%zu passed, %zu failed, %zu skipped\n", total.passed, total.failed, total.skipped);
    return total.failed == 0 && total.passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
