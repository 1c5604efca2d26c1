/* A conversation as records. */
#include "fedi/conversation_state.h"

#include <stdlib.h>
#include <string.h>

const bytes conversation_main_record = {(const uint8_t *)"conversation", 12};

enum { RECORD_VERSION = 2, NO_PARENT = 0xFFFF, NAME_LEN = 5 };

/* ---- Names of records: a letter and the serial of the epoch ---- */

static bytes name_of(uint8_t out[NAME_LEN], char kind, uint32_t serial)
{
    out[0] = (uint8_t)kind;
    for (size_t i = 1; i < NAME_LEN; i++)
        out[i] = (uint8_t)(serial >> (32 - 8 * i));
    return bytes_of(out, NAME_LEN);
}

static const conversation_record *find_record(const conversation_record *records, size_t count,
                                              bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(records[i].id, name))
            return &records[i];
    return NULL;
}

/* ---- Codecs ---- */

static void id_codec(codec *c, epoch_id *id)
{
    codec_fixed(c, id->octets, EPOCH_ID_LEN);
}

static void buf_codec(codec *c, mls_buf *buf)
{
    bytes view = {buf->data, buf->len};
    codec_opaque(c, &view);
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, buf_copy(buf, view));
}

/* Over the items of a list, which when reading are made one by one: one that ends early is freed as
 * far as it goes. */
#define FOR_LIST(c, list)                                                                          \
    for (uint32_t n_ = list_count(c, (list)->count), i = 0;                                        \
         i < n_ &&                                                                                 \
         ((list)->items = list_grow(c, (list)->items, &(list)->count, sizeof *(list)->items),      \
         (c)->err == MLS_OK);                                                                      \
         i++)

static uint32_t list_count(codec *c, size_t count)
{
    uint32_t n = (uint32_t)count;
    codec_u32(c, &n);
    return c->err == MLS_OK ? n : 0;
}

static void *list_grow(codec *c, void *items, size_t *count, size_t size)
{
    if (!codec_reading(c) || c->err != MLS_OK)
        return items;
    void *more = list_more(items, count, size);
    if (!more) {
        codec_fail(c, MLS_ERR_NO_MEMORY);
        return items;
    }
    (*count)++;
    return more;
}

static void want_codec(codec *c, want *w)
{
    uint8_t kind = (uint8_t)w->kind;
    codec_u8(c, &kind);
    if (kind > WANT_LET_GO)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    if (codec_reading(c))
        w->kind = (want_kind)kind;
    buf_codec(c, &w->who);
    codec_u64(c, &w->since);
    codec_u64(c, &w->not_before);
    codec_u64(c, &w->epoch);
    codec_u64(c, &w->counter);
    id_codec(c, &w->where);
    uint32_t n = list_count(c, w->num_key_packages);
    for (uint32_t i = 0; i < n; i++) {
        w->key_packages =
            list_grow(c, w->key_packages, &w->num_key_packages, sizeof *w->key_packages);
        if (c->err != MLS_OK)
            return;
        buf_codec(c, &w->key_packages[i]);
    }
}

static void said_codec(codec *c, said *s)
{
    buf_codec(c, &s->id);
    buf_codec(c, &s->content);
    id_codec(c, &s->where);
    codec_u64(c, &s->resend_at);
    codec_bool(c, &s->held);
    for (size_t k = 0; k < SENT_HASHES; k++)
        id_codec(c, &s->sent[k]);
    uint32_t n = list_count(c, s->num_readers);
    for (uint32_t i = 0; i < n; i++) {
        s->readers = list_grow(c, s->readers, &s->num_readers, sizeof *s->readers);
        if (c->err != MLS_OK)
            return;
        id_codec(c, &s->readers[i]);
    }
}

static void waiting_codec(codec *c, waiting *w)
{
    buf_codec(c, &w->octets);
    buf_codec(c, &w->from);
    id_codec(c, &w->hash);
    codec_u64(c, &w->since);
    codec_u64(c, &w->ask_at);
    codec_bool(c, &w->opened);
    mls_message_info info = {0};
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, mls_message_read(&info, bytes_of(w->octets.data, w->octets.len)));
    if (codec_reading(c)) {
        w->epoch = info.epoch;
        w->content_type = info.content_type;
        epoch_id_of_octets(&w->sender, bytes_of(w->from.data, w->from.len));
    }
}

static void beacon_codec(codec *c, beacon *b)
{
    buf_codec(c, &b->signature_key);
    buf_codec(c, &b->actor);
    buf_codec(c, &b->line);
    codec_u64(c, &b->counter);
    codec_u64(c, &b->behind);
    codec_u64(c, &b->heard_at);
    codec_bool(c, &b->removed);
    if (b->line.len % EPOCH_ID_LEN)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
}

