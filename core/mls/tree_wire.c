#include "mls/tree_wire.h"

/* optional<Node>; the octets of the node are kept for a copy of their own. */
typedef struct wire_node {
    const tree_node *node; /* WRITE */
    bool present;
    uint8_t type;
    leaf_node leaf;
    parent_node parent;
} wire_node;

static void wire_node_any(codec *c, void *object)
{
    wire_node *w = object;
    codec_bool(c, &w->present);
    if (!w->present)
        return;
    codec_u8(c, &w->type);
    if (w->type == NODE_LEAF)
        leaf_node_codec(c, &w->leaf);
    else if (w->type == NODE_PARENT)
        parent_node_codec(c, &w->parent);
    else
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
}

/* optional<Node> nodes<V>, read one by one into the tree: a wire_node is too large for a list. */
typedef struct wire_tree {
    tree *t;
    uint32_t width; /* of the nodes read or to write */
} wire_tree;

static void read_node(codec *c, tree *t, uint32_t at)
{
    wire_node w = {0};
    wire_node_any(c, &w);
    if (c->err != MLS_OK || !w.present)
        return;
    if ((w.type == NODE_LEAF) != node_is_leaf(at))
        codec_fail(c, MLS_ERR_BAD_TREE);
    /* Blank nodes before this one may have passed the end more than once over. */
    while (c->err == MLS_OK && at >= tree_width(t->num_leaves))
        codec_fail(c, t->num_leaves >= TREE_LEAVES_MAX ? MLS_ERR_DECODE_TOO_LARGE
                                                       : tree_resize(t, 2 * t->num_leaves));
    if (c->err != MLS_OK)
        return;
    mls_err err = w.type == NODE_LEAF ? tree_set_leaf(t, node_to_leaf(at), &w.leaf)
                                      : tree_set_parent(t, at, &w.parent);
    if (err != MLS_OK)
        codec_fail(c, err);
}

static void write_node(codec *c, const tree *t, uint32_t at)
{
    const tree_node *node = tree_get(t, at);
    bool present = node != NULL;
    codec_bool(c, &present);
    if (!node)
        return;
    uint8_t type = node->type;
    bytes encoded = node->encoded;
    codec_u8(c, &type);
    codec_rest(c, &encoded);
}

static void wire_tree_any(codec *c, void *object)
{
    wire_tree *w = object;
    size_t scope = codec_open(c);
    if (codec_reading(c))
        for (w->width = 0; c->err == MLS_OK && c->pos < c->end; w->width++)
            read_node(c, w->t, w->width);
    else
        for (uint32_t i = 0; i < w->width; i++)
            write_node(c, w->t, i);
    codec_close(c, scope);
}

/* Leaves and parents alternate, the last node is not blank, and parents name leaves below them
 * that exist. */
static mls_err check_shape(const tree *t, uint32_t width)
{
    if (width == 0 || width > tree_width(t->num_leaves) || !tree_get(t, width - 1))
        return MLS_ERR_BAD_TREE;
    for (uint32_t x = 0; x < width; x++) {
        const parent_node *parent = tree_parent(t, x);
        for (size_t i = 0; parent && i < parent->unmerged_leaves.count; i++) {
            uint32_t leaf_index = parent->unmerged_leaves.items[i];
            if (!tree_leaf(t, leaf_index) || !node_is_below(leaf_to_node(leaf_index), x))
                return MLS_ERR_BAD_TREE;
        }
    }
    return MLS_OK;
}

mls_err tree_decode(tree *t, const suite *s, bytes in)
{
    TRY(tree_init(t, s));
    wire_tree w = {.t = t};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_err err = codec_decode(scratch, &w, wire_tree_any, in);
    if (err == MLS_OK)
        err = check_shape(t, w.width);
    if (err != MLS_OK)
        tree_cleanup(t);
    return err;
}

mls_err tree_encode(const tree *t, arena *a, bytes *out)
{
    tree view = *t;
    wire_tree w = {.t = &view, .width = tree_width(t->num_leaves)};
    while (w.width > 0 && !tree_get(t, w.width - 1))
        w.width--;
    return codec_encode(a, out, wire_tree_any, &w);
}
