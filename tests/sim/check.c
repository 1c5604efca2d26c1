#include "check.h"

#include "device.h"
#include "network.h"
#include "scenario.h"

#include "fedi/conversation_state.h"

#include <stdio.h>
#include <stdlib.h>

const char *check_epoch_name(const seat *s)
{
    static char name[2 * 3 + 1];
    epoch_id id;
    epoch_id_of(&id, seat_group(s));
    snprintf(name, sizeof name, "%02x%02x%02x", id.octets[0], id.octets[1], id.octets[2]);
    return name;
}

void check_snapshots(world *w, const seat *s)
{
    const conversation *c = s->c;
    for (const epoch_node *node = c->head; node->parent; node = node->parent) {
        if (!node->group || node->entered_at + c->params.window > seconds(w))
            continue;
        w->figures.old_snapshots++;
        trace(w, s->device, "STILL HAS the epoch before one that it entered %u s ago",
              (unsigned)(seconds(w) - node->entered_at));
        return;
    }
}

bool check_endorsed(const seat *s)
{
    return s->c->endorsements.count && epoch_id_equal(&s->c->endorsed_in, &s->c->head->id);
}

bool check_is_member(const mls_group *group, const device *d)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++)
        if (mls_group_member(group, &member, leaf) == MLS_OK &&
            bytes_equal(member.signature_key, bytes_of(d->public_key.data, d->public_key.len)))
            return true;
    return false;
}

/* ---- One room ---- */

static bool is_live(const world *w, const seat *s)
{
    return s->device->actor->manners != ROGUE && network_is_alive(w, s->device);
}

static bool is_peer(const seat *s)
{
    return s->device->actor->manners != WAXSEAL;
}

static bool same_epoch(const seat *a, const seat *b)
{
    mls_group_info ours, theirs;
    epoch_id one, other;
    mls_group_describe(seat_group(a), &ours);
    mls_group_describe(seat_group(b), &theirs);
    epoch_id_of(&one, seat_group(a));
    epoch_id_of(&other, seat_group(b));
    return ours.epoch == theirs.epoch && epoch_id_equal(&one, &other) &&
           bytes_equal(ours.epoch_authenticator, theirs.epoch_authenticator);
}

/* Somebody in the epoch that most live devices are in; NULL in an empty room. */
static seat *most_common(const world *w, room *r)
{
    seat *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < r->num_seats; i++) {
        seat *s = &r->seats[i];
        size_t count = 0;
        if (!is_live(w, s) || !seat_is_in(s))
            continue;
        for (size_t k = 0; k < r->num_seats; k++)
            count +=
                is_live(w, &r->seats[k]) && seat_is_in(&r->seats[k]) && same_epoch(s, &r->seats[k]);
        if (count > most) {
            most = count;
            best = s;
        }
    }
    return best;
}

/* Leaves with a key that none of the devices has are strangers. */
static void mark_members(world *w, const seat *s, bool *members)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(seat_group(s), &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        if (mls_group_member(seat_group(s), &member, leaf) != MLS_OK)
            continue;
        const seat *other = find_seat_by_key(s->room, member.signature_key);
        if (other)
            members[other->index] = true;
        else
            w->figures.strangers++;
    }
}

/* Whether nobody would add this seat again after a commit that lost: who added it has gone, is a
 * peer, or was let in again itself on another branch since. */
static bool is_orphan(const world *w, const seat *s, const bool *members)
{
    const seat *by = s->added_by;
    return by &&
           (!members[by->index] || !is_live(w, by) || !by->c || by->welcomed_at > s->added_at);
}

/* Whether a wish to have a member out could be carried out: who was removed before its wish was has
 * none any more, and who leaves needs somebody else to commit that. */
static bool is_possible(const world *w, const seat *s, const bool *members)
{
    const room *r = s->room;
    if (s->unwanted_by != s)
        return s->unwanted_by->removed_at <= s->unwanted_at;
    for (size_t i = 0; i < r->num_seats; i++)
        if (members[i] && is_live(w, &r->seats[i]) && r->seats[i].device->actor != s->device->actor)
            return true;
    return false;
}

