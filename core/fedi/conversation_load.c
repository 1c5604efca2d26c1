/* A conversation from its records. */
#include "fedi/conversation_records.h"
#include "fedi/record.h"

#include <stdlib.h>
#include <string.h>

static const conversation_record *find_record(const conversation_record *records, size_t count,
                                              char kind, uint32_t serial)
{
    uint8_t octets[NAME_LEN];
    bytes name = name_of(octets, kind, serial);
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(records[i].id, name))
            return &records[i];
    return NULL;
}

/* ---- Which records there are ---- */

typedef struct id_list {
    arena *memory;
    bytes *ids;
    size_t count;
} id_list;

static mls_err add_id(id_list *list, char kind, uint32_t serial)
{
    uint8_t *name = arena_alloc(list->memory, NAME_LEN);
    if (!name)
        return MLS_ERR_NO_MEMORY;
    list->ids[list->count++] = name_of(name, kind, serial);
    return MLS_OK;
}

static mls_err add_ids(id_list *list, const main_record *m)
{
    const conversation *v = m->v;
    list->ids = arena_array(list->memory,
                            NUM_SINGLES + 3 * (size_t)m->num_nodes + v->reader_sets.count +
                                v->said.count + v->waiting.count + v->beacons.count,
                            sizeof *list->ids);
    if (!list->ids)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < NUM_SINGLES; i++)
        TRY(add_id(list, single_records[i].kind, 0));
    for (uint32_t i = 0; i < m->num_nodes; i++) {
        const node_record *r = &m->nodes[i];
        if (r->has_group)
            TRY(add_id(list, 'e', r->node.serial));
        if (r->has_group)
            TRY(add_id(list, 'r', r->node.serial));
        if (r->has_octets)
            TRY(add_id(list, 'c', r->node.serial));
    }
    for (size_t i = 0; i < v->reader_sets.count; i++)
        TRY(add_id(list, 'm', v->reader_sets.items[i].serial));
    for (size_t i = 0; i < v->said.count; i++)
        TRY(add_id(list, 's', v->said.items[i].serial));
    for (size_t i = 0; i < v->waiting.count; i++)
        TRY(add_id(list, 'w', v->waiting.items[i].serial));
    for (size_t i = 0; i < v->beacons.count; i++)
        TRY(add_id(list, 'b', v->beacons.items[i].serial));
    return MLS_OK;
}

mls_err conversation_record_ids(arena *a, const bytes **ids, size_t *count, bytes octets)
{
    id_list list = {.memory = a};
    main_record *m = arena_alloc(a, sizeof *m);
    conversation *v = calloc(1, sizeof *v);
    mls_err err = m && v ? MLS_OK : MLS_ERR_NO_MEMORY;
    if (err == MLS_OK) {
        m->v = v;
        err = record_error(codec_decode(a, m, main_any, octets));
    }
    if (err == MLS_OK)
        err = add_ids(&list, m);
    conversation_free(v);
    *ids = list.ids;
    *count = err == MLS_OK ? list.count : 0;
    return err;
}

/* ---- Reading them ---- */

typedef struct source {
    arena *scratch;
    const conversation_record *records;
    size_t count;
} source;

static mls_err read_record(const source *from, char kind, uint32_t serial, record_codec *any,
                           void *object)
{
    const conversation_record *r = find_record(from->records, from->count, kind, serial);
    return r ? codec_decode(from->scratch, object, any, r->octets) : MLS_ERR_STATE_MISMATCH;
}

static mls_err load_group(mls_group **group, const node_record *r, const source *from)
{
    *group = NULL;
    if (!r->has_group)
        return MLS_OK;
    const conversation_record *first = find_record(from->records, from->count, 'e', r->node.serial);
    const conversation_record *second =
        find_record(from->records, from->count, 'r', r->node.serial);
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
    memcpy(node->came_back, facts->came_back, sizeof node->came_back);
    node->usable_at = facts->usable_at;
    node->entered_at = facts->entered_at;
}

static mls_err load_tree(conversation *v, const main_record *m, const source *from)
{
    epoch_node *nodes[EPOCH_NODES_MAX];
    for (uint32_t i = 0; i < m->num_nodes; i++) {
        const node_record *r = &m->nodes[i];
        mls_group *group;
        if (i ? r->parent >= i || !nodes[r->parent]->group : !r->has_group)
            return MLS_ERR_STATE_BROKEN;
        TRY(load_group(&group, r, from));
        mls_err err = i ? epoch_tree_add(&v->tree, &nodes[i], nodes[r->parent], group)
                        : epoch_tree_init(&v->tree, group);
        if (err != MLS_OK) {
            mls_group_free(group);
            return err;
        }
        if (i == 0)
            nodes[0] = v->tree.root;
        take_facts(nodes[i], &r->node);
        if (r->has_octets)
            TRY(read_record(from, 'c', r->node.serial, commit_any, &nodes[i]->octets));
        if (r->is_head)
            v->head = nodes[i];
    }
    return v->head ? MLS_OK : MLS_ERR_STATE_BROKEN;
}

static mls_err load_items(conversation *v, const source *from)
{
    if (v->waiting.count > WAITING_MAX)
        return MLS_ERR_STATE_BROKEN;
    for (size_t i = 0; i < v->reader_sets.count; i++) {
        reader_set *set = &v->reader_sets.items[i];
        TRY(read_record(from, 'm', set->serial, readers_any, set));
    }
    for (size_t i = 0; i < v->said.count; i++)
        TRY(read_record(from, 's', v->said.items[i].serial, said_any, &v->said.items[i]));
    for (size_t i = 0; i < v->waiting.count; i++)
        TRY(read_record(from, 'w', v->waiting.items[i].serial, waiting_any, &v->waiting.items[i]));
    for (size_t i = 0; i < v->beacons.count; i++)
        TRY(read_record(from, 'b', v->beacons.items[i].serial, beacon_any, &v->beacons.items[i]));
    for (size_t i = 0; i < NUM_SINGLES; i++)
        TRY(read_record(from, single_records[i].kind, 0, single_records[i].any, v));
    if (v->requests.count > REQUESTS_MAX)
        return MLS_ERR_STATE_BROKEN;
    return MLS_OK;
}

static mls_err load(conversation *v, bytes octets, const conversation_record *records, size_t count)
{
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    source from = {scratch, records, count};
    main_record *m = arena_alloc(scratch, sizeof *m);
    if (!m)
        return MLS_ERR_NO_MEMORY;
    m->v = v;
    TRY(codec_decode(scratch, m, main_any, octets));
    uint32_t next_serial = v->tree.next_serial;
    TRY(load_tree(v, m, &from));
    v->tree.next_serial = next_serial;
    TRY(load_items(v, &from));
    TRY(note_stored(v));
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
    mls_err err = record_error(load(v, octets, records, count));
    if (err != MLS_OK)
        conversation_free(v);
    else
        *out = v;
    return err;
}
