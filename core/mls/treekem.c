#include "mls/treekem.h"

#include <string.h>

void tree_private_set(tree_private *priv, const suite *s, uint32_t node, const uint8_t *key)
{
    uint32_t level = node_level(node);
    memcpy(priv->keys[level], key, s->dh->private_len);
    priv->known[level] = true;
}

void tree_private_prune(tree_private *priv, const tree *t)
{
    uint32_t x = leaf_to_node(priv->leaf_index), root = tree_root(t->num_leaves);
    bool above = priv->leaf_index >= t->num_leaves; /* then nothing is left of our path */
    for (uint32_t level = 0; level < TREE_LEVELS_MAX; level++) {
        if (above || !tree_get(t, x)) {
            wipe(priv->keys[level], KEM_PRIVATE_MAX);
            priv->known[level] = false;
        }
        above = above || x == root;
        if (!above)
            x = node_parent(x);
    }
}

/* node_secret = DeriveSecret(path_secret, "node"); KEM.DeriveKeyPair(node_secret) */
static mls_err node_key_pair(const suite *s, uint8_t *private_key, uint8_t *public_key,
                             const uint8_t *path_secret)
{
    uint8_t node_secret[HASH_MAX];
    TRY(derive_secret(s, node_secret, path_secret, "node"));
    mls_err err =
        hpke_derive_key_pair(s, private_key, public_key, bytes_of(node_secret, s->hash->len));
    wipe(node_secret, sizeof node_secret);
    return err;
}

/* ---- Parent hashes along a path ---- */

/* Gives the nodes of a new path their parent hashes, from the root down (section 7.9): each holds
 * the hash of the next one above. leaf_hash: for the leaf; empty for a tree of one leaf. */
static mls_err set_parent_hashes(tree *t, const uint32_t *path, size_t path_len,
                                 uint32_t leaf_index, uint8_t *leaf_hash, size_t *leaf_hash_len)
{
    uint8_t hash[HASH_MAX];
    size_t hash_len = 0;
    for (size_t i = path_len; i-- > 0;) {
        parent_node parent = *tree_parent(t, path[i]);
        parent.parent_hash = bytes_of(hash, hash_len);
        TRY(tree_set_parent(t, path[i], &parent));
        TRY(tree_parent_hash(t, hash, path[i], node_child_away(path[i], leaf_to_node(leaf_index))));
        hash_len = t->suite->hash->len;
    }
    memcpy(leaf_hash, hash, hash_len);
    *leaf_hash_len = hash_len;
    return MLS_OK;
}

/* ---- Committer ---- */

static mls_err derive_path(tree *t, tree_private *priv, path_secrets *secrets, const uint32_t *path,
                           size_t path_len, const uint8_t *leaf_secret)
{
    const suite *s = t->suite;
    uint8_t path_secret[HASH_MAX], private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    mls_err err = MLS_OK;
    memcpy(path_secret, leaf_secret, s->hash->len);
    for (size_t i = 0; i < path_len && err == MLS_OK; i++) {
        uint32_t level = node_level(path[i]);
        memcpy(secrets->secrets[level], path_secret, s->hash->len);
        secrets->known[level] = true;
        err = node_key_pair(s, private_key, public_key, path_secret);
        if (err == MLS_OK) {
            tree_private_set(priv, s, path[i], private_key);
            err = tree_set_parent(
                t, path[i],
                &(parent_node){.encryption_key = bytes_of(public_key, s->dh->public_len)});
        }
        if (err == MLS_OK)
            err = derive_secret(s, path_secret, path_secret, "path");
    }
    memcpy(secrets->commit_secret, path_secret, s->hash->len);
    wipe(path_secret, sizeof path_secret);
    wipe(private_key, sizeof private_key);
    return err;
}

mls_err treekem_new_path(tree *t, tree_private *priv, path_secrets *secrets, bytes group_id,
                         bytes signature_key, const uint8_t *leaf_secret,
                         const uint8_t *leaf_private, const uint8_t *leaf_public)
{
    const suite *s = t->suite;
    uint8_t parent_hash[HASH_MAX];
    uint32_t path[TREE_LEVELS_MAX];
    size_t path_len, parent_hash_len;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *secrets = (path_secrets){0};

    path_len = tree_filtered_path(t, priv->leaf_index, path);
    TRY(tree_blank_path(t, priv->leaf_index));
    tree_private_set(priv, s, leaf_to_node(priv->leaf_index), leaf_private);
    TRY(derive_path(t, priv, secrets, path, path_len, leaf_secret));
    TRY(set_parent_hashes(t, path, path_len, priv->leaf_index, parent_hash, &parent_hash_len));

    leaf_node leaf = *tree_leaf(t, priv->leaf_index);
    leaf.encryption_key = bytes_of(leaf_public, s->dh->public_len);
    leaf.source = LEAF_COMMIT;
    leaf.parent_hash = bytes_of(parent_hash, parent_hash_len);
    TRY(leaf_node_sign(s, scratch, &leaf, signature_key,
                       &(leaf_place){group_id, priv->leaf_index}));
    TRY(tree_set_leaf(t, priv->leaf_index, &leaf));
    tree_private_prune(priv, t);
    return MLS_OK;
}

