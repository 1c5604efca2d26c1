#include "mls/past.h"

past_epoch *past_epoch_new(void)
{
    arena *memory = arena_new(sizeof(past_epoch) + 1024);
    past_epoch *past = arena_alloc(memory, sizeof *past);
    if (!past) {
        arena_free(memory);
        return NULL;
    }
    past->memory = memory;
    return past;
}

void past_epoch_free(past_epoch *past)
{
    if (!past)
        return;
    tree_cleanup(&past->tree);
    secret_tree_cleanup(&past->secret_tree);
    arena_free(past->memory);
}

/* A leaf of the past tree that the newer one does not have in this place. */
typedef struct leaf_change {
    uint32_t leaf_index;
    bool present;
    leaf_node leaf;
} leaf_change;

static void leaf_change_any(codec *c, void *object)
{
    leaf_change *change = object;
    codec_u32(c, &change->leaf_index);
    codec_bool(c, &change->present);
    if (change->present)
        leaf_node_codec(c, &change->leaf);
}

static void write_changes(codec *c, const tree *past, const tree *newer)
{
    for (uint32_t i = 0; tree_next_change(past, newer, &i) && i < past->num_leaves; i++) {
        const leaf_node *leaf = tree_leaf(past, i);
        leaf_change change = {.leaf_index = i, .present = leaf != NULL};
        if (leaf)
            change.leaf = *leaf;
        leaf_change_any(c, &change);
    }
}

static void read_changes(codec *c, tree *past)
{
    while (c->err == MLS_OK && c->pos < c->end) {
        leaf_change change = {0};
        leaf_change_any(c, &change);
        if (c->err == MLS_OK && change.leaf_index >= past->num_leaves)
            codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
        if (c->err != MLS_OK)
            return;
        if (change.present)
            codec_fail(c, tree_set_leaf(past, change.leaf_index, &change.leaf));
        else
            codec_fail(c, tree_blank(past, leaf_to_node(change.leaf_index)));
    }
}

void past_tree_codec(codec *c, tree *past, const tree *newer)
{
    uint32_t num_leaves = past->num_leaves;
    codec_u32(c, &num_leaves);
    if (num_leaves == 0 || num_leaves > TREE_LEAVES_MAX || (num_leaves & (num_leaves - 1)))
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, tree_clone(past, newer));
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, tree_resize(past, num_leaves));
    if (c->err != MLS_OK)
        return;
    size_t scope = codec_open(c);
    if (codec_reading(c))
        read_changes(c, past);
    else
        write_changes(c, past, newer);
    codec_close(c, scope);
}

void past_epoch_codec(codec *c, past_epoch *past, const suite *s)
{
    codec_u64(c, &past->epoch);
    codec_u64(c, &past->expires);
    bytes context = past->context;
    codec_opaque(c, &context);
    if (codec_reading(c) && c->err == MLS_OK)
        codec_fail(c, arena_copy(past->memory, &past->context, context));
    codec_fixed(c, past->sender_data_secret, s->hash->len);
    codec_fixed(c, past->resumption_psk, s->hash->len);
}
