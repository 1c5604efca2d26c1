/* Seeing that members went different ways, and coming back together. */
#include "fedi/conversation_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- Beacons: where we are ---- */

/* The head and what leads to it, newest first. Where we were removed, the epoch before. */
size_t own_line(const conversation *c, epoch_id *out, size_t max)
{
    size_t count = 0;
    for (const epoch_node *node = c->head; node && count < max; node = node->parent)
        if (node->group)
            out[count++] = node->id;
    for (size_t i = 0; i < c->past.count && count < max; i++)
        out[count++] = c->past.items[i];
    return count;
}

static mls_err post_statement_to(conversation *c, conversation_effects *fx, statement *s, bytes to)
{
    mls_buf octets;
    s->counter = ++c->counter;
    TRY(statement_sign(conversation_group(c), &octets, s));
    conversation_effect effect = {.kind = CONVERSATION_STATEMENT,
                                  .octets = {octets.data, octets.len},
                                  .to = &to,
                                  .num_to = 1};
    mls_err err = effect_add(fx, &effect);
    mls_buf_free(&octets);
    return err;
}

mls_err post_statement(conversation *c, conversation_effects *fx, statement *s)
{
    mls_buf octets;
    s->counter = ++c->counter;
    TRY(statement_sign(conversation_group(c), &octets, s));
    mls_err err = effect_post(fx, CONVERSATION_STATEMENT, conversation_group(c),
                              bytes_of(octets.data, octets.len), (bytes){0});
    mls_buf_free(&octets);
    return err;
}

mls_err send_beacon(conversation *c, conversation_effects *fx, uint64_t now)
{
    epoch_id line[BEACON_LINE_MAX];
    size_t count = own_line(c, line, BEACON_LINE_MAX);
    statement s = {.kind = STATEMENT_BEACON,
                   .line = {line[0].octets, count * EPOCH_ID_LEN},
                   .removed = conversation_is_removed(c)};
    c->next_beacon = now + c->params.beacon_every;
    return post_statement(c, fx, &s);
}

/* ---- Beacons of others ---- */

static beacon *find_beacon(conversation *c, bytes signature_key)
{
    for (size_t i = 0; i < c->beacons.count; i++) {
        beacon *b = &c->beacons.items[i];
        if (bytes_equal(bytes_of(b->signature_key.data, b->signature_key.len), signature_key))
            return b;
    }
    return NULL;
}

static mls_err new_beacon(conversation *c, beacon **out, const mls_member *member)
{
    if (c->beacons.count == BEACONS_MAX) {
        beacon_free(&c->beacons.items[0]);
        LIST_TAKE(&c->beacons, 0);
    }
    beacon *more = LIST_MORE(&c->beacons);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->beacons.items = more;
    *out = &more[c->beacons.count];
    mls_err err = buf_copy(&(*out)->signature_key, member->signature_key);
    if (err == MLS_OK)
        err = buf_copy(&(*out)->actor, member->identity);
    if (err != MLS_OK)
        beacon_free(*out);
    else
        c->beacons.count++;
    return err;
}

static mls_err take_beacon(conversation *c, const statement *s, const mls_member *member,
                           uint64_t now)
{
    mls_buf line;
    beacon *b = find_beacon(c, member->signature_key);
    if (b && b->counter >= s->counter)
        return MLS_OK;
    if (!b)
        TRY(new_beacon(c, &b, member));
    TRY(buf_copy(&line, s->line));
    mls_buf_free(&b->line);
    b->line = line;
    b->counter = s->counter;
    b->removed = s->removed;
    b->heard_at = now;
    return MLS_OK;
}

/* ---- Requests of others ---- */

/* Each once, since one small statement is answered by many commits. */
static mls_err take_behind(conversation *c, conversation_effects *fx, const statement *s,
                           const mls_member *member)
{
    epoch_id after;
    beacon *b = find_beacon(c, member->signature_key);
    if (!b)
        TRY(new_beacon(c, &b, member));
    if (b->behind >= s->counter)
        return MLS_OK;
    b->behind = s->counter;
    line_at(&after, s->line, 0);
    return send_commits(c, fx, &after, member->identity);
}

