#include "ceilings.h"

#include "ceiling.h"
#include "crowd.h"

#include <stdio.h>
#include <stdlib.h>

/* A group of which the operations are measured. */
typedef struct bench {
    const effort *e;
    crowd c;
    ceiling_shape shape;
} bench;

static ceiling *new_ceiling(ceiling_operation operation, const ceiling_shape *shape)
{
    ceiling *c = ceiling_new(operation, shape);
    if (!c)
        must(MLS_ERR_INVALID_ARGUMENT, "ceiling");
    return c;
}

/* The operation's time is in `operation`; the ceiling is run as often, after it. */
static void run_ceiling(times *t, ceiling *c, size_t count)
{
    double start = now_ms();
    for (size_t i = 0; i < count; i++)
        ceiling_run(c);
    times_add(t, (now_ms() - start) / (double)count);
}

static void emit_both(const char *name, uint32_t members, times *operation, times *least)
{
    char row[64];
    snprintf(row, sizeof row, "%s_%u", name, members);
    emit(row, times_median(operation));
    snprintf(row, sizeof row, "%s_%u/ceiling", name, members);
    emit(row, times_median(least));
}

enum { MESSAGES_MAX = 2000 };

static void measure_messages(bench *b, uint32_t content_len)
{
    static mls_buf sent[MESSAGES_MAX];
    times protect = {0}, unprotect = {0}, protect_least = {0}, unprotect_least = {0};
    mls_bytes content = some_content(content_len);
    b->shape.content = content_len;
    ceiling *sealing = new_ceiling(CEILING_PROTECT, &b->shape);
    ceiling *opening = new_ceiling(CEILING_UNPROTECT, &b->shape);
    size_t count = content_len > 10000 ? 40 : 400;
    for (size_t i = 0; i < 3 * b->e->slices; i++) {
        double start = now_ms();
        for (size_t k = 0; k < count; k++)
            bench_protect(b->c.own, &sent[k], content);
        times_add(&protect, (now_ms() - start) / (double)count);
        run_ceiling(&protect_least, sealing, count);
        start = now_ms();
        for (size_t k = 0; k < count; k++)
            bench_unprotect(b->c.groups[0], sent[k], content);
        times_add(&unprotect, (now_ms() - start) / (double)count);
        run_ceiling(&unprotect_least, opening, count);
        for (size_t k = 0; k < count; k++)
            mls_buf_free(&sent[k]);
    }
    char name[32];
    snprintf(name, sizeof name, "protect_%u", content_len);
    emit_both(name, b->c.size, &protect, &protect_least);
    snprintf(name, sizeof name, "unprotect_%u", content_len);
    emit_both(name, b->c.size, &unprotect, &unprotect_least);
    ceiling_free(sealing);
    ceiling_free(opening);
}

static size_t repetitions(const bench *b)
{
    return b->c.size > 2 ? b->e->commits : 6 * b->e->slices;
}

static void measure_beginning(bench *b)
{
    times add = {0}, join = {0}, add_least = {0}, join_least = {0};
    crowd_add_all(&b->c);
    b->shape.commit = (uint32_t)b->c.commit.len;
    b->shape.welcome = (uint32_t)b->c.welcome.len;
    ceiling *adding = new_ceiling(CEILING_ADD, &b->shape);
    ceiling *joining = new_ceiling(CEILING_JOIN, &b->shape);
    for (size_t i = 0; i < repetitions(b); i++) {
        crowd_add_all(&b->c);
        times_add(&add, b->c.add_ms);
        run_ceiling(&add_least, adding, 1);
        crowd_join(&b->c);
        times_add(&join, median(b->c.join_ms, b->c.num_joiners));
        run_ceiling(&join_least, joining, 1);
    }
    emit_both("add", b->c.size, &add, &add_least);
    emit_both("join", b->c.size, &join, &join_least);
    ceiling_free(adding);
    ceiling_free(joining);
}

