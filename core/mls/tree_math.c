#include "mls/tree_math.h"

uint32_t node_level(uint32_t node)
{
    uint32_t level = 0;
    while (node >> level & 1)
        level++;
    return level;
}

uint32_t tree_width(uint32_t num_leaves)
{
    return 2 * num_leaves - 1;
}

uint32_t tree_root(uint32_t num_leaves)
{
    return num_leaves - 1;
}

uint32_t node_left(uint32_t node)
{
    return node ^ (UINT32_C(1) << (node_level(node) - 1));
}

uint32_t node_right(uint32_t node)
{
    return node ^ (UINT32_C(3) << (node_level(node) - 1));
}

uint32_t node_parent(uint32_t node)
{
    uint32_t level = node_level(node), bit = node >> (level + 1) & 1;
    return (node | UINT32_C(1) << level) ^ (bit << (level + 1));
}

uint32_t node_sibling(uint32_t node)
{
    return node_child_away(node_parent(node), node);
}

bool node_is_below(uint32_t node, uint32_t ancestor)
{
    uint32_t level = node_level(ancestor);
    return node_level(node) <= level && node >> (level + 1) == ancestor >> (level + 1);
}

uint32_t node_first_leaf(uint32_t node)
{
    return node_to_leaf(node - ((UINT32_C(1) << node_level(node)) - 1));
}

uint32_t node_last_leaf(uint32_t node)
{
    return node_to_leaf(node + ((UINT32_C(1) << node_level(node)) - 1));
}

uint32_t node_child_towards(uint32_t ancestor, uint32_t node)
{
    return node < ancestor ? node_left(ancestor) : node_right(ancestor);
}

uint32_t node_child_away(uint32_t ancestor, uint32_t node)
{
    return node < ancestor ? node_right(ancestor) : node_left(ancestor);
}

uint32_t node_common_ancestor(uint32_t a, uint32_t b)
{
    while (!node_is_below(b, a))
        a = node_parent(a);
    return a;
}