static mls_err take_rejoin(conversation *c, const statement *s, const mls_member *member,
                           uint64_t now)
{
    epoch_id wanted;
    mls_key_package_info info;
    want w = {.kind = WANT_REJOIN, .since = now};
    line_at(&wanted, s->line, 0);
    if (conversation_is_removed(c) || !is_on_line(c, &wanted))
        return MLS_OK; /* another branch than ours is wanted */
    TRY(mls_key_package_check(&info, s->key_package, now));
    if (!bytes_equal(info.identity, member->identity) ||
        (!c->params.no_same_key && !bytes_equal(info.signature_key, member->signature_key)))
        return MLS_ERR_BAD_SIGNATURE;
    w.not_before = now + (rank_of(c) + UINT64_C(1)) * c->params.turn;
    mls_err err = buf_copy(&w.who, member->signature_key);
    w.key_packages = calloc(1, sizeof *w.key_packages);
    if (err == MLS_OK && !w.key_packages)
        err = MLS_ERR_NO_MEMORY;
    if (err == MLS_OK) {
        w.num_key_packages = 1;
        err = buf_copy(&w.key_packages[0], s->key_package);
    }
    if (err == MLS_OK)
        err = want_add(c, &w);
    want_free(&w);
    return err;
}

mls_err conversation_statement(conversation *c, conversation_effects *fx, bytes octets, bytes from,
                               uint64_t now)
{
    statement s;
    bytes tbs, signature;
    uint32_t leaf;
    mls_member member;
    mls_group_info info;
    epoch_id message, asker;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    const mls_group *group = conversation_group(c);
    TRY(statement_read(scratch, &s, &tbs, &signature, octets));
    mls_group_describe(group, &info);
    if (!bytes_equal(s.group_id, info.group_id))
        return MLS_ERR_WRONG_GROUP;
    TRY(statement_verify(group, &leaf, from, tbs, signature));
    TRY(mls_group_member(group, &member, leaf));
    if (leaf == info.own_leaf)
        return MLS_OK; /* our own, come back */
    switch (s.kind) {
    case STATEMENT_BEACON:
        return take_beacon(c, &s, &member, now);
    case STATEMENT_REJOIN:
        return take_rejoin(c, &s, &member, now);
    case STATEMENT_BEHIND:
        return take_behind(c, fx, &s, &member);
    case STATEMENT_ENDORSEMENT:
        return take_endorsement(c, &s, leaf);
    default:
        if (c->params.no_nack)
            return MLS_OK;
        line_at(&asker, s.line, 0);
        line_at(&message, s.message, 0);
        return take_request(c, fx, &message, &asker, member.identity, now);
    }
}

/* ---- Asking for what could not be read ---- */

static mls_err ask_for_missing(conversation *c, conversation_effects *fx, uint64_t now)
{
    epoch_id here;
    if (own_line(c, &here, 1) == 0)
        return MLS_OK;
    for (size_t i = 0; i < c->waiting.count; i++) {
        waiting *w = &c->waiting.items[i];
        if (c->params.no_nack || c->asking || w->ask_at > now)
            continue;
        w->ask_at = now + 2 * (now - w->since); /* less and less often */
        if (w->content_type != MLS_CONTENT_APPLICATION)
            continue;
        statement s = {.kind = STATEMENT_MISSING,
                       .line = {here.octets, EPOCH_ID_LEN},
                       .epoch = w->epoch,
                       .message = {w->hash.octets, EPOCH_ID_LEN}};
        TRY(post_statement_to(c, fx, &s, bytes_of(w->from.data, w->from.len)));
    }
    return MLS_OK;
}

/* Nobody commits on what is final, or sends that again. */
static void forget_waiting(conversation *c, uint64_t now)
{
    for (size_t i = c->waiting.count; i-- > 0;) {
        const waiting *w = &c->waiting.items[i];
        if (w->since + REMEMBERED > now &&
            (w->content_type == MLS_CONTENT_APPLICATION || w->epoch >= c->tree.root->number))
            continue;
        waiting_free(&c->waiting.items[i]);
        LIST_TAKE(&c->waiting, i);
    }
}

/* ---- Different ways ---- */

/* Where the line of a beacon leaves ours: *fork is the last epoch in common, *branch the beacon's
 * next one. False when it is on our line, or is nowhere known. */
static bool find_branch(const conversation *c, const beacon *b, epoch_id *fork, epoch_id *branch)
{
    bytes line = {b->line.data, b->line.len};
    for (size_t i = 0; i < line_count(line); i++) {
        line_at(fork, line, i);
        if (!is_on_line(c, fork))
            continue;
        if (i == 0)
            return false;
        line_at(branch, line, i - 1);
        return true;
    }
    return false;
}

