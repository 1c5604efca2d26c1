#include "device.h"

#include "check.h"
#include "member.h"
#include "network.h"
#include "peer.h"
#include "rogue_member.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRETS_MAX = 64, LIFETIME = 84 * 24 * 3600 };

void device_init(world *w, device *d)
{
    snprintf(d->name, sizeof d->name, "s%u.a%u.%u", d->actor->server->index, d->actor->index,
             (unsigned)(d - d->actor->devices));
    worked(w, d, "signature key", mls_signature_key_new(&d->signature_key, &d->public_key, SUITE));
    d->clock =
        dice_between(&w->dice, 1 - w->scenario->window_spread, 1 + w->scenario->window_spread);
}

mls_member_params device_params(const device *d)
{
    static const mls_extension can_return = {.type = EXTENSION_CAN_RETURN};
    bool returns = d->actor->manners == WAXSEAL;
    return (mls_member_params){
        .suite = SUITE,
        .identity = actor_id(d->actor),
        .signature_key = {d->signature_key.data, d->signature_key.len},
        .not_before = START - 3600,
        .not_after = START - 3600 + LIFETIME,
        .leaf_extensions = returns ? &can_return : NULL,
        .num_leaf_extensions = returns,
    };
}

bool device_key_package(world *w, device *d, mls_buf *out)
{
    mls_buf secret;
    mls_member_params params = device_params(d);
    params.not_before = seconds(w) - 3600;
    params.not_after = params.not_before + LIFETIME;
    if (!worked(w, d, "KeyPackage", mls_key_package_new(out, &secret, &params)))
        return false;
    if (d->num_secrets == SECRETS_MAX) {
        mls_buf_free(&d->secrets[0]);
        memmove(d->secrets, d->secrets + 1, --d->num_secrets * sizeof *d->secrets);
    }
    if (!d->secrets)
        d->secrets = zeroed(SECRETS_MAX, sizeof *d->secrets);
    d->secrets[d->num_secrets++] = secret;
    return true;
}

mls_err accept_all(mls_group *group)
{
    mls_credential who;
    for (size_t cursor = 0; mls_group_undecided(group, &who, &cursor);)
        TRY(mls_group_accept(group, &who));
    return MLS_OK;
}

bool device_open_welcome(world *w, device *d, bytes welcome, mls_group **out)
{
    for (size_t i = d->num_secrets; i-- > 0;) {
        bytes secret = {d->secrets[i].data, d->secrets[i].len};
        if (mls_welcome_matches(welcome, secret) != MLS_OK)
            continue;
        if (!worked(w, d, "joining",
                    mls_group_join(out, welcome, secret, (bytes){0}, NULL, 0, NULL)))
            return false;
        return worked(w, d, "accepting", accept_all(*out));
    }
    return false;
}

/* ---- By manners ---- */

static void receive_welcome(world *w, device *d, const post *p)
{
    mls_group *group;
    if (!device_open_welcome(w, d, bytes_of(p->octets, p->len), &group))
        return;
    seat *s = find_seat(d, p->room);
    if (!s)
        mls_group_free(group);
    else if (d->actor->manners == WAXSEAL)
        member_welcomed(w, s, group);
    else if (d->actor->manners == ROGUE)
        rogue_begin(w, s, group);
    else
        peer_begin(w, s, group);
}

void device_receive(world *w, device *d, const post *p)
{
    seat *s = find_seat(d, p->room);
    if (!s)
        return;
    if (p->kind == POST_WELCOME)
        receive_welcome(w, d, p);
    else if (d->actor->manners == WAXSEAL)
        member_receive(w, s, p);
    else if (p->kind == POST_MLS && d->actor->manners == ROGUE)
        rogue_receive(w, s, p);
    else if (p->kind == POST_MLS)
        peer_receive(w, s, p);
}

void device_settle(world *w, device *d)
{
    for (size_t i = 0; i < d->num_seats; i++)
        if (d->seats[i]->c && d->seats[i]->tick_at <= w->now)
            member_tick(w, d->seats[i]);
}

