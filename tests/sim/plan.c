/* One room, with all actors but the extra ones in it, as the scenarios have it. */
#include "scenario.h"

#include "check.h"
#include "device.h"
#include "member.h"
#include "network.h"
#include "people.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

/* ---- What people do ---- */

static seat *seat_of(const world *w, size_t index)
{
    return find_seat(&w->actors[index].devices[0], &w->rooms[0]);
}

static void want_update(world *w, void *subject, void *object, uint64_t number)
{
    (void)object;
    (void)number;
    seat_update(w, subject);
}

static void want_add(world *w, void *subject, void *object, uint64_t number)
{
    actor *whom = object;
    (void)number;
    seat_add(w, subject, &whom, 1);
}

/* Another than the remover and the removed wants it too, in every epoch until it is so; `number`
 * stands for the one where that was last said. */
static void endorse(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = subject;
    const actor *whom = object;
    epoch_id id;
    uint64_t now;
    if (seat_is_in(s) && !network_is_away(w, s->device)) {
        epoch_id_of(&id, seat_group(s));
        memcpy(&now, id.octets, sizeof now);
        if (now != number)
            member_endorse(w, s, whom);
        number = now;
    }
    if (w->now < 120 * SECOND)
        after(w, SECOND, endorse, s, object, number);
}

static void restart(world *w, void *subject, void *object, uint64_t only_save)
{
    seat *s = subject;
    (void)object;
    if (s->c)
        store_restart(w, s, only_save);
}

static void want_remove(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = subject;
    if (!seat_is_in(s))
        return;
    if (w->scenario->cosigned && !check_endorsed(s)) { /* the page waits for the second person */
        after(w, SECOND, want_remove, s, object, number);
        return;
    }
    seat_unwanted(w, s, object);
    seat_remove(w, s, object);
}

static void want_leave(world *w, void *subject, void *object, uint64_t number)
{
    (void)object;
    (void)number;
    seat_leave(w, subject);
}

static void say_something(world *w, void *subject, void *object, uint64_t number)
{
    room *r = subject;
    seat *in[256];
    size_t count = 0;
    (void)object;
    (void)number;
    for (size_t i = 0; i < r->num_seats && count < 256; i++)
        if (seat_is_in(&r->seats[i]) && r->seats[i].device->actor->manners != ROGUE)
            in[count++] = &r->seats[i];
    if (count)
        seat_say(w, in[dice_below(&w->dice, count)]);
}

/* People notice that a peer does not answer any more, and invite it again. */
static void look_for_stranded(world *w, void *subject, void *object, uint64_t number)
{
    room *r = subject;
    seat *helper = NULL;
    (void)object;
    (void)number;
    for (size_t i = 0; i < r->num_seats && !helper; i++)
        if (r->seats[i].c && seat_is_in(&r->seats[i]) && !network_is_away(w, r->seats[i].device))
            helper = &r->seats[i];
    for (size_t i = 0; i < r->num_seats && helper; i++) {
        seat *s = &r->seats[i];
        mls_group_info ours, theirs;
        if (!s->group || s->device->actor->manners == ROGUE || s->unwanted_by)
            continue;
        mls_group_describe(seat_group(helper), &ours);
        mls_group_describe(s->group, &theirs);
        if (bytes_equal(ours.epoch_authenticator, theirs.epoch_authenticator)) {
            s->stranded = 0;
        } else if (++s->stranded % 4 == 0) {
            actor *whom = s->device->actor;
            if (check_is_member(seat_group(helper), s->device))
                seat_remove(w, helper, whom);
            else
                seat_add(w, helper, &whom, 1);
        } else if (s->stranded % 4 == 1 && s->stranded > 4 &&
                   !check_is_member(seat_group(helper), s->device)) {
            actor *whom = s->device->actor; /* it was removed for this */
            seat_add(w, helper, &whom, 1);
        }
    }
    if (w->now < w->end)
        after(w, 30 * SECOND, look_for_stranded, r, NULL, 0);
}

/* ---- The plan ---- */

