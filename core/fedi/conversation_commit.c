/* The commits for what this device wants changed. */
#include "fedi/conversation_state.h"

#include <string.h>

/* ---- Committing ---- */

typedef struct draft {
    arena *scratch;
    mls_proposal *proposals;
    size_t count;
    mls_buf authenticated_data;
    mls_buf commit, welcome;
} draft;

static void add_proposal(draft *d, mls_proposal p)
{
    d->proposals[d->count++] = p;
}

static mls_err removals(const conversation *c, draft *d, bytes actor)
{
    const mls_group *group = conversation_group(c);
    mls_group_info info;
    mls_member member;
    mls_group_describe(group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++)
        if (leaf != info.own_leaf && mls_group_member(group, &member, leaf) == MLS_OK &&
            bytes_equal(member.identity, actor))
            add_proposal(d, (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = leaf});
    if (d->count == 0)
        return MLS_ERR_INVALID_ARGUMENT;
    if (c->endorsements.count && epoch_id_equal(&c->endorsed_in, &c->head->id))
        return endorsement_write(&d->authenticated_data, c->endorsements.items,
                                 c->endorsements.count);
    return MLS_OK;
}

static bool removes(const draft *d, uint32_t leaf)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->proposals[i].type == MLS_PROPOSAL_REMOVE && d->proposals[i].leaf == leaf)
            return true;
    return false;
}

/* Who wants out goes with any commit. By value: who missed the proposal can follow all the same. */
static void let_go(const conversation *c, draft *d, const want *w, uint64_t now)
{
    const mls_group *group = conversation_group(c);
    mls_group_info info;
    uint32_t leaf;
    mls_group_describe(group, &info);
    if (w->kind == WANT_LET_GO && makes_sense(c, w, now) &&
        find_device(group, bytes_of(w->who.data, w->who.len), &leaf) && leaf != info.own_leaf &&
        !removes(d, leaf))
        add_proposal(d, (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = leaf});
}

/* One who asks to be let in, with the same key. */
static void let_in(const conversation *c, draft *d, const want *w, size_t *count)
{
    uint32_t leaf;
    if (*count == CAME_BACK_MAX ||
        !find_device(conversation_group(c), bytes_of(w->who.data, w->who.len), &leaf) ||
        removes(d, leaf))
        return;
    add_proposal(d, (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = leaf});
    add_proposal(d, (mls_proposal){.type = MLS_PROPOSAL_ADD,
                                   .data = {w->key_packages[0].data, w->key_packages[0].len}});
    (*count)++;
}

/* Whoever asks by now comes in by the same commit: each commit is a chance for the next split. */
static void let_all_in(const conversation *c, draft *d, const want *first, uint64_t now)
{
    size_t count = 0;
    let_in(c, d, first, &count);
    for (size_t i = 0; i < c->wants.count; i++)
        if (c->wants.items[i].kind == WANT_REJOIN && makes_sense(c, &c->wants.items[i], now))
            let_in(c, d, &c->wants.items[i], &count);
}

static mls_err choose_by_want(const conversation *c, draft *d, const want *w, uint64_t now)
{
    const mls_buf *useful[ADDED_MAX];
    mls_group_info info;
    bytes who = {w->who.data, w->who.len};
    mls_group_describe(conversation_group(c), &info);
    d->proposals =
        arena_array(d->scratch, info.num_leaves + w->num_key_packages + 2 * (size_t)CAME_BACK_MAX,
                    sizeof *d->proposals);
    if (!d->proposals)
        return MLS_ERR_NO_MEMORY;
    if (w->kind == WANT_REMOVE)
        return removals(c, d, who);
    if (w->kind == WANT_REJOIN) {
        let_all_in(c, d, w, now);
        return MLS_OK;
    }
    size_t count =
        w->kind == WANT_ADD ? useful_key_packages(conversation_group(c), w, useful, now) : 0;
    for (size_t i = 0; i < count; i++)
        add_proposal(
            d, (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = {useful[i]->data, useful[i]->len}});
    return MLS_OK;
}

static mls_err choose_proposals(const conversation *c, draft *d, const want *w, uint64_t now)
{
    TRY(choose_by_want(c, d, w, now));
    let_go(c, d, w, now);
    for (size_t i = 0; i < c->wants.count; i++)
        let_go(c, d, &c->wants.items[i], now);
    return MLS_OK;
}

static mls_err commit_with(mls_group *group, draft *d, uint32_t flags, uint64_t now)
{
    bytes aad = {d->authenticated_data.data, d->authenticated_data.len};
    mls_err err =
        mls_group_commit(group, &d->commit, &d->welcome, d->proposals, d->count, aad, flags, now);
    if (err != MLS_ERR_UNDECIDED)
        return err;
    TRY(accept_basic(group));
    return mls_group_commit(group, &d->commit, &d->welcome, d->proposals, d->count, aad, flags,
                            now);
}

/* With what others have proposed, unless it is that which can't be committed. Who leaves has
 * proposed to remove its actor's other devices, which is for others to commit. */
static mls_err commit_accepting(mls_group *group, draft *d, bool leaving, uint64_t now)
{
    mls_err err = leaving ? MLS_ERR_BAD_PROPOSAL : commit_with(group, d, 0, now);
    return err == MLS_OK || err == MLS_ERR_NO_MEMORY || err == MLS_ERR_NO_RANDOMNESS
               ? err
               : commit_with(group, d, MLS_COMMIT_WITHOUT_PENDING, now);
}

