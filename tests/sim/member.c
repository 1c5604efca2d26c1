#include "member.h"

#include "check.h"
#include "device.h"
#include "network.h"
#include "record.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

/* ---- Effects ---- */

static void post_effect(world *w, seat *s, post_kind kind, const conversation_effect *e)
{
    network_publish(w, s->device, s->room, kind, e->octets, e->to, e->num_to);
}

/* An author who is asked says yes after a while, so that everybody in the group then may read it.
 */
static void say_again(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = subject;
    saying *message = &w->sayings[number];
    uint8_t content[SAYING_MAX];
    size_t len;
    conversation_effects fx;
    (void)object;
    if (!seat_is_in(s)) { /* perhaps for a moment only: the page asks again */
        if (w->now + 60 * SECOND < w->end)
            after(w, 30 * SECOND, say_again, s, NULL, number);
        return;
    }
    if (!worked(w, s->device, "effects", conversation_effects_init(&fx)))
        return;
    for (int i = 0; i < 8; i++)
        content[i] = (uint8_t)(number >> (8 * i));
    record_again(w, bytes_of(content, SAYING_ID), content, &len);
    record_allowed(message, seat_group(s));
    trace(w, s->device, "says message %zu after all", (size_t)number);
    if (worked(w, s->device, "saying again",
               conversation_say(s->c, &fx, bytes_of(content, len), bytes_of(content, SAYING_ID))))
        member_execute(w, s, &fx);
    conversation_effects_cleanup(&fx);
    member_settle(w, s);
}

static void held(world *w, seat *s, bytes id)
{
    uint8_t content[SAYING_MAX];
    size_t len;
    saying *message = record_again(w, id, content, &len);
    if (!message)
        return;
    w->figures.held++;
    message->held = true;
    trace(w, s->device, "is asked about message %zu", (size_t)(message - w->sayings));
    after(w, dice_between(&w->dice, 5, 20) * SECOND, say_again, s, NULL,
          (uint64_t)(message - w->sayings));
}

static void changed(world *w, seat *s, const conversation_effect *e)
{
    mls_group_info info;
    mls_group_describe(conversation_group(s->c), &info);
    if (info.epoch <= s->epoch)
        w->figures.rollbacks++;
    s->epoch = info.epoch;
    s->removed = false;
    trace(w, s->device, "is in epoch %u (%s)%s, %u members, room %u", (unsigned)info.epoch,
          check_epoch_name(s), e->own ? " by its own commit" : "", info.num_members,
          s->room->index);
}

static void rejoin(world *w, seat *s)
{
    mls_buf package;
    conversation_effects fx;
    w->figures.rejoins++;
    trace(w, s->device, "is to ask to be let in again to room %u", s->room->index);
    if (!device_key_package(w, s->device, &package))
        return;
    if (worked(w, s->device, "effects", conversation_effects_init(&fx))) {
        mls_err err = conversation_ask(s->c, &fx, bytes_of(package.data, package.len), seconds(w));
        if (worked(w, s->device, "asking to rejoin", err))
            member_execute(w, s, &fx);
        conversation_effects_cleanup(&fx);
    }
    mls_buf_free(&package);
}

static bool is_to_all(const seat *s, const conversation_effect *e)
{
    bool all = false;
    for (size_t i = 0; i < e->num_to; i++)
        all |= bytes_equal(e->to[i], actor_id(s->device->actor));
    return all;
}

static bool is_commit(bytes octets)
{
    mls_message_info info;
    return mls_message_read(&info, octets) == MLS_OK && info.content_type == MLS_CONTENT_COMMIT;
}

static void execute_one(world *w, seat *s, const conversation_effect *e)
{
    switch (e->kind) {
    case CONVERSATION_COMMIT:
        w->figures.commits += is_to_all(s, e) && is_commit(e->octets); /* else: sent again */
        post_effect(w, s, POST_MLS, e);
        break;
    case CONVERSATION_WELCOME:
        w->figures.welcomes++;
        post_effect(w, s, POST_WELCOME, e);
        break;
    case CONVERSATION_MESSAGE:
        w->figures.ciphertexts++;
        record_sent(w, e->id);
        post_effect(w, s, POST_MLS, e);
        break;
    case CONVERSATION_STATEMENT:
        w->figures.statements++;
        post_effect(w, s, POST_STATEMENT, e);
        break;
    case CONVERSATION_RECEIVED:
        record_shown(w, s, &e->sender, e->octets);
        break;
    case CONVERSATION_CHANGED:
        changed(w, s, e);
        break;
    case CONVERSATION_REMOVED:
        s->removed = true;
        s->removed_at = w->now;
        trace(w, s->device, "is removed from room %u", s->room->index);
        break;
    case CONVERSATION_HELD:
        held(w, s, e->id);
        break;
    case CONVERSATION_FAILED:
        w->figures.failures++;
        trace(w, s->device, "is told that it failed: %.*s", (int)e->octets.len,
              (const char *)e->octets.data);
        break;
    case CONVERSATION_STORE:
        store_put(s, e);
        break;
    case CONVERSATION_FORGET:
        store_delete(s, e->id);
        break;
    case CONVERSATION_REJOIN:
        rejoin(w, s);
        break;
    }
}

void member_execute(world *w, seat *s, conversation_effects *fx)
{
    for (size_t i = 0; i < fx->count; i++)
        execute_one(w, s, &fx->list[i]);
    fx->count = 0;
}

/* ---- Time ---- */

