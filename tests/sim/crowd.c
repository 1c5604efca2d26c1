/* Many rooms of many people over days: how they come and go, talk, sleep, and how servers fail. */
#include "scenario.h"

#include "check.h"
#include "device.h"
#include "network.h"
#include "people.h"

#include <stdlib.h>

enum { HOUR = 3600, LARGEST = 30 };

/* ---- Times ---- */

/* People stop for the last part of a run, so that all comes to rest: a fifth of it, and at least
 * what healing needs. */
static double active_until(const world *w)
{
    double end = w->scenario->end, quiet = end / 5 > 4 * HOUR ? end / 5 : 4 * HOUR;
    return end > 2 * quiet ? end - quiet : end / 2;
}

static double some_time(world *w, double from)
{
    return dice_between(&w->dice, from, active_until(w));
}

static void add_interval(interval **list, size_t *count, double from, double to, double limit)
{
    if (from >= limit)
        return;
    *list = grown(*list, *count, sizeof **list);
    (*list)[(*count)++] =
        (interval){(uint64_t)(from * SECOND), (uint64_t)((to < limit ? to : limit) * SECOND)};
}

/* One in ten devices is away for a day or two now and then, the others for minutes and for nights.
 */
static void plan_absences(world *w, device *d)
{
    bool rare = dice_chance(&w->dice, 0.1);
    double limit = active_until(w) + dice_between(&w->dice, 0, HOUR);
    for (double t = dice_wait(&w->dice, HOUR); t < limit;) {
        double length = dice_wait(&w->dice, dice_chance(&w->dice, 0.8) ? 0.3 * HOUR : 6 * HOUR);
        if (rare && dice_chance(&w->dice, 0.3))
            length = dice_between(&w->dice, 24, 48) * HOUR;
        add_interval(&d->away, &d->num_away, t, t + length, limit);
        t += length + dice_wait(&w->dice, 2 * HOUR);
    }
    network_expect(w, d);
}

/* Every server fails for minutes to hours; of ten or more, one never comes back. */
static void plan_servers(world *w)
{
    double limit = active_until(w) + dice_between(&w->dice, 0, HOUR);
    for (size_t i = 0; i < w->num_servers; i++) {
        server *s = &w->servers[i];
        for (double t = dice_wait(&w->dice, 24 * HOUR); t < limit;
             t += dice_wait(&w->dice, 24 * HOUR)) {
            double length = dice_wait(&w->dice, 0.7 * HOUR);
            add_interval(&s->down, &s->num_down, t, t + length, limit);
            t += length;
        }
    }
    if (w->num_servers >= 10) {
        server *s = &w->servers[w->num_servers - 1];
        uint64_t when = (uint64_t)(active_until(w) * 2 / 3 * SECOND);
        while (s->num_down && s->down[s->num_down - 1].to > when)
            s->num_down--;
        s->down = grown(s->down, s->num_down, sizeof *s->down);
        s->down[s->num_down++] = (interval){when, NEVER};
    }
}

/* ---- What people do ---- */

static seat *somebody(world *w, room *r)
{
    size_t first = dice_below(&w->dice, r->num_seats);
    for (size_t i = 0; i < r->num_seats; i++) {
        seat *s = &r->seats[(first + i) % r->num_seats];
        if (seat_is_in(s) && network_is_alive(w, s->device))
            return s;
    }
    return NULL;
}

static actor *some_actor(world *w, const room *r, bool in)
{
    size_t first = dice_below(&w->dice, r->num_seats);
    for (size_t i = 0; i < r->num_seats; i++) {
        const seat *s = &r->seats[(first + i) % r->num_seats];
        if (seat_is_in(s) == in && network_is_alive(w, s->device))
            return s->device->actor;
    }
    return NULL;
}

static void update(world *w, void *subject, void *object, uint64_t number)
{
    (void)object;
    (void)number;
    seat_update(w, subject);
}

static void add_somebody(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = somebody(w, subject);
    actor *whom = some_actor(w, subject, false);
    (void)object;
    (void)number;
    if (s && whom)
        seat_add(w, s, &whom, 1);
}

static void leave(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = somebody(w, subject);
    (void)object;
    (void)number;
    if (s)
        seat_leave(w, s);
}

