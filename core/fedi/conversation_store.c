/* Storing a conversation: which records have changed. */
#include "fedi/conversation_records.h"

#include <stdlib.h>
#include <string.h>

const bytes conversation_main_record = {(const uint8_t *)"conversation", 12};

bytes name_of(uint8_t out[NAME_LEN], char kind, uint32_t serial)
{
    out[0] = (uint8_t)kind;
    for (size_t i = 1; i < NAME_LEN; i++)
        out[i] = (uint8_t)(serial >> (32 - 8 * i));
    return bytes_of(out, NAME_LEN);
}

/* ---- One record ---- */

static mls_err store(conversation_effects *fx, bytes name, const mls_buf *octets)
{
    conversation_effect effect = {
        .kind = CONVERSATION_STORE, .id = name, .octets = {octets->data, octets->len}};
    return effect_add(fx, &effect);
}

static mls_err store_object(conversation_effects *fx, bytes name, record_codec *any, void *object)
{
    mls_buf octets;
    TRY(codec_encode_buf(&octets, any, object));
    mls_err err = store(fx, name, &octets);
    mls_buf_free(&octets);
    return err;
}

/* Where only the octets tell whether something has changed. */
static mls_err store_changed(conversation_effects *fx, bytes name, record_codec *any, void *object,
                             epoch_id *stored)
{
    epoch_id hash;
    mls_buf octets;
    TRY(codec_encode_buf(&octets, any, object));
    epoch_id_of_octets(&hash, bytes_of(octets.data, octets.len));
    mls_err err = epoch_id_equal(&hash, stored) ? MLS_OK : store(fx, name, &octets);
    if (err == MLS_OK)
        *stored = hash;
    mls_buf_free(&octets);
    return err;
}

/* ---- What is stored, so that it can be forgotten ---- */

static uint64_t key_of(char kind, uint32_t serial)
{
    return (uint64_t)(uint8_t)kind << 32 | serial;
}

typedef struct key_list {
    uint64_t *keys;
    size_t count;
} key_list;

static void add_key(key_list *list, char kind, uint32_t serial)
{
    list->keys[list->count++] = key_of(kind, serial);
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static bool has_key(const key_list *list, uint64_t key)
{
    return bsearch(&key, list->keys, list->count, sizeof key, compare_keys) != NULL;
}

/* All records that the conversation consists of but the main one, sorted; on the heap. */
static mls_err list_keys(const conversation *v, key_list *list)
{
    *list = (key_list){calloc(NUM_SINGLES + 3 * v->tree.count + v->reader_sets.count +
                                  v->said.count + v->waiting.count + v->beacons.count,
                              sizeof *list->keys),
                       0};
    if (!list->keys)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < NUM_SINGLES; i++)
        add_key(list, single_records[i].kind, 0);
    for (const epoch_node *node = v->tree.root; node; node = epoch_node_next(node)) {
        if (node->group)
            add_key(list, 'e', node->serial);
        if (node->group)
            add_key(list, 'r', node->serial);
        if (node->octets.len)
            add_key(list, 'c', node->serial);
    }
    for (size_t i = 0; i < v->reader_sets.count; i++)
        add_key(list, 'm', v->reader_sets.items[i].serial);
    for (size_t i = 0; i < v->said.count; i++)
        add_key(list, 's', v->said.items[i].serial);
    for (size_t i = 0; i < v->waiting.count; i++)
        add_key(list, 'w', v->waiting.items[i].serial);
    for (size_t i = 0; i < v->beacons.count; i++)
        add_key(list, 'b', v->beacons.items[i].serial);
    qsort(list->keys, list->count, sizeof *list->keys, compare_keys);
    return MLS_OK;
}

/* Forgets what is stored and not among these; then these are what is stored. */
static mls_err replace_stored(conversation *v, conversation_effects *fx, key_list *now)
{
    for (size_t i = 0; i < v->stored.count; i++) {
        uint8_t name[NAME_LEN];
        uint64_t key = v->stored.items[i];
        if (has_key(now, key))
            continue;
        conversation_effect effect = {.kind = CONVERSATION_FORGET,
                                      .id = name_of(name, (char)(key >> 32), (uint32_t)key)};
        TRY(effect_add(fx, &effect));
    }
    free(v->stored.items);
    v->stored.items = now->keys;
    v->stored.count = now->count;
    *now = (key_list){0};
    return MLS_OK;
}

static bool is_stored(const conversation *v, char kind, uint32_t serial)
{
    key_list stored = {v->stored.items, v->stored.count};
    return v->stored.count && has_key(&stored, key_of(kind, serial));
}

mls_err conversation_forget(const conversation *v, conversation_effects *fx)
{
    conversation_effect effect = {.kind = CONVERSATION_FORGET, .id = conversation_main_record};
    TRY(effect_add(fx, &effect));
    for (size_t i = 0; i < v->stored.count; i++) {
        uint8_t name[NAME_LEN];
        uint64_t key = v->stored.items[i];
        effect.id = name_of(name, (char)(key >> 32), (uint32_t)key);
        TRY(effect_add(fx, &effect));
    }
    return MLS_OK;
}