/* One seat, against where most are. Whether it is where it should be. */
static bool check_seat(world *w, const seat *s, const seat *common, const bool *members)
{
    figures *f = &w->figures;
    bool member = members[s->index], in = seat_is_in(s);
    bool unwanted = s->unwanted_by && members[s->unwanted_by->index] && is_possible(w, s, members);
    if (s->device->actor->manners == ROGUE) {
        f->rogue_in += member && s->unwanted_by;
        return true;
    }
    if (!is_live(w, s))
        return true;
    if (is_peer(s) && s->unwanted_by == s && (in || member)) {
        f->stranded_peers++; /* left from where nobody else was: it is not invited again */
        return true;
    }
    if (member && unwanted) {
        f->back_again++;
        trace(w, s->device, "IS IN room %u, though it was removed", s->room->index);
    }
    if (!member && s->was_in && !s->unwanted_by && is_orphan(w, s, members)) {
        f->orphans++;
        return true;
    }
    if (!member && s->was_in && !s->unwanted_by) {
        f->wrongly_out++;
        trace(w, s->device, "IS NOT IN room %u, and nobody wanted that", s->room->index);
    }
    if (!member && in && !(s->c && s->c->asking)) {
        f->split_off++;
        trace(w, s->device, "BELIEVES to be in room %u", s->room->index);
    }
    if (!member || (in && same_epoch(s, common)))
        return true;
    if (is_peer(s))
        f->stranded_peers++;
    else
        f->stuck_devices++;
    trace(w, s->device, "IS STUCK in room %u: %s %u", s->room->index,
          s->c || s->group ? (in ? "epoch" : "removed in epoch") : "never came in",
          (unsigned)s->epoch);
    return is_peer(s);
}

/* Whether nobody need be in: the last one has left, or all their servers are gone. */
static bool may_be_empty(const world *w, const room *r)
{
    bool live = false;
    for (size_t i = 0; i < r->num_seats; i++) {
        if (r->seats[i].unwanted_by == &r->seats[i] && r->seats[i].removed)
            return true;
        live |= r->seats[i].was_in && is_live(w, &r->seats[i]);
    }
    return !live;
}

static uint64_t check_room(world *w, room *r, bool *members)
{
    mls_group_info info;
    const seat *common = most_common(w, r);
    bool stuck = !common && r->begun && !may_be_empty(w, r);
    w->figures.rooms++;
    if (!common) {
        w->figures.stuck_rooms += stuck;
        if (stuck)
            trace(w, NULL, "NOBODY IS in room %u", r->index);
        return 0;
    }
    mark_members(w, common, members);
    for (size_t i = 0; i < r->num_seats; i++) {
        w->figures.seats += members[i];
        stuck |= !check_seat(w, &r->seats[i], common, members);
    }
    w->figures.stuck_rooms += stuck;
    mls_group_describe(seat_group(common), &info);
    return info.epoch - r->first_epoch;
}

/* ---- What was said ---- */

static void check_saying(world *w, size_t number, const bool *members)
{
    const saying *s = &w->sayings[number];
    room *r = s->by->room;
    for (size_t i = 0; i < r->num_seats; i++)
        if (i != s->by->index && s->shown[i] > s->ciphertexts) {
            w->figures.shown_twice++;
            trace(w, r->seats[i].device, "WAS GIVEN message %zu %u times out of %u ciphertexts",
                  number, s->shown[i], s->ciphertexts);
        }
    if (!members[s->by->index] || !is_live(w, s->by))
        return;
    for (size_t i = 0; i < r->num_seats; i++) {
        const seat *reader = &r->seats[i];
        if (s->shown[i] || !s->meant[i] || !members[i] || !is_live(w, reader))
            continue;
        if (is_peer(reader) || is_peer(s->by)) {
            w->figures.lost_at_peers++;
            continue;
        }
        w->figures.lost++;
        trace(w, reader->device, "NEVER SHOWS message %zu of %s, said at %.3f", number,
              s->by->device->name, (double)s->at / SECOND);
    }
}

void check_at_rest(world *w)
{
    uint64_t won = 0;
    for (size_t i = 0; i < w->num_rooms; i++) {
        room *r = &w->rooms[i];
        bool *members = zeroed(r->num_seats, sizeof *members);
        won += check_room(w, r, members);
        for (size_t k = 0; k < w->num_sayings; k++)
            if (w->sayings[k].by->room == r)
                check_saying(w, k, members);
        free(members);
    }
    w->figures.commits_wasted = w->figures.commits > won ? w->figures.commits - won : 0;
    w->figures.runs = 1;
    w->figures.failed = check_failed(w);
}

bool check_failed(const world *w)
{
    const figures *f = &w->figures;
    const scenario *s = w->scenario;
    if (f->errors || f->stuck_rooms || f->lost || f->shown_twice || f->forged || f->leaks ||
        f->old_snapshots || f->back_again || f->strangers)
        return true;
    return !s->rogue_may_win && (f->rogue_in || f->wrongly_out || f->split_off);
}
