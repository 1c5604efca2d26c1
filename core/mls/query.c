/* What can be asked of a group without changing it; documented in mls.h. */
#include "mls/event.h"
#include "mls/group.h"
#include "mls/tree_wire.h"

void mls_group_describe(const mls_group *group, mls_group_info *info)
{
    const epoch *e = group->current;
    *info = (mls_group_info){
        .suite = group->suite->id,
        .group_id = e->context.group_id,
        .epoch = e->context.epoch,
        .own_leaf = e->priv.leaf_index,
        .num_members = tree_num_members(&e->tree),
        .num_leaves = e->tree.num_leaves,
        .epoch_authenticator = bytes_of(e->secrets.epoch_authenticator, group->suite->hash->len),
        .transcript_hash = e->context.confirmed_transcript_hash,
        .commit_pending = group->pending.memory != NULL,
        .is_member = !group->removed,
        .reinitialised = e->reinit.len != 0,
        .inviter = group->inviter,
    };
}

mls_err mls_group_member(const mls_group *group, mls_member *member, uint32_t leaf_index)
{
    const leaf_node *leaf = tree_leaf(&group->current->tree, leaf_index);
    *member = (mls_member){0};
    if (!leaf)
        return MLS_ERR_UNKNOWN_SENDER;
    *member = member_of(leaf, leaf_index);
    return MLS_OK;
}

mls_err mls_group_extensions(const mls_group *group, mls_buf *out)
{
    return codec_encode_buf(out, extension_list_any, &group->current->context.extensions);
}

mls_err mls_group_member_extensions(const mls_group *group, mls_buf *out, uint32_t leaf_index)
{
    const leaf_node *leaf = tree_leaf(&group->current->tree, leaf_index);
    *out = (mls_buf){0};
    return leaf ? codec_encode_buf(out, extension_list_any, &leaf->extensions)
                : MLS_ERR_UNKNOWN_SENDER;
}

mls_err mls_group_tree(const mls_group *group, mls_buf *out)
{
    bytes encoded;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    TRY(tree_encode(&group->current->tree, scratch, &encoded));
    return buf_copy(out, encoded);
}

mls_err mls_group_export(const mls_group *group, mls_buf *secret, bytes label, bytes context,
                         size_t length)
{
    *secret = (mls_buf){0};
    TRY(group_usable(group));
    if (length == 0 || length > 255 * group->suite->hash->len)
        return MLS_ERR_INVALID_ARGUMENT;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    uint8_t *out = arena_alloc(scratch, length);
    if (!out)
        return MLS_ERR_NO_MEMORY;
    TRY(key_schedule_export(group->suite, out, length, &group->current->secrets, label, context));
    return buf_copy(secret, bytes_of(out, length));
}