static void lists_codec(codec *c, conversation *v)
{
    FOR_LIST(c, &v->wants)
    want_codec(c, &v->wants.items[i]);
    FOR_LIST(c, &v->own)
    {
        id_codec(c, &v->own.items[i].commit);
        id_codec(c, &v->own.items[i].epoch);
        buf_codec(c, &v->own.items[i].welcome);
        want_codec(c, &v->own.items[i].made_for);
        codec_bool(c, &v->own.items[i].on_line);
    }
    FOR_LIST(c, &v->said)
    said_codec(c, &v->said.items[i]);
    FOR_LIST(c, &v->waiting)
    waiting_codec(c, &v->waiting.items[i]);
    FOR_LIST(c, &v->beacons)
    beacon_codec(c, &v->beacons.items[i]);
    FOR_LIST(c, &v->requests)
    {
        id_codec(c, &v->requests.items[i].message);
        id_codec(c, &v->requests.items[i].asker);
        buf_codec(c, &v->requests.items[i].actor);
        codec_u64(c, &v->requests.items[i].since);
    }
    FOR_LIST(c, &v->actors)
    {
        id_codec(c, &v->actors.items[i].actor);
        codec_u64(c, &v->actors.items[i].since);
    }
    FOR_LIST(c, &v->splits)
    {
        id_codec(c, &v->splits.items[i].branch);
        codec_u64(c, &v->splits.items[i].since);
    }
    FOR_LIST(c, &v->endorsements)
    {
        codec_u32(c, &v->endorsements.items[i].by);
        codec_u32(c, &v->endorsements.items[i].removed);
        buf_codec(c, &v->endorsements.items[i].signature);
    }
    FOR_LIST(c, &v->early)
    {
        id_codec(c, &v->early.items[i].epoch);
        codec_u32(c, &v->early.items[i].endorsement.by);
        codec_u32(c, &v->early.items[i].endorsement.removed);
        buf_codec(c, &v->early.items[i].endorsement.signature);
    }
    FOR_LIST(c, &v->past)
    id_codec(c, &v->past.items[i]);
    uint32_t known = (uint32_t)v->past_known;
    codec_u32(c, &known);
    if (known > v->past.count)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    v->past_known = known;
}

static void scalars_codec(codec *c, conversation *v)
{
    id_codec(c, &v->endorsed_in);
    codec_u64(c, &v->counter);
    codec_u64(c, &v->next_beacon);
    codec_u64(c, &v->next_hint);
    codec_u64(c, &v->commit_after);
    codec_bool(c, &v->quiet);
    codec_bool(c, &v->asking);
    codec_u64(c, &v->asked_at);
    codec_u32(c, &v->asks);
    id_codec(c, &v->asked_for);
    id_codec(c, &v->asked_after);
    codec_u64(c, &v->joined_in);
    id_codec(c, &v->joined_id);
    codec_u64(c, &v->joined_at);
    codec_u32(c, &v->tree.next_serial);
    codec_u32(c, &v->next_seen);
    if (v->next_seen >= SEEN_MAX)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    for (size_t i = 0; i < SEEN_MAX; i++)
        codec_u64(c, &v->seen[i]);
}

/* ---- The tree: its nodes, parents first ---- */

typedef struct node_record {
    uint16_t parent; /* position in the list */
    bool has_group, is_head;
    bytes octets; /* of the commit */
    epoch_node node;
} node_record;

static void node_codec(codec *c, node_record *r)
{
    codec_u16(c, &r->parent);
    codec_bool(c, &r->has_group);
    codec_bool(c, &r->is_head);
    codec_u32(c, &r->node.serial);
    id_codec(c, &r->node.commit);
    codec_opaque(c, &r->octets);
    codec_u32(c, &r->node.committer);
    codec_u32(c, &r->node.endorsers);
    codec_bool(c, &r->node.cannot_return);
    codec_bool(c, &r->node.own);
    codec_bool(c, &r->node.can_send);
    id_codec(c, &r->node.came_back);
    codec_u64(c, &r->node.usable_at);
    codec_u64(c, &r->node.entered_at);
}

/* ---- The main record ---- */

typedef struct main_record {
    conversation *v;
    node_record nodes[EPOCH_NODES_MAX];
    uint32_t num_nodes;
} main_record;

static void main_any(codec *c, void *object)
{
    main_record *m = object;
    uint16_t version = RECORD_VERSION;
    codec_u16(c, &version);
    if (version != RECORD_VERSION)
        codec_fail(c, MLS_ERR_STATE_VERSION);
    codec_u32(c, &m->num_nodes);
    if (m->num_nodes == 0 || m->num_nodes > EPOCH_NODES_MAX)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    for (uint32_t i = 0; i < m->num_nodes && c->err == MLS_OK; i++)
        node_codec(c, &m->nodes[i]);
    if (!m->v) { /* only the nodes are asked for */
        bytes rest = {0};
        codec_rest(c, &rest);
        return;
    }
    scalars_codec(c, m->v);
    lists_codec(c, m->v);
}

