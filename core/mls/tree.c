#include "mls/tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- Subtrees ---- */

static size_t size_of(const subtree *s)
{
    return sizeof *s + s->hash_len;
}

static void release(subtree *s)
{
    if (!s || --s->refs)
        return;
    release(s->child[0]);
    release(s->child[1]);
    tree_node_release(s->node);
    wipe(s, size_of(s));
    free(s);
}

static subtree *share(subtree *s)
{
    if (s)
        s->refs++;
    return s;
}

/* Sums up a subtree after a change at its top or below. */
static void sum_up(subtree *s)
{
    const leaf_node *leaf = s->node && s->node->type == NODE_LEAF ? &s->node->leaf : NULL;
    s->hash_known = false;
    s->num_members = leaf != NULL;
    s->num_nodes = s->node != NULL;
    s->credentials_in_use = leaf ? leaf_node_credential(leaf) : 0;
    s->credentials_for_all = leaf ? leaf_node_credentials(leaf) : UINT8_MAX;
    for (int side = 0; side < 2 && s->child[side]; side++) {
        s->num_members += s->child[side]->num_members;
        s->num_nodes += s->child[side]->num_nodes;
        s->credentials_in_use |= s->child[side]->credentials_in_use;
        s->credentials_for_all &= s->child[side]->credentials_for_all;
    }
}

/* A subtree above others, or of one leaf; takes the references given, also when it fails. */
static mls_err new_subtree(const tree *t, subtree **out, subtree *left, subtree *right)
{
    size_t hash_len = t->suite->hash->len;
    subtree *s = calloc(1, sizeof *s + hash_len);
    if (!s) {
        release(left);
        release(right);
        return MLS_ERR_NO_MEMORY;
    }
    s->refs = 1;
    s->hash_len = (uint8_t)hash_len;
    s->child[0] = left;
    s->child[1] = right;
    sum_up(s);
    *out = s;
    return MLS_OK;
}

static mls_err blank_subtree(const tree *t, subtree **out, uint32_t num_leaves)
{
    subtree *left = NULL, *right = NULL;
    if (num_leaves > 1) {
        TRY(blank_subtree(t, &left, num_leaves / 2));
        mls_err err = blank_subtree(t, &right, num_leaves / 2);
        if (err != MLS_OK) {
            release(left);
            return err;
        }
    }
    return new_subtree(t, out, left, right);
}

