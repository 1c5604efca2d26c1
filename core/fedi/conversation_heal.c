/* Seeing that members went different ways, and coming back together. */
#include "fedi/conversation_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- Different ways ---- */

/* Where the line of a beacon leaves ours: *fork is the last epoch in common, *branch the beacon's
 * next one. False when it is on our line, or is nowhere known, as is what we missed. */
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
        return is_on_known_line(c, fork);
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

/* Whether another device of our actor is among those. */
static bool has_own_support(const conversation *c, const epoch_id *branch, uint64_t fork_number,
                            uint64_t now)
{
    mls_group_info info;
    mls_member us;
    mls_group_describe(conversation_group(c), &info);
    if (mls_group_member(conversation_group(c), &us, info.own_leaf) != MLS_OK)
        return false;
    for (size_t i = 0; i < c->beacons.count; i++) {
        const beacon *b = &c->beacons.items[i];
        if (bytes_equal(bytes_of(b->actor.data, b->actor.len), us.identity) &&
            supports(c, b, branch, fork_number, now))
            return true;
    }
    return false;
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
        if (is_on_known_line(c, &at))
            return true;
    }
    return false;
}

/* A beacon of whose epochs we know none, long after we came in; or of which we know some. */
static bool is_elsewhere(const conversation *c, const beacon *b, bool elsewhere, uint64_t now)
{
    if (!is_fresh(c, b, now) || b->removed || has_common_epoch(c, b) == elsewhere)
        return false;
    return !elsewhere || b->heard_at >= c->joined_at + c->params.window;
}

static size_t count_elsewhere(const conversation *c, bool elsewhere, const beacon **newest,
                              uint64_t now)
{
    size_t count = 0;
    *newest = NULL;
    for (size_t i = 0; i < c->beacons.count; i++) {
        const beacon *b = &c->beacons.items[i];
        bool counted = !is_elsewhere(c, b, elsewhere, now);
        if (!counted && (!*newest || (*newest)->heard_at < b->heard_at))
            *newest = b;
        for (size_t k = 0; k < i && !counted; k++)
            counted = same_actor(&c->beacons.items[k], b) &&
                      is_elsewhere(c, &c->beacons.items[k], elsewhere, now);
        count += !counted;
    }
    return count;
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
    size_t theirs = support(c, branch, number, now), ours = support(c, &own, number, now);
    ours += c->joined_in <= number && !has_own_support(c, &own, number, now);
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
    c->asks++;
    c->asked_for = *branch;
    c->asked_after = *fork;
    return effect_add(fx, &effect);
}

/* How long another branch is looked at: one after the other, so that not all ask at once. */
static uint64_t patience(const conversation *c)
{
    return c->params.unreadable_after + rank_of(c) * (uint64_t)c->params.turn / 2;
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
    if (now < s->since + patience(c) || !gives_way(c, fork, branch, s->since, now))
        return MLS_OK;
    return ask_to_rejoin(c, fx, fork, branch, now);
}

/* Somebody on a line of which we know nothing, where nobody else is where we came in, or more are
 * there than here; of equally many, the smaller name. */
static const beacon *find_elsewhere(const conversation *c, uint64_t now)
{
    const beacon *theirs, *ours;
    size_t there = count_elsewhere(c, true, &theirs, now);
    if (there == 0 || (c->joined_in > 0 && !is_confirmed(c, now)))
        return theirs;
    size_t here = count_elsewhere(c, false, &ours, now) + 1;
    if (there != here)
        return there > here ? theirs : NULL;
    return memcmp(theirs->line.data, c->head->id.octets, EPOCH_ID_LEN) < 0 ? theirs : NULL;
}

static mls_err look_elsewhere(conversation *c, conversation_effects *fx, uint64_t now)
{
    static const epoch_id none;
    epoch_id branch;
    const beacon *elsewhere = find_elsewhere(c, now);
    if (!elsewhere)
        return MLS_OK;
    split *s = find_split(c, &none);
    if (!s)
        return MLS_ERR_NO_MEMORY;
    s->seen = true;
    if (s->since == 0)
        s->since = now;
    if (now < s->since + patience(c))
        return MLS_OK;
    line_at(&branch, bytes_of(elsewhere->line.data, elsewhere->line.len), 0);
    return ask_to_rejoin(c, fx, &none, &branch, now);
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

enum { ASKS_DOUBLE_MAX = 8 };

/* Less and less often: who was removed where the others are gets no answer. */
static uint64_t until_asked_again(const conversation *c)
{
    uint32_t doubled = c->asks < ASKS_DOUBLE_MAX ? c->asks : ASKS_DOUBLE_MAX;
    return (2 * (uint64_t)c->params.unreadable_after) << doubled;
}

mls_err heal(conversation *c, conversation_effects *fx, uint64_t now)
{
    TRY(ask_for_missing(c, fx, now));
    forget_waiting(c, now);
    if (c->asking && c->asked_at + until_asked_again(c) > now)
        return MLS_OK;
    if (c->quiet || (is_leaving(c) && conversation_is_removed(c)))
        return MLS_OK; /* the one asks for nothing yet; for the other that was the wish */
    c->asking = false;
    for (size_t i = 0; i < c->beacons.count && !c->asking; i++) {
        epoch_id fork, branch;
        const beacon *b = &c->beacons.items[i];
        if (is_fresh(c, b, now) && !b->removed && find_branch(c, b, &fork, &branch))
            TRY(look_at_branch(c, fx, b, &fork, &branch, now));
    }
    if (!c->asking)
        TRY(look_elsewhere(c, fx, now));
    if (!c->asking)
        c->asks = 0;
    forget_splits(c);
    return MLS_OK;
}
