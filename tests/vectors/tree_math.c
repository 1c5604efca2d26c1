/* Kind tree-math: RFC 9420 appendix C. */
#include "vectors.h"

#include "mls/tree_math.h"

/* Entry `node` of an array: a node, or null where the tree has none. */
static bool is_entry(test *t, const char *name, uint32_t node, bool exists, uint32_t computed)
{
    const cJSON *value = cJSON_GetArrayItem(field(t, t->json, name), (int)node);
    bool good =
        exists ? cJSON_IsNumber(value) && value->valuedouble == computed : cJSON_IsNull(value) != 0;
    return good || test_fail(t, name, node, MLS_OK);
}

static bool check_node(test *t, uint32_t node, uint32_t root)
{
    bool parent = !node_is_leaf(node), below = node != root;
    return is_entry(t, "left", node, parent, parent ? node_left(node) : 0) &&
           is_entry(t, "right", node, parent, parent ? node_right(node) : 0) &&
           is_entry(t, "parent", node, below, below ? node_parent(node) : 0) &&
           is_entry(t, "sibling", node, below, below ? node_sibling(node) : 0);
}

bool run_tree_math(test *t)
{
    uint32_t num_leaves = (uint32_t)field_number(t, t->json, "n_leaves");
    CHECK(t, "n_leaves", num_leaves > 0 && num_leaves <= TREE_LEAVES_MAX);
    CHECK(t, "n_nodes", tree_width(num_leaves) == field_number(t, t->json, "n_nodes"));
    CHECK(t, "root", tree_root(num_leaves) == field_number(t, t->json, "root"));
    for (uint32_t node = 0; node < tree_width(num_leaves); node++)
        if (!check_node(t, node, tree_root(num_leaves)))
            return false;
    return true;
}