/* Makes *slot the top of a subtree that nobody else has, so that it can change. */
static mls_err own_subtree(subtree **slot)
{
    subtree *s = *slot;
    /* Below a parent there is a subtree. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    if (s->refs == 1)
        return MLS_OK;
    subtree *copy = malloc(size_of(s));
    if (!copy)
        return MLS_ERR_NO_MEMORY;
    memcpy(copy, s, size_of(s));
    copy->refs = 1;
    share(copy->child[0]);
    share(copy->child[1]);
    tree_node_share(copy->node);
    s->refs--;
    *slot = copy;
    return MLS_OK;
}

subtree *tree_subtree(const tree *t, uint32_t node)
{
    subtree *s = t->root;
    for (uint32_t top = tree_root(t->num_leaves); top != node; top = node_child_towards(top, node))
        s = s->child[node > top];
    return s;
}

/* ---- The tree as a whole ---- */

mls_err tree_init(tree *t, const suite *s)
{
    *t = (tree){.suite = s, .num_leaves = 1};
    return new_subtree(t, &t->root, NULL, NULL);
}

mls_err tree_clone(tree *out, const tree *in)
{
    *out = *in;
    out->root = share(in->root);
    out->keys = key_index_share(&in->keys);
    return MLS_OK;
}

void tree_cleanup(tree *t)
{
    release(t->root);
    key_index_cleanup(&t->keys);
    *t = (tree){0};
}

/* The keys of all nodes below are no longer in the tree. */
static mls_err forget_keys(tree *t, const subtree *s, uint32_t at)
{
    if (!s || !s->num_nodes)
        return MLS_OK;
    if (s->child[0]) {
        TRY(forget_keys(t, s->child[0], node_left(at)));
        TRY(forget_keys(t, s->child[1], node_right(at)));
    }
    return key_index_replace(&t->keys, s->node, NULL, at);
}

static mls_err double_size(tree *t)
{
    subtree *right = NULL, *top = NULL;
    TRY(blank_subtree(t, &right, t->num_leaves));
    TRY(new_subtree(t, &top, share(t->root), right));
    release(t->root);
    t->root = top;
    t->num_leaves *= 2;
    return MLS_OK;
}

static mls_err halve(tree *t)
{
    uint32_t at = tree_root(t->num_leaves);
    subtree *top = t->root;
    /* References are counted. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
    TRY(key_index_replace(&t->keys, top->node, NULL, at));
    TRY(forget_keys(t, top->child[1], node_right(at)));
    t->root = share(top->child[0]);
    t->num_leaves /= 2;
    release(top);
    return MLS_OK;
}

mls_err tree_resize(tree *t, uint32_t num_leaves)
{
    while (t->num_leaves < num_leaves)
        TRY(double_size(t));
    while (t->num_leaves > num_leaves)
        TRY(halve(t));
    return MLS_OK;
}

/* ---- Looking ---- */

const tree_node *tree_get(const tree *t, uint32_t node)
{
    return node < tree_width(t->num_leaves) ? tree_subtree(t, node)->node : NULL;
}

const leaf_node *tree_leaf(const tree *t, uint32_t leaf_index)
{
    if (leaf_index >= t->num_leaves)
        return NULL;
    const tree_node *node = tree_get(t, leaf_to_node(leaf_index));
    return node ? &node->leaf : NULL;
}

const parent_node *tree_parent(const tree *t, uint32_t node)
{
    const tree_node *n = tree_get(t, node);
    return n && n->type == NODE_PARENT ? &n->parent : NULL;
}

uint32_t tree_num_members(const tree *t)
{
    return t->root->num_members;
}

bytes tree_encryption_key(const tree *t, uint32_t node)
{
    return tree_node_encryption_key(tree_get(t, node));
}

bool tree_find_member(const tree *t, bytes signature_key, uint32_t *leaf_index)
{
    uint32_t at;
    if (!key_index_find(&t->keys, KEY_SIGNATURE, signature_key, &at))
        return false;
    *leaf_index = node_to_leaf(at);
    return true;
}

/* A subtree in one of two trees, or NULL past its end. `level`: how high it is. */
typedef struct side {
    const subtree *s;
    uint32_t level;
} side;

/* The half of what stands under a node of this level; a lower tree is in the left one. */
static side half_of(side of, uint32_t level, int half)
{
    if (of.s && of.level == level)
        return (side){of.s->child[half], level - 1};
    return half == 0 ? of : (side){NULL, 0};
}

static bool next_change(side before, side after, uint32_t level, uint32_t first,
                        uint32_t *leaf_index)
{
    uint32_t num_leaves = UINT32_C(1) << level;
    if (before.s == after.s || first + (num_leaves - 1) < *leaf_index)
        return false;
    if (level == 0) {
        const tree_node *a = before.s ? before.s->node : NULL, *b = after.s ? after.s->node : NULL;
        if (a != b)
            *leaf_index = first;
        return a != b;
    }
    return next_change(half_of(before, level, 0), half_of(after, level, 0), level - 1, first,
                       leaf_index) ||
           next_change(half_of(before, level, 1), half_of(after, level, 1), level - 1,
                       first + num_leaves / 2, leaf_index);
}

bool tree_next_change(const tree *before, const tree *after, uint32_t *leaf_index)
{
    side a = {before->root, node_level(tree_root(before->num_leaves))};
    side b = {after->root, node_level(tree_root(after->num_leaves))};
    return next_change(a, b, a.level > b.level ? a.level : b.level, 0, leaf_index);
}

/* ---- Changing a node ---- */

/* Puts a node in its place and takes the reference given, also when it fails. */
static mls_err put(tree *t, uint32_t at, tree_node *node)
{
    subtree *way[TREE_LEVELS_MAX], **slot = &t->root;
    uint32_t top = tree_root(t->num_leaves);
    size_t len = 0;
    mls_err err = key_index_replace(&t->keys, tree_get(t, at), node, at);
    for (;;) {
        if (err == MLS_OK)
            err = own_subtree(slot);
        if (err != MLS_OK || top == at)
            break;
        way[len++] = *slot;
        slot = &(*slot)->child[at > top];
        top = node_child_towards(top, at);
    }
    if (err != MLS_OK) {
        tree_node_release(node);
        return err;
    }
    tree_node_release((*slot)->node);
    (*slot)->node = node;
    sum_up(*slot);
    while (len)
        sum_up(way[--len]);
    return MLS_OK;
}

mls_err tree_set_leaf(tree *t, uint32_t leaf_index, const leaf_node *leaf)
{
    tree_node *node;
    TRY(tree_node_of_leaf(&node, leaf));
    return put(t, leaf_to_node(leaf_index), node);
}

mls_err tree_set_parent(tree *t, uint32_t at, const parent_node *parent)
{
    tree_node *node;
    TRY(tree_node_of_parent(&node, parent));
    return put(t, at, node);
}

mls_err tree_blank(tree *t, uint32_t node)
{
    return tree_get(t, node) ? put(t, node, NULL) : MLS_OK;
}

mls_err tree_blank_path(tree *t, uint32_t leaf_index)
{
    uint32_t root = tree_root(t->num_leaves);
    for (uint32_t x = leaf_to_node(leaf_index); x != root;) {
        x = node_parent(x);
        TRY(tree_blank(t, x));
    }
    return MLS_OK;
}

/* ---- Membership ---- */

/* The new leaf can't know the private keys above it, so it becomes "unmerged" there. */
static mls_err add_unmerged(tree *t, uint32_t at, uint32_t leaf_index)
{
    parent_node parent = tree_get(t, at)->parent;
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

/* In a tree that has one. */
static uint32_t leftmost_blank_leaf(const tree *t)
{
    const subtree *s = t->root;
    uint32_t first = 0;
    for (uint32_t half = t->num_leaves / 2; half; half /= 2) {
        bool left_full = s->child[0]->num_members == half;
        s = s->child[left_full];
        first += left_full ? half : 0;
    }
    return first;
}

mls_err tree_add(tree *t, const leaf_node *leaf, uint32_t *leaf_index)
{
    if (tree_num_members(t) == t->num_leaves) {
        if (t->num_leaves >= TREE_LEAVES_MAX)
            return MLS_ERR_DECODE_TOO_LARGE;
        TRY(double_size(t));
    }
    *leaf_index = leftmost_blank_leaf(t);
    TRY(tree_set_leaf(t, *leaf_index, leaf));
    for (uint32_t x = leaf_to_node(*leaf_index); x != tree_root(t->num_leaves);) {
        x = node_parent(x);
        if (tree_get(t, x))
            TRY(add_unmerged(t, x, *leaf_index));
    }
    return MLS_OK;
}

mls_err tree_update(tree *t, uint32_t leaf_index, const leaf_node *leaf)
{
    TRY(tree_set_leaf(t, leaf_index, leaf));
    return tree_blank_path(t, leaf_index);
}

mls_err tree_remove(tree *t, uint32_t leaf_index)
{
    TRY(tree_blank(t, leaf_to_node(leaf_index)));
    TRY(tree_blank_path(t, leaf_index));
    uint32_t num_leaves = t->num_leaves;
    const subtree *s = t->root;
    for (; num_leaves > 1 && s->child[1]->num_members == 0; num_leaves /= 2)
        s = s->child[0];
    return tree_resize(t, num_leaves);
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
    struct {
        const subtree *s;
        uint32_t at;
    } pending[TREE_LEVELS_MAX + 1];
    size_t num_pending = 1, capacity = 0;
    *out = (node_list){0};
    pending[0].s = tree_subtree(t, node);
    pending[0].at = node;
    while (num_pending) {
        const subtree *s = pending[--num_pending].s;
        uint32_t x = pending[num_pending].at;
        const tree_node *n = s->node;
        if (n) {
            TRY(append(a, out, &capacity, x));
            for (size_t i = 0; n->type == NODE_PARENT && i < n->parent.unmerged_leaves.count; i++)
                TRY(append(a, out, &capacity, leaf_to_node(n->parent.unmerged_leaves.items[i])));
        } else if (s->num_nodes) {
            pending[num_pending].s = s->child[1];
            pending[num_pending++].at = node_right(x);
            pending[num_pending].s = s->child[0];
            pending[num_pending++].at = node_left(x);
        }
    }
    return MLS_OK;
}

/* A subtree has an empty resolution exactly when all its nodes are blank. */
bool tree_resolution_empty(const tree *t, uint32_t node)
{
    return tree_subtree(t, node)->num_nodes == 0;
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
