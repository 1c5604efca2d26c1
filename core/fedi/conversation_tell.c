/* What members tell each other outside MLS, and what is asked for. */
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

static mls_err post_to(conversation *c, conversation_effects *fx, statement *s, const bytes *to,
                       size_t num_to)
{
    mls_buf octets;
    if (c->quiet)
        return MLS_OK;
    s->counter = ++c->counter;
    TRY(statement_sign(conversation_group(c), &octets, s));
    conversation_effect effect = {.kind = CONVERSATION_STATEMENT,
                                  .octets = {octets.data, octets.len},
                                  .to = to,
                                  .num_to = num_to};
    mls_err err = effect_add(fx, &effect);
    mls_buf_free(&octets);
    return err;
}

mls_err post_statement_to(conversation *c, conversation_effects *fx, statement *s, bytes to)
{
    return post_to(c, fx, s, &to, 1);
}

mls_err post_statement(conversation *c, conversation_effects *fx, statement *s)
{
    const bytes *actors;
    size_t count;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(actors_of(conversation_group(c), scratch, &actors, &count));
    return post_to(c, fx, s, actors, count);
}

static statement beacon_of(const conversation *c, epoch_id line[BEACON_LINE_MAX])
{
    size_t count = own_line(c, line, BEACON_LINE_MAX);
    return (statement){.kind = STATEMENT_BEACON,
                       .line = {line[0].octets, count * EPOCH_ID_LEN},
                       .removed = conversation_is_removed(c)};
}

mls_err send_beacon(conversation *c, conversation_effects *fx, uint64_t now)
{
    epoch_id line[BEACON_LINE_MAX];
    statement s = beacon_of(c, line);
    c->next_beacon = now + c->params.beacon_every;
    return post_statement(c, fx, &s);
}

/* ---- Beacons of others ---- */

static beacon *find_beacon(const conversation *c, bytes signature_key)
{
    for (size_t i = 0; i < c->beacons.count; i++) {
        beacon *b = &c->beacons.items[i];
        if (bytes_equal(bytes_of(b->signature_key.data, b->signature_key.len), signature_key))
            return b;
    }
    return NULL;
}

bool is_seen_here(const conversation *c, bytes signature_key, uint64_t counter)
{
    epoch_id newest;
    const beacon *b = find_beacon(c, signature_key);
    if (!b || b->counter < counter || b->line.len == 0)
        return false;
    line_at(&newest, bytes_of(b->line.data, b->line.len), 0);
    return is_on_line(c, &newest);
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
    return extend_past(c, s->line);
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
    want w = {.kind = WANT_REJOIN, .since = now, .counter = s->counter};
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

enum { HINT_RANKS = 4 };

static bool knows_actor(const conversation *c, bytes actor)
{
    for (size_t i = 0; i < c->beacons.count; i++)
        if (bytes_equal(bytes_of(c->beacons.items[i].actor.data, c->beacons.items[i].actor.len),
                        actor))
            return true;
    return false;
}

/* Who was a member says where it is, but is none here any more, and nobody here writes to it: a few
 * of us tell it where we are, not too often, so that it sees that it was left behind. */
static mls_err hint(conversation *c, conversation_effects *fx, const statement *s, bytes actor,
                    uint64_t now)
{
    epoch_id line[BEACON_LINE_MAX];
    if (s->kind != STATEMENT_BEACON || s->removed || now < c->next_hint ||
        rank_of(c) >= HINT_RANKS || conversation_is_removed(c) || c->params.no_beacons ||
        !knows_actor(c, actor))
        return MLS_OK;
    c->next_hint = now + c->params.unreadable_after;
    statement ours = beacon_of(c, line);
    return post_statement_to(c, fx, &ours, actor);
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
    mls_err err = statement_verify(group, &leaf, from, tbs, signature);
    if (err == MLS_ERR_UNKNOWN_SENDER || err == MLS_ERR_BAD_SIGNATURE)
        TRY(hint(c, fx, &s, from, now));
    TRY(err);
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
        return take_request(c, &message, &asker, member.identity, now);
    }
}

/* ---- Asking for what could not be read ---- */

mls_err ask_for_missing(conversation *c, conversation_effects *fx, uint64_t now)
{
    epoch_id here;
    if (own_line(c, &here, 1) == 0)
        return MLS_OK;
    for (size_t i = 0; i < c->waiting.count; i++) {
        waiting *w = &c->waiting.items[i];
        if (c->params.no_nack || c->asking || w->ask_at > now)
            continue;
        w->ask_at = now + 2 * (now - w->since); /* less and less often */
        if (w->content_type != MLS_CONTENT_APPLICATION || !is_actor(c, &w->sender))
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
void forget_waiting(conversation *c, uint64_t now)
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
