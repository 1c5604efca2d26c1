/* What a run is made of: how many take part, what the network does to them, what they want. */
#ifndef WAXSEAL_SIM_SCENARIO_H
#define WAXSEAL_SIM_SCENARIO_H

#include "world.h"

typedef enum attack {
    NO_ATTACK,
    ATTACK_ASK,      /* asks to come back */
    ATTACK_MUTUAL,   /* removes its remover, by a commit on the epoch before */
    ATTACK_BOUNDARY, /* the same, arriving at half of them before the window ends, at half after */
    ATTACK_GRAND,    /* the same, one epoch further back */
    ATTACK_STORM,    /* as mutual, and then 15 more commits on the same epoch */
    ATTACK_KEY,      /* asks to come back with another signature key, without having gone */
} attack;

/* Actor `by` wants actor `whom` removed. */
typedef struct wish {
    uint32_t by, whom;
    double at; /* seconds */
} wish;

enum { WISHES_MAX = 4, PEERS_MAX = 4 };

typedef struct scenario {
    const char *letter, *name;
    size_t actors, extra, devices; /* extra: actors who are added during the run */
    double window, window_spread;
    double duration, end; /* people do things until `duration`, and the run ends at `end` */
    size_t bursts, busy;  /* so many times, so many members want an update at once */
    size_t messages;
    wish wishes[WISHES_MAX];
    size_t num_wishes;
    size_t leavers;            /* members who leave at some time */
    uint32_t peers[PEERS_MAX]; /* actors that apply their own commits at once */
    size_t num_peers;
    /* The network. */
    double slow, slow_mean;  /* share of slow deliveries, and their mean delay */
    double loss, duplicates; /* shares: lost at the first try; delivered twice */
    double away, away_mean;  /* how often devices are off the network, and how long */
    double late, late_mean;  /* share of commits that a collection lists late */
    double part_from, part_to;
    size_t restarts;  /* of programs, from what they stored */
    bool servers_die; /* one is down for a while */
    /* Somebody who plays by other rules. */
    attack attack;
    uint32_t rogue;
    bool extends;       /* the attacker goes on from its own commit */
    bool cosigned;      /* the removals have a second actor's endorsement */
    bool rogue_may_win; /* a known hole: see README.md */
    bool nobody_comes;
    bool crowd; /* many rooms instead of one: see crowd.c */
    size_t servers;
} scenario;

extern const size_t num_scenarios;
scenario scenario_at(size_t index);
/* Many rooms; see crowd.c. */
scenario scenario_of_crowd(size_t servers, size_t actors, size_t devices, double hours);

/* Makes the people and rooms, and puts into the queue what they do. */
void plan_one_room(world *w);
void plan_crowd(world *w);

#endif
