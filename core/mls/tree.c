#include "mls/tree.h"

#include <stdlib.h>
#include <string.h>

static void leaf_index_any(codec *c, void *object)
{
    codec_u32(c, object);
}

/* struct {
 *     HPKEPublicKey encryption_key;
 *     opaque parent_hash<V>;
 *     uint32 unmerged_leaves<V>;
 * } ParentNode; */
void parent_node_codec(codec *c, parent_node *p)
{
    codec_opaque(c, &p->encryption_key);
    codec_opaque(c, &p->parent_hash);
    CODEC_LIST(c, &p->unmerged_leaves, leaf_index_any);
    if (!codec_reading(c))
        return;
    for (size_t i = 1; i < p->unmerged_leaves.count; i++)
        if (p->unmerged_leaves.items[i - 1] >= p->unmerged_leaves.items[i])
            codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
}

bool unmerged_any(const parent_node *parent, uint32_t first, uint32_t last)
{
    size_t low = 0, high = parent->unmerged_leaves.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (parent->unmerged_leaves.items[middle] < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low < parent->unmerged_leaves.count && parent->unmerged_leaves.items[low] <= last;
}

bool unmerged_has(const parent_node *parent, uint32_t leaf_index)
{
    return unmerged_any(parent, leaf_index, leaf_index);
}

/* ---- Nodes ---- */

/* A node owns its encoding; the decoded form is a view of it. */
static mls_err node_new(tree_node **out, uint8_t type, codec_fn *fn, const void *object)
{
    arena *memory = arena_new(sizeof(tree_node) + 512);
    tree_node *node = arena_alloc(memory, sizeof *node);
    mls_err err = node ? codec_encode(memory, &node->encoded, fn, object) : MLS_ERR_NO_MEMORY;
    if (err == MLS_OK)
        err = codec_decode(memory, type == NODE_LEAF ? (void *)&node->leaf : (void *)&node->parent,
                           fn, node->encoded);
    if (err != MLS_OK) {
        arena_free(memory);
        return err;
    }
    node->memory = memory;
    node->refs = 1;
    node->type = type;
    *out = node;
    return MLS_OK;
}

static void node_release(tree_node *node)
{
    if (node && --node->refs == 0)
        arena_free(node->memory);
}

/* ---- The array ---- */

/* see tree.h */
mls_err tree_resize(tree *t, uint32_t num_leaves)
{
    uint32_t old_width = t->nodes ? tree_width(t->num_leaves) : 0, width = tree_width(num_leaves);
    uint32_t kept = old_width < width ? old_width : width;
    size_t nh = t->suite->hash->len;
    tree_node **nodes = calloc(width, sizeof *nodes);
    uint8_t *hashes = calloc(width, nh);
    bool *hash_known = calloc(width, sizeof *hash_known);
    if (!nodes || !hashes || !hash_known) {
        free(nodes);
        free(hashes);
        free(hash_known);
        return MLS_ERR_NO_MEMORY;
    }
    if (kept) {
        memcpy(nodes, t->nodes, kept * sizeof *nodes);
        memcpy(hashes, t->hashes, kept * nh);
        memcpy(hash_known, t->hash_known, kept * sizeof *hash_known);
    }
    for (uint32_t i = kept; i < old_width; i++)
        node_release(t->nodes[i]);
    free(t->nodes);
    free(t->hashes);
    free(t->hash_known);
    t->num_leaves = num_leaves;
    t->nodes = nodes;
    t->hashes = hashes;
    t->hash_known = hash_known;
    return MLS_OK;
}

mls_err tree_init(tree *t, const suite *s)
{
    *t = (tree){.suite = s};
    return tree_resize(t, 1);
}

mls_err tree_clone(tree *out, const tree *in)
{
    *out = (tree){.suite = in->suite};
    TRY(tree_resize(out, in->num_leaves));
    uint32_t width = tree_width(in->num_leaves);
    memcpy(out->nodes, in->nodes, width * sizeof *in->nodes);
    memcpy(out->hashes, in->hashes, width * in->suite->hash->len);
    memcpy(out->hash_known, in->hash_known, width * sizeof *in->hash_known);
    for (uint32_t i = 0; i < width; i++)
        if (out->nodes[i])
            out->nodes[i]->refs++;
    return MLS_OK;
}

void tree_cleanup(tree *t)
{
    if (t->nodes)
        for (uint32_t i = 0; i < tree_width(t->num_leaves); i++)
            node_release(t->nodes[i]);
    free(t->nodes);
    free(t->hashes);
    free(t->hash_known);
    *t = (tree){0};
}

const tree_node *tree_get(const tree *t, uint32_t node)
{
    return node < tree_width(t->num_leaves) ? t->nodes[node] : NULL;
}

const leaf_node *tree_leaf(const tree *t, uint32_t leaf_index)
{
    if (leaf_index >= t->num_leaves)
        return NULL;
    const tree_node *node = t->nodes[leaf_to_node(leaf_index)];
    return node ? &node->leaf : NULL;
}

const parent_node *tree_parent(const tree *t, uint32_t node)
{
    const tree_node *n = tree_get(t, node);
    return n && n->type == NODE_PARENT ? &n->parent : NULL;
}

uint32_t tree_num_members(const tree *t)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->num_leaves; i++)
        count += tree_leaf(t, i) != NULL;
    return count;
}

