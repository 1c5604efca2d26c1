#include "world.h"

#include "network.h"
#include "peer.h"
#include "rogue_member.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *need(void *pointer)
{
    if (pointer)
        return pointer;
    fputs("sim: out of memory\n", stderr);
    abort();
}

void *zeroed(size_t count, size_t size)
{
    return need(calloc(count ? count : 1, size));
}

void *grown(void *items, size_t count, size_t size)
{
    if (count & (count - 1)) /* full only at 0 and at the powers of two */
        return items;
    return need(realloc(items, (count ? 2 * count : 1) * size));
}

uint64_t seconds(const world *w)
{
    return START + w->now / SECOND;
}

/* ---- The queue ---- */

static bool sooner(const happening *a, const happening *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(happening *a, happening *b)
{
    happening c = *a;
    *a = *b;
    *b = c;
}

static void push(world *w, happening e)
{
    if (w->num_events == w->room_events) {
        w->room_events = w->room_events ? 2 * w->room_events : 1024;
        w->queue = need(realloc(w->queue, w->room_events * sizeof *w->queue));
    }
    size_t i = w->num_events++;
    for (w->queue[i] = e; i > 0 && sooner(&w->queue[i], &w->queue[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&w->queue[i], &w->queue[(i - 1) / 2]);
}

static happening pop(world *w)
{
    happening first = w->queue[0];
    w->queue[0] = w->queue[--w->num_events];
    for (size_t i = 0, least = 0;; i = least) {
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < w->num_events; child++)
            if (sooner(&w->queue[child], &w->queue[least]))
                least = child;
        if (least == i)
            return first;
        swap(&w->queue[i], &w->queue[least]);
    }
}

void at(world *w, uint64_t when, action act, void *subject, void *object, uint64_t number)
{
    push(w, (happening){when < w->now ? w->now : when, w->order++, act, subject, object, number});
}

void after(world *w, double delay, action act, void *subject, void *object, uint64_t number)
{
    at(w, w->now + (uint64_t)(delay < 0 ? 0 : delay), act, subject, object, number);
}

void run_until(world *w, uint64_t when)
{
    while (w->num_events && w->queue[0].at <= when) {
        happening e = pop(w);
        w->now = e.at;
        w->figures.events++;
        e.act(w, e.subject, e.object, e.number);
    }
}

uint64_t end_of(const interval *list, size_t count, uint64_t when)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].from <= when && when < list[i].to)
            return list[i].to;
    return NEVER;
}

/* ---- Words ---- */

void trace(const world *w, const device *d, const char *format, ...)
{
    va_list list;
    if (!w->trace)
        return;
    printf("%10.3f  %-12s ", (double)w->now / SECOND, d ? d->name : "");
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    putchar('\n');
}

bool worked(world *w, const device *d, const char *what, mls_err err)
{
    if (err == MLS_OK)
        return true;
    w->figures.errors++;
    trace(w, d, "UNEXPECTED: %s: %s", what, mls_err_name(err));
    return false;
}

/* ---- Who is who ---- */

bytes actor_id(const actor *a)
{
    return bytes_of(a->id, strlen(a->id));
}

actor *find_actor(world *w, bytes id)
{
    for (size_t i = 0; i < w->num_actors; i++)
        if (bytes_equal(actor_id(&w->actors[i]), id))
            return &w->actors[i];
    return NULL;
}

seat *find_seat(const device *d, const room *r)
{
    for (size_t i = 0; i < d->num_seats; i++)
        if (d->seats[i]->room == r)
            return d->seats[i];
    return NULL;
}

seat *find_seat_by_key(room *r, bytes key)
{
    for (size_t i = 0; i < r->num_seats; i++) {
        const mls_buf *own = &r->seats[i].device->public_key;
        if (bytes_equal(bytes_of(own->data, own->len), key))
            return &r->seats[i];
    }
    return NULL;
}

/* ---- Beginning and end ---- */

world *world_new(uint64_t seed, const struct scenario *s)
{
    world *w = zeroed(1, sizeof *w);
    w->seed = seed;
    w->scenario = s;
    dice_seed(&w->dice, seed, 'n');
    dice_install(seed);
    return w;
}

static void free_device(device *d)
{
    mls_buf_free(&d->signature_key);
    mls_buf_free(&d->public_key);
    for (size_t i = 0; i < d->num_secrets; i++)
        mls_buf_free(&d->secrets[i]);
    free(d->secrets);
    free(d->away);
    for (size_t i = 0; i < d->num_mailbox; i++)
        if (--d->mailbox[i].post->refs == 0)
            free(d->mailbox[i].post);
    free(d->mailbox);
    free(d->seats);
}

static void free_room(room *r)
{
    for (size_t i = 0; i < r->num_seats; i++) {
        seat *s = &r->seats[i];
        conversation_free(s->c);
        mls_group_free(s->group);
        peer_free(s->peer);
        rogue_free(s->rogue);
        for (size_t k = 0; k < s->num_early; k++)
            free(s->early[k]);
        free(s->early);
        for (size_t k = 0; k < s->num_records; k++) {
            mls_buf_free(&s->records[k].id);
            mls_buf_free(&s->records[k].octets);
        }
        free(s->records);
    }
    free(r->seats);
}

void world_free(world *w)
{
    for (size_t i = 0; i < w->num_rooms; i++)
        free_room(&w->rooms[i]);
    for (size_t i = 0; i < w->num_actors; i++) {
        for (size_t k = 0; k < w->actors[i].num_devices; k++)
            free_device(&w->actors[i].devices[k]);
        free(w->actors[i].devices);
    }
    for (size_t i = 0; i < w->num_sayings; i++)
        free(w->sayings[i].allowed); /* and the other two, which lie behind it */
    for (size_t i = 0; i < w->num_servers; i++)
        free(w->servers[i].down);
    for (size_t i = 0; i < w->num_events; i++)
        network_forget(&w->queue[i]);
    free(w->servers);
    free(w->actors);
    free(w->devices);
    free(w->rooms);
    free(w->sayings);
    free(w->queue);
    free(w);
}
