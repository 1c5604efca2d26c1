/* A conversation's life, and which epoch it is in. */
#include "fedi/conversation_state.h"

#include <stdlib.h>
#include <string.h>

const conversation_params conversation_defaults = {
    .window = 600,
    .grace = 30,
    .turn = 20,
    .unreadable_after = 120,
    .beacon_every = 3600,
};

mls_err conversation_new(conversation **out, mls_group *group, const conversation_params *params,
                         uint64_t now)
{
    *out = NULL;
    conversation *c = calloc(1, sizeof *c);
    if (!c)
        return MLS_ERR_NO_MEMORY;
    c->params = *params;
    mls_err err = epoch_tree_init(&c->tree, group);
    if (err != MLS_OK) {
        free(c);
        return err;
    }
    c->head = c->tree.root;
    c->head->entered_at = now;
    note_joined(c, now);
    err = note_actors(c);
    if (err != MLS_OK) {
        c->tree.root->group = NULL; /* it stays the caller's */
        conversation_free(c);
        return err;
    }
    for (size_t i = 0; i < c->actors.count; i++)
        c->actors.items[i].since = 0; /* long before us, for all we know */
    *out = c;
    return MLS_OK;
}

void conversation_free(conversation *c)
{
    if (!c)
        return;
    epoch_tree_cleanup(&c->tree);
    for (size_t i = 0; i < c->wants.count; i++)
        want_free(&c->wants.items[i]);
    for (size_t i = 0; i < c->own.count; i++)
        own_commit_free(&c->own.items[i]);
    for (size_t i = 0; i < c->said.count; i++)
        said_free(&c->said.items[i]);
    for (size_t i = 0; i < c->waiting.count; i++)
        waiting_free(&c->waiting.items[i]);
    for (size_t i = 0; i < c->beacons.count; i++)
        beacon_free(&c->beacons.items[i]);
    free(c->wants.items);
    free(c->own.items);
    free(c->said.items);
    for (size_t i = 0; i < c->reader_sets.count; i++)
        reader_set_free(&c->reader_sets.items[i]);
    free(c->reader_sets.items);
    free(c->waiting.items);
    free(c->beacons.items);
    for (size_t i = 0; i < c->endorsements.count; i++)
        endorsement_free(&c->endorsements.items[i]);
    free(c->endorsements.items);
    for (size_t i = 0; i < c->early.count; i++)
        endorsement_free(&c->early.items[i].endorsement);
    free(c->early.items);
    for (size_t i = 0; i < c->requests.count; i++)
        request_free(&c->requests.items[i]);
    free(c->requests.items);
    free(c->splits.items);
    free(c->actors.items);
    free(c->past.items);
    free(c->stored.items);
    wipe(c, sizeof *c);
    free(c);
}

void note_joined(conversation *c, uint64_t now)
{
    c->joined_in = c->head->number;
    c->joined_id = c->head->id;
    c->joined_at = now;
}

static known_actor *find_actor(conversation *c, const epoch_id *actor)
{
    for (size_t i = 0; i < c->actors.count; i++)
        if (epoch_id_equal(&c->actors.items[i].actor, actor))
            return &c->actors.items[i];
    return NULL;
}

static mls_err add_actor(conversation *c, const epoch_id *actor)
{
    known_actor *more = LIST_MORE(&c->actors);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->actors.items = more;
    more[c->actors.count++] = (known_actor){*actor, c->head->number};
    return MLS_OK;
}

static bool is_one_of(const epoch_id *actor, const bytes *list, size_t count)
{
    epoch_id hash;
    for (size_t i = 0; i < count; i++) {
        epoch_id_of_octets(&hash, list[i]);
        if (epoch_id_equal(&hash, actor))
            return true;
    }
    return false;
}

mls_err note_actors(conversation *c)
{
    const bytes *list;
    size_t count;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (conversation_is_removed(c))
        return MLS_OK;
    TRY(actors_of(c->head->group, scratch, &list, &count));
    for (size_t i = c->actors.count; i-- > 0;)
        if (!is_one_of(&c->actors.items[i].actor, list, count))
            LIST_TAKE(&c->actors, i);
    for (size_t i = 0; i < count; i++) {
        epoch_id actor;
        epoch_id_of_octets(&actor, list[i]);
        if (!find_actor(c, &actor))
            TRY(add_actor(c, &actor));
    }
    return MLS_OK;
}

bool is_actor(const conversation *c, const epoch_id *actor)
{
    for (size_t i = 0; i < c->actors.count; i++)
        if (epoch_id_equal(&c->actors.items[i].actor, actor))
            return true;
    return false;
}

bool conversation_is_removed(const conversation *c)
{
    return c->head->group == NULL;
}

mls_group *conversation_group(const conversation *c)
{
    const epoch_node *node = c->head;
    return node->group ? node->group : node->parent->group;
}