static bool passes(const beacon *b, const epoch_id *id)
{
    bytes line = {b->line.data, b->line.len};
    epoch_id at;
    for (size_t i = 0; i < line_count(line); i++) {
        line_at(&at, line, i);
        if (epoch_id_equal(&at, id))
            return true;
    }
    return false;
}

/* The epoch after `fork` on our line; false when the fork is our head. */
static bool own_branch(const conversation *c, const epoch_id *fork, epoch_id *out)
{
    for (const epoch_node *node = c->head; node->parent; node = node->parent)
        if (node->parent->group && epoch_id_equal(&node->parent->id, fork)) {
            *out = node->id;
            return true;
        }
    for (size_t i = 0; i < c->past.count; i++)
        if (epoch_id_equal(&c->past.items[i], fork)) {
            *out = i ? c->past.items[i - 1] : c->tree.root->id;
            return true;
        }
    return false;
}

enum { BEACON_FRESH = 3 }; /* that many intervals a beacon counts */

static bool is_fresh(const conversation *c, const beacon *b, uint64_t now)
{
    return b->heard_at + BEACON_FRESH * (uint64_t)c->params.beacon_every + c->params.window > now;
}

/* Whether an actor was in the group at the epoch of this number, as far as is known. */
static bool was_there(const conversation *c, const mls_buf *actor, uint64_t number)
{
    epoch_id hash;
    epoch_id_of_octets(&hash, bytes_of(actor->data, actor->len));
    for (size_t i = 0; i < c->actors.count; i++)
        if (epoch_id_equal(&c->actors.items[i].actor, &hash))
            return c->actors.items[i].since <= number;
    return true; /* has gone since */
}

static bool supports(const conversation *c, const beacon *b, const epoch_id *branch,
                     uint64_t fork_number, uint64_t now)
{
    return is_fresh(c, b, now) && passes(b, branch) && was_there(c, &b->actor, fork_number);
}

static bool same_actor(const beacon *a, const beacon *b)
{
    return bytes_equal(bytes_of(a->actor.data, a->actor.len),
                       bytes_of(b->actor.data, b->actor.len));
}

/* Distinct actors, of those who were there when the ways parted, whose newest beacon is on a
 * branch. */
static size_t support(const conversation *c, const epoch_id *branch, uint64_t fork_number,
                      uint64_t now)
{
    size_t count = 0;
    for (size_t i = 0; i < c->beacons.count; i++) {
        const beacon *b = &c->beacons.items[i];
        bool counted = !supports(c, b, branch, fork_number, now);
        for (size_t k = 0; k < i && !counted; k++)
            counted = same_actor(&c->beacons.items[k], b) &&
                      supports(c, &c->beacons.items[k], branch, fork_number, now);
        count += !counted;
    }
    return count;
}

/* The number of an epoch on our line; of one before the root, as if none had been skipped. */
static uint64_t number_of(const conversation *c, const epoch_id *id)
{
    const epoch_node *node = epoch_tree_find(&c->tree, id);
    if (node)
        return node->number;
    for (size_t i = 0; i < c->past.count && i < c->tree.root->number; i++)
        if (epoch_id_equal(&c->past.items[i], id))
            return c->tree.root->number - 1 - i;
    return 0;
}

/* Whether anybody else has been where we came in. */
bool is_confirmed(const conversation *c, uint64_t now)
{
    for (size_t i = 0; i < c->beacons.count; i++)
        if (is_fresh(c, &c->beacons.items[i], now) && passes(&c->beacons.items[i], &c->joined_id))
            return true;
    return false;
}

static bool has_common_epoch(const conversation *c, const beacon *b)
{
    bytes line = {b->line.data, b->line.len};
    epoch_id at;
    for (size_t i = 0; i < line_count(line); i++) {
        line_at(&at, line, i);
        if (is_on_line(c, &at))
            return true;
    }
    return false;
}

/* Somebody of whose epochs we know none, long after we came in: then we came in where nobody is. */
static const beacon *find_elsewhere(const conversation *c, uint64_t now)
{
    for (size_t i = 0; i < c->beacons.count; i++) {
        const beacon *b = &c->beacons.items[i];
        if (is_fresh(c, b, now) && !b->removed && b->heard_at >= c->joined_at + c->params.window &&
            !has_common_epoch(c, b))
            return b;
    }
    return NULL;
}

