#include "scale.h"

#include "crowd.h"
#include "timing.h"

#include <malloc.h>
#include <stdio.h>

/* Octets that this process holds in allocated blocks. */
static double held(void)
{
    struct mallinfo2 info = mallinfo2();
    return (double)info.uordblks + (double)info.hblkhd;
}

/* The largest number of octets that the process has had in memory. */
static double peak(void)
{
    char line[128];
    double kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmHWM: %lf", &kib);
    if (status)
        fclose(status);
    return kib * 1024;
}

/* Commits of `own`, received by the joiner of the other half. */
static void measure_commits(crowd *c, const char *name, const char *process, const char *octets,
                            bool removes)
{
    times made = {0}, processed = {0};
    mls_group *receiver = c->groups[c->num_joiners - 1];
    size_t len = 0;
    for (uint32_t i = 0; i < 3; i++) {
        mls_proposal proposal = {.type = MLS_PROPOSAL_REMOVE, .leaf = c->size / 2 + 2 + i};
        mls_buf commit;
        if (removes && proposal.leaf + 1 >= c->size)
            break;
        double start = now_ms();
        bench_commit(c->own, &commit, NULL, &proposal, removes, 0);
        times_add(&made, now_ms() - start);
        start = now_ms();
        bench_process(receiver, commit);
        times_add(&processed, now_ms() - start);
        len = commit.len;
        mls_buf_free(&commit);
    }
    if (made.count == 0)
        return;
    emit(name, times_median(&made));
    emit(process, times_median(&processed));
    emit(octets, (double)len);
}

static void measure_messages(crowd *c)
{
    enum { COUNT = 200 };
    static mls_buf sent[COUNT];
    times protect = {0}, unprotect = {0};
    mls_bytes content = some_content(100);
    mls_group *receiver = c->groups[c->num_joiners - 1];
    for (size_t round = 0; round < 9; round++) {
        double start = now_ms();
        for (size_t i = 0; i < COUNT; i++)
            bench_protect(c->own, &sent[i], content);
        double between = now_ms();
        for (size_t i = 0; i < COUNT; i++)
            bench_unprotect(receiver, sent[i], content);
        times_add(&protect, (between - start) / COUNT);
        times_add(&unprotect, (now_ms() - between) / COUNT);
        for (size_t i = 0; i < COUNT; i++)
            mls_buf_free(&sent[i]);
    }
    emit("protect", times_median(&protect));
    emit("unprotect", times_median(&unprotect));
}

static void measure_state(crowd *c)
{
    mls_buf epoch, ratchet;
    double start = now_ms();
    must(mls_group_save(c->groups[0], &epoch, &ratchet), "save");
    emit("save", now_ms() - start);
    emit("stored_epoch", (double)epoch.len);
    emit("stored_ratchet", (double)ratchet.len);
    mls_buf_free(&epoch);
    mls_buf_free(&ratchet);
}

void scale_measure(uint16_t suite, uint32_t size)
{
    crowd c;
    crowd_init(&c, suite, size);
    double before = held();
    crowd_add_all(&c);
    double after = held();
    emit("create_and_add", c.add_ms);
    emit("commit_octets", (double)c.commit.len);
    emit("welcome_octets", (double)c.welcome.len);
    emit("group_memory", after - before - (double)c.commit.len - (double)c.welcome.len);
    crowd_join(&c);
    emit("join", median(c.join_ms, c.num_joiners));
    measure_state(&c);
    measure_messages(&c);
    measure_commits(&c, "update", "process", "update_octets", false);
    measure_commits(&c, "remove", "process_remove", "remove_octets", true);
    groups_must_agree(c.own, c.groups[c.num_joiners - 1]);
    emit("peak_memory", peak());
    crowd_cleanup(&c);
}
