/*
 * Saving and loading a group; documented in mls.h.
 *
 * The epoch record holds what a commit changes, the ratchet record what a message changes. The
 * second names the epoch it belongs to, so a torn write is noticed when both are loaded.
 */
#include "mls/group.h"
#include "mls/tree_wire.h"

#include <stdlib.h>
#include <string.h>

enum { RECORD_VERSION = 1 };

/* ---- The epoch record ---- */

typedef struct epoch_record {
    uint16_t version;
    uint16_t suite;
    mls_group *group;
    bytes tree;              /* encoded */
    const mls_group *origin; /* of a fork: its trees are shared, and not in the record */
} epoch_record;

static void header_codec(codec *c, uint16_t *version, uint16_t *suite_id)
{
    codec_u16(c, version);
    codec_u16(c, suite_id);
    if (*version != RECORD_VERSION)
        codec_fail(c, MLS_ERR_STATE_VERSION);
}

/* An opaque field whose copy belongs to `memory`. */
static void owned_codec(codec *c, arena *memory, bytes *v)
{
    bytes view = *v;
    codec_opaque(c, &view);
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, arena_copy(memory, v, view));
}

static void buf_codec(codec *c, mls_buf *buf)
{
    bytes view = {buf->data, buf->len};
    codec_opaque(c, &view);
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, buf_copy(buf, view));
}

static void private_codec(codec *c, tree_private *priv, const suite *s)
{
    codec_u32(c, &priv->leaf_index);
    for (size_t level = 0; level < TREE_LEVELS_MAX; level++) {
        codec_bool(c, &priv->known[level]);
        if (priv->known[level])
            codec_fixed(c, priv->keys[level], s->dh->private_len);
    }
}

static void context_codec(codec *c, epoch *e)
{
    group_context context = e->context;
    size_t scope = codec_open(c);
    group_context_codec(c, &context);
    codec_close(c, scope);
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, epoch_set_context(e, &context));
}

static void tree_codec(codec *c, tree *t, epoch_record *r)
{
    if (!r->origin)
        codec_opaque(c, &r->tree);
    if (!codec_reading(c) || c->err != MLS_OK)
        return;
    codec_fail(c, r->origin ? tree_clone(t, &r->origin->current->tree)
                            : tree_decode(t, r->group->suite, r->tree));
}

static void current_codec(codec *c, epoch *e, epoch_record *r)
{
    context_codec(c, e);
    owned_codec(c, e->memory, &e->confirmation_tag);
    owned_codec(c, e->memory, &e->interim_transcript_hash);
    epoch_secrets_codec(c, &e->secrets, e->suite);
    private_codec(c, &e->priv, e->suite);
    owned_codec(c, e->memory, &e->reinit);
    tree_codec(c, &e->tree, r);
    if (c->err == MLS_OK && !tree_leaf(&e->tree, e->priv.leaf_index))
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
}

static void small_count_codec(codec *c, size_t *count, size_t max)
{
    uint16_t n = (uint16_t)*count;
    codec_u16(c, &n);
    if (n > max)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    if (codec_reading(c))
        *count = c->err == MLS_OK ? n : 0;
}

static void past_codec(codec *c, mls_group *group, const mls_group *origin)
{
    size_t count = group->num_past;
    small_count_codec(c, &count, PAST_EPOCHS_MAX);
    for (size_t i = 0; i < count && c->err == MLS_OK; i++) {
        if (codec_reading(c)) {
            group->past[i] = past_epoch_new();
            if (!group->past[i]) {
                codec_fail(c, MLS_ERR_NO_MEMORY);
                return;
            }
            group->num_past = i + 1;
        }
        tree *t = &group->past[i]->tree;
        past_epoch_codec(c, group->past[i], group->suite);
        if (!origin)
            past_tree_codec(c, t, i ? &group->past[i - 1]->tree : &group->current->tree);
        else if (codec_reading(c) && c->err == MLS_OK)
            codec_fail(c, tree_clone(t, &origin->past[i]->tree));
    }
}