/* The epoch that the own commit leads to, on a fork: the commit itself stays pending. */
static mls_err take_own(conversation *c, draft *d, uint64_t now)
{
    mls_group *fork;
    mls_event event;
    epoch_node *node;
    TRY(mls_group_fork(c->head->group, &fork));
    mls_err err = mls_group_apply_pending(fork, &event, now);
    if (err == MLS_OK) {
        err = take_commit(c, &node, c->head, fork, &event, bytes_of(d->commit.data, d->commit.len));
        mls_event_free(&event);
    }
    if (err != MLS_OK) {
        mls_group_free(fork);
        return err;
    }
    node->own = true;
    node->usable_at = now + c->params.grace;
    return MLS_OK;
}

static mls_err keep_own(conversation *c, draft *d, want *w)
{
    own_commit *more = LIST_MORE(&c->own);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->own.items = more;
    own_commit *own = &more[c->own.count++];
    epoch_id_of_octets(&own->commit, bytes_of(d->commit.data, d->commit.len));
    own->epoch = epoch_tree_find_commit(&c->tree, &own->commit)->id;
    own->welcome = d->welcome;
    d->welcome = (mls_buf){0};
    own->made_for = *w;
    *w = (want){0};
    return MLS_OK;
}

static mls_err draft_commit(conversation *c, conversation_effects *fx, draft *d, want *w,
                            uint64_t now)
{
    mls_group *group = c->head->group;
    TRY(choose_proposals(c, d, w, now));
    TRY(commit_accepting(group, d, is_leaving(c), now));
    mls_err err = take_own(c, d, now);
    if (err == MLS_OK)
        err = keep_own(c, d, w);
    mls_group_discard_pending(group); /* its state is in the tree now */
    TRY(err);
    TRY(effect_post(fx, CONVERSATION_COMMIT, group, bytes_of(d->commit.data, d->commit.len),
                    (bytes){0}));
    if (!c->params.no_hold)
        return MLS_OK;
    own_commit *own = &c->own.items[c->own.count - 1];
    const epoch_node *node = epoch_tree_find_commit(&c->tree, &own->commit);
    if (own->welcome.len)
        TRY(effect_post(fx, CONVERSATION_WELCOME, node->group,
                        bytes_of(own->welcome.data, own->welcome.len), (bytes){0}));
    mls_buf_free(&own->welcome);
    return MLS_OK;
}

static bool has_own_on_head(const conversation *c)
{
    for (const epoch_node *node = c->head->first_child; node; node = node->next_sibling)
        if (node->own)
            return true;
    return false;
}

/* Whether a member's program can't take commits back: we let others go first then. */
static bool has_fragile_member(const conversation *c)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(c->head->group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++)
        if (mls_group_member(c->head->group, &member, leaf) == MLS_OK &&
            !can_return(c->head->group, leaf))
            return true;
    return false;
}

mls_err carry_out_wants(conversation *c, conversation_effects *fx, uint64_t now)
{
    draft d = {.scratch = NULL};
    if (conversation_is_removed(c) || c->quiet)
        return MLS_OK;
    drop_senseless(c, now);
    TRY(propose_to_leave(c, fx, now));
    if (c->wants.count == 0 || now < c->commit_after || has_own_on_head(c))
        return MLS_OK;
    size_t next = 0;
    while (next < c->wants.count && !is_due(c, &c->wants.items[next], now))
        next++;
    if (next == c->wants.count)
        return MLS_OK;
    uint64_t turn = (uint64_t)rank_of(c) * c->params.turn;
    uint64_t from = c->wants.items[next].since;
    if (from < c->head->entered_at)
        from = c->head->entered_at; /* the others wait since then, too */
    if (has_fragile_member(c) && now < from + turn)
        return MLS_OK;
    want w = c->wants.items[next];
    LIST_TAKE(&c->wants, next);
    d.scratch = arena_new(ARENA_SCRATCH);
    mls_err err = draft_commit(c, fx, &d, &w, now);
    if (err != MLS_OK && err != MLS_ERR_NO_MEMORY && err != MLS_ERR_NO_RANDOMNESS) {
        const char *why = mls_err_sentence(err); /* it will not go better the next time */
        conversation_effect effect = {.kind = CONVERSATION_FAILED,
                                      .octets = {(const uint8_t *)why, strlen(why)}};
        err = effect_add(fx, &effect);
    } else if (err != MLS_OK && w.kind) {
        want_add(c, &w);
    }
    c->commit_after = now + 1;
    want_free(&w);
    mls_buf_free(&d.authenticated_data);
    mls_buf_free(&d.commit);
    mls_buf_free(&d.welcome);
    arena_free(d.scratch);
    return err;
}

/* The node below `after` on the line of the head; NULL when there is none. */
static const epoch_node *next_on_line(const conversation *c, const epoch_node *after)
{
    const epoch_node *node = c->head;
    while (node && node->parent != after)
        node = node->parent;
    return node;
}

mls_err send_commits(conversation *c, conversation_effects *fx, const epoch_id *after, bytes actor)
{
    const epoch_node *node = epoch_tree_find(&c->tree, after);
    if (c->quiet || !node || !epoch_node_leads_to(node, c->head))
        return MLS_OK;
    while ((node = next_on_line(c, node))) {
        conversation_effect effect = {.kind = CONVERSATION_COMMIT,
                                      .octets = {node->octets.data, node->octets.len},
                                      .to = &actor,
                                      .num_to = 1};
        TRY(effect_add(fx, &effect));
    }
    return MLS_OK;
}
