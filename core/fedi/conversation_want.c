/* What this device wants changed, and whether that still makes sense. */
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
    if (is_leaving(c))
        return MLS_OK;
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

static void cancel_removal(want *w, bytes actor, bytes signature_key)
{
    bytes who = {w->who.data, w->who.len};
    if ((w->kind == WANT_REMOVE && bytes_equal(who, actor)) ||
        (w->kind == WANT_LET_GO && bytes_equal(who, signature_key)))
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

/* An addition puts an end to wishes to remove the same actor, or to let the same device go, also to
 * those that lost; a removal to additions. */
static void cancel_opposite(conversation *c, want_kind kind, bytes actor, bytes signature_key,
                            uint64_t now)
{
    for (size_t i = 0; i < c->wants.count + c->own.count; i++) {
        want *w =
            i < c->wants.count ? &c->wants.items[i] : &c->own.items[i - c->wants.count].made_for;
        if (kind == WANT_ADD)
            cancel_removal(w, actor, signature_key);
        else
            cancel_addition(w, actor, now);
    }
    drop_cancelled(c);
}

mls_err want_again(conversation *c, own_commit *own)
{
    if (own->made_for.kind == 0 || own->made_for.kind == WANT_UPDATE)
        return MLS_OK;
    if (is_leaving(c) && own->made_for.kind != WANT_LET_GO)
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
    if (count > ADDED_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    for (size_t i = 0; i < count; i++) {
        mls_key_package_info info;
        if (mls_key_package_check(&info, key_packages[i], now) == MLS_OK)
            cancel_opposite(c, WANT_ADD, info.identity, info.signature_key, now);
    }
    return want_new(c, WANT_ADD, (bytes){0}, key_packages, count, now);
}

mls_err conversation_remove(conversation *c, bytes actor, uint64_t now)
{
    cancel_opposite(c, WANT_REMOVE, actor, (bytes){0}, now);
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

bool find_device(const mls_group *group, bytes signature_key, uint32_t *leaf)
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

/* see conversation_state.h */
size_t useful_key_packages(const mls_group *in, const want *w, const mls_buf **out, uint64_t now)
{
    size_t count = 0;
    mls_group_info group;
    mls_group_describe(in, &group);
    for (size_t i = 0; i < w->num_key_packages; i++) {
        mls_key_package_info info;
        uint32_t leaf;
        bytes octets = {w->key_packages[i].data, w->key_packages[i].len};
        if (mls_key_package_check(&info, octets, now) != MLS_OK || info.suite != group.suite ||
            find_device(in, info.signature_key, &leaf))
            continue;
        out[count++] = &w->key_packages[i];
    }
    return count;
}

static bool came_back_by(const epoch_node *node, const epoch_id *key)
{
    for (size_t i = 0; i < CAME_BACK_MAX; i++)
        if (epoch_id_equal(&node->came_back[i], key))
            return true;
    return false;
}

/* Whether somebody has let the device in again since it asked. */
static bool is_back(const conversation *c, const want *w)
{
    epoch_id key;
    epoch_id_of_octets(&key, bytes_of(w->who.data, w->who.len));
    for (const epoch_node *node = c->head; node; node = node->parent)
        if (came_back_by(node, &key) && node->entered_at >= w->since)
            return true;
    return false;
}

static bool makes_sense_in(const conversation *c, const mls_group *group, const want *w,
                           uint64_t now)
{
    bytes who = {w->who.data, w->who.len};
    const mls_buf *useful[ADDED_MAX];
    uint32_t leaf;
    switch (w->kind) {
    case WANT_UPDATE:
        return true;
    case WANT_ADD:
        return w->num_key_packages <= ADDED_MAX && useful_key_packages(group, w, useful, now) > 0;
    case WANT_REMOVE:
        return has_actor(group, who);
    case WANT_REJOIN: /* who was removed in the meantime stays out */
        return find_device(group, who, &leaf) && !is_back(c, w) &&
               !is_seen_here(c, who, w->counter);
    case WANT_LEAVE:
        return true;
    case WANT_LET_GO:
        return still_wants_out(c, w);
    }
    return false;
}

bool makes_sense(const conversation *c, const want *w, uint64_t now)
{
    return makes_sense_in(c, conversation_group(c), w, now);
}

/* The epoch in which it turned out that a wish makes no sense; NULL: none. An addition is over when
 * whoever is meant was in at any time since, though gone again, which we may learn at once after a
 * long absence. A removal is not: who was added again meanwhile is who was meant. */
static const epoch_node *done_in(const conversation *c, const want *w, uint64_t now)
{
    const epoch_node *node = c->head;
    if (!makes_sense(c, w, now))
        return node;
    while (w->kind == WANT_ADD && node->parent && node->entered_at >= w->since) {
        node = node->parent;
        if (node->entered_at >= w->since && !makes_sense_in(c, node->group, w, now))
            return node;
    }
    return NULL;
}

/* What makes no sense where we are was done, or is not to be. It is wanted again only when the head
 * goes to where that is not so, and forgotten when it is final; a later change of the group is
 * somebody's newer wish. Requests are made again by who has them. */
static bool is_over(const conversation *c, want *w, uint64_t now)
{
    static const epoch_id none;
    if (w->kind == WANT_LEAVE || w->kind == WANT_UPDATE)
        return false;
    if (w->kind == WANT_REJOIN || w->kind == WANT_LET_GO)
        return !makes_sense(c, w, now);
    if (!is_on_line(c, &w->where))
        w->where = none;
    const epoch_node *done = epoch_id_equal(&w->where, &none) ? done_in(c, w, now) : NULL;
    if (done)
        w->where = done->id;
    const epoch_node *node = epoch_tree_find(&c->tree, &w->where);
    return !epoch_id_equal(&w->where, &none) && (!node || node == c->tree.root);
}

void drop_senseless(conversation *c, uint64_t now)
{
    for (size_t i = c->wants.count; i-- > 0;) {
        if (!is_over(c, &c->wants.items[i], now))
            continue;
        want_free(&c->wants.items[i]);
        LIST_TAKE(&c->wants, i);
    }
}

bool is_due(const conversation *c, const want *w, uint64_t now)
{
    static const epoch_id none;
    if (w->not_before > now || w->kind == WANT_LEAVE || (is_leaving(c) && w->kind != WANT_LET_GO))
        return false;
    if (w->kind == WANT_REMOVE && waits_for_endorsement(c, bytes_of(w->who.data, w->who.len), now))
        return false;
    if (w->kind == WANT_REJOIN && c->head->entered_at + c->params.turn > now)
        return false; /* somebody else has just committed: others may have been let in by that */
    if (c->asking && w->kind == WANT_REJOIN)
        return false; /* who wants to go elsewhere lets nobody in here */
    return makes_sense(c, w, now) && epoch_id_equal(&w->where, &none);
}
