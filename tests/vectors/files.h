/*
 * A program that runs files of test vectors: the files it is given, or a whole folder, and last the
 * line "N passed, N failed, N skipped".
 */
#ifndef WAXSEAL_TESTS_FILES_H
#define WAXSEAL_TESTS_FILES_H

#include <cJSON.h>
#include <stddef.h>

typedef struct counts {
    size_t passed, failed, skipped;
} counts;

/* Of all files. */
extern counts total;

void count_add(counts *sum, const counts *c);

/* Counts one failure, and says why. */
void fail_file(const char *path, const char *why);

/* A path without its folders. */
const char *file_name(const char *path);

/* main(): calls `run` with each file that is JSON, of the arguments or, without any, of
 * $WAXSEAL_VECTORS/folder. Returns the exit status. */
int run_files(int argc, char **argv, const char *folder,
              void (*run)(const char *path, const cJSON *file));

#endif
