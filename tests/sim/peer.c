#include "peer.h"

#include "device.h"
#include "network.h"
#include "record.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD_MAX = 128, ROSTER_MAX = 1024 };

/* What came before the commit that leads to its epoch. */
struct peer_state {
    mls_buf ahead[AHEAD_MAX];
    size_t count;
};

void peer_free(struct peer_state *state)
{
    for (size_t i = 0; state && i < state->count; i++)
        mls_buf_free(&state->ahead[i]);
    free(state);
}

size_t actors_in(const mls_group *group, bytes *to)
{
    mls_group_info info;
    mls_member member;
    size_t count = 0;
    mls_group_describe(group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        if (mls_group_member(group, &member, leaf) != MLS_OK)
            continue;
        size_t i = 0;
        while (i < count && !bytes_equal(to[i], member.identity))
            i++;
        if (i == count && count < ROSTER_MAX)
            to[count++] = member.identity;
    }
    return count;
}

static void publish(world *w, seat *s, post_kind kind, const mls_buf *octets)
{
    bytes to[ROSTER_MAX];
    size_t count = actors_in(s->group, to);
    network_publish(w, s->device, s->room, kind, bytes_of(octets->data, octets->len), to, count);
}

/* ---- In ---- */

static mls_err take(world *w, seat *s, bytes octets)
{
    mls_event event;
    mls_group_info info;
    mls_err err = mls_group_receive(s->group, &event, octets, seconds(w));
    if (err == MLS_ERR_UNDECIDED) {
        TRY(accept_all(s->group));
        err = mls_group_receive(s->group, &event, octets, seconds(w));
    }
    if (err != MLS_OK)
        return err;
    mls_group_describe(s->group, &info);
    if (event.kind == MLS_EVENT_APPLICATION)
        record_shown(w, s, &event.sender, event.content);
    else if (event.kind == MLS_EVENT_COMMIT)
        trace(w, s->device, "goes on to epoch %u", (unsigned)info.epoch);
    else if (event.kind == MLS_EVENT_REMOVED)
        trace(w, s->device, "is removed");
    mls_event_free(&event);
    return MLS_OK;
}

static void take_ahead(world *w, seat *s)
{
    struct peer_state *p = s->peer;
    for (size_t i = 0; i < p->count;) {
        if (take(w, s, bytes_of(p->ahead[i].data, p->ahead[i].len)) == MLS_ERR_EPOCH_AHEAD) {
            i++;
            continue;
        }
        mls_buf_free(&p->ahead[i]);
        memmove(&p->ahead[i], &p->ahead[i + 1], (--p->count - i) * sizeof p->ahead[0]);
        i = 0;
    }
}

static bool is_stale(const seat *s, bytes octets)
{
    mls_group_info info;
    mls_message_info message;
    mls_group_describe(s->group, &info);
    return s->device->actor->manners == BONFIRE && mls_message_read(&message, octets) == MLS_OK &&
           message.epoch < info.epoch;
}

void peer_receive(world *w, seat *s, const post *p)
{
    bytes octets = {p->octets, p->len};
    if (!s->peer)
        s->peer = zeroed(1, sizeof *s->peer);
    if (s->group && is_stale(s, octets))
        return;
    mls_err err = s->group ? take(w, s, octets) : MLS_ERR_EPOCH_AHEAD;
    if (err == MLS_ERR_EPOCH_AHEAD) {
        struct peer_state *state = s->peer;
        if (state->count == AHEAD_MAX) {
            mls_buf_free(&state->ahead[0]);
            memmove(state->ahead, state->ahead + 1, --state->count * sizeof state->ahead[0]);
        }
        if (worked(w, s->device, "keeping", buf_copy(&state->ahead[state->count], octets)))
            state->count++;
    } else if (err != MLS_OK) {
        trace(w, s->device, "refuses it: %s", mls_err_name(err));
    } else {
        take_ahead(w, s);
    }
}

void peer_begin(world *w, seat *s, mls_group *group)
{
    if (!s->peer)
        s->peer = zeroed(1, sizeof *s->peer);
    mls_group_free(s->group);
    s->group = group;
    s->was_in = true;
    trace(w, s->device, "joins");
    take_ahead(w, s);
}

/* ---- Out ---- */

void peer_say(world *w, seat *s)
{
    uint8_t content[SAYING_MAX];
    size_t len;
    mls_buf message;
    saying *what = record_new(w, s, content, &len);
    record_allowed(what, s->group);
    what->shown[s->index] = 1;
    what->ciphertexts = 1;
    trace(w, s->device, "says message %zu", (size_t)(what - w->sayings));
    if (!worked(w, s->device, "encrypting",
                mls_group_encrypt(s->group, &message, bytes_of(content, len), (bytes){0})))
        return;
    publish(w, s, POST_MLS, &message);
    mls_buf_free(&message);
}

void peer_commit(world *w, seat *s, const mls_proposal *proposals, size_t count)
{
    mls_buf commit, welcome;
    mls_event event;
    mls_group *g = s->group;
    mls_err err =
        mls_group_commit(g, &commit, &welcome, proposals, count, (bytes){0}, 0, seconds(w));
    if (err == MLS_ERR_UNDECIDED && accept_all(g) == MLS_OK)
        err = mls_group_commit(g, &commit, &welcome, proposals, count, (bytes){0}, 0, seconds(w));
    if (err != MLS_OK) { /* somebody is in already, or has gone: it is told so */
        w->figures.failures++;
        trace(w, s->device, "can't commit: %s", mls_err_name(err));
        return;
    }
    publish(w, s, POST_MLS, &commit);
    w->figures.commits++;
    if (worked(w, s->device, "applying", mls_group_apply_pending(g, &event, seconds(w))))
        mls_event_free(&event);
    if (welcome.len)
        publish(w, s, POST_WELCOME, &welcome);
    mls_buf_free(&commit);
    mls_buf_free(&welcome);
    take_ahead(w, s);
}

void peer_add(world *w, seat *s, const bytes *key_packages, size_t count)
{
    mls_proposal *adds = zeroed(count, sizeof *adds);
    for (size_t i = 0; i < count; i++)
        adds[i] = (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = key_packages[i]};
    if (s->device->actor->manners == EMISSARY)
        peer_commit(w, s, adds, count);
    for (size_t i = 0; i < count && s->device->actor->manners == BONFIRE; i++)
        peer_commit(w, s, &adds[i], 1);
    free(adds);
}

void peer_remove(world *w, seat *s, const actor *whom)
{
    mls_group_info info;
    mls_member member;
    mls_proposal removals[64];
    size_t count = 0;
    mls_group_describe(s->group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves && count < 64; leaf++)
        if (mls_group_member(s->group, &member, leaf) == MLS_OK &&
            bytes_equal(member.identity, actor_id(whom)))
            removals[count++] = (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = leaf};
    if (count)
        peer_commit(w, s, removals, count);
}

void peer_leave(world *w, seat *s)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(s->group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        mls_buf message;
        mls_proposal removal = {.type = MLS_PROPOSAL_REMOVE, .leaf = leaf};
        if (mls_group_member(s->group, &member, leaf) != MLS_OK ||
            !bytes_equal(member.identity, actor_id(s->device->actor)) ||
            !worked(w, s->device, "proposing",
                    mls_group_propose(s->group, &message, &removal, 0, seconds(w))))
            continue;
        publish(w, s, POST_MLS, &message);
        mls_buf_free(&message);
    }
}