static void tick_due(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = subject;
    (void)object;
    if (s->tick_at == number && s->c)
        member_settle(w, s);
}

void member_tick(world *w, seat *s)
{
    conversation_effects fx;
    uint64_t wake = 0;
    if (!worked(w, s->device, "effects", conversation_effects_init(&fx)))
        return;
    if (worked(w, s->device, "tick", conversation_tick(s->c, &fx, &wake, seconds(w)))) {
        member_execute(w, s, &fx);
        uint64_t due = (wake - START) * SECOND;
        s->tick_at = due > w->now ? due : w->now + SECOND;
        at(w, s->tick_at, tick_due, s, NULL, s->tick_at);
        check_snapshots(w, s);
    }
    conversation_effects_cleanup(&fx);
}

void member_settle(world *w, seat *s)
{
    if (network_is_away(w, s->device) || !network_is_alive(w, s->device))
        s->tick_at = 0; /* due as soon as it is back */
    else
        member_tick(w, s);
}

/* ---- Input ---- */

/* What comes before the Welcome would be found in the collection later. */
static void keep_early(seat *s, const post *p)
{
    post *copy = need(malloc(sizeof *p + p->len));
    memcpy(copy, p, sizeof *p + p->len);
    s->early = grown(s->early, s->num_early, sizeof(post *));
    s->early[s->num_early++] = copy;
}

static void read_early(world *w, seat *s)
{
    for (size_t i = 0; i < s->num_early; i++) {
        member_receive(w, s, s->early[i]);
        free(s->early[i]);
    }
    s->num_early = 0;
}

void member_begin(world *w, seat *s, mls_group *group)
{
    s->params = w->params;
    s->params.window = (uint32_t)((double)w->params.window * s->device->clock + 0.5);
    if (!worked(w, s->device, "a conversation",
                conversation_new(&s->c, group, &s->params, seconds(w)))) {
        mls_group_free(group);
        return;
    }
    s->was_in = true;
    changed(w, s, &(conversation_effect){.kind = CONVERSATION_CHANGED});
    read_early(w, s);
    s->tick_at = 0;
    if (s->room->begun)
        member_settle(w, s);
    if (s->room->begun && w->joined)
        w->joined(w, s);
}

void member_welcomed(world *w, seat *s, mls_group *group)
{
    conversation_effects fx;
    if (!s->c) {
        member_begin(w, s, group);
        return;
    }
    if (!worked(w, s->device, "effects", conversation_effects_init(&fx))) {
        mls_group_free(group);
        return;
    }
    mls_err err = conversation_welcomed(s->c, &fx, group, seconds(w));
    if (err == MLS_OK) {
        trace(w, s->device, "takes the Welcome to room %u", s->room->index);
        s->welcomed_at = w->now;
        s->epoch = 0;
        member_execute(w, s, &fx);
    } else {
        trace(w, s->device, "leaves the Welcome to room %u: %s", s->room->index, mls_err_name(err));
        w->figures.refused++;
    }
    conversation_effects_cleanup(&fx);
    s->tick_at = 0;
}

void member_receive(world *w, seat *s, const post *p)
{
    conversation_effects fx;
    bytes octets = {p->octets, p->len}, from = actor_id(p->from->actor);
    if (!s->c) {
        keep_early(s, p);
        return;
    }
    if (!worked(w, s->device, "effects", conversation_effects_init(&fx)))
        return;
    mls_err err = p->kind == POST_STATEMENT
                      ? conversation_statement(s->c, &fx, octets, from, seconds(w))
                      : conversation_receive(s->c, &fx, octets, from, seconds(w));
    if (err != MLS_OK) {
        w->figures.refused++;
        trace(w, s->device, "refuses %u: %s", p->number, mls_err_name(err));
    }
    member_execute(w, s, &fx);
    conversation_effects_cleanup(&fx);
    s->tick_at = 0;
}

void member_say(world *w, seat *s)
{
    conversation_effects fx;
    uint8_t content[SAYING_MAX];
    size_t len;
    if (!worked(w, s->device, "effects", conversation_effects_init(&fx)))
        return;
    saying *message = record_new(w, s, content, &len);
    record_allowed(message, seat_group(s));
    message->shown[s->index] = 1;
    trace(w, s->device, "says message %zu in room %u, epoch %u", (size_t)(message - w->sayings),
          s->room->index, (unsigned)s->epoch);
    if (worked(w, s->device, "saying",
               conversation_say(s->c, &fx, bytes_of(content, len), bytes_of(content, SAYING_ID))))
        member_execute(w, s, &fx);
    conversation_effects_cleanup(&fx);
    member_settle(w, s);
}

void member_endorse(world *w, seat *s, const actor *whom)
{
    conversation_effects fx;
    if (!worked(w, s->device, "effects", conversation_effects_init(&fx)))
        return;
    trace(w, s->device, "wants %s removed, too", whom->id);
    if (worked(w, s->device, "endorsing",
               conversation_endorse(s->c, &fx, actor_id(whom), seconds(w))))
        member_execute(w, s, &fx);
    conversation_effects_cleanup(&fx);
    member_settle(w, s);
}

void member_leave(world *w, seat *s)
{
    conversation_effects fx;
    if (!worked(w, s->device, "effects", conversation_effects_init(&fx)))
        return;
    if (worked(w, s->device, "leaving", conversation_leave(s->c, &fx, seconds(w))))
        member_execute(w, s, &fx);
    conversation_effects_cleanup(&fx);
    member_settle(w, s);
}
