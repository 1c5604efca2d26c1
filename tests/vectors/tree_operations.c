/* Kind tree-operations: Add, Update and Remove in a tree (RFC 9420 sections 12.1.1 to 12.1.3). */
#include "vectors.h"

#include "mls/proposal.h"
#include "mls/tree_hash.h"
#include "mls/tree_wire.h"

#define SCOPED_TREE __attribute__((cleanup(tree_cleanup)))

static bool apply(test *t, tree *tr)
{
    proposal p = {0};
    uint32_t leaf_index;
    CHECK_OK(t, "proposal", proposal_decode(t->a, &p, field_hex(t, t->json, "proposal")));
    switch (p.type) {
    case MLS_PROPOSAL_ADD:
        CHECK_OK(t, "add", tree_add(tr, &p.add.leaf, &leaf_index));
        return true;
    case MLS_PROPOSAL_UPDATE:
        leaf_index = (uint32_t)field_number(t, t->json, "proposal_sender");
        CHECK(t, "proposal_sender", tree_leaf(tr, leaf_index));
        CHECK_OK(t, "update", tree_update(tr, leaf_index, &p.update));
        return true;
    case MLS_PROPOSAL_REMOVE:
        CHECK(t, "removed", tree_leaf(tr, p.removed));
        CHECK_OK(t, "remove", tree_remove(tr, p.removed));
        return true;
    default:
        return test_fail(t, "the proposal is none that changes a tree", p.type, MLS_OK);
    }
}

bool run_tree_operations(test *t)
{
    tree tr SCOPED_TREE = {0};
    bytes before = field_hex(t, t->json, "tree_before"), encoded;
    CHECK_OK(t, "tree_before", tree_decode(&tr, t->suite, before));
    CHECK_OK(t, "encoding", tree_encode(&tr, t->a, &encoded));
    CHECK(t, "the same octets", bytes_equal(encoded, before));
    CHECK(t, "tree_hash_before", field_is(t, t->json, "tree_hash_before", tree_root_hash(&tr)));
    if (!apply(t, &tr))
        return false;
    CHECK_OK(t, "encoding", tree_encode(&tr, t->a, &encoded));
    return field_is(t, t->json, "tree_after", encoded) &&
           field_is(t, t->json, "tree_hash_after", tree_root_hash(&tr));
}
