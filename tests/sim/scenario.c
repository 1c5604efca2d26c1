#include "scenario.h"

#include <string.h>

#define REMOVAL(a, b) .wishes = {{a, b, 60}}, .num_wishes = 1, .busy = 2, .bursts = 3

/* What is left out is usual: see complete(). */
static const scenario table[] = {
    {.letter = "A", .name = "honest, fast network"},
    {.letter = "B",
     .name = "away longer than the window",
     .away = 0.5,
     .away_mean = 70,
     .slow = 0.15,
     .slow_mean = 20},
    {.letter = "C", .name = "2 of 6 apply at once", .peers = {2, 4}, .num_peers = 2},
    {.letter = "D",
     .name = "cyclic removals",
     .busy = 2,
     .bursts = 2,
     .nobody_comes = true,
     .wishes = {{0, 1, 40}, {1, 2, 40}, {2, 0, 40}},
     .num_wishes = 3},
    {.letter = "E", .name = "collection lists late", .late = 0.3, .late_mean = 40},
    {REMOVAL(1, 4), .letter = "F", .name = "junior back-dates", .attack = ATTACK_MUTUAL,
     .rogue = 4},
    {REMOVAL(2, 0), .letter = "G", .name = "senior back-dates", .attack = ATTACK_MUTUAL, .rogue = 0,
     .rogue_may_win = true},
    {REMOVAL(2, 0), .letter = "H", .name = "the same, co-signed", .attack = ATTACK_MUTUAL,
     .rogue = 0, .cosigned = true},
    {REMOVAL(2, 0), .letter = "I", .name = "boundary timing", .attack = ATTACK_BOUNDARY, .rogue = 0,
     .rogue_may_win = true},
    {REMOVAL(1, 0), .letter = "J", .name = "grandparent, extended", .attack = ATTACK_GRAND,
     .rogue = 0, .extends = true, .rogue_may_win = true},
    {REMOVAL(2, 0), .letter = "K", .name = "equivocation", .attack = ATTACK_STORM, .rogue = 0},
    {REMOVAL(1, 0), .letter = "L", .name = "grandparent, co-signed", .attack = ATTACK_GRAND,
     .rogue = 0, .extends = true, .cosigned = true},
    {REMOVAL(2, 0), .letter = "M", .name = "boundary, co-signed", .attack = ATTACK_BOUNDARY,
     .rogue = 0, .cosigned = true},
    {.letter = "N",
     .name = "mutual removal",
     .busy = 2,
     .bursts = 3,
     .wishes = {{1, 3, 60}, {3, 1, 60}},
     .num_wishes = 2},
    {REMOVAL(1, 4), .letter = "O", .name = "removed, asks back", .attack = ATTACK_ASK, .rogue = 4},
    {.letter = "V", .name = "asks back with another key", .attack = ATTACK_KEY, .rogue = 4},
    {.letter = "Q",
     .name = "12 busy devices",
     .actors = 12,
     .busy = 4,
     .bursts = 10,
     .away = 0.7,
     .away_mean = 90,
     .slow = 0.2,
     .slow_mean = 30,
     .window = 30,
     .window_spread = 0.5,
     .duration = 250,
     .end = 1500},
    {.letter = "R", .name = "partition of 3 windows", .part_from = 30, .part_to = 220, .end = 1200},
    {.letter = "S",
     .name = "partition with a peer",
     .actors = 7,
     .part_from = 30,
     .part_to = 220,
     .peers = {2},
     .num_peers = 1,
     .end = 1200},
    {.letter = "P", .name = "programs start again", .restarts = 60, .away = 0.3, .away_mean = 30},
    {.letter = "U",
     .name = "people leave",
     .actors = 8,
     .devices = 2,
     .leavers = 3,
     .away = 0.3,
     .away_mean = 60,
     .end = 1200},
    {.letter = "W",
     .name = "people leave, some apply at once",
     .actors = 8,
     .leavers = 3,
     .peers = {2, 4},
     .num_peers = 2,
     .end = 1200},
    {.letter = "T",
     .name = "several devices, servers die",
     .devices = 2,
     .servers_die = true,
     .end = 1200},
};
const size_t num_scenarios = sizeof table / sizeof table[0];

static void usual(double *value, double otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

static void usual_count(size_t *value, size_t otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

/* What sim.py of the design takes for granted. */
static void complete(scenario *s)
{
    usual_count(&s->actors, 6);
    usual_count(&s->devices, 1);
    usual_count(&s->bursts, 6);
    usual_count(&s->busy, 3);
    usual_count(&s->messages, 60);
    usual(&s->window, 60);
    usual(&s->window_spread, 0.2);
    usual(&s->duration, 150);
    usual(&s->end, 900);
    usual(&s->slow, 0.1);
    usual(&s->slow_mean, 8);
    usual(&s->loss, 0.02);
    usual(&s->duplicates, 0.1);
    s->extra = s->nobody_comes ? 0 : 1;
}

scenario scenario_at(size_t index)
{
    scenario s = table[index];
    complete(&s);
    return s;
}

scenario scenario_of_crowd(size_t servers, size_t actors, size_t devices, double hours)
{
    scenario s = {.letter = "crowd",
                  .name = "many rooms",
                  .servers = servers,
                  .actors = actors,
                  .devices = devices,
                  .end = hours * 3600,
                  .window = 600,
                  .crowd = true};
    complete(&s);
    s.extra = 0;
    return s;
}