bytes tree_encryption_key(const tree *t, uint32_t node)
{
    const tree_node *n = t->nodes[node];
    return n->type == NODE_LEAF ? n->leaf.encryption_key : n->parent.encryption_key;
}

/* Puts a node in its place; the hashes of it and of all nodes above are no longer known. */
static void put(tree *t, uint32_t at, tree_node *node)
{
    uint32_t root = tree_root(t->num_leaves);
    node_release(t->nodes[at]);
    t->nodes[at] = node;
    for (uint32_t x = at; t->hash_known[x] = false, x != root;)
        x = node_parent(x);
}

mls_err tree_set_leaf(tree *t, uint32_t leaf_index, const leaf_node *leaf)
{
    tree_node *node;
    TRY(node_new(&node, NODE_LEAF, leaf_node_any, leaf));
    put(t, leaf_to_node(leaf_index), node);
    return MLS_OK;
}

mls_err tree_set_parent(tree *t, uint32_t at, const parent_node *parent)
{
    tree_node *node;
    TRY(node_new(&node, NODE_PARENT, parent_node_any, parent));
    put(t, at, node);
    return MLS_OK;
}

void tree_blank(tree *t, uint32_t node)
{
    put(t, node, NULL);
}

void tree_blank_path(tree *t, uint32_t leaf_index)
{
    uint32_t root = tree_root(t->num_leaves);
    for (uint32_t x = leaf_to_node(leaf_index); x != root;) {
        x = node_parent(x);
        tree_blank(t, x);
    }
}

/* ---- Membership ---- */

/* The new leaf can't know the private keys above it, so it becomes "unmerged" there. */
static mls_err add_unmerged(tree *t, uint32_t at, uint32_t leaf_index)
{
    parent_node parent = t->nodes[at]->parent;
    size_t count = parent.unmerged_leaves.count, i = count;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    uint32_t *grown = arena_array(scratch, count + 1, sizeof *grown);
    if (!grown)
        return MLS_ERR_NO_MEMORY;
    if (count)
        memcpy(grown, parent.unmerged_leaves.items, count * sizeof *grown);
    for (; i > 0 && grown[i - 1] > leaf_index; i--)
        grown[i] = grown[i - 1];
    grown[i] = leaf_index;
    parent.unmerged_leaves.items = grown;
    parent.unmerged_leaves.count = count + 1;
    return tree_set_parent(t, at, &parent);
}