static uint16_t position_of(const conversation *v, const epoch_node *node)
{
    uint16_t position = 0;
    for (const epoch_node *at = v->tree.root; at; at = epoch_node_next(at), position++)
        if (at == node)
            return position;
    return NO_PARENT;
}

static void list_nodes(main_record *m)
{
    conversation *v = m->v;
    for (const epoch_node *node = v->tree.root; node; node = epoch_node_next(node))
        m->nodes[m->num_nodes++] = (node_record){
            .parent = node->parent ? position_of(v, node->parent) : NO_PARENT,
            .has_group = node->group != NULL,
            .is_head = node == v->head,
            .octets = {node->octets.data, node->octets.len},
            .node = *node,
        };
}

/* ---- Saving ---- */

static mls_err store(conversation_effects *fx, bytes name, const mls_buf *octets)
{
    conversation_effect effect = {
        .kind = CONVERSATION_STORE, .id = name, .octets = {octets->data, octets->len}};
    return effect_add(fx, &effect);
}

static mls_err save_node(conversation_effects *fx, epoch_node *node)
{
    uint8_t name[NAME_LEN];
    mls_buf epoch_octets = {0}, ratchet_octets = {0};
    epoch_id hash;
    bool whole = mls_group_epoch_changed(node->group);
    mls_err err = mls_group_save(node->group, whole ? &epoch_octets : NULL, &ratchet_octets);
    if (err == MLS_OK && whole)
        err = store(fx, name_of(name, 'e', node->serial), &epoch_octets);
    epoch_id_of_octets(&hash, bytes_of(ratchet_octets.data, ratchet_octets.len));
    if (err == MLS_OK && (whole || !epoch_id_equal(&hash, &node->stored_ratchet)))
        err = store(fx, name_of(name, 'r', node->serial), &ratchet_octets);
    node->stored_ratchet = hash;
    mls_buf_free(&epoch_octets);
    mls_buf_free(&ratchet_octets);
    return err;
}

static bool is_in_tree(const conversation *v, uint32_t serial)
{
    for (const epoch_node *node = v->tree.root; node; node = epoch_node_next(node))
        if (node->group && node->serial == serial)
            return true;
    return false;
}

static mls_err forget_old(conversation *v, conversation_effects *fx)
{
    for (size_t i = v->stored.count; i-- > 0;) {
        uint8_t name[NAME_LEN];
        uint32_t serial = v->stored.items[i];
        if (is_in_tree(v, serial))
            continue;
        conversation_effect effect = {.kind = CONVERSATION_FORGET,
                                      .id = name_of(name, 'e', serial)};
        TRY(effect_add(fx, &effect));
        effect.id = name_of(name, 'r', serial);
        TRY(effect_add(fx, &effect));
        LIST_TAKE(&v->stored, i);
    }
    return MLS_OK;
}

mls_err conversation_forget(const conversation *v, conversation_effects *fx)
{
    conversation_effect effect = {.kind = CONVERSATION_FORGET, .id = conversation_main_record};
    TRY(effect_add(fx, &effect));
    for (size_t i = 0; i < v->stored.count; i++) {
        uint8_t name[NAME_LEN];
        effect.id = name_of(name, 'e', v->stored.items[i]);
        TRY(effect_add(fx, &effect));
        effect.id = name_of(name, 'r', v->stored.items[i]);
        TRY(effect_add(fx, &effect));
    }
    return MLS_OK;
}

static mls_err note_stored(conversation *v, uint32_t serial)
{
    for (size_t i = 0; i < v->stored.count; i++)
        if (v->stored.items[i] == serial)
            return MLS_OK;
    uint32_t *more = LIST_MORE(&v->stored);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    v->stored.items = more;
    more[v->stored.count++] = serial;
    return MLS_OK;
}

static mls_err save_main(conversation *v, conversation_effects *fx)
{
    epoch_id hash;
    mls_buf octets;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    main_record *m = arena_alloc(scratch, sizeof *m);
    if (!m)
        return MLS_ERR_NO_MEMORY;
    m->v = v;
    list_nodes(m);
    TRY(codec_encode_buf(&octets, main_any, m));
    epoch_id_of_octets(&hash, bytes_of(octets.data, octets.len));
    mls_err err = MLS_OK;
    if (!epoch_id_equal(&hash, &v->stored_main))
        err = store(fx, conversation_main_record, &octets);
    v->stored_main = hash;
    mls_buf_free(&octets);
    return err;
}