/* Whom the page shows: as far as this device knows, the actor is in the room. */
static bool sees(const seat *s, const actor *whom)
{
    for (size_t i = 0; i < whom->num_devices; i++)
        if (check_is_member(seat_group(s), &whom->devices[i]))
            return true;
    return false;
}

static void remove_somebody(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = somebody(w, subject);
    actor *whom = some_actor(w, subject, true);
    (void)object;
    (void)number;
    if (!s || !whom || whom == s->device->actor || !sees(s, whom))
        return;
    seat_unwanted(w, s, whom);
    seat_remove(w, s, whom);
}

/* Somebody writes, others answer within minutes, then it is quiet for a while. */
static void talk(world *w, void *subject, void *object, uint64_t left)
{
    room *r = subject;
    seat *s = somebody(w, r);
    (void)object;
    if (s)
        seat_say(w, s);
    double wait = left > 0 ? dice_wait(&w->dice, 90) : dice_wait(&w->dice, 3 * HOUR);
    uint64_t more = left > 0 ? left - 1 : dice_below(&w->dice, 12);
    if ((double)w->now / SECOND + wait < active_until(w))
        after(w, wait * SECOND, talk, r, NULL, more);
}

/* A path commit after joining, before long. */
static void came_in(world *w, seat *s)
{
    double wait = dice_between(&w->dice, 60, 2 * HOUR);
    if ((double)w->now / SECOND + wait < active_until(w))
        after(w, wait * SECOND, update, s, NULL, 0);
}

static void begin(world *w, void *subject, void *object, uint64_t count)
{
    room *r = subject;
    actor *whom[LARGEST];
    size_t num = 0;
    (void)object;
    room_begin_alone(w, r);
    for (size_t i = 0; i < r->num_seats; i++)
        if (r->seats[i].device == &r->seats[i].device->actor->devices[0] && num < count)
            whom[num++] = r->seats[i].device->actor;
    seat_add(w, &r->seats[0], whom, num);
}

/* ---- Rooms ---- */

static size_t some_size(world *w, size_t most)
{
    double x = dice_unit(&w->dice);
    size_t size = x < 0.5    ? 2
                  : x < 0.8  ? 3 + dice_below(&w->dice, 4)
                  : x < 0.95 ? 7 + dice_below(&w->dice, 9)
                             : 16 + dice_below(&w->dice, LARGEST - 15);
    return size < most ? size : most;
}

static void plan_room(world *w, uint32_t index, actor **deck)
{
    room *r = &w->rooms[index];
    size_t size = some_size(w, w->num_actors), first = size < 3 ? size : size - size / 4;
    double begins = dice_between(&w->dice, 0, active_until(w) / 3);
    for (size_t i = 0; i < size; i++) {
        size_t k = i + dice_below(&w->dice, w->num_actors - i);
        actor *a = deck[k];
        deck[k] = deck[i];
        deck[i] = a;
    }
    room_make(w, r, index, deck, size);
    after(w, begins * SECOND, begin, r, NULL, first);
    after(w, (begins + dice_wait(&w->dice, HOUR)) * SECOND, talk, r, NULL, 3);
    size_t changes = size < 3 ? 0 : 1 + (size_t)(active_until(w) / (24 * HOUR)) + size / 8;
    for (size_t i = 0; i < changes; i++) {
        after(w, some_time(w, begins + 600) * SECOND, add_somebody, r, NULL, 0);
        if (i % 2)
            after(w, some_time(w, begins + 600) * SECOND, remove_somebody, r, NULL, 0);
        if (i % 3 == 2)
            after(w, some_time(w, begins + 600) * SECOND, leave, r, NULL, 0);
    }
}

void plan_crowd(world *w)
{
    const scenario *s = w->scenario;
    w->end = (uint64_t)(s->end * SECOND);
    w->joined = came_in;
    people_make(w, s->servers, s->actors, s->devices);
    plan_servers(w);
    for (size_t i = 0; i < w->num_devices; i++)
        plan_absences(w, w->devices[i]);
    w->num_rooms = (s->actors * 3 + 3) / 4;
    w->rooms = zeroed(w->num_rooms, sizeof *w->rooms);
    actor **deck = zeroed(s->actors, sizeof(actor *));
    for (size_t i = 0; i < s->actors; i++)
        deck[i] = &w->actors[i];
    for (uint32_t i = 0; i < w->num_rooms; i++)
        plan_room(w, i, deck);
    free(deck);
}
