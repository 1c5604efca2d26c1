/* As scenarios/blank.js and scenarios/warm.js. */
#include "crowd.h"
#include "rows.h"

#include <stdio.h>

static void emit_sized(const char *name, uint32_t size, const char *shape, double value)
{
    char row[64];
    snprintf(row, sizeof row, "%s_%u_%s", name, size, shape);
    emit(row, value);
}

static void row_commit(crowd *c, const effort *e, const char *name, const char *process_name,
                       bool removes)
{
    times made = {0}, processed = {0};
    for (uint32_t i = 0; i < e->commits; i++) {
        mls_proposal proposal = {.type = MLS_PROPOSAL_REMOVE, .leaf = c->size / 2 + 2 + i};
        mls_buf commit;
        double start = now_ms();
        bench_commit(c->own, &commit, NULL, &proposal, removes, 0);
        times_add(&made, now_ms() - start);
        for (size_t k = 0; k < c->num_joiners; k++) {
            start = now_ms();
            bench_process(c->groups[k], commit);
            times_add(&processed, now_ms() - start);
        }
        mls_buf_free(&commit);
    }
    emit_sized(name, c->size, "blank", times_median(&made));
    emit_sized(process_name, c->size, "blank", times_median(&processed));
}

static void row_messages(crowd *c)
{
    times protect = {0}, unprotect = {0};
    mls_bytes content = some_content(100);
    for (size_t i = 0; i < 20; i++) {
        mls_buf message;
        double start = now_ms();
        bench_protect(c->own, &message, content);
        times_add(&protect, now_ms() - start);
        for (size_t k = 0; k < c->num_joiners; k++) {
            start = now_ms();
            bench_unprotect(c->groups[k], message, content);
            times_add(&unprotect, now_ms() - start);
        }
        mls_buf_free(&message);
    }
    emit_sized("protect", c->size, "blank", times_median(&protect));
    emit_sized("unprotect", c->size, "blank", times_median(&unprotect));
}

void rows_blank(uint16_t suite, const effort *e, uint32_t size)
{
    crowd c;
    times add = {0}, join = {0};
    crowd_init(&c, suite, size);
    for (size_t i = 0; i < 3; i++) {
        crowd_add_all(&c);
        crowd_join(&c);
        times_add(&add, c.add_ms);
        for (size_t k = 0; k < c.num_joiners; k++)
            times_add(&join, c.join_ms[k]);
    }
    emit_sized("add_all", size, "blank", times_median(&add));
    emit_sized("join", size, "blank", times_median(&join));
    row_commit(&c, e, "update", "process_update", false);
    row_messages(&c);
    row_commit(&c, e, "remove", "process_remove", true);
    groups_must_agree(c.own, c.groups[0]);
    crowd_cleanup(&c);
}

/* Every member commits once, when it adds the next one; groups[] are the last one and four more
 * that it puts in place of others. */
enum { WARM_SIZE = 100, WARM_MEMBERS = 4 };
static const uint32_t warm_leaves[WARM_MEMBERS] = {1, 33, 66, 98};

static mls_group *warm_chain(uint16_t suite)
{
    person before;
    person_init(&before, suite, 0x4000);
    mls_group *group = bench_create(&before);
    for (unsigned leaf = 1; leaf < WARM_SIZE; leaf++) {
        person next;
        mls_buf commit, welcome;
        person_init(&next, suite, 0x4000 + leaf);
        person_new_key_package(&next);
        mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = view(next.key_package)};
        bench_commit(group, &commit, &welcome, &add, 1, 0);
        mls_group_free(group);
        group = bench_join(&next, welcome);
        mls_buf_free(&commit);
        mls_buf_free(&welcome);
        person_cleanup(&before);
        before = next;
    }
    person_cleanup(&before);
    return group;
}

static void warm_enter(mls_group **groups, person *people, mls_group *inviter)
{
    mls_proposal proposals[2 * WARM_MEMBERS];
    mls_buf commit, welcome;
    times join = {0};
    for (size_t i = 0; i < WARM_MEMBERS; i++) {
        person_new_key_package(&people[i]);
        proposals[i] = (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = warm_leaves[i]};
        proposals[WARM_MEMBERS + i] =
            (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = view(people[i].key_package)};
    }
    bench_commit(inviter, &commit, &welcome, proposals, 2 * WARM_MEMBERS, 0);
    for (size_t i = 0; i < WARM_MEMBERS; i++) {
        double start = now_ms();
        groups[i] = bench_join(&people[i], welcome);
        times_add(&join, now_ms() - start);
    }
    emit_sized("join", WARM_SIZE, "warm", times_median(&join));
    mls_buf_free(&commit);
    mls_buf_free(&welcome);
}

void rows_warm(uint16_t suite, const effort *e)
{
    person people[WARM_MEMBERS];
    mls_group *groups[WARM_MEMBERS];
    times update = {0}, process = {0};
    mls_group *inviter = warm_chain(suite);
    for (size_t i = 0; i < WARM_MEMBERS; i++)
        person_init(&people[i], suite, 0x8000 + warm_leaves[i]);
    warm_enter(groups, people, inviter);
    for (size_t i = 0; i < 4 * e->commits + WARM_MEMBERS; i++) {
        size_t from = i % WARM_MEMBERS;
        mls_buf commit;
        double start = now_ms();
        bench_commit(groups[from], &commit, NULL, NULL, 0, 0);
        double update_ms = now_ms() - start;
        if (i >= WARM_MEMBERS)
            times_add(&update, update_ms);
        for (size_t k = 0; k < WARM_MEMBERS; k++) {
            if (k == from)
                continue;
            start = now_ms();
            bench_process(groups[k], commit);
            if (i >= WARM_MEMBERS)
                times_add(&process, now_ms() - start);
        }
        mls_buf_free(&commit);
    }
    emit_sized("update", WARM_SIZE, "warm", times_median(&update));
    emit_sized("process", WARM_SIZE, "warm", times_median(&process));
    groups_must_agree(groups[0], groups[WARM_MEMBERS - 1]);
    mls_group_free(inviter);
    for (size_t i = 0; i < WARM_MEMBERS; i++) {
        mls_group_free(groups[i]);
        person_cleanup(&people[i]);
    }
}