mls_err conversation_save(conversation *v, conversation_effects *fx)
{
    for (epoch_node *node = v->tree.root; node; node = epoch_node_next(node)) {
        if (!node->group)
            continue;
        TRY(note_stored(v, node->serial));
        TRY(save_node(fx, node));
    }
    TRY(forget_old(v, fx));
    return save_main(v, fx);
}

/* ---- Loading ---- */

static mls_err state_error(mls_err err)
{
    return err == MLS_OK || err == MLS_ERR_NO_MEMORY || err == MLS_ERR_STATE_VERSION ||
                   err == MLS_ERR_STATE_MISMATCH
               ? err
               : MLS_ERR_STATE_BROKEN;
}

mls_err conversation_record_ids(arena *a, const bytes **ids, size_t *count, bytes octets)
{
    main_record *m = arena_alloc(a, sizeof *m);
    bytes *list = arena_array(a, 2 * (size_t)EPOCH_NODES_MAX, sizeof *list);
    *count = 0;
    if (!m || !list)
        return MLS_ERR_NO_MEMORY;
    TRY(state_error(codec_decode(a, m, main_any, octets)));
    for (uint32_t i = 0; i < m->num_nodes; i++) {
        uint8_t *names = arena_alloc(a, 2 * (size_t)NAME_LEN);
        if (!names)
            return MLS_ERR_NO_MEMORY;
        if (!m->nodes[i].has_group)
            continue;
        list[(*count)++] = name_of(names, 'e', m->nodes[i].node.serial);
        list[(*count)++] = name_of(names + NAME_LEN, 'r', m->nodes[i].node.serial);
    }
    *ids = list;
    return MLS_OK;
}

static mls_err load_group(mls_group **group, const node_record *r,
                          const conversation_record *records, size_t count)
{
    uint8_t name[NAME_LEN];
    *group = NULL;
    if (!r->has_group)
        return MLS_OK;
    const conversation_record *first =
        find_record(records, count, name_of(name, 'e', r->node.serial));
    const conversation_record *second =
        find_record(records, count, name_of(name, 'r', r->node.serial));
    if (!first || !second)
        return MLS_ERR_STATE_MISMATCH;
    return mls_group_load(group, first->octets, second->octets);
}

/* What a node is, but for its place in the tree and what follows from its group. */
static void take_facts(epoch_node *node, const epoch_node *facts)
{
    node->serial = facts->serial;
    node->commit = facts->commit;
    node->committer = facts->committer;
    node->endorsers = facts->endorsers;
    node->cannot_return = facts->cannot_return;
    node->own = facts->own;
    node->can_send = facts->can_send;
    node->came_back = facts->came_back;
    node->usable_at = facts->usable_at;
    node->entered_at = facts->entered_at;
}

static mls_err load_tree(conversation *v, const main_record *m, const conversation_record *records,
                         size_t count)
{
    epoch_node *nodes[EPOCH_NODES_MAX];
    for (uint32_t i = 0; i < m->num_nodes; i++) {
        const node_record *r = &m->nodes[i];
        mls_group *group;
        if (i ? r->parent >= i || !nodes[r->parent]->group : !r->has_group)
            return MLS_ERR_STATE_BROKEN;
        TRY(load_group(&group, r, records, count));
        mls_err err = i ? epoch_tree_add(&v->tree, &nodes[i], nodes[r->parent], group)
                        : epoch_tree_init(&v->tree, group);
        if (err != MLS_OK) {
            mls_group_free(group);
            return err;
        }
        if (i == 0)
            nodes[0] = v->tree.root;
        take_facts(nodes[i], &r->node);
        TRY(buf_copy(&nodes[i]->octets, r->octets));
        if (group)
            TRY(note_stored(v, r->node.serial));
        if (r->is_head)
            v->head = nodes[i];
    }
    return v->head ? MLS_OK : MLS_ERR_STATE_BROKEN;
}

static mls_err load(conversation *v, bytes octets, const conversation_record *records, size_t count)
{
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    main_record *m = arena_alloc(scratch, sizeof *m);
    if (!m)
        return MLS_ERR_NO_MEMORY;
    m->v = v;
    TRY(codec_decode(scratch, m, main_any, octets));
    uint32_t next_serial = v->tree.next_serial;
    TRY(load_tree(v, m, records, count));
    v->tree.next_serial = next_serial;
    epoch_id_of_octets(&v->stored_main, octets);
    return MLS_OK;
}

mls_err conversation_load(conversation **out, bytes octets, const conversation_record *records,
                          size_t count, const conversation_params *params)
{
    *out = NULL;
    conversation *v = calloc(1, sizeof *v);
    if (!v)
        return MLS_ERR_NO_MEMORY;
    v->params = *params;
    mls_err err = state_error(load(v, octets, records, count));
    if (err != MLS_OK)
        conversation_free(v);
    else
        *out = v;
    return err;
}
