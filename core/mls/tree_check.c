#include "mls/tree_check.h"

/* Each member supports what the group asks. */
static mls_err check_support(const tree *t, const extension_list *group_extensions)
{
    for (uint32_t i = 0; i < t->num_leaves; i++)
        if (tree_leaf(t, i))
            TRY(leaf_node_supports(tree_leaf(t, i), group_extensions));
    return MLS_OK;
}

static mls_err check_support_of_changes(const tree *t, const tree *before,
                                        const extension_list *group_extensions)
{
    for (uint32_t i = 0; tree_next_change(before, t, &i); i++)
        if (tree_leaf(t, i))
            TRY(leaf_node_supports(tree_leaf(t, i), group_extensions));
    return MLS_OK;
}

/* Each member supports each type of credential in use. */
static mls_err check_credentials(const tree *t)
{
    return t->root->credentials_in_use & ~t->root->credentials_for_all ? MLS_ERR_CAPABILITIES
                                                                       : MLS_OK;
}

/* Encryption keys are unique over all nodes, signature keys over all leaves. */
static mls_err check_keys(const tree *t)
{
    return t->keys.num_repeated ? MLS_ERR_DUPLICATE : MLS_OK;
}

mls_err tree_check_change(const tree *t, const tree *before, const extension_list *group_extensions)
{
    TRY(check_support_of_changes(t, before, group_extensions));
    TRY(check_credentials(t));
    return check_keys(t);
}

mls_err tree_check_members(const tree *t, const extension_list *group_extensions)
{
    TRY(check_support(t, group_extensions));
    TRY(check_credentials(t));
    return check_keys(t);
}

mls_err tree_check_newcomer(const tree *t, const leaf_node *leaf)
{
    uint32_t at;
    if (key_index_find(&t->keys, KEY_ENCRYPTION, leaf->encryption_key, &at) ||
        key_index_find(&t->keys, KEY_SIGNATURE, leaf->signature_key, &at))
        return MLS_ERR_DUPLICATE;
    bool supports = !(t->root->credentials_in_use & ~leaf_node_credentials(leaf));
    bool supported = t->root->credentials_for_all & leaf_node_credential(leaf);
    return supports && supported ? MLS_OK : MLS_ERR_CAPABILITIES;
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

mls_err tree_check(const tree *t, bytes group_id, const extension_list *group_extensions, bytes own)
{
    TRY(tree_check_members(t, group_extensions));
    for (uint32_t i = 0; i < t->num_leaves; i++) {
        const leaf_node *leaf = tree_leaf(t, i);
        if (!leaf)
            continue;
        TRY(leaf_node_check(t->suite, leaf));
        if (!bytes_equal(tree_get(t, leaf_to_node(i))->encoded, own))
            TRY(leaf_node_verify(t->suite, leaf, &(leaf_place){group_id, i}));
    }
    for (uint32_t x = 1; x < tree_width(t->num_leaves); x += 2)
        TRY(check_unmerged(t, x));
    return tree_check_parent_hashes(t);
}
