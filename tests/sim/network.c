#include "network.h"

#include "device.h"
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {"", "message", "welcome", "statement"};

bool network_is_away(const world *w, const device *d)
{
    return end_of(d->away, d->num_away, w->now) != NEVER;
}

bool network_is_alive(const world *w, const device *d)
{
    const server *s = d->actor->server;
    return s->num_down == 0 || s->down[s->num_down - 1].to != NEVER ||
           w->now < s->down[s->num_down - 1].from;
}

/* ---- Delays ---- */

/* Milliseconds between a server and a server, or a server and a device. */
static double delay(world *w)
{
    const scenario *s = w->scenario;
    return SECOND * dice_wait(&w->dice, dice_chance(&w->dice, s->slow) ? s->slow_mean : 0.7);
}

/* Each loss costs a wait before the next try, which doubles. */
static double retries(world *w)
{
    double wait = 5 * SECOND, sum = 0;
    for (int i = 0; i < 8 && dice_chance(&w->dice, w->scenario->loss); i++, wait *= 2)
        sum += wait * dice_between(&w->dice, 0.5, 1.5);
    return sum;
}

/* How long until a server is up, and a little more; < 0: never again. */
static double until_up(world *w, const server *s)
{
    for (size_t i = 0; i < s->num_down; i++)
        if (s->down[i].from <= w->now && w->now < s->down[i].to)
            return s->down[i].to == NEVER
                       ? -1
                       : (double)(s->down[i].to - w->now) + dice_between(&w->dice, 0, 20) * SECOND;
    return 0;
}

/* What a partition costs between the two halves of the servers. */
static double across(const world *w, const actor *from, const actor *to)
{
    const scenario *s = w->scenario;
    double now = (double)w->now / SECOND;
    bool apart = from->server->index % 2 != to->server->index % 2;
    return apart && s->part_from <= now && now < s->part_to ? SECOND * (s->part_to - now) : 0;
}

/* ---- On the way ---- */

static void deliver(world *w, device *d, post *p)
{
    w->figures.deliveries++;
    trace(w, d, "gets %s %u of %s in room %u", kind_names[p->kind], p->number, p->from->name,
          p->room->index);
    device_receive(w, d, p);
    network_leave(p);
}

static void arrive_at_device(world *w, void *subject, void *object, uint64_t number)
{
    device *d = subject;
    if (!network_is_away(w, d)) {
        deliver(w, d, object);
        device_settle(w, d);
        return;
    }
    d->mailbox = grown(d->mailbox, d->num_mailbox, sizeof *d->mailbox);
    d->mailbox[d->num_mailbox++] = (letter){object, number};
}

static void arrive_at_server(world *w, void *subject, void *object, uint64_t number)
{
    actor *to = subject;
    post *p = object;
    double wait = until_up(w, to->server);
    if (wait > 0)
        after(w, wait, arrive_at_server, to, p, number);
    if (wait != 0) {
        if (wait < 0)
            network_leave(p);
        return;
    }
    for (size_t i = 0; i < to->num_devices; i++) {
        p->refs++;
        after(w, delay(w), arrive_at_device, &to->devices[i], p, w->order);
    }
    network_leave(p);
}

static void hand_over(world *w, post *p, actor *to, double wait)
{
    p->refs++;
    after(w, wait, arrive_at_server, to, p, 0);
}

/* ---- Sending ---- */

post *network_post(world *w, const device *from, room *r, post_kind kind, bytes octets)
{
    post *p = need(malloc(sizeof *p + octets.len));
    *p = (post){.kind = kind,
                .number = w->num_posts++,
                .room = r,
                .from = from,
                .refs = 1,
                .len = octets.len};
    memcpy(p->octets, octets.data, octets.len);
    w->figures.posts++;
    w->figures.octets += octets.len;
    trace(w, from, "posts %s %u in room %u, %zu octets", kind_names[kind], p->number, r->index,
          octets.len);
    return p;
}

/* From a device that is away, or whose server is down, it leaves later. */
static double until_sent(world *w, const device *from)
{
    uint64_t back = end_of(from->away, from->num_away, w->now);
    double wait = until_up(w, from->actor->server);
    if (wait < 0)
        return -1;
    if (back == NEVER)
        return wait;
    double away = (double)(back - w->now) + dice_between(&w->dice, 0, SECOND);
    return away > wait ? away : wait;
}

void network_send(world *w, post *p, actor *to, double extra)
{
    const scenario *s = w->scenario;
    double sent = until_sent(w, p->from);
    if (sent < 0)
        return;
    sent += across(w, p->from->actor, to) + extra;
    if (p->kind == POST_MLS && dice_chance(&w->dice, s->late))
        sent += SECOND * dice_wait(&w->dice, s->late_mean);
    hand_over(w, p, to, sent + delay(w) + retries(w));
    if (dice_chance(&w->dice, s->duplicates))
        hand_over(w, p, to, sent + delay(w) + retries(w));
}

void network_leave(post *p)
{
    if (--p->refs == 0)
        free(p);
}

void network_publish(world *w, const device *from, room *r, post_kind kind, bytes octets,
                     const bytes *to, size_t num_to)
{
    post *p = network_post(w, from, r, kind, octets);
    for (size_t i = 0; i < num_to; i++) {
        actor *a = find_actor(w, to[i]);
        if (a)
            network_send(w, p, a, 0);
    }
    network_leave(p);
}

/* ---- Coming back ---- */

static void come_back(world *w, void *subject, void *object, uint64_t number)
{
    device *d = subject;
    (void)object;
    (void)number;
    size_t count = d->num_mailbox;
    letter *mailbox = d->mailbox;
    d->mailbox = NULL;
    d->num_mailbox = 0;
    trace(w, d, "is back, with %zu in the mailbox", count);
    for (size_t i = 0; i < count; i++)
        deliver(w, d, mailbox[i].post);
    free(mailbox);
    device_settle(w, d); /* after the collection was read to its end */
}

void network_expect(world *w, device *d)
{
    for (size_t i = 0; i < d->num_away; i++)
        at(w, d->away[i].to, come_back, d, NULL, 0);
}

void network_forget(const happening *e)
{
    if (e->act == arrive_at_server || e->act == arrive_at_device)
        network_leave(e->object);
}