static bool is_in_past(const conversation *c, const epoch_id *id, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (epoch_id_equal(&c->past.items[i], id))
            return true;
    return false;
}

bool is_on_line(const conversation *c, const epoch_id *id)
{
    const epoch_node *node = epoch_tree_find(&c->tree, id);
    return node ? epoch_node_leads_to(node, c->head) : is_in_past(c, id, c->past.count);
}

bool is_on_known_line(const conversation *c, const epoch_id *id)
{
    const epoch_node *node = epoch_tree_find(&c->tree, id);
    return node ? epoch_node_leads_to(node, c->head) : is_in_past(c, id, c->past_known);
}

uint32_t rank_of(const conversation *c)
{
    mls_group_info info;
    mls_member member;
    uint32_t rank = 0;
    mls_group_describe(conversation_group(c), &info);
    for (uint32_t leaf = 0; leaf < info.own_leaf; leaf++)
        rank += mls_group_member(conversation_group(c), &member, leaf) == MLS_OK;
    return c->params.no_turns ? 0 : rank;
}

/* ---- What is final ---- */

static mls_err remember_past(conversation *c, const epoch_id *id)
{
    if (c->past.count < PAST_LINE_MAX) {
        epoch_id *more = LIST_MORE(&c->past);
        if (!more)
            return MLS_ERR_NO_MEMORY;
        c->past.items = more;
        c->past.count++;
    }
    memmove(c->past.items + 1, c->past.items, (c->past.count - 1) * sizeof *c->past.items);
    c->past.items[0] = *id;
    if (c->past_known < c->past.count)
        c->past_known++;
    return MLS_OK;
}

/* Puts an epoch before the oldest of those that follow each other. */
static mls_err add_before(conversation *c, const epoch_id *id)
{
    if (c->past_known == PAST_LINE_MAX)
        return MLS_OK;
    if (c->past.count < PAST_LINE_MAX) {
        epoch_id *more = LIST_MORE(&c->past);
        if (!more)
            return MLS_ERR_NO_MEMORY;
        c->past.items = more;
        c->past.count++;
    }
    epoch_id *place = c->past.items + c->past_known++;
    memmove(place + 1, place, (c->past.count - c->past_known) * sizeof *place);
    *place = *id;
    return MLS_OK;
}

mls_err extend_past(conversation *c, bytes line)
{
    epoch_id at, oldest = c->past_known ? c->past.items[c->past_known - 1] : c->tree.root->id;
    size_t i = 0;
    for (bool found = false; !found && i < line_count(line); i++) {
        line_at(&at, line, i);
        found = epoch_id_equal(&at, &oldest);
    }
    for (; i < line_count(line); i++) {
        line_at(&at, line, i);
        if (is_in_past(c, &at, c->past_known))
            return MLS_OK;                       /* no line does that */
        if (is_in_past(c, &at, c->past.count)) { /* from there on it goes on as known */
            while (!epoch_id_equal(&c->past.items[c->past_known], &at))
                list_take(c->past.items, &c->past.count, sizeof at, c->past_known);
            c->past_known = c->past.count;
            return MLS_OK;
        }
        TRY(add_before(c, &at));
    }
    return MLS_OK;
}

/* Own commits that won are kept for as long as their epochs are remembered: the line may still turn
 * out to be that of the few. */
static mls_err forget_lost_commits(conversation *c)
{
    for (size_t i = c->own.count; i-- > 0;) {
        const epoch_node *node = epoch_tree_find_commit(&c->tree, &c->own.items[i].commit);
        if (node || (c->own.items[i].on_line && is_on_line(c, &c->own.items[i].epoch)))
            continue;
        if (!c->own.items[i].on_line)
            TRY(want_again(c, &c->own.items[i]));
        own_commit_free(&c->own.items[i]);
        LIST_TAKE(&c->own, i);
    }
    return MLS_OK;
}

/* The child of the root on the line of the head; NULL when the root is the head. */
static epoch_node *second_on_line(const conversation *c)
{
    epoch_node *node = c->head;
    if (node == c->tree.root)
        return NULL;
    while (node->parent != c->tree.root)
        node = node->parent;
    return node;
}

static mls_err make_final(conversation *c, uint64_t now)
{
    epoch_node *next;
    while ((next = second_on_line(c)) && next->group &&
           next->entered_at + c->params.window <= now) {
        TRY(remember_past(c, &c->tree.root->id));
        epoch_tree_advance(&c->tree, next);
    }
    return forget_lost_commits(c);
}

/* ---- Where to be ---- */

/* The state of an epoch that was left is a fork: it reads what comes late, and never sends again.
 * An epoch on a branch that lost keeps its sending keys as they are: should the branch win after
 * all, they go on where they were. */
