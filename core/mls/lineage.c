#include "mls/lineage.h"

mls_err lineage_origin(const psk_id **out, const psk_id *ids, size_t count)
{
    *out = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!psk_id_names_parent(&ids[i]))
            continue;
        if (*out)
            return MLS_ERR_BAD_MESSAGE;
        *out = &ids[i];
    }
    return MLS_OK;
}

static bool same_extensions(const extension_list *a, const extension_list *b)
{
    if (a->list.count != b->list.count)
        return false;
    for (size_t i = 0; i < a->list.count; i++)
        if (a->list.items[i].type != b->list.items[i].type ||
            !bytes_equal(a->list.items[i].data, b->list.items[i].data))
            return false;
    return true;
}

/* Section 11.2 */
static mls_err check_successor(const epoch *ended, const psk_id *origin,
                               const group_context *context)
{
    reinit announced = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (!ended->reinit.len || origin->psk_epoch != ended->context.epoch)
        return MLS_ERR_PARENT_MISMATCH;
    TRY(reinit_decode(scratch, &announced, ended->reinit));
    return announced.version == context->version && announced.suite == context->suite &&
                   bytes_equal(announced.group_id, context->group_id) &&
                   same_extensions(&announced.extensions, &context->extensions)
               ? MLS_OK
               : MLS_ERR_PARENT_MISMATCH;
}

/* Section 11.3 */
static mls_err check_branch(const epoch *from, const group_context *context)
{
    return from->context.version == context->version && from->context.suite == context->suite &&
                   !bytes_equal(from->context.group_id, context->group_id)
               ? MLS_OK
               : MLS_ERR_PARENT_MISMATCH;
}

static bool is_among(const leaf_node *leaf, const tree *members)
{
    for (uint32_t i = 0; i < members->num_leaves; i++) {
        const leaf_node *member = tree_leaf(members, i);
        if (!member || member->cred.type != leaf->cred.type)
            continue;
        if (leaf->cred.type != CREDENTIAL_BASIC || credential_equal(&member->cred, &leaf->cred))
            return true;
    }
    return false;
}

/* The parent's tree at the time: a member may be some epochs behind whoever made the branch, or
 * ahead of them. */
static const tree *tree_at(const mls_group *parent, uint64_t number)
{
    for (size_t i = 0; i < parent->num_past; i++)
        if (parent->past[i]->epoch == number)
            return &parent->past[i]->tree;
    return &parent->current->tree;
}

mls_err lineage_check_members(const mls_group *parent, uint64_t number, const tree *members)
{
    const tree *former = tree_at(parent, number);
    for (uint32_t i = 0; i < members->num_leaves; i++)
        if (tree_leaf(members, i) && !is_among(tree_leaf(members, i), former))
            return MLS_ERR_PARENT_MISMATCH;
    return MLS_OK;
}

mls_err lineage_check(const mls_group *parent, const psk_id *origin, const group_context *context,
                      const tree *members)
{
    if (!origin)
        return MLS_OK;
    if (!parent)
        return MLS_ERR_MISSING_PSK;
    if (context->epoch != 1)
        return MLS_ERR_PARENT_MISMATCH;
    if (origin->usage == PSK_USAGE_REINIT)
        TRY(check_successor(parent->current, origin, context));
    else
        TRY(check_branch(parent->current, context));
    return lineage_check_members(parent, origin->psk_epoch, members);
}
