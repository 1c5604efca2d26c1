/*
 * A group of any size: its creator adds all others by one commit without a path. Members by whom
 * nothing is done have KeyPackages only.
 */
#ifndef WAXSEAL_BENCHMARKS_CROWD_H
#define WAXSEAL_BENCHMARKS_CROWD_H

#include "people.h"

enum { CROWD_JOINERS = 3 };

typedef struct crowd {
    uint32_t size;
    uint16_t suite;
    person creator, joiners[CROWD_JOINERS]; /* at the leaves 1, size / 2 and size - 1 */
    size_t num_joiners;                     /* fewer when these are the same leaf */
    mls_group *own, *groups[CROWD_JOINERS];
    mls_buf *key_packages; /* size - 1, the one of leaf i at i - 1 */
    mls_buf commit, welcome;
    double add_ms, join_ms[CROWD_JOINERS];
} crowd;

/* Makes the KeyPackages: size > 1. */
void crowd_init(crowd *c, uint16_t suite, uint32_t size);
/* The creator creates the group and adds everybody. */
void crowd_add_all(crowd *c);
/* The joiners join. */
void crowd_join(crowd *c);
void crowd_cleanup(crowd *c);

#endif
