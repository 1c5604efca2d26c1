#include "mls/group_info_tree.h"

#include "mls/external_sender.h"
#include "mls/tree_wire.h"

mls_err group_info_tree(tree *t, const suite *s, const group_info *info, bytes external, bytes own)
{
    const extension *carried = extension_find(&info->extensions, EXTENSION_RATCHET_TREE);
    const group_context *context = &info->context;
    if (context->version != MLS_VERSION_10 || context->suite != s->id)
        return MLS_ERR_BAD_MESSAGE;
    if (!carried && external.len == 0)
        return MLS_ERR_MISSING_TREE;
    TRY(tree_decode(t, s, carried ? carried->data : external));
    const leaf_node *signer = tree_leaf(t, info->signer);
    if (!signer)
        return MLS_ERR_UNKNOWN_SENDER;
    TRY(group_info_verify(s, info, signer->signature_key));
    if (!bytes_equal(tree_root_hash(t), context->tree_hash))
        return MLS_ERR_BAD_TREE;
    TRY(group_extensions_check(s, &context->extensions));
    return tree_check(t, context->group_id, &context->extensions, own);
}