static mls_err retire_line(epoch_node *head)
{
    for (epoch_node *node = head->parent; node; node = node->parent) {
        mls_group *fork;
        if (!node->can_send)
            continue;
        TRY(mls_group_fork(node->group, &fork));
        mls_group_free(node->group);
        node->group = fork;
        node->can_send = false;
    }
    return MLS_OK;
}

static void mark_line(conversation *c, uint64_t now)
{
    for (epoch_node *node = c->tree.root; node; node = epoch_node_next(node)) {
        bool on_line = epoch_node_leads_to(node, c->head);
        if (!on_line)
            node->entered_at = 0;
        else if (node->entered_at == 0)
            node->entered_at = now;
    }
}

/* Own commits: the Welcome goes out when the commit has won, and what a commit was for is wanted
 * again when another one has. */
static mls_err settle_own_commits(conversation *c, conversation_effects *fx)
{
    for (size_t i = 0; i < c->own.count; i++) {
        own_commit *own = &c->own.items[i];
        const epoch_node *node = epoch_tree_find_commit(&c->tree, &own->commit);
        bool won = node && epoch_node_leads_to(node, c->head);
        if (node)
            own->on_line = won; /* else it stays what it was when that became final */
        if (won && own->welcome.len) {
            TRY(effect_post(fx, CONVERSATION_WELCOME, node->group,
                            bytes_of(own->welcome.data, own->welcome.len), (bytes){0}));
            mls_buf_free(&own->welcome);
        }
        bool lost = node && !won && node->parent != c->head;
        if (lost)
            TRY(want_again(c, own));
    }
    return MLS_OK;
}

static void mark_lost_messages(conversation *c, uint64_t now)
{
    for (size_t i = 0; i < c->said.count; i++) {
        said *s = &c->said.items[i];
        if (is_on_line(c, &s->where))
            s->resend_at = 0;
        else if (s->resend_at == 0)
            s->resend_at = now + c->params.grace;
    }
}

static mls_err tell(conversation *c, conversation_effects *fx)
{
    conversation_effect effect = {.kind = CONVERSATION_CHANGED, .own = c->head->own};
    if (conversation_is_removed(c))
        effect.kind = CONVERSATION_REMOVED;
    return effect_add(fx, &effect);
}

mls_err find_head(conversation *c, conversation_effects *fx, uint64_t now)
{
    epoch_node *head = choose_head(&c->tree, now, &c->params.choice);
    if (head != c->head) {
        if (!epoch_node_leads_to(c->head, head))
            c->next_beacon = now; /* others may wonder where we are */
        c->head = head;
        TRY(retire_line(head));
        mark_line(c, now);
        TRY(settle_own_commits(c, fx));
        mark_lost_messages(c, now);
        TRY(note_actors(c));
        TRY(take_early_endorsements(c));
        TRY(tell(c, fx));
    }
    return make_final(c, now);
}

/* Who was removed for good needs nobody to know where it is. */
static bool is_gone(const conversation *c, uint64_t now)
{
    return conversation_is_removed(c) && c->head->entered_at + c->params.window <= now;
}

/* Whether nothing is under way here, so that only beacons and finality come with time. */
static bool is_idle(const conversation *c, uint64_t now)
{
    bool idle = c->wants.count + c->waiting.count + c->splits.count + c->requests.count == 0;
    for (size_t i = 0; i < c->said.count; i++)
        idle = idle && c->said.items[i].resend_at == 0;
    for (size_t i = 0; i < c->own.count; i++)
        idle = idle && c->own.items[i].on_line && c->own.items[i].welcome.len == 0;
    return idle && !c->asking && (!conversation_is_removed(c) || is_gone(c, now));
}

static uint64_t next_wake(const conversation *c, uint64_t now)
{
    uint64_t wake = now + c->params.grace;
    if (c->wants.count && c->commit_after > now && c->commit_after < wake)
        wake = c->commit_after;
    if (!is_idle(c, now))
        return wake;
    const epoch_node *next = second_on_line(c);
    bool says_nothing = c->params.no_beacons || c->quiet || is_gone(c, now);
    wake = says_nothing ? now + c->params.beacon_every : c->next_beacon;
    if (next && next->entered_at + c->params.window < wake)
        wake = next->entered_at + c->params.window;
    return wake > now ? wake : now + 1;
}

mls_err conversation_tick(conversation *c, conversation_effects *fx, uint64_t *wake, uint64_t now)
{
    TRY(find_head(c, fx, now));
    TRY(try_waiting(c, fx, now));
    TRY(heal(c, fx, now));
    TRY(carry_out_wants(c, fx, now));
    TRY(resend(c, fx, now));
    TRY(answer_requests(c, fx, now));
    if (!c->params.no_beacons && now >= c->next_beacon && !is_gone(c, now))
        TRY(send_beacon(c, fx, now));
    *wake = next_wake(c, now);
    return MLS_OK;
}
