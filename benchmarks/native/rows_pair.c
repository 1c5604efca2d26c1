/* As scenarios/pair.js. */
#include "people.h"
#include "rows.h"

#include <stdio.h>

static double key_packages(void *context, size_t count)
{
    double start = now_ms();
    for (size_t i = 0; i < count; i++)
        person_new_key_package(context);
    return now_ms() - start;
}

static void row_key_package(person *p, const effort *e)
{
    size_t count = count_for(e, key_packages, p);
    times t = {0};
    for (size_t i = 0; i < e->slices; i++)
        times_add(&t, key_packages(p, count));
    emit("key_package", (double)count / times_median(&t) * 1e3);
}

typedef struct pair {
    mls_group *ours, *theirs;
    mls_bytes content;
    double protect_ms, unprotect_ms;
} pair;

static void row_begin(pair *groups, person *a, person *b, const effort *e)
{
    times create = {0}, add = {0}, join = {0}, all = {0};
    for (size_t i = 0; i < 6 * e->slices; i++) {
        mls_buf commit, welcome;
        mls_group_free(groups->ours);
        mls_group_free(groups->theirs);
        person_new_key_package(b);
        double start = now_ms();
        groups->ours = bench_create(a);
        double created = now_ms();
        mls_proposal proposal = {.type = MLS_PROPOSAL_ADD, .data = view(b->key_package)};
        bench_commit(groups->ours, &commit, &welcome, &proposal, 1, MLS_COMMIT_WITHOUT_PATH);
        double added = now_ms();
        groups->theirs = bench_join(b, welcome);
        double joined = now_ms();
        mls_buf_free(&commit);
        mls_buf_free(&welcome);
        if (i < 2)
            continue;
        times_add(&create, created - start);
        times_add(&add, added - created);
        times_add(&join, joined - added);
        times_add(&all, joined - start);
    }
    emit("begin", times_median(&all));
    emit("create", times_median(&create));
    emit("add", times_median(&add));
    emit("join", times_median(&join));
}

enum { MESSAGES_MAX = 4000 };

/* Protects and unprotects `count` messages, at most MESSAGES_MAX. */
static double messages(pair *p, size_t count)
{
    static mls_buf sent[MESSAGES_MAX];
    double start = now_ms();
    for (size_t i = 0; i < count; i++)
        bench_protect(p->ours, &sent[i], p->content);
    double between = now_ms();
    for (size_t i = 0; i < count; i++)
        bench_unprotect(p->theirs, sent[i], p->content);
    double end = now_ms();
    for (size_t i = 0; i < count; i++)
        mls_buf_free(&sent[i]);
    p->protect_ms = between - start;
    p->unprotect_ms = end - between;
    return p->protect_ms;
}

static void row_messages(pair *p, const effort *e, size_t len)
{
    char name[32];
    times protect = {0}, unprotect = {0};
    p->content = some_content(len);
    size_t count = 1;
    while (messages(p, count) < e->slice_ms && 2 * count <= MESSAGES_MAX)
        count *= 2;
    for (size_t i = 0; i < e->slices; i++) {
        messages(p, count);
        times_add(&protect, p->protect_ms);
        times_add(&unprotect, p->unprotect_ms);
    }
    snprintf(name, sizeof name, "protect_%zu", len);
    emit(name, (double)count / times_median(&protect) * 1e3);
    snprintf(name, sizeof name, "unprotect_%zu", len);
    emit(name, (double)count / times_median(&unprotect) * 1e3);
}

static void row_commits(pair *p, const effort *e)
{
    times update = {0}, process = {0};
    for (size_t i = 0; i < 6 * e->slices; i++) {
        mls_buf commit;
        double start = now_ms();
        bench_commit(p->ours, &commit, NULL, NULL, 0, 0);
        double between = now_ms();
        bench_process(p->theirs, commit);
        times_add(&process, now_ms() - between);
        times_add(&update, between - start);
        mls_buf_free(&commit);
    }
    emit("update_2", times_median(&update));
    emit("process_2", times_median(&process));
}

void rows_pair(uint16_t suite, const effort *e)
{
    person a, b;
    pair groups = {0};
    person_init(&a, suite, 1);
    person_init(&b, suite, 2);
    row_key_package(&a, e);
    row_begin(&groups, &a, &b, e);
    row_messages(&groups, e, 100);
    row_messages(&groups, e, 1000);
    row_messages(&groups, e, 65536);
    row_commits(&groups, e);
    groups_must_agree(groups.ours, groups.theirs);
    mls_group_free(groups.ours);
    mls_group_free(groups.theirs);
    person_cleanup(&a);
    person_cleanup(&b);
}