static void plan_absences(world *w, device *d)
{
    const scenario *s = w->scenario;
    if (s->away == 0 || d->actor->manners == ROGUE)
        return;
    for (double t = dice_between(&w->dice, 0, 60); t < 2 * s->duration;) {
        if (dice_chance(&w->dice, s->away)) {
            double length = dice_wait(&w->dice, s->away_mean);
            d->away = grown(d->away, d->num_away, sizeof *d->away);
            d->away[d->num_away++] =
                (interval){(uint64_t)(t * SECOND), (uint64_t)((t + length) * SECOND)};
            t += length;
        }
        t += dice_between(&w->dice, 10, 80);
    }
}

static size_t honest(world *w)
{
    size_t index;
    do
        index = dice_below(&w->dice, w->scenario->actors);
    while (w->actors[index].manners == ROGUE);
    return index;
}

static void plan_updates(world *w)
{
    const scenario *s = w->scenario;
    for (size_t i = 0; i < s->bursts; i++) {
        double t = dice_between(&w->dice, 5, s->duration);
        for (size_t k = 0; k < s->busy; k++) {
            seat *who = seat_of(w, honest(w));
            after(w, (t + dice_between(&w->dice, 0, 2)) * SECOND, want_update, who, NULL, 0);
        }
    }
}

static void plan_servers(world *w)
{
    for (size_t i = 0; i < w->num_servers; i++) {
        server *s = &w->servers[i];
        double from = dice_between(&w->dice, 10, w->scenario->duration);
        if (!dice_chance(&w->dice, 0.5))
            continue;
        s->down = zeroed(1, sizeof *s->down);
        s->num_down = 1;
        s->down[0] = (interval){(uint64_t)(from * SECOND),
                                (uint64_t)((from + dice_wait(&w->dice, 90)) * SECOND)};
    }
}

static void plan(world *w)
{
    const scenario *s = w->scenario;
    room *r = &w->rooms[0];
    plan_updates(w);
    for (size_t i = 0; i < s->extra; i++)
        after(w, dice_between(&w->dice, 20, 90) * SECOND, want_add, seat_of(w, honest(w)),
              &w->actors[s->actors + i], 0);
    for (size_t i = 0; i < s->num_wishes; i++)
        after(w, (s->wishes[i].at + dice_between(&w->dice, 0, 1)) * SECOND, want_remove,
              seat_of(w, s->wishes[i].by), &w->actors[s->wishes[i].whom], 0);
    for (size_t i = 0; i < s->leavers; i++)
        after(w, dice_between(&w->dice, 20, s->duration) * SECOND, want_leave,
              seat_of(w, honest(w)), NULL, 0);
    if (s->cosigned)
        after(w, 50 * SECOND, endorse, seat_of(w, 3), &w->actors[s->wishes[0].whom], 0);
    for (size_t i = 0; i < s->restarts; i++)
        after(w, dice_between(&w->dice, 1, s->duration + 100) * SECOND, restart,
              &r->seats[dice_below(&w->dice, r->num_seats)], NULL, dice_chance(&w->dice, 0.3));
    for (size_t i = 0; i < s->messages; i++)
        after(w, dice_between(&w->dice, 1, s->duration + 40) * SECOND, say_something, r, NULL, 0);
    if (s->num_peers)
        after(w, 30 * SECOND, look_for_stranded, r, NULL, 0);
}

void plan_one_room(world *w)
{
    const scenario *s = w->scenario;
    size_t count = s->actors + s->extra;
    w->end = (uint64_t)(s->end * SECOND);
    w->params.window = (uint32_t)s->window;
    w->params.grace = 3;
    w->params.turn = 4;
    w->params.unreadable_after = 25;
    w->params.beacon_every = 12;
    people_make(w, count < 4 ? count : 4, count, s->devices);
    actor **members = zeroed(count, sizeof *members);
    for (size_t i = 0; i < count; i++)
        members[i] = &w->actors[i];
    w->rooms = zeroed(1, sizeof *w->rooms);
    w->num_rooms = 1;
    room_make(w, &w->rooms[0], 0, members, count);
    free(members);
    for (size_t i = 0; i < w->num_devices; i++) {
        plan_absences(w, w->devices[i]);
        network_expect(w, w->devices[i]);
    }
    if (s->servers_die)
        plan_servers(w);
    room_begin(w, &w->rooms[0], s->actors * s->devices);
    for (size_t i = 0; i < s->actors * s->devices; i++)
        if (w->rooms[0].seats[i].c)
            device_settle(w, w->rooms[0].seats[i].device);
    plan(w);
}
