/* What this device wants changed, and the commits for it. */
#include "fedi/conversation_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- Wanting ---- */

static mls_err copy_all(mls_buf **out, size_t *count, const bytes *in, size_t num)
{
    *count = 0;
    *out = calloc(num + 1, sizeof **out);
    if (!*out)
        return MLS_ERR_NO_MEMORY;
    for (; *count < num; (*count)++)
        TRY(buf_copy(&(*out)[*count], in[*count]));
    return MLS_OK;
}

static bool same_buf(const mls_buf *a, const mls_buf *b)
{
    return bytes_equal(bytes_of(a->data, a->len), bytes_of(b->data, b->len));
}

static bool same_want(const want *a, const want *b)
{
    if (a->kind != b->kind || !same_buf(&a->who, &b->who))
        return false;
    if (a->kind == WANT_REJOIN)
        return true; /* the newer request has the KeyPackage that is of use */
    for (size_t i = 0; i < a->num_key_packages || i < b->num_key_packages; i++)
        if (a->num_key_packages != b->num_key_packages ||
            !same_buf(&a->key_packages[i], &b->key_packages[i]))
            return false;
    return true;
}

mls_err want_add(conversation *c, want *w)
{
    for (size_t i = 0; i < c->wants.count; i++) {
        want *have = &c->wants.items[i];
        if (!same_want(have, w))
            continue;
        w->not_before = have->not_before;
        want_free(have);
        *have = *w;
        *w = (want){0};
        return MLS_OK;
    }
    if (c->wants.count == WANTS_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    want *more = LIST_MORE(&c->wants);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->wants.items = more;
    more[c->wants.count++] = *w;
    *w = (want){0};
    return MLS_OK;
}

static mls_err want_new(conversation *c, want_kind kind, bytes who, const bytes *key_packages,
                        size_t count, uint64_t now)
{
    want w = {.kind = kind, .since = now};
    mls_err err = buf_copy(&w.who, who);
    if (err == MLS_OK)
        err = copy_all(&w.key_packages, &w.num_key_packages, key_packages, count);
    if (err == MLS_OK)
        err = want_add(c, &w);
    want_free(&w);
    return err;
}

/* ---- The newest wish counts ---- */

static void cancel_removal(want *w, bytes actor)
{
    if (w->kind == WANT_REMOVE && bytes_equal(bytes_of(w->who.data, w->who.len), actor))
        want_free(w);
}

static bool is_of_actor(const mls_buf *key_package, bytes actor, uint64_t now)
{
    mls_key_package_info info;
    bytes octets = {key_package->data, key_package->len};
    return mls_key_package_check(&info, octets, now) == MLS_OK && bytes_equal(info.identity, actor);
}

static void cancel_addition(want *w, bytes actor, uint64_t now)
{
    for (size_t i = w->num_key_packages; w->kind == WANT_ADD && i-- > 0;) {
        if (!is_of_actor(&w->key_packages[i], actor, now))
            continue;
        mls_buf_free(&w->key_packages[i]);
        list_take(w->key_packages, &w->num_key_packages, sizeof *w->key_packages, i);
    }
    if (w->kind == WANT_ADD && w->num_key_packages == 0)
        want_free(w);
}

/* Takes out what was cancelled, which has no kind any more. */
static void drop_cancelled(conversation *c)
{
    for (size_t i = c->wants.count; i-- > 0;)
        if (c->wants.items[i].kind == 0)
            LIST_TAKE(&c->wants, i);
}

/* An addition puts an end to wishes to remove the same actor, also to those that lost; a removal to
 * additions. */
static void cancel_opposite(conversation *c, want_kind kind, bytes actor, uint64_t now)
{
    for (size_t i = 0; i < c->wants.count + c->own.count; i++) {
        want *w =
            i < c->wants.count ? &c->wants.items[i] : &c->own.items[i - c->wants.count].made_for;
        if (kind == WANT_ADD)
            cancel_removal(w, actor);
        else
            cancel_addition(w, actor, now);
    }
    drop_cancelled(c);
}

mls_err want_again(conversation *c, own_commit *own)
{
    if (own->made_for.kind == 0 || own->made_for.kind == WANT_UPDATE)
        return MLS_OK;
    for (size_t i = 0; i < c->own.count; i++) {
        own_commit *other = &c->own.items[i];
        if (other == own || !other->on_line || !same_want(&other->made_for, &own->made_for))
            continue;
        want_free(&own->made_for); /* was met by another commit */
        return MLS_OK;
    }
    return want_add(c, &own->made_for);
}

mls_err conversation_add(conversation *c, const bytes *key_packages, size_t count, uint64_t now)
{
    for (size_t i = 0; i < count; i++) {
        mls_key_package_info info;
        if (mls_key_package_check(&info, key_packages[i], now) == MLS_OK)
            cancel_opposite(c, WANT_ADD, info.identity, now);
    }
    return want_new(c, WANT_ADD, (bytes){0}, key_packages, count, now);
}

mls_err conversation_remove(conversation *c, bytes actor, uint64_t now)
{
    cancel_opposite(c, WANT_REMOVE, actor, now);
    return want_new(c, WANT_REMOVE, actor, NULL, 0, now);
}

mls_err conversation_update(conversation *c, uint64_t now)
{
    return want_new(c, WANT_UPDATE, (bytes){0}, NULL, 0, now);
}

/* ---- Whether it still makes sense ---- */

static bool has_actor(const mls_group *group, bytes actor)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++)
        if (mls_group_member(group, &member, leaf) == MLS_OK && bytes_equal(member.identity, actor))
            return true;
    return false;
}