static void psks_codec(codec *c, mls_group *group)
{
    small_count_codec(c, &group->num_psks, GROUP_PSKS_MAX);
    for (size_t i = 0; i < group->num_psks && c->err == MLS_OK; i++) {
        buf_codec(c, &group->psks[i].id);
        buf_codec(c, &group->psks[i].psk);
    }
}

static void pending_codec(codec *c, pending_commit *pending, const suite *s)
{
    bool present = pending->memory != NULL;
    codec_bool(c, &present);
    if (!present || c->err != MLS_OK)
        return;
    if (codec_reading(c)) {
        pending->memory = arena_new(1024);
        if (!pending->memory)
            codec_fail(c, MLS_ERR_NO_MEMORY);
    }
    owned_codec(c, pending->memory, &pending->digest);
    owned_codec(c, pending->memory, &pending->content);
    codec_bool(c, &pending->has_path);
    codec_fixed(c, pending->leaf_secret, s->hash->len);
    codec_fixed(c, pending->leaf_private, s->dh->private_len);
}

static void epoch_record_any(codec *c, void *object)
{
    epoch_record *r = object;
    header_codec(c, &r->version, &r->suite);
    if (codec_reading(c) && c->err == MLS_OK) {
        const suite *s;
        codec_fail(c, suite_get(&s, r->suite));
        if (c->err == MLS_OK)
            codec_fail(c, group_new(&r->group, s, (bytes){0}));
        if (c->err == MLS_OK && !(r->group->current = epoch_new(s)))
            codec_fail(c, MLS_ERR_NO_MEMORY);
    }
    if (c->err != MLS_OK)
        return;
    mls_group *group = r->group;
    if (codec_reading(c))
        mls_buf_free(&group->signature_private);
    codec_bool(c, &group->removed);
    buf_codec(c, &group->signature_private);
    current_codec(c, group->current, r);
    past_codec(c, group, r->origin);
    psks_codec(c, group);
    pending_codec(c, &group->pending, group->suite);
}

/* ---- The ratchet record ---- */

typedef struct ratchet_record {
    uint16_t version;
    uint16_t suite;
    bytes confirmation_tag; /* names the epoch */
    mls_group *group;
} ratchet_record;

static void proposals_codec(codec *c, mls_group *group)
{
    const suite *s = group->suite;
    size_t count = group->num_proposals;
    small_count_codec(c, &count, CACHED_PROPOSALS_MAX);
    for (size_t i = 0; i < count && c->err == MLS_OK; i++) {
        bytes encoded = {0};
        bool own_update = false;
        uint8_t update_private[KEM_PRIVATE_MAX] = {0};
        if (!codec_reading(c)) {
            encoded = group->proposals[i]->encoded;
            own_update = group->proposals[i]->own_update;
            memcpy(update_private, group->proposals[i]->update_private, KEM_PRIVATE_MAX);
        }
        codec_opaque(c, &encoded);
        codec_bool(c, &own_update);
        codec_fixed(c, update_private, s->dh->private_len);
        if (codec_reading(c) && c->err == MLS_OK) {
            authenticated_content ac = {0};
            codec_fail(c, authenticated_content_decode(c->arena, &ac, encoded));
            if (c->err == MLS_OK)
                codec_fail(c, group_cache_proposal(group, &ac, own_update ? update_private : NULL));
        }
        wipe(update_private, sizeof update_private);
    }
}

static void ratchet_record_any(codec *c, void *object)
{
    ratchet_record *r = object;
    mls_group *group = r->group;
    header_codec(c, &r->version, &r->suite);
    codec_opaque(c, &r->confirmation_tag);
    if (c->err == MLS_OK && (r->suite != group->suite->id ||
                             !secret_equal(r->confirmation_tag, group->current->confirmation_tag)))
        codec_fail(c, MLS_ERR_STATE_MISMATCH);
    group->current->secret_tree.suite = group->suite;
    secret_tree_codec(c, &group->current->secret_tree);
    size_t num_past = group->num_past;
    small_count_codec(c, &num_past, PAST_EPOCHS_MAX);
    if (num_past != group->num_past)
        codec_fail(c, MLS_ERR_STATE_MISMATCH);
    for (size_t i = 0; i < num_past && c->err == MLS_OK; i++) {
        group->past[i]->secret_tree.suite = group->suite;
        secret_tree_codec(c, &group->past[i]->secret_tree);
    }
    proposals_codec(c, group);
}

