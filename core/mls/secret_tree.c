#include "mls/secret_tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- Sorted arrays that leave no copies of secrets behind ---- */

/* Position of the first item whose index is not below `index`; items start with a uint32_t. */
static size_t position(const void *items, size_t count, size_t item_size, uint32_t index)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t at;
        memcpy(&at, (const uint8_t *)items + middle * item_size, sizeof at);
        if (at < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A larger copy; the old one is wiped. NULL when out of memory, and the old one stays. */
static void *grow(void *items, size_t count, size_t *max, size_t item_size)
{
    size_t larger = *max ? 2 * *max : 8;
    void *grown = calloc(larger, item_size);
    if (!grown)
        return NULL;
    if (count)
        memcpy(grown, items, count * item_size);
    wipe(items, count * item_size);
    free(items);
    *max = larger;
    return grown;
}

/* Makes room at `at` and zeroes it. */
static void open_gap(void *items, size_t count, size_t item_size, size_t at)
{
    uint8_t *p = (uint8_t *)items + at * item_size;
    memmove(p + item_size, p, (count - at) * item_size);
    memset(p, 0, item_size);
}

static void close_gap(void *items, size_t count, size_t item_size, size_t at)
{
    uint8_t *p = (uint8_t *)items + at * item_size;
    memmove(p, p + item_size, (count - at - 1) * item_size);
    wipe((uint8_t *)items + (count - 1) * item_size, item_size);
}

/* ---- Node secrets ---- */

static node_secret *find_node(const secret_tree *st, uint32_t node)
{
    size_t at = position(st->nodes, st->num_nodes, sizeof *st->nodes, node);
    return at < st->num_nodes && st->nodes[at].node == node ? &st->nodes[at] : NULL;
}

static mls_err add_node(secret_tree *st, uint32_t node, const uint8_t *secret)
{
    if (st->num_nodes == st->max_nodes) {
        node_secret *grown = grow(st->nodes, st->num_nodes, &st->max_nodes, sizeof *grown);
        if (!grown)
            return MLS_ERR_NO_MEMORY;
        st->nodes = grown;
    }
    size_t at = position(st->nodes, st->num_nodes, sizeof *st->nodes, node);
    open_gap(st->nodes, st->num_nodes, sizeof *st->nodes, at);
    st->nodes[at].node = node;
    memcpy(st->nodes[at].secret, secret, st->suite->hash->len);
    st->num_nodes++;
    return MLS_OK;
}

static void delete_node(secret_tree *st, uint32_t node)
{
    size_t at = position(st->nodes, st->num_nodes, sizeof *st->nodes, node);
    close_gap(st->nodes, st->num_nodes, sizeof *st->nodes, at);
    st->num_nodes--;
}

/* tree_node_[2n]'s children: ExpandWithLabel(., "tree", "left" or "right", KDF.Nh) */
static mls_err split(secret_tree *st, uint32_t node)
{
    const suite *s = st->suite;
    uint8_t left[HASH_MAX], right[HASH_MAX];
    const uint8_t *secret = find_node(st, node)->secret;
    mls_err err = expand_with_label(s, left, s->hash->len, secret, "tree", BYTES_LITERAL("left"));
    if (err == MLS_OK)
        err = expand_with_label(s, right, s->hash->len, secret, "tree", BYTES_LITERAL("right"));
    if (err == MLS_OK)
        err = add_node(st, node_left(node), left);
    if (err == MLS_OK) {
        err = add_node(st, node_right(node), right);
        if (err == MLS_OK)
            delete_node(st, node);
        else
            delete_node(st, node_left(node));
    }
    wipe(left, sizeof left);
    wipe(right, sizeof right);
    return err;
}

/* Derives down to a leaf's node from the nearest known node above. */
static mls_err derive_leaf(secret_tree *st, uint32_t leaf_index)
{
    uint32_t leaf = leaf_to_node(leaf_index), x = leaf, root = tree_root(st->num_leaves);
    while (!find_node(st, x)) {
        if (x == root)
            return MLS_ERR_UNKNOWN_SENDER;
        x = node_parent(x);
    }
    while (x != leaf) {
        TRY(split(st, x));
        x = node_child_towards(x, leaf);
    }
    return MLS_OK;
}

/* ---- Ratchets ---- */

static leaf_ratchets *find_ratchets(const secret_tree *st, uint32_t leaf_index)
{
    size_t at = position(st->leaves, st->num_leaf_ratchets, sizeof *st->leaves, leaf_index);
    bool found = at < st->num_leaf_ratchets && st->leaves[at].leaf_index == leaf_index;
    return found ? &st->leaves[at] : NULL;
}

static mls_err insert_ratchets(secret_tree *st, leaf_ratchets **out, uint32_t leaf_index)
{
    if (st->num_leaf_ratchets == st->max_leaf_ratchets) {
        leaf_ratchets *grown =
            grow(st->leaves, st->num_leaf_ratchets, &st->max_leaf_ratchets, sizeof *grown);
        if (!grown)
            return MLS_ERR_NO_MEMORY;
        st->leaves = grown;
    }
    size_t at = position(st->leaves, st->num_leaf_ratchets, sizeof *st->leaves, leaf_index);
    open_gap(st->leaves, st->num_leaf_ratchets, sizeof *st->leaves, at);
    st->leaves[at].leaf_index = leaf_index;
    st->num_leaf_ratchets++;
    *out = &st->leaves[at];
    return MLS_OK;
}

/* handshake_ratchet_secret and application_ratchet_secret of a leaf (section 9.1) */
static mls_err get_ratchets(secret_tree *st, leaf_ratchets **out, uint32_t leaf_index)
{
    const suite *s = st->suite;
    uint8_t start[2][HASH_MAX];
    *out = find_ratchets(st, leaf_index);
    if (*out)
        return MLS_OK;
    if (leaf_index >= st->num_leaves)
        return MLS_ERR_UNKNOWN_SENDER;
    TRY(derive_leaf(st, leaf_index));
    const uint8_t *secret = find_node(st, leaf_to_node(leaf_index))->secret;
    mls_err err = expand_with_label(s, start[RATCHET_HANDSHAKE], s->hash->len, secret, "handshake",
                                    (bytes){0});
    if (err == MLS_OK)
        err = expand_with_label(s, start[RATCHET_APPLICATION], s->hash->len, secret, "application",
                                (bytes){0});
    if (err == MLS_OK)
        err = insert_ratchets(st, out, leaf_index);
    if (err == MLS_OK) {
        for (int type = 0; type < 2; type++)
            memcpy((*out)->ratchets[type].secret, start[type], s->hash->len);
        delete_node(st, leaf_to_node(leaf_index));
    }
    wipe(start, sizeof start);
    return err;
}

/* DeriveTreeSecret(., "key" and "nonce", generation, .) */
static mls_err keys_of(const suite *s, message_keys *keys, const uint8_t *secret,
                       uint32_t generation)
{
    TRY(derive_tree_secret(s, keys->key, s->aead->key_len, secret, "key", generation));
    return derive_tree_secret(s, keys->nonce, AEAD_NONCE_LEN, secret, "nonce", generation);
}

static mls_err step(const suite *s, uint8_t *secret, uint32_t generation)
{
    uint8_t next[HASH_MAX];
    mls_err err = derive_tree_secret(s, next, s->hash->len, secret, "secret", generation);
    if (err == MLS_OK)
        memcpy(secret, next, s->hash->len);
    wipe(next, sizeof next);
    return err;
}

/* Moves the ratchet past its current generation. */
static mls_err advance(const suite *s, ratchet *r)
{
    if (r->generation == UINT32_MAX) {
        r->exhausted = true;
        wipe(r->secret, sizeof r->secret);
        return MLS_OK;
    }
    TRY(step(s, r->secret, r->generation));
    r->generation++;
    return MLS_OK;
}

static skipped_key *find_skipped(const ratchet *r, uint32_t generation)
{
    size_t at = position(r->skipped, r->num_skipped, sizeof *r->skipped, generation);
    bool found = at < r->num_skipped && r->skipped[at].generation == generation;
    return found ? &r->skipped[at] : NULL;
}

/* Keeps the keys of the current generation for later; the oldest make room. */
static mls_err skip(const suite *s, ratchet *r)
{
    if (r->num_skipped == RATCHET_SKIPPED_MAX) {
        close_gap(r->skipped, r->num_skipped, sizeof *r->skipped, 0);
        r->num_skipped--;
    }
    skipped_key *slot = &r->skipped[r->num_skipped];
    TRY(keys_of(s, &slot->keys, r->secret, r->generation));
    slot->generation = r->generation;
    r->num_skipped++;
    return advance(s, r);
}

mls_err secret_tree_next(secret_tree *st, uint32_t *generation, message_keys *keys,
                         uint32_t leaf_index, int type)
{
    leaf_ratchets *leaf;
    TRY(get_ratchets(st, &leaf, leaf_index));
    ratchet *r = &leaf->ratchets[type];
    if (r->exhausted)
        return MLS_ERR_GENERATION_TOO_FAR;
    TRY(keys_of(st->suite, keys, r->secret, r->generation));
    *generation = r->generation;
    return MLS_OK;
}

mls_err secret_tree_sent(secret_tree *st, uint32_t leaf_index, int type)
{
    leaf_ratchets *leaf = find_ratchets(st, leaf_index);
    return leaf ? advance(st->suite, &leaf->ratchets[type]) : MLS_ERR_UNKNOWN_SENDER;
}

mls_err secret_tree_peek(secret_tree *st, message_keys *keys, uint32_t leaf_index, int type,
                         uint32_t generation)
{
    leaf_ratchets *leaf;
    TRY(get_ratchets(st, &leaf, leaf_index));
    const ratchet *r = &leaf->ratchets[type];
    if (r->exhausted || generation < r->generation) {
        const skipped_key *slot = find_skipped(r, generation);
        if (!slot)
            return MLS_ERR_GENERATION_REUSED;
        *keys = slot->keys;
        return MLS_OK;
    }
    if (generation - r->generation > RATCHET_FORWARD_MAX)
        return MLS_ERR_GENERATION_TOO_FAR;
    uint8_t secret[HASH_MAX];
    mls_err err = MLS_OK;
    memcpy(secret, r->secret, st->suite->hash->len);
    for (uint32_t i = r->generation; i < generation && err == MLS_OK; i++)
        err = step(st->suite, secret, i);
    if (err == MLS_OK)
        err = keys_of(st->suite, keys, secret, generation);
    wipe(secret, sizeof secret);
    return err;
}

static mls_err reserve_skipped(ratchet *r)
{
    if (!r->skipped)
        r->skipped = calloc(RATCHET_SKIPPED_MAX, sizeof *r->skipped);
    return r->skipped ? MLS_OK : MLS_ERR_NO_MEMORY;
}

mls_err secret_tree_reserve(secret_tree *st, uint32_t leaf_index, int type)
{
    leaf_ratchets *leaf = find_ratchets(st, leaf_index);
    return leaf ? reserve_skipped(&leaf->ratchets[type]) : MLS_ERR_UNKNOWN_SENDER;
}

mls_err secret_tree_use(secret_tree *st, uint32_t leaf_index, int type, uint32_t generation)
{
    leaf_ratchets *leaf = find_ratchets(st, leaf_index);
    if (!leaf)
        return MLS_ERR_UNKNOWN_SENDER;
    ratchet *r = &leaf->ratchets[type];
    skipped_key *slot = find_skipped(r, generation);
    if (slot) {
        close_gap(r->skipped, r->num_skipped, sizeof *r->skipped, (size_t)(slot - r->skipped));
        r->num_skipped--;
        return MLS_OK;
    }
    if (generation > r->generation)
        TRY(reserve_skipped(r));
    while (r->generation < generation)
        TRY(skip(st->suite, r));
    return advance(st->suite, r);
}

/* ---- Life ---- */

mls_err secret_tree_init(secret_tree *st, const suite *s, uint32_t num_leaves,
                         const uint8_t *encryption_secret)
{
    *st = (secret_tree){.suite = s, .num_leaves = num_leaves};
    return add_node(st, tree_root(num_leaves), encryption_secret);
}

static void ratchet_cleanup(ratchet *r)
{
    if (r->skipped)
        wipe(r->skipped, RATCHET_SKIPPED_MAX * sizeof *r->skipped);
    free(r->skipped);
    wipe(r, sizeof *r);
}

void secret_tree_cleanup(secret_tree *st)
{
    for (size_t i = 0; i < st->num_leaf_ratchets; i++)
        for (int type = 0; type < 2; type++)
            ratchet_cleanup(&st->leaves[i].ratchets[type]);
    wipe(st->nodes, st->num_nodes * sizeof *st->nodes);
    wipe(st->leaves, st->num_leaf_ratchets * sizeof *st->leaves);
    free(st->nodes);
    free(st->leaves);
    *st = (secret_tree){0};
}

mls_err secret_tree_forget(secret_tree *st, uint32_t leaf_index)
{
    leaf_ratchets *leaf;
    TRY(get_ratchets(st, &leaf, leaf_index));
    for (int type = 0; type < 2; type++) {
        ratchet_cleanup(&leaf->ratchets[type]);
        leaf->ratchets[type].exhausted = true;
    }
    return MLS_OK;
}

/* ---- In the ratchet record ---- */

static void count_codec(codec *c, size_t *count, uint32_t max)
{
    uint32_t n = (uint32_t)*count;
    codec_u32(c, &n);
    if (n > max)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    if (codec_reading(c))
        *count = c->err == MLS_OK ? n : 0;
}

static void ratchet_codec(codec *c, const suite *s, ratchet *r)
{
    codec_fixed(c, r->secret, s->hash->len);
    codec_u32(c, &r->generation);
    codec_bool(c, &r->exhausted);
    count_codec(c, &r->num_skipped, RATCHET_SKIPPED_MAX);
    if (codec_reading(c) && r->num_skipped) {
        r->skipped = calloc(RATCHET_SKIPPED_MAX, sizeof *r->skipped);
        if (!r->skipped)
            codec_fail(c, MLS_ERR_NO_MEMORY);
    }
    for (size_t i = 0; i < r->num_skipped && c->err == MLS_OK; i++) {
        codec_u32(c, &r->skipped[i].generation);
        codec_fixed(c, r->skipped[i].keys.key, s->aead->key_len);
        codec_fixed(c, r->skipped[i].keys.nonce, AEAD_NONCE_LEN);
    }
}

/* Room for what the record says, once it is certain that so much is there. */
static void *read_array(codec *c, size_t count, size_t *max, size_t item_size)
{
    if (c->err == MLS_OK && count > c->end - c->pos)
        codec_fail(c, MLS_ERR_DECODE_TRUNCATED);
    if (c->err != MLS_OK || count == 0)
        return NULL;
    *max = count;
    void *items = calloc(count, item_size);
    if (!items)
        codec_fail(c, MLS_ERR_NO_MEMORY);
    return items;
}

void secret_tree_codec(codec *c, secret_tree *st)
{
    const suite *s = st->suite;
    codec_u32(c, &st->num_leaves);
    if (st->num_leaves == 0 || st->num_leaves > TREE_LEAVES_MAX ||
        (st->num_leaves & (st->num_leaves - 1)))
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    count_codec(c, &st->num_nodes, 2 * TREE_LEAVES_MAX);
    if (codec_reading(c))
        st->nodes = read_array(c, st->num_nodes, &st->max_nodes, sizeof *st->nodes);
    if (codec_reading(c) && !st->nodes)
        st->num_nodes = 0;
    for (size_t i = 0; i < st->num_nodes && c->err == MLS_OK; i++) {
        codec_u32(c, &st->nodes[i].node);
        codec_fixed(c, st->nodes[i].secret, s->hash->len);
    }
    count_codec(c, &st->num_leaf_ratchets, TREE_LEAVES_MAX);
    if (codec_reading(c))
        st->leaves =
            read_array(c, st->num_leaf_ratchets, &st->max_leaf_ratchets, sizeof *st->leaves);
    if (codec_reading(c) && !st->leaves)
        st->num_leaf_ratchets = 0;
    for (size_t i = 0; i < st->num_leaf_ratchets && c->err == MLS_OK; i++) {
        codec_u32(c, &st->leaves[i].leaf_index);
        for (int type = 0; type < 2; type++)
            ratchet_codec(c, s, &st->leaves[i].ratchets[type]);
    }
}