bool seat_is_in(const seat *s)
{
    if (s->device->actor->manners == WAXSEAL)
        return s->c && !s->removed && !conversation_is_removed(s->c);
    mls_group_info info;
    if (!s->group)
        return false;
    mls_group_describe(s->group, &info);
    return info.is_member;
}

mls_group *seat_group(const seat *s)
{
    return s->c ? conversation_group(s->c) : s->group;
}

void seat_begin(world *w, seat *s, mls_group *group)
{
    s->was_in = true;
    if (s->device->actor->manners == WAXSEAL)
        member_begin(w, s, group);
    else if (s->device->actor->manners == ROGUE)
        rogue_begin(w, s, group);
    else
        peer_begin(w, s, group);
}

void seat_say(world *w, seat *s)
{
    if (!seat_is_in(s) || s->device->actor->manners == ROGUE)
        return;
    if (s->c)
        member_say(w, s);
    else
        peer_say(w, s);
}

void seat_update(world *w, seat *s)
{
    if (!seat_is_in(s) || s->device->actor->manners == ROGUE)
        return;
    trace(w, s->device, "wants an update in room %u", s->room->index);
    if (!s->c)
        peer_commit(w, s, NULL, 0);
    else if (worked(w, s->device, "wanting an update", conversation_update(s->c, seconds(w))))
        member_settle(w, s);
}

/* Nobody adds who is about to leave; the page shows that. */
static bool is_leaving_room(const actor *whom, const room *r)
{
    for (size_t i = 0; i < whom->num_devices; i++) {
        const seat *place = find_seat(&whom->devices[i], r);
        if (place && place->unwanted_by == place && seat_is_in(place))
            return true;
    }
    return false;
}

void seat_add(world *w, seat *s, actor *const *whom, size_t count)
{
    mls_buf packages[256];
    bytes views[256];
    size_t num = 0;
    if (!seat_is_in(s) || s->device->actor->manners == ROGUE)
        return;
    for (size_t i = 0; i < count; i++) {
        if (is_leaving_room(whom[i], s->room))
            continue;
        trace(w, s->device, "wants to add %s to room %u", whom[i]->id, s->room->index);
        for (size_t k = 0; k < whom[i]->num_devices && num < 256; k++) {
            device *d = &whom[i]->devices[k];
            seat *place = find_seat(d, s->room);
            if (!place || check_is_member(seat_group(s), d) ||
                !device_key_package(w, d, &packages[num]))
                continue;
            place->unwanted_by = NULL;
            place->added_by = s;
            place->added_at = w->now;
            views[num] = bytes_of(packages[num].data, packages[num].len);
            num++;
        }
    }
    if (num == 0)
        return;
    if (!s->c)
        peer_add(w, s, views, num);
    else if (worked(w, s->device, "wanting to add", conversation_add(s->c, views, num, seconds(w))))
        member_settle(w, s);
    while (num > 0)
        mls_buf_free(&packages[--num]);
}

void seat_remove(world *w, seat *s, const actor *whom)
{
    if (!seat_is_in(s) || s->device->actor->manners == ROGUE || whom == s->device->actor)
        return;
    trace(w, s->device, "wants to remove %s from room %u", whom->id, s->room->index);
    if (!s->c)
        peer_remove(w, s, whom);
    else if (worked(w, s->device, "wanting to remove",
                    conversation_remove(s->c, actor_id(whom), seconds(w))))
        member_settle(w, s);
}

void seat_unwanted(world *w, seat *by, const actor *whom)
{
    for (size_t i = 0; i < whom->num_devices; i++) {
        seat *place = find_seat(&whom->devices[i], by->room);
        place->unwanted_by = by->device->actor == whom ? place : by;
        place->unwanted_at = w->now;
    }
}

void seat_leave(world *w, seat *s)
{
    const actor *us = s->device->actor;
    if (!seat_is_in(s) || us->manners == ROGUE)
        return;
    trace(w, s->device, "wants to leave room %u", s->room->index);
    w->figures.leavers++;
    seat_unwanted(w, s, us);
    if (s->c)
        member_leave(w, s);
    else
        peer_leave(w, s);
}
