#include "mls/tree_node.h"

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

mls_err tree_node_of_leaf(tree_node **out, const leaf_node *leaf)
{
    return node_new(out, NODE_LEAF, leaf_node_any, leaf);
}

mls_err tree_node_of_parent(tree_node **out, const parent_node *parent)
{
    return node_new(out, NODE_PARENT, parent_node_any, parent);
}

tree_node *tree_node_share(tree_node *node)
{
    if (node)
        node->refs++;
    return node;
}

void tree_node_release(tree_node *node)
{
    if (node && --node->refs == 0)
        arena_free(node->memory);
}

bytes tree_node_encryption_key(const tree_node *node)
{
    return node->type == NODE_LEAF ? node->leaf.encryption_key : node->parent.encryption_key;
}