static void measure_commits(bench *b)
{
    times update = {0}, process = {0}, update_least = {0}, process_least = {0};
    ceiling *updating = NULL, *processing = NULL;
    mls_group *receiver = b->c.groups[b->c.num_joiners - 1];
    for (size_t i = 0; i < repetitions(b); i++) {
        mls_buf commit;
        double start = now_ms();
        bench_commit(b->c.own, &commit, NULL, NULL, 0, 0);
        times_add(&update, now_ms() - start);
        b->shape.commit = (uint32_t)commit.len;
        if (!updating) {
            updating = new_ceiling(CEILING_UPDATE, &b->shape);
            processing = new_ceiling(CEILING_PROCESS, &b->shape);
        }
        run_ceiling(&update_least, updating, 1);
        start = now_ms();
        bench_process(receiver, commit);
        times_add(&process, now_ms() - start);
        run_ceiling(&process_least, processing, 1);
        for (size_t k = 0; k + 1 < b->c.num_joiners; k++)
            bench_process(b->c.groups[k], commit);
        mls_buf_free(&commit);
    }
    emit_both("update", b->c.size, &update, &update_least);
    emit_both("process", b->c.size, &process, &process_least);
    ceiling_free(updating);
    ceiling_free(processing);
}

static void measure_key_package(bench *b)
{
    times made = {0}, least = {0};
    ceiling *c = new_ceiling(CEILING_KEY_PACKAGE, &b->shape);
    for (size_t i = 0; i < 3 * b->e->slices; i++) {
        double start = now_ms();
        for (size_t k = 0; k < 100; k++)
            person_new_key_package(&b->c.creator);
        times_add(&made, (now_ms() - start) / 100);
        run_ceiling(&least, c, 100);
    }
    emit("key_package", times_median(&made));
    emit("key_package/ceiling", times_median(&least));
    ceiling_free(c);
}

static void measure_group(uint16_t suite, const effort *e, uint32_t size)
{
    bench b = {.e = e, .shape = {.suite = suite, .members = size, .commit = 256, .welcome = 1000}};
    crowd_init(&b.c, suite, size);
    b.shape.key_package = (uint32_t)b.c.key_packages[0].len;
    if (size == 2)
        measure_key_package(&b);
    measure_beginning(&b);
    measure_messages(&b, 100);
    if (size == 2) {
        measure_messages(&b, 1000);
        measure_messages(&b, 65536);
    }
    measure_commits(&b);
    crowd_cleanup(&b.c);
}

void ceilings_measure(uint16_t suite, const effort *e)
{
    measure_group(suite, e, 2);
    measure_group(suite, e, 1000);
}

/* Lengths of waxseal's own messages with suite 1, which the counts do not depend on. */
void ceilings_list(uint16_t suite)
{
    static const struct {
        const char *name;
        ceiling_operation operation;
        ceiling_shape shape;
    } cases[] = {
        {"KeyPackage", CEILING_KEY_PACKAGE, {0, 2, 0, 350, 256, 0}},
        {"protect 100 B", CEILING_PROTECT, {0, 2, 100, 350, 256, 0}},
        {"unprotect 100 B", CEILING_UNPROTECT, {0, 2, 100, 350, 256, 0}},
        {"add, 2 members", CEILING_ADD, {0, 2, 0, 350, 700, 1200}},
        {"join, 2 members", CEILING_JOIN, {0, 2, 0, 350, 700, 1200}},
        {"update, 2 members", CEILING_UPDATE, {0, 2, 0, 350, 700, 0}},
        {"process, 2 members", CEILING_PROCESS, {0, 2, 0, 350, 700, 0}},
        {"add, 1,000 members", CEILING_ADD, {0, 1000, 0, 350, 360000, 390000}},
        {"join, 1,000 members", CEILING_JOIN, {0, 1000, 0, 350, 360000, 390000}},
        {"update, 1,000 members", CEILING_UPDATE, {0, 1000, 0, 350, 86000, 0}},
        {"process, 1,000 members", CEILING_PROCESS, {0, 1000, 0, 350, 86000, 0}},
    };
    printf("| operation | primitive | calls | octets each | what for |\n|---|---|--:|--:|---|\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ceiling_shape shape = cases[i].shape;
        ceiling_entry entry;
        shape.suite = suite;
        ceiling *c = new_ceiling(cases[i].operation, &shape);
        for (uint32_t k = 0; ceiling_at(c, k, &entry); k++)
            printf("| %s | %s | %u | %u | %s |\n", k ? "" : cases[i].name, entry.primitive,
                   entry.count, entry.octets, entry.what_for);
        ceiling_free(c);
    }
}
