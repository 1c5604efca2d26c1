/* What a conversation remembers, as octets: which record holds what. */
#include "fedi/conversation_records.h"

#include "fedi/record.h"

const struct single_record single_records[NUM_SINGLES] = {
    {'o', wishes_any},
    {'q', requests_any},
    {'p', past_any},
};

/* ---- Codecs ---- */

static void id_codec(codec *c, epoch_id *id)
{
    codec_fixed(c, id->octets, EPOCH_ID_LEN);
}

static void want_codec(codec *c, want *w)
{
    uint8_t kind = (uint8_t)w->kind;
    codec_u8(c, &kind);
    if (kind > WANT_LET_GO)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    if (codec_reading(c))
        w->kind = (want_kind)kind;
    record_buf(c, &w->who);
    codec_u64(c, &w->since);
    codec_u64(c, &w->not_before);
    codec_u64(c, &w->epoch);
    codec_u64(c, &w->counter);
    id_codec(c, &w->where);
    uint32_t n = record_count(c, w->num_key_packages);
    for (uint32_t i = 0; i < n; i++) {
        w->key_packages =
            record_grow(c, w->key_packages, &w->num_key_packages, sizeof *w->key_packages);
        if (c->err != MLS_OK)
            return;
        record_buf(c, &w->key_packages[i]);
    }
}

static void said_codec(codec *c, said *s)
{
    record_buf(c, &s->id);
    record_buf(c, &s->content);
    id_codec(c, &s->where);
    codec_u64(c, &s->resend_at);
    codec_bool(c, &s->held);
    for (size_t k = 0; k < SENT_HASHES; k++)
        id_codec(c, &s->sent[k]);
    codec_u32(c, &s->readers);
}

static void waiting_codec(codec *c, waiting *w)
{
    record_buf(c, &w->octets);
    record_buf(c, &w->from);
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
    record_buf(c, &b->signature_key);
    record_buf(c, &b->actor);
    record_buf(c, &b->line);
    codec_u64(c, &b->counter);
    codec_u64(c, &b->behind);
    codec_u64(c, &b->heard_at);
    codec_bool(c, &b->removed);
    if (b->line.len % EPOCH_ID_LEN)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
}

/* ---- What a record holds ---- */

void wishes_any(codec *c, void *object)
{
    conversation *v = object;
    FOR_RECORDS(c, &v->wants)
    want_codec(c, &v->wants.items[i]);
    FOR_RECORDS(c, &v->own)
    {
        id_codec(c, &v->own.items[i].commit);
        id_codec(c, &v->own.items[i].epoch);
        record_buf(c, &v->own.items[i].welcome);
        want_codec(c, &v->own.items[i].made_for);
        codec_bool(c, &v->own.items[i].on_line);
    }
}

void requests_any(codec *c, void *object)
{
    conversation *v = object;
    FOR_RECORDS(c, &v->requests)
    {
        id_codec(c, &v->requests.items[i].message);
        id_codec(c, &v->requests.items[i].asker);
        record_buf(c, &v->requests.items[i].actor);
        codec_u64(c, &v->requests.items[i].since);
    }
    FOR_RECORDS(c, &v->splits)
    {
        id_codec(c, &v->splits.items[i].branch);
        codec_u64(c, &v->splits.items[i].since);
    }
    FOR_RECORDS(c, &v->endorsements)
    {
        codec_u32(c, &v->endorsements.items[i].by);
        codec_u32(c, &v->endorsements.items[i].removed);
        record_buf(c, &v->endorsements.items[i].signature);
    }
    FOR_RECORDS(c, &v->early)
    {
        id_codec(c, &v->early.items[i].epoch);
        codec_u32(c, &v->early.items[i].endorsement.by);
        codec_u32(c, &v->early.items[i].endorsement.removed);
        record_buf(c, &v->early.items[i].endorsement.signature);
    }
}

void past_any(codec *c, void *object)
{
    conversation *v = object;
    FOR_RECORDS(c, &v->past)
    id_codec(c, &v->past.items[i]);
    uint32_t known = (uint32_t)v->past_known;
    codec_u32(c, &known);
    if (known > v->past.count)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    v->past_known = known;
    FOR_RECORDS(c, &v->actors)
    {
        id_codec(c, &v->actors.items[i].actor);
        codec_u64(c, &v->actors.items[i].since);
    }
}

void readers_any(codec *c, void *object)
{
    reader_set *set = object;
    id_codec(c, &set->epoch);
    uint32_t n = record_count(c, set->count);
    for (uint32_t i = 0; i < n; i++) {
        set->readers = record_grow(c, set->readers, &set->count, sizeof *set->readers);
        if (c->err != MLS_OK)
            return;
        id_codec(c, &set->readers[i]);
    }
}

void said_any(codec *c, void *object)
{
    said_codec(c, object);
}

void waiting_any(codec *c, void *object)
{
    waiting_codec(c, object);
}

void beacon_any(codec *c, void *object)
{
    beacon_codec(c, object);
}

void commit_any(codec *c, void *object)
{
    record_buf(c, object);
}

/* The serials of the items of a list, which name their records. */
#define SERIALS(c, list)                                                                           \
    do {                                                                                           \
        FOR_RECORDS(c, list)                                                                       \
        codec_u32(c, &(list)->items[i].serial);                                                    \
    } while (0)

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
    codec_u32(c, &v->next_serial);
    SERIALS(c, &v->reader_sets);
    SERIALS(c, &v->said);
    SERIALS(c, &v->waiting);
    SERIALS(c, &v->beacons);
}

/* ---- The main record ---- */

static void node_codec(codec *c, node_record *r)
{
    codec_u16(c, &r->parent);
    codec_bool(c, &r->has_group);
    codec_bool(c, &r->is_head);
    codec_bool(c, &r->has_octets);
    codec_u32(c, &r->node.serial);
    id_codec(c, &r->node.commit);
    codec_u32(c, &r->node.committer);
    codec_u32(c, &r->node.endorsers);
    codec_bool(c, &r->node.cannot_return);
    codec_bool(c, &r->node.own);
    codec_bool(c, &r->node.can_send);
    for (size_t i = 0; i < CAME_BACK_MAX; i++)
        id_codec(c, &r->node.came_back[i]);
    codec_u64(c, &r->node.usable_at);
    codec_u64(c, &r->node.entered_at);
}

void main_any(codec *c, void *object)
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
    scalars_codec(c, m->v);
}
