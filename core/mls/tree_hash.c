#include "mls/tree_hash.h"

#include <string.h>

/* struct {
 *     NodeType node_type;
 *     select (TreeHashInput.node_type) {
 *         case leaf:   uint32 leaf_index; optional<LeafNode> leaf_node;
 *         case parent: optional<ParentNode> parent_node; opaque left_hash<V>; opaque right_hash<V>;
 *     };
 * } TreeHashInput; */
static void hash_leaf(const suite *s, uint8_t *out, uint32_t leaf_index, const bytes *encoded)
{
    uint8_t head[6] = {NODE_LEAF,
                       (uint8_t)(leaf_index >> 24),
                       (uint8_t)(leaf_index >> 16),
                       (uint8_t)(leaf_index >> 8),
                       (uint8_t)leaf_index,
                       encoded != NULL};
    bytes parts[] = {{head, sizeof head}, encoded ? *encoded : (bytes){0}};
    s->hash->digest(out, parts, 2);
}

static void hash_parent(const suite *s, uint8_t *out, const bytes *encoded, const uint8_t *left,
                        const uint8_t *right)
{
    uint8_t head[2] = {NODE_PARENT, encoded != NULL}, length[4];
    bytes prefix = {length, codec_put_length(length, s->hash->len)};
    bytes parts[] = {
        {head, sizeof head},  encoded ? *encoded : (bytes){0}, prefix, {left, s->hash->len}, prefix,
        {right, s->hash->len}};
    s->hash->digest(out, parts, 6);
}

static const uint8_t *hash_of(const suite *s, subtree *sub, uint32_t at)
{
    if (sub->hash_known)
        return sub->hash;
    const bytes *encoded = sub->node ? &sub->node->encoded : NULL;
    if (node_is_leaf(at))
        hash_leaf(s, sub->hash, node_to_leaf(at), encoded);
    else
        hash_parent(s, sub->hash, encoded, hash_of(s, sub->child[0], node_left(at)),
                    hash_of(s, sub->child[1], node_right(at)));
    sub->hash_known = true;
    return sub->hash;
}

bytes tree_hash(const tree *t, uint32_t node)
{
    return bytes_of(hash_of(t->suite, tree_subtree(t, node), node), t->suite->hash->len);
}

bytes tree_root_hash(const tree *t)
{
    return tree_hash(t, tree_root(t->num_leaves));
}

/* The encoding of a parent node whose unmerged leaves lack those of `removed`. */
static mls_err encode_without(arena *a, bytes *out, const parent_node *in,
                              const parent_node *removed)
{
    parent_node rest = *in;
    rest.unmerged_leaves.count = 0;
    rest.unmerged_leaves.items = arena_array(a, in->unmerged_leaves.count, sizeof(uint32_t));
    if (!rest.unmerged_leaves.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < in->unmerged_leaves.count; i++)
        if (!unmerged_has(removed, in->unmerged_leaves.items[i]))
            rest.unmerged_leaves.items[rest.unmerged_leaves.count++] = in->unmerged_leaves.items[i];
    return parent_node_encode(a, out, &rest);
}

/* The tree hash of a subtree as it was before the unmerged leaves of `removed` were added: those
 * leaves blank, and missing from the unmerged leaves of the nodes between. Goes down only where
 * such a leaf is, at most TREE_LEVELS_MAX deep. */
static mls_err hash_without(const tree *t, arena *a, uint8_t *out, uint32_t node,
                            const parent_node *removed)
{
    size_t nh = t->suite->hash->len;
    if (!unmerged_any(removed, node_first_leaf(node), node_last_leaf(node))) {
        memcpy(out, tree_hash(t, node).data, nh);
        return MLS_OK;
    }
    if (node_is_leaf(node)) {
        hash_leaf(t->suite, out, node_to_leaf(node), NULL);
        return MLS_OK;
    }
    uint8_t left[HASH_MAX], right[HASH_MAX];
    bytes encoded = {0};
    const parent_node *parent = tree_parent(t, node);
    TRY(hash_without(t, a, left, node_left(node), removed));
    TRY(hash_without(t, a, right, node_right(node), removed));
    if (parent)
        TRY(encode_without(a, &encoded, parent, removed));
    hash_parent(t->suite, out, parent ? &encoded : NULL, left, right);
    return MLS_OK;
}

