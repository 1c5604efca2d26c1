/* Kind tree-validation: tree hashes, resolutions, parent hashes and signatures of a tree as a new
 * member gets it (RFC 9420 sections 4.1.1, 7.8, 7.9 and 12.4.3.1). */
#include "vectors.h"

#include "mls/tree_check.h"
#include "mls/tree_wire.h"

#define SCOPED_TREE __attribute__((cleanup(tree_cleanup)))

static bool check_resolution(test *t, const tree *tr, uint32_t node, const cJSON *expected)
{
    node_list found;
    size_t i = 0;
    const cJSON *value;
    CHECK_OK_AT(t, "resolution", node, tree_resolution(tr, t->a, &found, node));
    cJSON_ArrayForEach(value, expected)
    {
        CHECK_AT(t, "resolution", node,
                 i < found.list.count && value->valuedouble == found.list.items[i]);
        i++;
    }
    CHECK_AT(t, "length of the resolution", node, i == found.list.count);
    CHECK_AT(t, "tree_resolution_empty", node, tree_resolution_empty(tr, node) == (i == 0));
    return true;
}

bool run_tree_validation(test *t)
{
    tree tr SCOPED_TREE = {0};
    bytes input = field_hex(t, t->json, "tree"), encoded;
    CHECK_OK(t, "decoding the tree", tree_decode(&tr, t->suite, input));
    CHECK_OK(t, "encoding the tree", tree_encode(&tr, t->a, &encoded));
    CHECK(t, "the same octets", bytes_equal(encoded, input));

    const cJSON *hashes = field(t, t->json, "tree_hashes");
    const cJSON *resolutions = field(t, t->json, "resolutions");
    uint32_t width = tree_width(tr.num_leaves);
    CHECK(t, "number of nodes",
          cJSON_GetArraySize(hashes) == (int)width &&
              cJSON_GetArraySize(resolutions) == (int)width);
    for (uint32_t node = 0; node < width; node++) {
        bytes expected = value_hex(t, cJSON_GetArrayItem(hashes, (int)node));
        CHECK_AT(t, "tree hash", node, bytes_equal(tree_hash(&tr, node), expected));
        if (!check_resolution(t, &tr, node, cJSON_GetArrayItem(resolutions, (int)node)))
            return false;
    }
    CHECK_OK(t, "parent hashes", tree_check_parent_hashes(&tr));
    CHECK_OK(t, "tree_check",
             tree_check(&tr, field_hex(t, t->json, "group_id"), &(extension_list){0}, (bytes){0}));
    return true;
}
