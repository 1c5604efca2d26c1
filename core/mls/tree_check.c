#include "mls/tree_check.h"

#include <stdlib.h>
#include <string.h>

static int compare_bytes(const void *a, const void *b)
{
    const bytes *x = a, *y = b;
    if (x->len != y->len)
        return x->len < y->len ? -1 : 1;
    return x->len ? memcmp(x->data, y->data, x->len) : 0;
}

static mls_err check_distinct(bytes *keys, size_t count)
{
    qsort(keys, count, sizeof *keys, compare_bytes);
    for (size_t i = 1; i < count; i++)
        if (bytes_equal(keys[i - 1], keys[i]))
            return MLS_ERR_DUPLICATE;
    return MLS_OK;
}

/* Encryption keys are unique over all nodes, signature keys over all leaves. */
static mls_err check_keys(const tree *t)
{
    uint32_t width = tree_width(t->num_leaves);
    size_t count = 0;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    bytes *keys = arena_array(scratch, width, sizeof *keys);
    if (!keys)
        return MLS_ERR_NO_MEMORY;
    for (uint32_t x = 0; x < width; x++)
        if (t->nodes[x])
            keys[count++] = tree_encryption_key(t, x);
    TRY(check_distinct(keys, count));
    count = 0;
    for (uint32_t i = 0; i < t->num_leaves; i++)
        if (tree_leaf(t, i))
            keys[count++] = tree_leaf(t, i)->signature_key;
    return check_distinct(keys, count);
}

static mls_err check_support(const tree *t, const extension_list *group_extensions)
{
    bool in_use[CREDENTIAL_X509 + 1] = {false};
    for (uint32_t i = 0; i < t->num_leaves; i++)
        if (tree_leaf(t, i))
            in_use[tree_leaf(t, i)->cred.type] = true;
    for (uint32_t i = 0; i < t->num_leaves; i++) {
        const leaf_node *leaf = tree_leaf(t, i);
        if (!leaf)
            continue;
        TRY(leaf_node_supports(leaf, group_extensions));
        for (unsigned type = CREDENTIAL_BASIC; type <= CREDENTIAL_X509; type++)
            if (in_use[type] && !u16_list_has(leaf->caps.credentials, (uint16_t)type))
                return MLS_ERR_CAPABILITIES;
    }
    return MLS_OK;
}

mls_err tree_check_members(const tree *t, const extension_list *group_extensions)
{
    TRY(check_support(t, group_extensions));
    return check_keys(t);
}

mls_err tree_check_newcomer(const tree *t, const leaf_node *leaf)
{
    for (uint32_t x = 0; x < tree_width(t->num_leaves); x++)
        if (t->nodes[x] && bytes_equal(tree_encryption_key(t, x), leaf->encryption_key))
            return MLS_ERR_DUPLICATE;
    for (uint32_t i = 0; i < t->num_leaves; i++) {
        const leaf_node *member = tree_leaf(t, i);
        if (member && bytes_equal(member->signature_key, leaf->signature_key))
            return MLS_ERR_DUPLICATE;
        if (member && !leaf_nodes_compatible(member, leaf))
            return MLS_ERR_CAPABILITIES;
    }
    return MLS_OK;
}

/* Every node that is not blank between an unmerged leaf and a node that names it names it too. */
static mls_err check_unmerged(const tree *t, uint32_t node)
{
    const parent_node *parent = tree_parent(t, node);
    for (size_t i = 0; parent && i < parent->unmerged_leaves.count; i++) {
        uint32_t leaf_index = parent->unmerged_leaves.items[i];
        for (uint32_t x = node_parent(leaf_to_node(leaf_index)); x != node; x = node_parent(x))
            if (tree_parent(t, x) && !unmerged_has(tree_parent(t, x), leaf_index))
                return MLS_ERR_BAD_TREE;
    }
    if (parent && parent->encryption_key.len != t->suite->dh->public_len)
        return MLS_ERR_BAD_KEY;
    return MLS_OK;
}

mls_err tree_check(tree *t, bytes group_id, const extension_list *group_extensions)
{
    TRY(tree_check_members(t, group_extensions));
    for (uint32_t i = 0; i < t->num_leaves; i++) {
        const leaf_node *leaf = tree_leaf(t, i);
        if (!leaf)
            continue;
        TRY(leaf_node_check(t->suite, leaf));
        TRY(leaf_node_verify(t->suite, leaf, &(leaf_place){group_id, i}));
    }
    for (uint32_t x = 1; x < tree_width(t->num_leaves); x += 2)
        TRY(check_unmerged(t, x));
    return tree_check_parent_hashes(t);
}