static split *find_split(conversation *c, const epoch_id *branch)
{
    for (size_t i = 0; i < c->splits.count; i++)
        if (epoch_id_equal(&c->splits.items[i].branch, branch))
            return &c->splits.items[i];
    split *more = LIST_MORE(&c->splits);
    if (!more)
        return NULL;
    c->splits.items = more;
    split *s = &more[c->splits.count++];
    s->branch = *branch;
    return s;
}

/* Whether this side of a split gives way: when the fork is our head we are merely behind; inside
 * the window the order of commits decides for those who know both; else the more actors win, and of
 * equally many the smaller name. */
static bool gives_way(const conversation *c, const epoch_id *fork, const epoch_id *branch,
                      uint64_t since, uint64_t now)
{
    epoch_id own;
    if (!own_branch(c, fork, &own))
        return true;
    if (epoch_tree_find(&c->tree, branch) && now < since + c->params.window)
        return false; /* known, and has lost, which the others will see too */
    uint64_t number = number_of(c, fork);
    size_t theirs = support(c, branch, number, now), ours = support(c, &own, number, now) + 1;
    if (theirs != ours)
        return theirs > ours;
    return memcmp(branch->octets, own.octets, EPOCH_ID_LEN) < 0;
}

static mls_err ask_to_rejoin(conversation *c, conversation_effects *fx, const epoch_id *fork,
                             const epoch_id *branch, uint64_t now)
{
    conversation_effect effect = {.kind = CONVERSATION_REJOIN};
    c->asking = true;
    c->asked_at = now;
    c->asked_for = *branch;
    c->asked_after = *fork;
    return effect_add(fx, &effect);
}

/* The commits that lead to a branch may only have been late: who is on it can send them. */
static mls_err ask_for_commits(conversation *c, conversation_effects *fx, split *s,
                               const epoch_id *fork, const beacon *b, uint64_t now)
{
    if (!epoch_tree_find(&c->tree, fork) || epoch_tree_find(&c->tree, &s->branch) ||
        now < s->ask_at)
        return MLS_OK;
    s->ask_at = now + c->params.unreadable_after;
    statement behind = {.kind = STATEMENT_BEHIND, .line = {fork->octets, EPOCH_ID_LEN}};
    return post_statement_to(c, fx, &behind, bytes_of(b->actor.data, b->actor.len));
}

static mls_err look_at_branch(conversation *c, conversation_effects *fx, const beacon *b,
                              const epoch_id *fork, const epoch_id *branch, uint64_t now)
{
    split *s = find_split(c, branch);
    if (!s)
        return MLS_ERR_NO_MEMORY;
    s->seen = true;
    if (s->since == 0)
        s->since = now;
    TRY(ask_for_commits(c, fx, s, fork, b, now));
    uint64_t patience = c->params.unreadable_after + rank_of(c) * (uint64_t)c->params.turn / 2;
    if (now < s->since + patience || !gives_way(c, fork, branch, s->since, now))
        return MLS_OK;
    return ask_to_rejoin(c, fx, fork, branch, now);
}

static void forget_splits(conversation *c)
{
    for (size_t i = c->splits.count; i-- > 0;) {
        if (!c->splits.items[i].seen)
            LIST_TAKE(&c->splits, i);
        else
            c->splits.items[i].seen = false;
    }
}

mls_err heal(conversation *c, conversation_effects *fx, uint64_t now)
{
    TRY(ask_for_missing(c, fx, now));
    forget_waiting(c, now);
    if (c->asking && c->asked_at + 4 * (uint64_t)c->params.unreadable_after > now)
        return MLS_OK;
    c->asking = false;
    for (size_t i = 0; i < c->beacons.count && !c->asking; i++) {
        epoch_id fork, branch;
        const beacon *b = &c->beacons.items[i];
        if (is_fresh(c, b, now) && !b->removed && find_branch(c, b, &fork, &branch))
            TRY(look_at_branch(c, fx, b, &fork, &branch, now));
    }
    forget_splits(c);
    const beacon *elsewhere = is_confirmed(c, now) ? NULL : find_elsewhere(c, now);
    if (c->asking || c->joined_in == 0 || !elsewhere)
        return MLS_OK;
    epoch_id none = {{0}}, branch;
    line_at(&branch, bytes_of(elsewhere->line.data, elsewhere->line.len), 0);
    return ask_to_rejoin(c, fx, &none, &branch, now);
}
