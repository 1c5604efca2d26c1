/* Creating a group (RFC 9420 section 11); mls_group_create() is declared in mls.h. */
#include "mls/create.h"

/* Section 11: one member, epoch 0, a random epoch_secret, empty transcript. */
static mls_err first_epoch(epoch *e, const leaf_node *leaf, bytes private_key, bytes group_id,
                           const extension_list *extensions)
{
    const suite *s = e->suite;
    uint8_t epoch_secret[HASH_MAX], tag[HASH_MAX];
    uint32_t leaf_index;
    TRY(tree_init(&e->tree, s));
    TRY(tree_add(&e->tree, leaf, &leaf_index));
    e->priv.leaf_index = leaf_index;
    tree_private_set(&e->priv, s, leaf_to_node(leaf_index), private_key.data);
    TRY(epoch_set_context(e, &(group_context){.version = MLS_VERSION_10,
                                              .suite = s->id,
                                              .group_id = group_id,
                                              .tree_hash = tree_root_hash(&e->tree),
                                              .extensions = *extensions}));
    TRY(random_bytes(epoch_secret, s->hash->len));
    mls_err err = key_schedule_first(s, &e->secrets, epoch_secret);
    wipe(epoch_secret, sizeof epoch_secret);
    if (err != MLS_OK)
        return err;
    epoch_confirmation_tag(e, tag);
    return epoch_confirm(e, bytes_of(tag, s->hash->len));
}

mls_err group_create(mls_group **out, bytes group_id, const extension_list *extensions,
                     const mls_member_params *params)
{
    const suite *s;
    leaf_node leaf;
    bytes private_key;
    mls_group *group = NULL;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = NULL;
    TRY(suite_get(&s, params->suite));
    TRY(key_package_new_leaf(s, scratch, &leaf, &private_key, params));
    TRY(group_new(&group, s, params->signature_key));
    group->current = epoch_new(s);
    mls_err err = group->current
                      ? first_epoch(group->current, &leaf, private_key, group_id, extensions)
                      : MLS_ERR_NO_MEMORY;
    if (err != MLS_OK)
        mls_group_free(group);
    else
        *out = group;
    return err;
}

mls_err mls_group_create(mls_group **out, bytes group_id, const mls_member_params *params)
{
    return group_create(out, group_id, &(extension_list){0}, params);
}
