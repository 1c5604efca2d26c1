#include "fedi/epoch_tree.h"

#include "crypto/sodium.h"

#include <stdlib.h>
#include <string.h>

bool epoch_id_equal(const epoch_id *a, const epoch_id *b)
{
    return memcmp(a->octets, b->octets, EPOCH_ID_LEN) == 0;
}

void epoch_id_of_octets(epoch_id *out, bytes octets)
{
    sodium_sha256.digest(out->octets, &octets, 1);
}

void epoch_id_of(epoch_id *out, const mls_group *group)
{
    mls_group_info info;
    uint8_t number[8];
    mls_group_describe(group, &info);
    for (size_t i = 0; i < sizeof number; i++)
        number[i] = (uint8_t)(info.epoch >> (56 - 8 * i));
    const bytes parts[] = {bytes_of(number, sizeof number), info.transcript_hash, info.group_id};
    sodium_sha256.digest(out->octets, parts, 3);
}

static epoch_node *node_new(mls_group *group)
{
    epoch_node *node = calloc(1, sizeof *node);
    if (node && group) {
        mls_group_info info;
        mls_group_describe(group, &info);
        node->group = group;
        node->can_send = true;
        node->number = info.epoch;
        epoch_id_of(&node->id, group);
    }
    return node;
}

mls_err epoch_tree_init(epoch_tree *tree, mls_group *group)
{
    *tree = (epoch_tree){.root = node_new(group)};
    if (!tree->root)
        return MLS_ERR_NO_MEMORY;
    tree->count = 1;
    tree->next_serial = 1;
    return MLS_OK;
}

/* Frees a node and all below it; its place among the siblings is the caller's affair. */
static void free_below(epoch_tree *tree, epoch_node *top)
{
    epoch_node *node = top;
    while (node) {
        if (node->first_child) {
            epoch_node *child = node->first_child;
            node->first_child = child->next_sibling;
            child->next_sibling = NULL;
            node = child;
            continue;
        }
        epoch_node *up = node == top ? NULL : node->parent;
        mls_group_free(node->group);
        mls_buf_free(&node->octets);
        wipe(node, sizeof *node);
        free(node);
        tree->count--;
        node = up;
    }
}

void epoch_tree_cleanup(epoch_tree *tree)
{
    if (tree->root)
        free_below(tree, tree->root);
    tree->root = NULL;
}

mls_err epoch_tree_add(epoch_tree *tree, epoch_node **out, epoch_node *parent, mls_group *group)
{
    if (tree->count == EPOCH_NODES_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    epoch_node *node = node_new(group), **last = &parent->first_child;
    if (!node)
        return MLS_ERR_NO_MEMORY;
    if (!group)
        node->number = parent->number + 1;
    while (*last)
        last = &(*last)->next_sibling;
    *last = node;
    node->parent = parent;
    node->serial = tree->next_serial++;
    tree->count++;
    *out = node;
    return MLS_OK;
}

void epoch_tree_advance(epoch_tree *tree, epoch_node *child)
{
    epoch_node **place = &tree->root->first_child;
    while (*place != child)
        place = &(*place)->next_sibling;
    *place = child->next_sibling;
    child->next_sibling = child->parent = NULL;
    free_below(tree, tree->root);
    tree->root = child;
}

epoch_node *epoch_node_next(const epoch_node *node)
{
    if (node->first_child)
        return node->first_child;
    while (node && !node->next_sibling)
        node = node->parent;
    return node ? node->next_sibling : NULL;
}

epoch_node *epoch_tree_find(const epoch_tree *tree, const epoch_id *id)
{
    for (epoch_node *node = tree->root; node; node = epoch_node_next(node))
        if (node->group && epoch_id_equal(&node->id, id))
            return node;
    return NULL;
}

epoch_node *epoch_tree_find_commit(const epoch_tree *tree, const epoch_id *commit)
{
    for (epoch_node *node = tree->root; node; node = epoch_node_next(node))
        if (node != tree->root && epoch_id_equal(&node->commit, commit))
            return node;
    return NULL;
}

bool epoch_node_leads_to(const epoch_node *a, const epoch_node *b)
{
    while (b && b != a)
        b = b->parent;
    return b != NULL;
}
