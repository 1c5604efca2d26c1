#include "mls/process.h"

#include "mls/tree_check.h"

#include <string.h>

/* The leaf of a path: valid by itself, for this place, and of the same owner as before. */
static mls_err check_path_leaf(const epoch *next, const extension_list *extensions,
                               const leaf_node *leaf, uint32_t leaf_index, bool is_new)
{
    const suite *s = next->suite;
    if (!is_new && !credential_equal(&tree_leaf(&next->tree, leaf_index)->cred, &leaf->cred))
        return MLS_ERR_BAD_COMMIT;
    TRY(leaf_node_check(s, leaf));
    TRY(leaf_node_supports(leaf, extensions));
    return leaf_node_verify(s, leaf, &(leaf_place){next->context.group_id, leaf_index});
}

/* Somebody who comes in by an external commit may remove one leaf: their own former one, for which
 * the new leaf is what an Update would be: of the same owner, with a new key (section 12.2). */
static mls_err check_former_leaf(const transition *t, const mls_group *group, const leaf_node *leaf)
{
    for (size_t i = 0; i < t->items.list.count; i++) {
        const proposal *p = t->items.list.items[i].proposal;
        if (p->type != MLS_PROPOSAL_REMOVE)
            continue;
        const leaf_node *former = tree_leaf(&group->current->tree, p->removed);
        if (!credential_equal(&former->cred, &leaf->cred) ||
            bytes_equal(former->encryption_key, leaf->encryption_key))
            return MLS_ERR_BAD_COMMIT;
    }
    return MLS_OK;
}

/* Our own path again, from the secrets kept with the pending commit. */
static mls_err rebuild_own(transition *t, const pending_commit *own)
{
    epoch *next = t->next;
    const suite *s = next->suite;
    uint32_t x = leaf_to_node(next->priv.leaf_index), root = tree_root(next->tree.num_leaves);
    path_secrets *secrets = arena_alloc(t->scratch, sizeof *secrets);
    if (!secrets)
        return MLS_ERR_NO_MEMORY;
    tree_private_set(&next->priv, s, x, own->leaf_private);
    memcpy(t->commit_secret, own->leaf_secret, s->hash->len);
    while (x != root) {
        x = node_parent(x);
        if (!tree_get(&next->tree, x))
            continue;
        TRY(treekem_derive_up(&next->tree, &next->priv, secrets, x, own->leaf_secret));
        memcpy(t->commit_secret, secrets->commit_secret, s->hash->len);
        return MLS_OK;
    }
    return MLS_OK;
}

/* An external commit brings its own init_secret (section 8.3). */
static mls_err external_init_secret(transition *t, const mls_group *group)
{
    const suite *s = group->suite;
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    TRY(key_schedule_external(s, private_key, public_key, &group->current->secrets));
    mls_err err = hpke_open_export(s, t->init_secret, s->hash->len, private_key,
                                   bytes_of(public_key, s->dh->public_len), (bytes){0},
                                   t->applied.external_init->kem_output,
                                   BYTES_LITERAL("MLS 1.0 external init secret"));
    wipe(private_key, sizeof private_key);
    return err;
}

/* Merges the path and decrypts our part of it; a member that the commit removes has no part, but
 * checks all that the others check. */
static mls_err process_path(transition *t, const mls_group *group, const authenticated_content *ac,
                            const pending_commit *own)
{
    epoch *next = t->next;
    const update_path *path = &ac->content.commit.path;
    uint32_t sender_index = ac->content.sender.index;
    bool is_new = ac->content.sender.type == SENDER_NEW_MEMBER_COMMIT;
    if (is_new)
        TRY(check_former_leaf(t, group, &path->leaf));
    if (is_new)
        TRY(tree_add(&next->tree, &path->leaf, &sender_index));
    TRY(check_path_leaf(next, t->applied.extensions, &path->leaf, sender_index, is_new));
    if (is_new)
        TRY(tree_blank(&next->tree, leaf_to_node(sender_index))); /* the path brings it */
    TRY(treekem_merge(&next->tree, sender_index, path));
    TRY(treekem_check_ciphertexts(&next->tree, sender_index, path, &t->applied.added_nodes));
    TRY(transition_provisional(t, group));
    if (t->applied.removes_us)
        return MLS_OK;
    tree_private_prune(&next->priv, &next->tree);
    if (own)
        return rebuild_own(t, own);
    return treekem_decrypt(&next->tree, &next->priv, t->commit_secret, sender_index, path,
                           &t->applied.added_nodes, next->context_encoded);
}

static mls_err process(transition *t, const mls_group *group, const authenticated_content *ac,
                       const pending_commit *own)
{
    const suite *s = group->suite;
    const commit *m = &ac->content.commit;
    uint8_t tag[HASH_MAX];
    TRY(transition_resolve(t, group, m, &ac->content.sender));
    TRY(transition_begin(t, group, &ac->content.sender, false, 0));
    if (!m->has_path && t->applied.needs_path)
        return MLS_ERR_BAD_COMMIT;
    if (m->has_path)
        TRY(process_path(t, group, ac, own));
    else
        TRY(transition_provisional(t, group));
    if (t->applied.removes_us)
        return MLS_OK;
    if (t->applied.external_init)
        TRY(external_init_secret(t, group));
    TRY(transition_secrets(t, group, ac));
    epoch_confirmation_tag(t->next, tag);
    if (!secret_equal(ac->auth.confirmation_tag, bytes_of(tag, s->hash->len)))
        return MLS_ERR_BAD_CONFIRMATION_TAG;
    return epoch_confirm(t->next, ac->auth.confirmation_tag);
}

mls_err process_commit(const mls_group *group, epoch **next, bool *removed,
                       const authenticated_content *ac, const pending_commit *own)
{
    transition t = {.scratch = arena_new(ARENA_SCRATCH)};
    mls_err err = process(&t, group, ac, own);
    *removed = err == MLS_OK && t.applied.removes_us;
    *next = NULL;
    if (err == MLS_OK && !*removed) {
        *next = t.next;
        t.next = NULL;
    }
    transition_cleanup(&t);
    return err;
}
