#include "report.h"

#include "check.h"
#include "rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPLAYS_MAX = 5, JOBS_MAX = 64 };

void figures_add(figures *sum, const figures *more)
{
#define F(name) sum->name += more->name;
#include "figures.def"
#undef F
}

/* ---- One run ---- */

static figures run(const scenario *s, const options *o, uint64_t seed)
{
    world *w = world_new(seed, s);
    w->trace = o->trace;
    w->params = conversation_defaults;
    for (size_t i = 0; i < o->num_off; i++)
        rules_off(&w->params, o->off[i]);
    if (s->crowd)
        plan_crowd(w);
    else
        plan_one_room(w);
    run_until(w, w->end);
    check_at_rest(w);
    figures out = w->figures;
    world_free(w);
    return out;
}

/* ---- All runs ---- */

typedef struct result {
    uint64_t seed;
    bool done; /* else it has begun */
    figures figures;
} result;

/* Short of a pipe's atomic size no more than needed: results are read by one process only. */
static void work(const scenario *s, const options *o, size_t job, int out)
{
    for (uint64_t i = job; i < o->seeds; i += o->jobs) {
        result r = {.seed = o->seed + i};
        if (write(out, &r, sizeof r) != (ssize_t)sizeof r)
            _exit(2);
        r.figures = run(s, o, r.seed);
        r.done = true;
        fflush(stdout);
        if (write(out, &r, sizeof r) != (ssize_t)sizeof r)
            _exit(2);
    }
    _exit(0);
}

typedef struct tally {
    figures sum;
    uint64_t failed[REPLAYS_MAX];
    size_t num_failed;
    uint64_t open; /* seed that has begun and not ended */
    bool is_open;
} tally;

static void note_failed(tally *t, uint64_t seed)
{
    if (t->num_failed < REPLAYS_MAX)
        t->failed[t->num_failed] = seed;
    t->num_failed++;
}

/* Reads what one job says, to its end. */
static void collect(tally *t, FILE *in, pid_t pid)
{
    result r;
    int status = 0;
    t->is_open = false;
    while (fread(&r, sizeof r, 1, in) == 1) {
        t->is_open = !r.done;
        t->open = r.seed;
        if (!r.done)
            continue;
        figures_add(&t->sum, &r.figures);
        if (r.figures.failed)
            note_failed(t, r.seed);
    }
    waitpid(pid, &status, 0);
    if (t->is_open || status != 0) {
        printf("  the run with seed %" PRIu64 " died (status %d)\n", t->open, status);
        t->sum.runs++;
        t->sum.failed++;
        note_failed(t, t->open);
    }
}

static void print_line(const scenario *s, const figures *f, double took)
{
    double runs = (double)(f->runs ? f->runs : 1);
    printf("%-5s %-29s %4" PRIu64 " runs  failed %4" PRIu64 "  stuck %4" PRIu64 " rooms %5" PRIu64
           " devices  lost %4" PRIu64 " of %" PRIu64 "  twice %" PRIu64 "  leaks %" PRIu64
           "  back %" PRIu64 "  out %" PRIu64 "  split off %" PRIu64 "  orphans %" PRIu64
           "  rogue in %" PRIu64 "  strangers %" PRIu64 "\n",
           s->letter, s->name, f->runs, f->failed, f->stuck_rooms, f->stuck_devices, f->lost,
           f->readings + f->lost, f->shown_twice, f->leaks, f->back_again, f->wrongly_out,
           f->split_off, f->orphans, f->rogue_in, f->strangers);
    printf("      per run: said %.1f  sent %.1f  repeats %.1f  asked %.1f  commits %.1f  wasted "
           "%.1f  rollbacks %.1f  rejoins %.1f  statements %.1f  refused %.1f  failures %.1f  "
           "attacks %.1f\n",
           (double)f->said / runs, (double)f->ciphertexts / runs, (double)f->repeats / runs,
           (double)f->held / runs, (double)f->commits / runs, (double)f->commits_wasted / runs,
           (double)f->rollbacks / runs, (double)f->rejoins / runs, (double)f->statements / runs,
           (double)f->refused / runs, (double)f->failures / runs, (double)f->attacks / runs);
    printf("      peers: stranded %" PRIu64 ", lost %" PRIu64 "; old snapshots %" PRIu64
           ", errors %" PRIu64 "; %" PRIu64 " events, %" PRIu64 " posts, %" PRIu64
           " deliveries, %.1f MB; %.1f s\n",
           f->stranded_peers, f->lost_at_peers, f->old_snapshots, f->errors, f->events, f->posts,
           f->deliveries, (double)f->octets / 1e6, took);
}

static double clock_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool start(const scenario *s, const options *o, size_t job, FILE **in, pid_t *pid)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0 || (*pid = fork()) < 0)
        return false;
    if (*pid == 0) {
        close(ends[0]);
        work(s, o, job, ends[1]);
    }
    close(ends[1]);
    *in = fdopen(ends[0], "rb");
    return *in != NULL;
}

bool report_scenario(const scenario *s, const options *o)
{
    FILE *in[JOBS_MAX];
    pid_t pids[JOBS_MAX];
    tally t = {.num_failed = 0};
    double began = clock_seconds();
    size_t jobs = o->jobs < o->seeds ? o->jobs : (size_t)o->seeds;
    for (size_t i = 0; i < jobs; i++)
        if (!start(s, o, i, &in[i], &pids[i])) {
            perror("sim");
            exit(2);
        }
    for (size_t i = 0; i < jobs; i++) {
        collect(&t, in[i], pids[i]);
        fclose(in[i]);
    }
    if (o->quiet)
        return t.num_failed == 0;
    print_line(s, &t.sum, clock_seconds() - began);
    for (size_t i = 0; i < t.num_failed && i < REPLAYS_MAX; i++)
        printf("      replay: sim %s --seed %" PRIu64 " --trace\n", o->arguments, t.failed[i]);
    return t.num_failed == 0;
}
