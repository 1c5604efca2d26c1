#include "crowd.h"

#include "timing.h"

#include <stdlib.h>

static void *or_die(void *memory)
{
    if (!memory)
        must(MLS_ERR_NO_MEMORY, "crowd");
    return memory;
}

static void init_joiners(crowd *c)
{
    uint32_t leaves[CROWD_JOINERS] = {1, c->size / 2, c->size - 1};
    for (size_t i = 0; i < CROWD_JOINERS; i++) {
        if (i > 0 && leaves[i] <= leaves[i - 1])
            continue;
        person *p = &c->joiners[c->num_joiners++];
        person_init(p, c->suite, 0x8000 + leaves[i]);
        person_new_key_package(p);
        c->key_packages[leaves[i] - 1] = p->key_package;
        p->key_package = (mls_buf){0};
    }
}

void crowd_init(crowd *c, uint16_t suite, uint32_t size)
{
    *c = (crowd){.size = size, .suite = suite};
    c->key_packages = or_die(calloc(size - 1, sizeof *c->key_packages));
    person_init(&c->creator, suite, 0x8000);
    init_joiners(c);
    for (uint32_t i = 0; i < size - 1; i++) {
        person filler;
        if (c->key_packages[i].len)
            continue;
        person_init(&filler, suite, 0x100000 + i);
        person_new_key_package(&filler);
        c->key_packages[i] = filler.key_package;
        filler.key_package = (mls_buf){0};
        person_cleanup(&filler);
    }
}

void crowd_add_all(crowd *c)
{
    mls_proposal *adds = or_die(calloc(c->size - 1, sizeof *adds));
    for (uint32_t i = 0; i < c->size - 1; i++)
        adds[i] = (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = view(c->key_packages[i])};
    mls_group_free(c->own);
    mls_buf_free(&c->commit);
    mls_buf_free(&c->welcome);
    c->own = bench_create(&c->creator);
    double start = now_ms();
    bench_commit(c->own, &c->commit, &c->welcome, adds, c->size - 1, MLS_COMMIT_WITHOUT_PATH);
    c->add_ms = now_ms() - start;
    free(adds);
}

void crowd_join(crowd *c)
{
    for (size_t i = 0; i < c->num_joiners; i++) {
        mls_group_free(c->groups[i]);
        double start = now_ms();
        c->groups[i] = bench_join(&c->joiners[i], c->welcome);
        c->join_ms[i] = now_ms() - start;
        groups_must_agree(c->own, c->groups[i]);
    }
}

void crowd_cleanup(crowd *c)
{
    mls_group_free(c->own);
    person_cleanup(&c->creator);
    for (size_t i = 0; i < c->num_joiners; i++) {
        mls_group_free(c->groups[i]);
        person_cleanup(&c->joiners[i]);
    }
    for (uint32_t i = 0; i < c->size - 1; i++)
        mls_buf_free(&c->key_packages[i]);
    free(c->key_packages);
    mls_buf_free(&c->commit);
    mls_buf_free(&c->welcome);
    *c = (crowd){0};
}
