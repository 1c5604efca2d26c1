#include "rogue_member.h"

#include "device.h"
#include "network.h"
#include "peer.h"
#include "scenario.h"

#include "fedi/statement.h"

#include <stdlib.h>
#include <string.h>

enum { ROSTER_MAX = 64, BEACON_TIMES = 60 };

/* An epoch with all its keys, to be loaded as often as it is wanted. */
typedef struct past {
    mls_buf epoch, ratchet;
    uint64_t number;
    size_t parent; /* index of the one before; SIZE_MAX: none */
} past;

struct rogue_state {
    past *list;
    size_t count;
    mls_group *branch; /* its own */
    uint64_t branched_at, statements;
    size_t remover_epoch; /* index of the epoch that the removal was made in */
    uint32_t remover;     /* leaf */
    bool attacked;
};

void rogue_free(struct rogue_state *r)
{
    for (size_t i = 0; r && i < r->count; i++) {
        mls_buf_free(&r->list[i].epoch);
        mls_buf_free(&r->list[i].ratchet);
    }
    if (r) {
        mls_group_free(r->branch);
        free(r->list);
    }
    free(r);
}

static void keep(world *w, seat *s, mls_group *group, size_t parent)
{
    struct rogue_state *r = s->rogue;
    mls_group_info info;
    r->list = grown(r->list, r->count, sizeof *r->list);
    past *p = &r->list[r->count];
    mls_group_describe(group, &info);
    *p = (past){.number = info.epoch, .parent = parent};
    if (worked(w, s->device, "saving", mls_group_save(group, &p->epoch, &p->ratchet)))
        r->count++;
}

static mls_group *load(world *w, const seat *s, size_t index)
{
    const past *p = &s->rogue->list[index];
    mls_group *group = NULL;
    worked(w, s->device, "loading",
           mls_group_load(&group, bytes_of(p->epoch.data, p->epoch.len),
                          bytes_of(p->ratchet.data, p->ratchet.len)));
    return group;
}

/* ---- What it sends ---- */

static void send_late(world *w, seat *s, const mls_group *group, bytes octets, post_kind kind,
                      bool boundary)
{
    bytes to[ROSTER_MAX];
    size_t count = actors_in(group, to);
    double window = (double)w->params.window * SECOND;
    post *p = network_post(w, s->device, s->room, kind, octets);
    for (size_t i = 0; i < count; i++) {
        actor *a = find_actor(w, to[i]);
        double extra = boundary ? window * (dice_chance(&w->dice, 0.5) ? 0.93 : 1.07) : 0;
        if (a && a != s->device->actor)
            network_send(w, p, a, extra);
    }
    network_leave(p);
}

/* Commits on a group, to what it leads then; NULL when that is not possible. */
static mls_group *commit_on(world *w, seat *s, mls_group *group, uint32_t removed, bool boundary)
{
    mls_buf commit, welcome;
    mls_event event;
    mls_proposal remove = {.type = MLS_PROPOSAL_REMOVE, .leaf = removed};
    if (!group)
        return NULL;
    mls_err err = mls_group_commit(group, &commit, &welcome, &remove, 1, (bytes){0}, 0, seconds(w));
    if (err != MLS_OK) {
        trace(w, s->device, "can't remove leaf %u: %s", removed, mls_err_name(err));
        mls_group_free(group);
        return NULL;
    }
    trace(w, s->device, "removes leaf %u on an old epoch", removed);
    w->figures.attacks++;
    send_late(w, s, group, bytes_of(commit.data, commit.len), POST_MLS, boundary);
    if (worked(w, s->device, "applying", mls_group_apply_pending(group, &event, seconds(w))))
        mls_event_free(&event);
    mls_buf_free(&commit);
    mls_buf_free(&welcome);
    return group;
}

static void sign_and_send(world *w, seat *s, mls_group *group, statement *st)
{
    mls_buf octets;
    st->counter = ++s->rogue->statements;
    if (!worked(w, s->device, "a statement", statement_sign(group, &octets, st)))
        return;
    send_late(w, s, group, bytes_of(octets.data, octets.len), POST_STATEMENT, false);
    mls_buf_free(&octets);
}

/* Says that it is on its own branch, every so often. */
static void say_where(world *w, void *subject, void *object, uint64_t times)
{
    seat *s = subject;
    epoch_id line[2];
    (void)object;
    mls_group *before = load(w, s, s->rogue->remover_epoch);
    if (before) {
        epoch_id_of(&line[0], s->rogue->branch);
        epoch_id_of(&line[1], before);
        sign_and_send(
            w, s, s->rogue->branch,
            &(statement){.kind = STATEMENT_BEACON, .line = {line[0].octets, sizeof line}});
        mls_group_free(before);
    }
    if (times > 0)
        after(w, w->params.beacon_every * SECOND, say_where, s, NULL, times - 1);
}

