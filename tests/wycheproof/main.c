/*
 * wycheproof [FILE...]: runs Wycheproof's test vectors (C2SP/wycheproof, testvectors_v1), by
 * default all of $WAXSEAL_VECTORS/wycheproof, against the primitives of the suite table. Prints
 * counts and the reasons of skips per file, a line per failure, and last "N passed, N failed, N
 * skipped".
 */
#include "wycheproof.h"

#include "files.h"

#include <stdio.h>
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

typedef struct report {
    const char *file;
    counts counts;
    reason reasons[REASONS_MAX]; /* of what was skipped */
} report;

static void skip(report *r, const char *why)
{
    size_t i = 0;
    while (i < REASONS_MAX - 1 && r->reasons[i].count && strcmp(r->reasons[i].text, why) != 0)
        i++;
    snprintf(r->reasons[i].text, STEP_LEN, "%s", why);
    r->reasons[i].count++;
    r->counts.skipped++;
}

static void fail(report *r, const cJSON *vector, const primitive *p, const char *what)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(vector, "tcId");
    const char *comment = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(vector, "comment"));
    printf("FAILED %s, tcId %.0f, %s (%s): %s\n", r->file, cJSON_GetNumberValue(id), p->name,
           comment ? comment : "", what);
    r->counts.failed++;
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

static void judge(report *r, test *t, const primitive *p, answer given)
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
        fail(r, t->json, p, t->step);
    else if (wanted == WRONG)
        fail(r, t->json, p, "there is no policy for its \"result\"");
    else if (given == wanted) {
        r->counts.passed++;
    } else {
        snprintf(what, sizeof what, "%s, expected %s (%s)", names[given], names[wanted], result);
        fail(r, t->json, p, what);
    }
}

static void run_group(report *r, const char *algorithm, const cJSON *group)
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
            skip(r, why);
            continue;
        }
        test t = {.json = vector, .suite = s, .a = arena_new(1 << 12)};
        answer given = p->run(&t, group);
        if (given == OUTSIDE)
            skip(r, t.step);
        else
            judge(r, &t, p, given);
        arena_free(t.a);
    }
}

/* ---- Files ---- */

static void print_report(const report *r)
{
    printf("%-34s %4zu passed, %zu failed, %zu skipped\n", r->file, r->counts.passed,
           r->counts.failed, r->counts.skipped);
    for (size_t i = 0; i < REASONS_MAX && r->reasons[i].count; i++)
        printf("    skipped %4zu: %s\n", r->reasons[i].count, r->reasons[i].text);
}

static void run_file(const char *path, const cJSON *file)
{
    const char *algorithm = text_of(file, "algorithm");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(file, "numberOfTests"), *group;
    report r = {.file = file_name(path)};
    if (!algorithm || !find_primitive(algorithm, NULL)) {
        fail_file(path, "its \"algorithm\" is not known here");
        return;
    }
    cJSON_ArrayForEach(group, cJSON_GetObjectItemCaseSensitive(file, "testGroups"))
        run_group(&r, algorithm, group);
    print_report(&r);
    count_add(&total, &r.counts);
    if (!cJSON_IsNumber(number) ||
        (size_t)number->valuedouble != r.counts.passed + r.counts.failed + r.counts.skipped)
        fail_file(path, "it does not hold as many cases as it says");
}

int main(int argc, char **argv)
{
    fputs(policy, stdout);
    return run_files(argc, argv, "wycheproof", run_file);
}
