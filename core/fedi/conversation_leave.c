/* Leaving, and letting go who wants to leave.
 *
 * Nobody can commit their own removal (RFC 9420 section 12.4), so it is proposed, and the others
 * commit it in the order of their leaves, until one has. */
#include "fedi/conversation_state.h"

/* ---- Our own ---- */

static want *find_leave(const conversation *c)
{
    for (size_t i = 0; i < c->wants.count; i++)
        if (c->wants.items[i].kind == WANT_LEAVE)
            return &c->wants.items[i];
    return NULL;
}

bool is_leaving(const conversation *c)
{
    return find_leave(c) != NULL;
}

static void give_up_wants(conversation *c)
{
    for (size_t i = c->wants.count; i-- > 0;) {
        if (c->wants.items[i].kind == WANT_LET_GO)
            continue;
        want_free(&c->wants.items[i]);
        LIST_TAKE(&c->wants, i);
    }
}

mls_err conversation_leave(conversation *c, conversation_effects *fx, uint64_t now)
{
    want w = {.kind = WANT_LEAVE, .since = now};
    if (conversation_is_removed(c))
        return MLS_ERR_NOT_A_MEMBER;
    if (!is_leaving(c)) {
        give_up_wants(c);
        TRY(want_add(c, &w));
    }
    return propose_to_leave(c, fx, now);
}

static bool is_of(const mls_group *group, uint32_t leaf, bytes actor)
{
    mls_member member;
    return mls_group_member(group, &member, leaf) == MLS_OK && bytes_equal(member.identity, actor);
}

static mls_err propose_removal(conversation *c, conversation_effects *fx, uint32_t leaf,
                               uint64_t now)
{
    mls_buf message;
    mls_proposal removal = {.type = MLS_PROPOSAL_REMOVE, .leaf = leaf};
    TRY(mls_group_propose(c->head->group, &message, &removal, 0, now));
    mls_err err = effect_post(fx, CONVERSATION_COMMIT, c->head->group,
                              bytes_of(message.data, message.len), (bytes){0});
    mls_buf_free(&message);
    return err;
}

/* Where nobody else is left there is nobody to ask, once that is final. */
static mls_err leave_alone(conversation *c, conversation_effects *fx)
{
    conversation_effect effect = {.kind = CONVERSATION_REMOVED};
    if (c->head != c->tree.root)
        return MLS_OK;
    TRY(effect_add(fx, &effect));
    for (size_t i = c->wants.count; i-- > 0;)
        want_free(&c->wants.items[i]);
    c->wants.count = 0;
    return MLS_OK;
}

mls_err propose_to_leave(conversation *c, conversation_effects *fx, uint64_t now)
{
    const bytes *actors;
    size_t num_actors;
    mls_group_info info;
    mls_member us;
    want *w = find_leave(c);
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (!w || epoch_id_equal(&w->where, &c->head->id))
        return MLS_OK;
    mls_group_describe(c->head->group, &info);
    TRY(mls_group_member(c->head->group, &us, info.own_leaf));
    TRY(actors_of(c->head->group, scratch, &actors, &num_actors));
    if (num_actors == 1)
        return leave_alone(c, fx);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++)
        if (is_of(c->head->group, leaf, us.identity))
            TRY(propose_removal(c, fx, leaf, now));
    w->where = c->head->id;
    return MLS_OK;
}

/* ---- Others' ---- */

/* Whom a proposal lets go: a leaf of its sender's own actor. */
static bool wants_out(const epoch_node *node, const mls_event *event, mls_member *gone)
{
    bool removal = event->proposal_type == MLS_PROPOSAL_REMOVE ||
                   event->proposal_type == MLS_PROPOSAL_SELF_REMOVE;
    return removal && event->sender.leaf != MLS_NO_LEAF &&
           mls_group_member(node->group, gone, event->proposal_leaf) == MLS_OK &&
           bytes_equal(gone->identity, event->sender.identity);
}

/* Those who leave as well, or are of the same actor, and so may be about to, come last. */
static uint64_t turn_to_let_go(const conversation *c, const mls_group *group, bytes actor)
{
    mls_group_info info;
    mls_group_describe(group, &info);
    uint64_t rank = rank_of(c) + UINT64_C(1);
    if (is_leaving(c) || is_of(group, info.own_leaf, actor))
        rank += info.num_members;
    return rank * c->params.turn;
}

mls_err note_proposal(conversation *c, const epoch_node *node, const mls_event *event, uint64_t now)
{
    mls_group_info info;
    mls_member gone;
    mls_group_describe(node->group, &info);
    if (event->kind != MLS_EVENT_PROPOSAL || !wants_out(node, event, &gone) ||
        gone.leaf == info.own_leaf || c->wants.count == WANTS_MAX)
        return MLS_OK; /* who finds no place is asked again */
    want w = {.kind = WANT_LET_GO, .since = now, .epoch = node->number};
    w.not_before = now + turn_to_let_go(c, node->group, gone.identity);
    mls_err err = buf_copy(&w.who, gone.signature_key);
    if (err == MLS_OK)
        err = want_add(c, &w);
    want_free(&w);
    return err;
}

/* In all epochs since: who was let go, and added later, has to ask anew. */
bool still_wants_out(const conversation *c, const want *w)
{
    uint32_t leaf;
    bytes who = {w->who.data, w->who.len};
    for (const epoch_node *node = c->head; node && node->number >= w->epoch; node = node->parent)
        if (!node->group || !find_device(node->group, who, &leaf))
            return false;
    return true;
}