static void ask_back(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = subject;
    mls_buf package;
    epoch_id wanted;
    (void)object;
    (void)number;
    mls_group *group = load(w, s, s->rogue->remover_epoch);
    if (group && device_key_package(w, s->device, &package)) {
        epoch_id_of(&wanted, group);
        trace(w, s->device, "asks to be let in again, after its removal");
        w->figures.attacks++;
        sign_and_send(w, s, group,
                      &(statement){.kind = STATEMENT_REJOIN,
                                   .line = {wanted.octets, EPOCH_ID_LEN},
                                   .key_package = {package.data, package.len}});
        mls_buf_free(&package);
    }
    mls_group_free(group);
}

/* For its own leaf, with the key of a device that nobody has seen. */
static void ask_with_another_key(world *w, void *subject, void *object, uint64_t number)
{
    seat *s = subject;
    mls_buf signature_key, public_key, package, secret;
    epoch_id here;
    (void)object;
    (void)number;
    if (!s->group || !worked(w, s->device, "signature key",
                             mls_signature_key_new(&signature_key, &public_key, SUITE)))
        return;
    mls_member_params params = device_params(s->device);
    params.signature_key = bytes_of(signature_key.data, signature_key.len);
    if (worked(w, s->device, "KeyPackage", mls_key_package_new(&package, &secret, &params))) {
        epoch_id_of(&here, s->group);
        trace(w, s->device, "asks to be let in again with another key");
        w->figures.attacks++;
        sign_and_send(w, s, s->group,
                      &(statement){.kind = STATEMENT_REJOIN,
                                   .line = {here.octets, EPOCH_ID_LEN},
                                   .key_package = {package.data, package.len}});
        mls_buf_free(&package);
        mls_buf_free(&secret);
    }
    mls_buf_free(&signature_key);
    mls_buf_free(&public_key);
}

static void storm(world *w, void *subject, void *object, uint64_t leaf)
{
    seat *s = subject;
    (void)object;
    mls_group_free(commit_on(w, s, load(w, s, s->rogue->remover_epoch), (uint32_t)leaf, false));
}

static void extend(world *w, void *subject, void *object, uint64_t leaf)
{
    seat *s = subject;
    mls_member member;
    (void)object;
    if (s->rogue->branch && mls_group_member(s->rogue->branch, &member, (uint32_t)leaf) == MLS_OK)
        s->rogue->branch = commit_on(w, s, s->rogue->branch, (uint32_t)leaf, false);
}

static void attack_now(world *w, seat *s)
{
    struct rogue_state *r = s->rogue;
    const scenario *sc = w->scenario;
    size_t base = r->remover_epoch;
    if (r->attacked || sc->attack == NO_ATTACK)
        return;
    r->attacked = true;
    if (sc->attack == ATTACK_ASK) {
        for (int i = 0; i < 3; i++)
            after(w, (5 + 65 * i) * (double)SECOND, ask_back, s, NULL, 0);
        return;
    }
    if (sc->attack == ATTACK_GRAND && r->list[base].parent != SIZE_MAX)
        base = r->list[base].parent;
    r->branch = commit_on(w, s, load(w, s, base), r->remover, sc->attack == ATTACK_BOUNDARY);
    r->branched_at = w->now;
    if (!r->branch)
        return;
    double silence = sc->attack == ATTACK_BOUNDARY ? 1.3 * w->params.window * SECOND : 0;
    after(w, silence + 5 * SECOND, say_where, s, NULL, BEACON_TIMES);
    if (sc->extends)
        after(w, 4 * SECOND, extend, s, NULL, r->remover);
    for (int i = 1; sc->attack == ATTACK_STORM && i <= 15; i++)
        after(w, 2.0 * i * SECOND, storm, s, NULL, r->remover);
}

/* ---- What it gets ---- */

void rogue_begin(world *w, seat *s, mls_group *group)
{
    if (!s->rogue)
        s->rogue = zeroed(1, sizeof *s->rogue);
    mls_group_free(s->group);
    s->group = group;
    keep(w, s, group, SIZE_MAX);
    if (w->scenario->attack == ATTACK_KEY)
        after(w, 60 * SECOND, ask_with_another_key, s, NULL, 0);
}

void rogue_receive(world *w, seat *s, const post *p)
{
    bytes octets = {p->octets, p->len};
    mls_message_info info;
    struct rogue_state *r = s->rogue;
    if (!r || p->from == s->device || mls_message_read(&info, octets) != MLS_OK ||
        info.content_type != MLS_CONTENT_COMMIT)
        return;
    for (size_t i = 0; i < r->count; i++) {
        mls_event event;
        if (r->list[i].number != info.epoch)
            continue;
        mls_group *group = load(w, s, i);
        mls_err err = mls_group_receive(group, &event, octets, seconds(w));
        if (err == MLS_ERR_UNDECIDED && accept_all(group) == MLS_OK)
            err = mls_group_receive(group, &event, octets, seconds(w));
        if (err != MLS_OK) {
            mls_group_free(group);
            continue;
        }
        if (event.kind == MLS_EVENT_REMOVED) {
            if (!r->attacked) {
                r->remover_epoch = i;
                r->remover = event.sender.leaf;
            }
            mls_group_free(group);
            attack_now(w, s);
        } else {
            keep(w, s, group, i);
            mls_group_free(s->group);
            s->group = group;
        }
        mls_event_free(&event);
        return;
    }
}
