/*
 * wycheproof [FILE...]: runs Wycheproof's test vectors (C2SP/wycheproof, testvectors_v1), by
 * default all of $WAXSEAL_VECTORS/wycheproof, against the primitives of the suite table. Prints
 * counts and the reasons of skips per file, a line per failure, and last "N passed, N failed, N
 * skipped".
 */
#define _POSIX_C_SOURCE 200809L

#include "wycheproof.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char policy[] =
    "Policy: every \"valid\" case must give its result, every \"invalid\" one must be refused.\n"
    "\"acceptable\", X25519 and X448: an all-zero shared secret must be refused (RFC 9180 section\n"
    "7.1.4); every other one must match, twist points and non-canonical keys included (RFC 7748).\n"
    "\"acceptable\", ECDH: a compressed point must be refused (RFC 9180 section 7.1.1).\n"
    "Skipped: what MLS never asks of the primitive, and suites that are not in this build.\n";

enum { REASONS_MAX = 16 };

typedef struct reason {
    char text[STEP_LEN];
    size_t count;
} reason;

typedef struct counts {
    const char *file;
    size_t passed, failed, skipped;
    reason reasons[REASONS_MAX]; /* of what was skipped */
} counts;

static size_t total_passed, total_failed, total_skipped;

static void skip(counts *c, const char *why)
{
    size_t i = 0;
    while (i < REASONS_MAX - 1 && c->reasons[i].count && strcmp(c->reasons[i].text, why) != 0)
        i++;
    snprintf(c->reasons[i].text, STEP_LEN, "%s", why);
    c->reasons[i].count++;
    c->skipped++;
}

static void fail(counts *c, const cJSON *vector, const primitive *p, const char *what)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(vector, "tcId");
    const char *comment = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(vector, "comment"));
    printf("FAILED %s, tcId %.0f, %s (%s): %s\n", c->file, cJSON_GetNumberValue(id), p->name,
           comment ? comment : "", what);
    c->failed++;
}

/* ---- Which primitive ---- */

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* What distinguishes the groups of an algorithm: curve (and hash), parameter set, or key size. */
static void parameter_of(char out[STEP_LEN], const cJSON *group)
{
    const cJSON *key = cJSON_GetObjectItemCaseSensitive(group, "publicKey");
    const cJSON *size = cJSON_GetObjectItemCaseSensitive(group, "keySize");
    const char *curve = text_of(key ? key : group, "curve"), *hash = text_of(group, "sha");
    const char *set = text_of(group, "parameterSet");
    if (curve)
        snprintf(out, STEP_LEN, "%s%s%s", curve, hash ? " " : "", hash ? hash : "");
    else if (set)
        snprintf(out, STEP_LEN, "%s", set);
    else
        snprintf(out, STEP_LEN, "%.0f", cJSON_IsNumber(size) ? size->valuedouble : 0);
}

static const primitive *find_primitive(const char *algorithm, const char *parameter)
{
    for (const primitive *p = primitives; p->name; p++)
        if (strcmp(p->algorithm, algorithm) == 0 &&
            (!p->parameter || !parameter || strcmp(p->parameter, parameter) == 0))
            return p;
    return NULL;
}

static const suite *suite_with(const primitive *p)
{
    const suite *s = NULL;
    for (size_t i = 0; i < PRIMITIVE_SUITES_MAX && !s; i++)
        s = suite_find(p->suites[i]);
    return s;
}

/* ---- Cases ---- */

static void judge(counts *c, test *t, const primitive *p, answer given)
{
    static const char *const names[] = {"the right result", "a refusal", "a wrong result"};
    const char *result = field_text(t, t->json, "result");
    answer wanted = WRONG;
    if (strcmp(result, "valid") == 0)
        wanted = RIGHT;
    else if (strcmp(result, "invalid") == 0)
        wanted = REFUSED;
    else if (strcmp(result, "acceptable") == 0 && p->acceptable)
        wanted = p->acceptable(t);
    char what[2 * STEP_LEN];
    if (t->step[0])
        fail(c, t->json, p, t->step);
    else if (wanted == WRONG)
        fail(c, t->json, p, "there is no policy for its \"result\"");
    else if (given == wanted) {
        c->passed++;
    } else {
        snprintf(what, sizeof what, "%s, expected %s (%s)", names[given], names[wanted], result);
        fail(c, t->json, p, what);
    }
}

static void run_group(counts *c, const char *algorithm, const cJSON *group)
{
    char parameter[STEP_LEN], why[2 * STEP_LEN] = "";
    parameter_of(parameter, group);
    const primitive *p = find_primitive(algorithm, parameter);
    const suite *s = p ? suite_with(p) : NULL;
    if (!p)
        snprintf(why, sizeof why, "%s %s is in no suite of MLS", algorithm, parameter);
    else if (!s && p->suites[0])
        snprintf(why, sizeof why, "%s: its suites are not in this build", p->name);
    const cJSON *vector;
    cJSON_ArrayForEach(vector, cJSON_GetObjectItemCaseSensitive(group, "tests"))
    {
        if (why[0]) {
            skip(c, why);
            continue;
        }
        test t = {.json = vector, .suite = s, .a = arena_new(1 << 12)};
        answer given = p->run(&t, group);
        if (given == OUTSIDE)
            skip(c, t.step);
        else
            judge(c, &t, p, given);
        arena_free(t.a);
    }
}

/* ---- Files ---- */

static void print_counts(const counts *c)
{
    printf("%-34s %4zu passed, %zu failed, %zu skipped\n", c->file, c->passed, c->failed,
           c->skipped);
    for (size_t i = 0; i < REASONS_MAX && c->reasons[i].count; i++)
        printf("    skipped %4zu: %s\n", c->reasons[i].count, c->reasons[i].text);
    total_passed += c->passed;
    total_failed += c->failed;
    total_skipped += c->skipped;
}

static void fail_file(const char *path, const char *why)
{
    printf("FAILED %s: %s\n", path, why);
    total_failed++;
}

static void run_groups(const char *path, const cJSON *file)
{
    const char *slash = strrchr(path, '/'), *algorithm = text_of(file, "algorithm");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(file, "numberOfTests"), *group;
    counts c = {.file = slash ? slash + 1 : path};
    if (!algorithm || !find_primitive(algorithm, NULL)) {
        fail_file(path, "its \"algorithm\" is not known here");
        return;
    }
    cJSON_ArrayForEach(group, cJSON_GetObjectItemCaseSensitive(file, "testGroups"))
        run_group(&c, algorithm, group);
    print_counts(&c);
    if (!cJSON_IsNumber(number) || (size_t)number->valuedouble != c.passed + c.failed + c.skipped)
        fail_file(path, "it does not hold as many cases as it says");
}

static void run_file(const char *path)
{
    char *text = read_file(path);
    cJSON *file = text ? cJSON_Parse(text) : NULL;
    if (!text)
        fail_file(path, "it cannot be read");
    else if (!file)
        fail_file(path, "it is not JSON");
    else
        run_groups(path, file);
    cJSON_Delete(file);
    free(text);
    fflush(stdout);
}

static void run_folder(const char *folder)
{
    char pattern[4096];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/wycheproof/*.json", folder);
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
    fputs(policy, stdout);
    for (int i = 1; i < argc; i++)
        run_file(argv[i]);
    if (argc < 2)
        run_folder(folder ? folder : "../shared/vectors");
    printf("%zu passed, %zu failed, %zu skipped\n", total_passed, total_failed, total_skipped);
    return total_failed == 0 && total_passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