/* ---- Public ---- */

static mls_err save_epoch(mls_group *group, mls_buf *out, const mls_group *origin)
{
    epoch_record record = {
        .version = RECORD_VERSION, .suite = group->suite->id, .group = group, .origin = origin};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (!origin)
        TRY(tree_encode(&group->current->tree, scratch, &record.tree));
    return codec_encode_buf(out, epoch_record_any, &record);
}

static mls_err save(mls_group *group, mls_buf *epoch_out, mls_buf *ratchet_out,
                    const mls_group *origin)
{
    ratchet_record record = {RECORD_VERSION, group->suite->id, group->current->confirmation_tag,
                             group};
    *ratchet_out = (mls_buf){0};
    if (epoch_out)
        *epoch_out = (mls_buf){0};
    mls_err err = group->joining ? MLS_ERR_UNDECIDED : MLS_OK;
    if (err == MLS_OK && epoch_out)
        err = save_epoch(group, epoch_out, origin);
    if (err == MLS_OK)
        err = codec_encode_buf(ratchet_out, ratchet_record_any, &record);
    if (err != MLS_OK && epoch_out)
        mls_buf_free(epoch_out);
    return err;
}

mls_err mls_group_save(mls_group *group, mls_buf *epoch_out, mls_buf *ratchet_out)
{
    TRY(save(group, epoch_out, ratchet_out, NULL));
    if (epoch_out)
        group->epoch_changed = false;
    return MLS_OK;
}

bool mls_group_epoch_changed(const mls_group *group)
{
    return group->epoch_changed;
}

/* What is wrong with a stored record is one of three things to the caller. */
static mls_err state_error(mls_err err)
{
    switch (err) {
    case MLS_OK:
    case MLS_ERR_NO_MEMORY:
    case MLS_ERR_STATE_VERSION:
    case MLS_ERR_STATE_MISMATCH:
    case MLS_ERR_UNSUPPORTED_SUITE:
        return err;
    default:
        return MLS_ERR_STATE_BROKEN;
    }
}

static mls_err load(mls_group **out, bytes epoch_in, bytes ratchet_in, const mls_group *origin)
{
    epoch_record first = {.origin = origin};
    ratchet_record second = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = NULL;
    mls_err err = codec_decode(scratch, &first, epoch_record_any, epoch_in);
    second.group = first.group;
    if (err == MLS_OK)
        err = codec_decode(scratch, &second, ratchet_record_any, ratchet_in);
    if (err != MLS_OK) {
        mls_group_free(first.group);
        return state_error(err);
    }
    first.group->epoch_changed = false;
    *out = first.group;
    return MLS_OK;
}

mls_err mls_group_load(mls_group **out, bytes epoch_in, bytes ratchet_in)
{
    return load(out, epoch_in, ratchet_in, NULL);
}

mls_err mls_group_fork(mls_group *group, mls_group **fork)
{
    mls_buf epoch_octets, ratchet_octets;
    *fork = NULL;
    TRY(save(group, &epoch_octets, &ratchet_octets, group));
    mls_err err = load(fork, bytes_of(epoch_octets.data, epoch_octets.len),
                       bytes_of(ratchet_octets.data, ratchet_octets.len), group);
    mls_buf_free(&epoch_octets);
    mls_buf_free(&ratchet_octets);
    if (err != MLS_OK)
        return err;
    epoch *e = (*fork)->current;
    (*fork)->epoch_changed = true;
    err = secret_tree_forget(&e->secret_tree, e->priv.leaf_index);
    if (err != MLS_OK) {
        mls_group_free(*fork);
        *fork = NULL;
    }
    return err;
}