/* The nodes of new members: ascending, as each takes the leftmost blank leaf. */
static bool is_excluded(const node_list *excluded, uint32_t node)
{
    size_t low = 0, high = excluded ? excluded->list.count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (excluded->list.items[middle] == node)
            return true;
        if (excluded->list.items[middle] < node)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* The resolution of the copath child of `node`, without the nodes of `excluded`: those whom a path
 * secret is encrypted to, in order. */
static mls_err recipients(const tree *t, arena *a, node_list *out, uint32_t node,
                          uint32_t leaf_index, const node_list *excluded)
{
    node_list all;
    *out = (node_list){0};
    TRY(tree_resolution(t, a, &all, node_child_away(node, leaf_to_node(leaf_index))));
    for (size_t i = 0; i < all.list.count; i++)
        if (!is_excluded(excluded, all.list.items[i]))
            all.list.items[out->list.count++] = all.list.items[i];
    out->list.items = all.list.items;
    return MLS_OK;
}

/* A recipient whose key is unusable (a point of small order, or off the curve) can have chosen it
 * only by itself. It gets octets that nobody can open, which shuts out nobody else; if the commit
 * failed instead, it would keep everybody from committing. */
static mls_err encrypt_to(const suite *s, arena *a, hpke_ciphertext *out, bytes key,
                          const hpke_info *info, bytes secret)
{
    mls_err err = hpke_seal_prepared(s, a, out, key, info, secret);
    return err == MLS_ERR_BAD_KEY ? hpke_decoy(s, a, out, secret.len) : err;
}

static mls_err encrypt_node(const tree *t, arena *a, update_path_node *out, const uint8_t *secret,
                            const node_list *to, const hpke_info *info)
{
    out->encrypted_path_secret.items =
        arena_array(a, to->list.count, sizeof *out->encrypted_path_secret.items);
    if (!out->encrypted_path_secret.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < to->list.count; i++)
        TRY(encrypt_to(t->suite, a, &out->encrypted_path_secret.items[i],
                       tree_encryption_key(t, to->list.items[i]), info,
                       bytes_of(secret, t->suite->hash->len)));
    out->encrypted_path_secret.count = to->list.count;
    return MLS_OK;
}

mls_err treekem_encrypt(const tree *t, arena *a, update_path *path, const path_secrets *secrets,
                        uint32_t leaf_index, const node_list *excluded, bytes context)
{
    hpke_info info;
    *path = (update_path){.leaf = *tree_leaf(t, leaf_index)};
    TRY(encrypt_prepare(t->suite, &info, "UpdatePathNode", context));
    path->nodes.items = arena_array(a, TREE_LEVELS_MAX, sizeof *path->nodes.items);
    if (!path->nodes.items)
        return MLS_ERR_NO_MEMORY;
    for (uint32_t x = leaf_to_node(leaf_index); x != tree_root(t->num_leaves);) {
        node_list to;
        x = node_parent(x);
        if (!tree_get(t, x))
            continue;
        update_path_node *node = &path->nodes.items[path->nodes.count++];
        node->encryption_key = tree_encryption_key(t, x);
        TRY(recipients(t, a, &to, x, leaf_index, excluded));
        TRY(encrypt_node(t, a, node, secrets->secrets[node_level(x)], &to, &info));
    }
    return MLS_OK;
}

/* ---- Receiver ---- */

/* A path must bring keys that the tree does not have (section 7.5). */
static mls_err check_fresh(const tree *t, const update_path *path)
{
    uint32_t at;
    bool known = key_index_find(&t->keys, KEY_ENCRYPTION, path->leaf.encryption_key, &at);
    for (size_t i = 0; !known && i < path->nodes.count; i++)
        known = key_index_find(&t->keys, KEY_ENCRYPTION, path->nodes.items[i].encryption_key, &at);
    return known ? MLS_ERR_DUPLICATE : MLS_OK;
}

mls_err treekem_merge(tree *t, uint32_t sender, const update_path *path)
{
    uint32_t nodes[TREE_LEVELS_MAX];
    uint8_t parent_hash[HASH_MAX];
    size_t parent_hash_len, count = tree_filtered_path(t, sender, nodes);
    if (path->nodes.count != count || path->leaf.source != LEAF_COMMIT)
        return MLS_ERR_BAD_COMMIT;
    TRY(check_fresh(t, path));
    TRY(tree_blank_path(t, sender));
    for (size_t i = 0; i < count; i++) {
        bytes key = path->nodes.items[i].encryption_key;
        if (key.len != t->suite->dh->public_len)
            return MLS_ERR_BAD_KEY;
        TRY(tree_set_parent(t, nodes[i], &(parent_node){.encryption_key = key}));
    }
    TRY(set_parent_hashes(t, nodes, count, sender, parent_hash, &parent_hash_len));
    if (!bytes_equal(path->leaf.parent_hash, bytes_of(parent_hash, parent_hash_len)))
        return MLS_ERR_BAD_COMMIT;
    return tree_set_leaf(t, sender, &path->leaf);
}

mls_err treekem_check_ciphertexts(const tree *t, uint32_t sender, const update_path *path,
                                  const node_list *excluded)
{
    uint32_t nodes[TREE_LEVELS_MAX];
    size_t count = tree_filtered_path(t, sender, nodes);
    for (size_t i = 0; i < count && i < path->nodes.count; i++) {
        node_list to;
        arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        TRY(recipients(t, scratch, &to, nodes[i], sender, excluded));
        if (to.list.count != path->nodes.items[i].encrypted_path_secret.count)
            return MLS_ERR_BAD_COMMIT;
    }
    return MLS_OK;
}

mls_err treekem_derive_up(const tree *t, tree_private *priv, path_secrets *secrets, uint32_t node,
                          const uint8_t *path_secret)
{
    const suite *s = t->suite;
    uint8_t secret[HASH_MAX], private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    mls_err err = MLS_OK;
    memcpy(secret, path_secret, s->hash->len);
    for (uint32_t x = node;; x = node_parent(x)) {
        if (tree_get(t, x)) {
            uint32_t level = node_level(x);
            memcpy(secrets->secrets[level], secret, s->hash->len);
            secrets->known[level] = true;
            err = node_key_pair(s, private_key, public_key, secret);
            if (err == MLS_OK &&
                !bytes_equal(bytes_of(public_key, s->dh->public_len), tree_encryption_key(t, x)))
                err = MLS_ERR_BAD_COMMIT;
            if (err == MLS_OK)
                tree_private_set(priv, s, x, private_key);
            if (err == MLS_OK)
                err = derive_secret(s, secret, secret, "path");
        }
        if (err != MLS_OK || x == tree_root(t->num_leaves))
            break;
    }
    memcpy(secrets->commit_secret, secret, s->hash->len);
    wipe(secret, sizeof secret);
    wipe(private_key, sizeof private_key);
    return err;
}

/* Which of the recipients' keys is ours: their index, and our private key. */
static const uint8_t *find_key(const tree_private *priv, const node_list *to, size_t *index)
{
    uint32_t own = leaf_to_node(priv->leaf_index);
    for (*index = 0; *index < to->list.count; ++*index) {
        uint32_t x = to->list.items[*index], level = node_level(x);
        if (node_is_below(own, x) && priv->known[level])
            return priv->keys[level];
    }
    return NULL;
}

/* The node of an UpdatePath that stands for tree node `at`: nodes that are not blank count. */
static const update_path_node *path_node(const tree *t, uint32_t sender, const update_path *path,
                                         uint32_t at)
{
    size_t i = 0;
    for (uint32_t x = leaf_to_node(sender); x != at;) {
        x = node_parent(x);
        if (x != at && tree_get(t, x))
            i++;
    }
    return i < path->nodes.count ? &path->nodes.items[i] : NULL;
}

mls_err treekem_decrypt(const tree *t, tree_private *priv, uint8_t *commit_secret, uint32_t sender,
                        const update_path *path, const node_list *excluded, bytes context)
{
    uint32_t ancestor = node_common_ancestor(leaf_to_node(sender), leaf_to_node(priv->leaf_index));
    const update_path_node *node = path_node(t, sender, path, ancestor);
    node_list to;
    size_t index;
    bytes path_secret;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    path_secrets *secrets = arena_alloc(scratch, sizeof *secrets);
    if (!secrets)
        return MLS_ERR_NO_MEMORY;
    if (sender == priv->leaf_index || !node)
        return MLS_ERR_BAD_COMMIT;
    TRY(recipients(t, scratch, &to, ancestor, sender, excluded));
    const uint8_t *key = find_key(priv, &to, &index);
    if (!key || to.list.count != node->encrypted_path_secret.count)
        return MLS_ERR_BAD_COMMIT;
    TRY(decrypt_with_label(t->suite, scratch, &path_secret, key,
                           tree_encryption_key(t, to.list.items[index]), "UpdatePathNode", context,
                           &node->encrypted_path_secret.items[index]));
    if (path_secret.len != t->suite->hash->len)
        return MLS_ERR_BAD_COMMIT;
    TRY(treekem_derive_up(t, priv, secrets, ancestor, path_secret.data));
    memcpy(commit_secret, secrets->commit_secret, t->suite->hash->len);
    return MLS_OK;
}
