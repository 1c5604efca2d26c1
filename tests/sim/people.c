#include "people.h"

#include "device.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static manners manners_of(const scenario *s, uint32_t index)
{
    if (s->attack != NO_ATTACK && s->rogue == index)
        return ROGUE;
    for (size_t i = 0; i < s->num_peers; i++)
        if (s->peers[i] == index)
            return i % 2 ? BONFIRE : EMISSARY;
    return WAXSEAL;
}

void people_make(world *w, size_t servers, size_t actors, size_t devices)
{
    size_t n = 0;
    w->servers = zeroed(servers, sizeof *w->servers);
    w->num_servers = servers;
    w->actors = zeroed(actors, sizeof *w->actors);
    w->num_actors = actors;
    w->devices = zeroed(actors * devices, sizeof(device *));
    w->num_devices = actors * devices;
    for (uint32_t i = 0; i < servers; i++)
        w->servers[i].index = i;
    for (uint32_t i = 0; i < actors; i++) {
        actor *a = &w->actors[i];
        a->index = i;
        a->server = &w->servers[i % servers];
        a->manners = manners_of(w->scenario, i);
        a->num_devices = devices;
        a->devices = zeroed(devices, sizeof *a->devices);
        snprintf(a->id, sizeof a->id, "https://s%u.example/users/a%u", a->server->index, i);
        for (size_t k = 0; k < devices; k++) {
            device *d = &a->devices[k];
            d->actor = a;
            d->index = (uint32_t)n;
            w->devices[n++] = d;
            device_init(w, d);
        }
    }
}

void room_make(world *w, room *r, uint32_t index, actor *const *members, size_t count)
{
    size_t seats = 0;
    *r = (room){.world = w, .index = index};
    snprintf(r->id, sizeof r->id, "uri:uuid:%016llx-%u", (unsigned long long)w->seed, index);
    for (size_t i = 0; i < count; i++)
        seats += members[i]->num_devices;
    r->seats = zeroed(seats, sizeof *r->seats);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < members[i]->num_devices; k++) {
            device *d = &members[i]->devices[k];
            seat *s = &r->seats[r->num_seats];
            *s =
                (seat){.room = r, .device = d, .index = (uint32_t)r->num_seats++, .tick_at = NEVER};
            d->seats = grown(d->seats, d->num_seats, sizeof(seat *));
            d->seats[d->num_seats++] = s;
        }
}

void room_begin(world *w, room *r, size_t seats)
{
    mls_group *group, *joined;
    mls_buf package, commit, welcome;
    mls_event event;
    mls_proposal *adds = zeroed(seats, sizeof *adds);
    mls_buf *packages = zeroed(seats, sizeof *packages);
    mls_member_params params = device_params(r->seats[0].device);
    bool ok = worked(w, NULL, "a group",
                     mls_group_create(&group, bytes_of(r->id, strlen(r->id)), &params));
    for (size_t i = 1; ok && i < seats; i++) {
        ok = device_key_package(w, r->seats[i].device, &package);
        packages[i] = package;
        adds[i - 1] = (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = {package.data, package.len}};
        mls_key_package_info info;
        ok = ok && mls_key_package_check(&info, adds[i - 1].data, seconds(w)) == MLS_OK;
        mls_credential who = {MLS_CREDENTIAL_BASIC, info.identity, info.signature_key};
        ok = ok && mls_group_accept(group, &who) == MLS_OK;
    }
    ok = ok && worked(w, NULL, "the first commit",
                      mls_group_commit(group, &commit, &welcome, adds, seats - 1, (bytes){0}, 0,
                                       seconds(w)));
    if (ok && worked(w, NULL, "applying", mls_group_apply_pending(group, &event, seconds(w))))
        mls_event_free(&event);
    for (size_t i = 1; ok && i < seats; i++)
        if (device_open_welcome(w, r->seats[i].device, bytes_of(welcome.data, welcome.len),
                                &joined))
            seat_begin(w, &r->seats[i], joined);
    if (ok) {
        seat_begin(w, &r->seats[0], group);
        mls_buf_free(&commit);
        mls_buf_free(&welcome);
    }
    for (size_t i = 0; i < seats; i++)
        mls_buf_free(&packages[i]);
    free(packages);
    free(adds);
    r->first_epoch = 1;
    r->begun = true;
}

void room_begin_alone(world *w, room *r)
{
    mls_group *group;
    mls_member_params params = device_params(r->seats[0].device);
    if (!worked(w, NULL, "a group",
                mls_group_create(&group, bytes_of(r->id, strlen(r->id)), &params)))
        return;
    r->begun = true;
    seat_begin(w, &r->seats[0], group);
}