mls_err tree_add(tree *t, const leaf_node *leaf, uint32_t *leaf_index)
{
    uint32_t i = 0;
    while (i < t->num_leaves && tree_leaf(t, i))
        i++;
    if (i == t->num_leaves) {
        if (t->num_leaves >= TREE_LEAVES_MAX)
            return MLS_ERR_DECODE_TOO_LARGE;
        TRY(tree_resize(t, 2 * t->num_leaves));
    }
    TRY(tree_set_leaf(t, i, leaf));
    for (uint32_t x = leaf_to_node(i); x != tree_root(t->num_leaves);) {
        x = node_parent(x);
        if (t->nodes[x])
            TRY(add_unmerged(t, x, i));
    }
    *leaf_index = i;
    return MLS_OK;
}

mls_err tree_update(tree *t, uint32_t leaf_index, const leaf_node *leaf)
{
    TRY(tree_set_leaf(t, leaf_index, leaf));
    tree_blank_path(t, leaf_index);
    return MLS_OK;
}

static bool right_half_blank(const tree *t)
{
    for (uint32_t i = t->num_leaves / 2; i < t->num_leaves; i++)
        if (tree_leaf(t, i))
            return false;
    return true;
}

mls_err tree_remove(tree *t, uint32_t leaf_index)
{
    tree_blank(t, leaf_to_node(leaf_index));
    tree_blank_path(t, leaf_index);
    uint32_t num_leaves = t->num_leaves;
    while (t->num_leaves > 1 && right_half_blank(t))
        t->num_leaves /= 2;
    if (t->num_leaves == num_leaves)
        return MLS_OK;
    uint32_t smaller = t->num_leaves;
    t->num_leaves = num_leaves;
    return tree_resize(t, smaller);
}

/* ---- Resolution and paths ---- */

static mls_err append(arena *a, node_list *out, size_t *capacity, uint32_t node)
{
    if (out->list.count == *capacity) {
        *capacity = *capacity ? 2 * *capacity : 8;
        uint32_t *grown = arena_array(a, *capacity, sizeof *grown);
        if (!grown)
            return MLS_ERR_NO_MEMORY;
        if (out->list.count)
            memcpy(grown, out->list.items, out->list.count * sizeof *grown);
        out->list.items = grown;
    }
    out->list.items[out->list.count++] = node;
    return MLS_OK;
}

mls_err tree_resolution(const tree *t, arena *a, node_list *out, uint32_t node)
{
    uint32_t pending[TREE_LEVELS_MAX + 1];
    size_t num_pending = 0, capacity = 0;
    *out = (node_list){0};
    pending[num_pending++] = node;
    while (num_pending) {
        uint32_t x = pending[--num_pending];
        const tree_node *n = t->nodes[x];
        if (n) {
            TRY(append(a, out, &capacity, x));
            for (size_t i = 0; n->type == NODE_PARENT && i < n->parent.unmerged_leaves.count; i++)
                TRY(append(a, out, &capacity, leaf_to_node(n->parent.unmerged_leaves.items[i])));
        } else if (!node_is_leaf(x)) {
            pending[num_pending++] = node_right(x);
            pending[num_pending++] = node_left(x);
        }
    }
    return MLS_OK;
}

/* A subtree has an empty resolution exactly when all its nodes are blank. */
bool tree_resolution_empty(const tree *t, uint32_t node)
{
    uint32_t half = (UINT32_C(1) << node_level(node)) - 1;
    for (uint32_t x = node - half; x <= node + half; x++)
        if (t->nodes[x])
            return false;
    return true;
}

size_t tree_filtered_path(const tree *t, uint32_t leaf_index, uint32_t path[TREE_LEVELS_MAX])
{
    size_t count = 0;
    uint32_t root = tree_root(t->num_leaves);
    for (uint32_t x = leaf_to_node(leaf_index); x != root; x = node_parent(x))
        if (!tree_resolution_empty(t, node_sibling(x)))
            path[count++] = node_parent(x);
    return count;
}

/* ---- On the wire ---- */

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
    const tree_node *node = t->nodes[at];
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
    if (width == 0 || width > tree_width(t->num_leaves) || !t->nodes[width - 1])
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
    while (w.width > 0 && !t->nodes[w.width - 1])
        w.width--;
    return codec_encode(a, out, wire_tree_any, &w);
}