/* struct {
 *     HPKEPublicKey encryption_key;
 *     opaque parent_hash<V>;
 *     opaque original_sibling_tree_hash<V>;
 * } ParentHashInput; */
typedef struct parent_hash_input {
    bytes encryption_key, parent_hash, original_sibling_tree_hash;
} parent_hash_input;

static void parent_hash_input_any(codec *c, void *object)
{
    parent_hash_input *input = object;
    codec_opaque(c, &input->encryption_key);
    codec_opaque(c, &input->parent_hash);
    codec_opaque(c, &input->original_sibling_tree_hash);
}

mls_err tree_parent_hash(const tree *t, uint8_t *out, uint32_t parent, uint32_t sibling)
{
    uint8_t sibling_hash[HASH_MAX];
    bytes input;
    const parent_node *p = tree_parent(t, parent);
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(hash_without(t, scratch, sibling_hash, sibling, p));
    parent_hash_input fields = {p->encryption_key, p->parent_hash,
                                bytes_of(sibling_hash, t->suite->hash->len)};
    TRY(codec_encode(scratch, &input, parent_hash_input_any, &fields));
    t->suite->hash->digest(out, &input, 1);
    return MLS_OK;
}

static bytes parent_hash_of(const tree *t, uint32_t node)
{
    const tree_node *n = tree_get(t, node);
    return n->type == NODE_PARENT ? n->parent.parent_hash : n->leaf.parent_hash;
}

/* The one node D of the resolution of `child` that is not among P's unmerged leaves, if the rest
 * are exactly P's unmerged leaves below `child`. */
static mls_err find_descendant(const tree *t, arena *a, uint32_t *found, bool *valid,
                               const parent_node *p, uint32_t child)
{
    node_list resolution;
    size_t unmerged = 0, candidates = 0, below = 0;
    *valid = false;
    TRY(tree_resolution(t, a, &resolution, child));
    for (size_t i = 0; i < resolution.list.count; i++) {
        uint32_t x = resolution.list.items[i];
        if (node_is_leaf(x) && unmerged_has(p, node_to_leaf(x))) {
            unmerged++;
        } else {
            candidates++;
            *found = x;
        }
    }
    for (size_t i = 0; i < p->unmerged_leaves.count; i++)
        below += node_is_below(leaf_to_node(p->unmerged_leaves.items[i]), child);
    *valid = candidates == 1 && unmerged == below;
    return MLS_OK;
}

/* P is parent-hash valid when a descendant D on one side carries the hash of P over the other. */
static mls_err check_parent(const tree *t, uint32_t node, bool *valid)
{
    uint32_t children[2] = {node_left(node), node_right(node)};
    const parent_node *p = tree_parent(t, node);
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *valid = false;
    for (int side = 0; side < 2 && !*valid; side++) {
        uint32_t descendant = 0;
        uint8_t expected[HASH_MAX];
        bool candidate;
        TRY(find_descendant(t, scratch, &descendant, &candidate, p, children[side]));
        if (!candidate)
            continue;
        TRY(tree_parent_hash(t, expected, node, children[!side]));
        *valid =
            bytes_equal(parent_hash_of(t, descendant), bytes_of(expected, t->suite->hash->len));
    }
    return MLS_OK;
}

mls_err tree_check_parent_hashes(const tree *t)
{
    for (uint32_t x = 1; x < tree_width(t->num_leaves); x += 2) {
        bool valid = true;
        if (tree_parent(t, x))
            TRY(check_parent(t, x, &valid));
        if (!valid)
            return MLS_ERR_BAD_TREE;
    }
    return MLS_OK;
}