/* ---- Saving ---- */

static mls_err save_group(conversation_effects *fx, epoch_node *node)
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

static mls_err save_nodes(conversation *v, conversation_effects *fx)
{
    uint8_t name[NAME_LEN];
    for (epoch_node *node = v->tree.root; node; node = epoch_node_next(node)) {
        if (node->octets.len && !is_stored(v, 'c', node->serial))
            TRY(store_object(fx, name_of(name, 'c', node->serial), commit_any, &node->octets));
        if (node->group)
            TRY(save_group(fx, node));
    }
    return MLS_OK;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    return (a ^ b) * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

static uint64_t mix_id(uint64_t a, const epoch_id *id)
{
    uint64_t part;
    memcpy(&part, id->octets, sizeof part);
    return mix(a, part);
}

/* Of what can change in an item once it is there. */
static uint64_t state_of_said(const said *s)
{
    uint64_t state = mix(mix(s->resend_at, s->held), s->readers);
    state = mix_id(mix_id(state, &s->where), &s->sent[0]);
    return state;
}

static uint64_t state_of_waiting(const waiting *w)
{
    return mix(mix(w->since, w->ask_at), w->opened);
}

static uint64_t state_of_beacon(const beacon *b)
{
    return mix(mix(b->counter, b->behind), b->heard_at);
}

/* An item of a list: under a new serial the first time, again when its state is another. */
static mls_err save_item(conversation *v, conversation_effects *fx, char kind, record_codec *any,
                         void *object, uint32_t *serial, uint64_t *stored_state, uint64_t state)
{
    uint8_t name[NAME_LEN];
    if (*serial && *stored_state == state)
        return MLS_OK;
    if (*serial == 0)
        *serial = ++v->next_serial;
    TRY(store_object(fx, name_of(name, kind, *serial), any, object));
    *stored_state = state;
    return MLS_OK;
}

static mls_err save_items(conversation *v, conversation_effects *fx)
{
    for (size_t i = 0; i < v->reader_sets.count; i++) {
        uint8_t name[NAME_LEN];
        reader_set *set = &v->reader_sets.items[i];
        if (!is_stored(v, 'm', set->serial))
            TRY(store_object(fx, name_of(name, 'm', set->serial), readers_any, set));
    }
    for (size_t i = 0; i < v->said.count; i++) {
        said *s = &v->said.items[i];
        TRY(save_item(v, fx, 's', said_any, s, &s->serial, &s->stored, state_of_said(s)));
    }
    for (size_t i = 0; i < v->waiting.count; i++) {
        waiting *w = &v->waiting.items[i];
        TRY(save_item(v, fx, 'w', waiting_any, w, &w->serial, &w->stored, state_of_waiting(w)));
    }
    for (size_t i = 0; i < v->beacons.count; i++) {
        beacon *b = &v->beacons.items[i];
        TRY(save_item(v, fx, 'b', beacon_any, b, &b->serial, &b->stored, state_of_beacon(b)));
    }
    return MLS_OK;
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
            .has_octets = node->octets.len > 0,
            .node = *node,
        };
}

static mls_err save_main(conversation *v, conversation_effects *fx)
{
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    main_record *m = arena_alloc(scratch, sizeof *m);
    if (!m)
        return MLS_ERR_NO_MEMORY;
    m->v = v;
    list_nodes(m);
    return store_changed(fx, conversation_main_record, main_any, m, &v->stored_main);
}

mls_err note_stored(conversation *v)
{
    key_list keys;
    TRY(list_keys(v, &keys));
    v->stored.items = keys.keys;
    v->stored.count = keys.count;
    for (size_t i = 0; i < v->said.count; i++)
        v->said.items[i].stored = state_of_said(&v->said.items[i]);
    for (size_t i = 0; i < v->waiting.count; i++)
        v->waiting.items[i].stored = state_of_waiting(&v->waiting.items[i]);
    for (size_t i = 0; i < v->beacons.count; i++)
        v->beacons.items[i].stored = state_of_beacon(&v->beacons.items[i]);
    return MLS_OK;
}

mls_err conversation_save(conversation *v, conversation_effects *fx)
{
    key_list keys;
    TRY(save_nodes(v, fx));
    TRY(save_items(v, fx));
    for (size_t i = 0; i < NUM_SINGLES; i++) {
        uint8_t name[NAME_LEN];
        TRY(store_changed(fx, name_of(name, single_records[i].kind, 0), single_records[i].any, v,
                          &v->stored_singles[i]));
    }
    TRY(list_keys(v, &keys));
    mls_err err = replace_stored(v, fx, &keys);
    free(keys.keys);
    TRY(err);
    return save_main(v, fx);
}