static bool find_device(const mls_group *group, bytes signature_key, uint32_t *leaf)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(group, &info);
    for (*leaf = 0; *leaf < info.num_leaves; (*leaf)++)
        if (mls_group_member(group, &member, *leaf) == MLS_OK &&
            bytes_equal(member.signature_key, signature_key))
            return true;
    return false;
}

/* The KeyPackages of those who are not in the group yet, are not of one device twice, and are good
 * for this group. */
static size_t useful_key_packages(const conversation *c, const want *w, const mls_buf **out,
                                  uint64_t now)
{
    size_t count = 0;
    mls_group_info group;
    mls_group_describe(conversation_group(c), &group);
    for (size_t i = 0; i < w->num_key_packages; i++) {
        mls_key_package_info info;
        uint32_t leaf;
        bytes octets = {w->key_packages[i].data, w->key_packages[i].len};
        if (mls_key_package_check(&info, octets, now) != MLS_OK || info.suite != group.suite ||
            find_device(conversation_group(c), info.signature_key, &leaf))
            continue;
        out[count++] = &w->key_packages[i];
    }
    return count;
}

/* Whether somebody has let the device in again since it asked. */
static bool is_back(const conversation *c, const want *w)
{
    epoch_id key;
    epoch_id_of_octets(&key, bytes_of(w->who.data, w->who.len));
    for (const epoch_node *node = c->head; node; node = node->parent)
        if (epoch_id_equal(&node->came_back, &key) && node->entered_at >= w->since)
            return true;
    return false;
}

static bool makes_sense(const conversation *c, const want *w, uint64_t now)
{
    const mls_group *group = conversation_group(c);
    bytes who = {w->who.data, w->who.len};
    const mls_buf *useful[WANTS_MAX];
    uint32_t leaf;
    switch (w->kind) {
    case WANT_UPDATE:
        return true;
    case WANT_ADD:
        return w->num_key_packages <= WANTS_MAX && useful_key_packages(c, w, useful, now) > 0;
    case WANT_REMOVE:
        return has_actor(group, who);
    case WANT_REJOIN: /* who was removed in the meantime stays out */
        return find_device(group, who, &leaf) && !is_back(c, w);
    }
    return false;
}

/* What the people here want and makes no sense where we are may do so again when the head changes,
 * until it is final. Requests are made again by who has them. */
static bool may_make_sense_again(const conversation *c, const want *w)
{
    return c->head != c->tree.root && w->kind != WANT_REJOIN;
}

static void drop_senseless(conversation *c, uint64_t now)
{
    for (size_t i = c->wants.count; i-- > 0;) {
        if (makes_sense(c, &c->wants.items[i], now) || may_make_sense_again(c, &c->wants.items[i]))
            continue;
        want_free(&c->wants.items[i]);
        LIST_TAKE(&c->wants, i);
    }
}

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

static mls_err choose_proposals(const conversation *c, draft *d, const want *w, uint64_t now)
{
    const mls_buf *useful[WANTS_MAX];
    mls_group_info info;
    uint32_t leaf;
    bytes who = {w->who.data, w->who.len};
    mls_group_describe(conversation_group(c), &info);
    d->proposals =
        arena_array(d->scratch, info.num_leaves + w->num_key_packages + 1, sizeof *d->proposals);
    if (!d->proposals)
        return MLS_ERR_NO_MEMORY;
    if (w->kind == WANT_REMOVE)
        return removals(c, d, who);
    if (w->kind == WANT_REJOIN && find_device(conversation_group(c), who, &leaf)) {
        add_proposal(d, (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = leaf});
        add_proposal(d, (mls_proposal){.type = MLS_PROPOSAL_ADD,
                                       .data = {w->key_packages[0].data, w->key_packages[0].len}});
        return MLS_OK;
    }
    size_t count = w->kind == WANT_ADD ? useful_key_packages(c, w, useful, now) : 0;
    for (size_t i = 0; i < count; i++)
        add_proposal(
            d, (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = {useful[i]->data, useful[i]->len}});
    return MLS_OK;
}

static mls_err commit_accepting(mls_group *group, draft *d, uint64_t now)
{
    bytes aad = {d->authenticated_data.data, d->authenticated_data.len};
    mls_err err =
        mls_group_commit(group, &d->commit, &d->welcome, d->proposals, d->count, aad, 0, now);
    if (err != MLS_ERR_UNDECIDED)
        return err;
    TRY(accept_basic(group));
    return mls_group_commit(group, &d->commit, &d->welcome, d->proposals, d->count, aad, 0, now);
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
    TRY(commit_accepting(group, d, now));
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
    if (conversation_is_removed(c))
        return MLS_OK;
    drop_senseless(c, now);
    if (c->wants.count == 0 || now < c->commit_after || has_own_on_head(c))
        return MLS_OK;
    size_t next = 0;
    while (next < c->wants.count &&
           (c->wants.items[next].not_before > now || !makes_sense(c, &c->wants.items[next], now) ||
            (c->asking && c->wants.items[next].kind == WANT_REJOIN)))
        next++; /* who wants to go elsewhere lets nobody in here */
    if (next == c->wants.count)
        return MLS_OK;
    uint64_t turn = (uint64_t)rank_of(c) * c->params.turn;
    if (has_fragile_member(c) && now < c->wants.items[next].since + turn)
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
    if (!node || !epoch_node_leads_to(node, c->head))
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
