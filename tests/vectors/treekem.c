/* Kind treekem: update paths that every member decrypts, and our own (RFC 9420 sections 7.4 to
 * 7.6). */
#include "vectors.h"

#include "mls/group_context.h"
#include "mls/tree_wire.h"
#include "mls/treekem.h"

#include <string.h>

#define SCOPED_TREE __attribute__((cleanup(tree_cleanup)))

/* The private keys of each member before the path under test. */
typedef struct members {
    tree_private *priv; /* by position in leaves_private */
    bytes *signature_private;
    size_t count;
} members;

/* The key of a node, and that it is the one whose public key the tree shows. */
static bool set_key(test *t, const tree *tr, tree_private *priv, uint32_t node, const uint8_t *key)
{
    uint8_t public_key[KEM_PUBLIC_MAX];
    CHECK_AT(t, "a private key of a blank node", node, tree_get(tr, node));
    CHECK_OK_AT(t, "public key", node, t->suite->dh->public_of(public_key, key));
    CHECK_AT(
        t, "a private key that is not the public one's", node,
        bytes_equal(bytes_of(public_key, t->suite->dh->public_len), tree_encryption_key(tr, node)));
    tree_private_set(priv, t->suite, node, key);
    return true;
}

static bool read_path_secret(test *t, const tree *tr, tree_private *priv, const cJSON *v)
{
    const suite *s = t->suite;
    uint32_t node = (uint32_t)field_number(t, v, "node");
    uint8_t node_secret[HASH_MAX], private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    CHECK_OK(
        t, "node_secret",
        derive_secret(s, node_secret, field_octets(t, v, "path_secret", s->hash->len), "node"));
    CHECK_OK(t, "node key",
             hpke_derive_key_pair(s, private_key, public_key, bytes_of(node_secret, s->hash->len)));
    return set_key(t, tr, priv, node, private_key);
}

static bool read_member(test *t, const tree *tr, members *m, const cJSON *v)
{
    tree_private *priv = &m->priv[m->count];
    const cJSON *secret;
    priv->leaf_index = (uint32_t)field_number(t, v, "index");
    if (!set_key(t, tr, priv, leaf_to_node(priv->leaf_index),
                 field_octets(t, v, "encryption_priv", t->suite->dh->private_len)))
        return false;
    m->signature_private[m->count++] = field_hex(t, v, "signature_priv");
    cJSON_ArrayForEach(secret, field(t, v, "path_secrets"))
    {
        if (!read_path_secret(t, tr, priv, secret))
            return false;
    }
    return true;
}

static bool read_members(test *t, const tree *tr, members *m)
{
    const cJSON *leaves = field(t, t->json, "leaves_private"), *leaf;
    size_t count = (size_t)cJSON_GetArraySize(leaves);
    m->priv = arena_array(t->a, count, sizeof *m->priv);
    m->signature_private = arena_array(t->a, count, sizeof *m->signature_private);
    CHECK(t, "memory", m->priv && m->signature_private);
    cJSON_ArrayForEach(leaf, leaves)
    {
        if (!read_member(t, tr, m, leaf))
            return false;
    }
    CHECK(t, "a member without private keys", m->count == tree_num_members(tr));
    return true;
}

static bool encode_context(test *t, tree *after, bytes *context)
{
    group_context c = {
        .version = MLS_VERSION_10,
        .suite = t->suite->id,
        .group_id = field_hex(t, t->json, "group_id"),
        .epoch = field_number(t, t->json, "epoch"),
        .tree_hash = tree_root_hash(after),
        .confirmed_transcript_hash = field_hex(t, t->json, "confirmed_transcript_hash"),
    };
    CHECK_OK(t, "encoding the GroupContext", group_context_encode(t->a, context, &c));
    return true;
}

/* What the member decrypted must be what the vector's path secret gives: the same keys above. */
static bool check_path_secret(test *t, const tree *after, const tree_private *decrypted,
                              uint32_t sender, const cJSON *path_secret)
{
    bytes secret = value_hex(t, path_secret);
    tree_private expected = {.leaf_index = decrypted->leaf_index};
    path_secrets *secrets = arena_alloc(t->a, sizeof *secrets);
    uint32_t ancestor =
        node_common_ancestor(leaf_to_node(sender), leaf_to_node(decrypted->leaf_index));
    CHECK(t, "path_secrets", secrets && secret.len == t->suite->hash->len);
    CHECK_OK_AT(t, "the vector's path secret", decrypted->leaf_index,
                treekem_derive_up(after, &expected, secrets, ancestor, secret.data));
    for (uint32_t level = node_level(ancestor); level < TREE_LEVELS_MAX; level++)
        CHECK_AT(t, "the decrypted path secret", decrypted->leaf_index,
                 !expected.known[level] || (decrypted->known[level] &&
                                            memcmp(expected.keys[level], decrypted->keys[level],
                                                   t->suite->dh->private_len) == 0));
    return true;
}

/* All members but the sender decrypt the path; expected is NULL for a path of our own. */
static bool decrypt_all(test *t, const tree *after, const members *m, uint32_t sender,
                        const update_path *path, bytes context, const cJSON *expected,
                        bytes commit_secret)
{
    for (size_t i = 0; i < m->count; i++) {
        tree_private priv = m->priv[i];
        uint8_t secret[HASH_MAX];
        if (priv.leaf_index == sender)
            continue;
        CHECK_OK_AT(t, "treekem_decrypt", priv.leaf_index,
                    treekem_decrypt(after, &priv, secret, sender, path, NULL, context));
        CHECK_AT(t, "commit_secret", priv.leaf_index,
                 bytes_equal(commit_secret, bytes_of(secret, t->suite->hash->len)));
        if (expected && !check_path_secret(t, after, &priv, sender,
                                           cJSON_GetArrayItem(expected, (int)priv.leaf_index)))
            return false;
    }
    return true;
}

static bool check_given_path(test *t, const tree *before, const members *m, const cJSON *v)
{
    tree after SCOPED_TREE = {0};
    update_path path = {0};
    bytes context, group_id = field_hex(t, t->json, "group_id");
    uint32_t sender = (uint32_t)field_number(t, v, "sender");
    CHECK_OK(t, "update_path", update_path_decode(t->a, &path, field_hex(t, v, "update_path")));
    CHECK_OK(t, "tree_clone", tree_clone(&after, before));
    CHECK_OK_AT(t, "treekem_merge", sender, treekem_merge(&after, sender, &path));
    CHECK(t, "tree_hash_after", field_is(t, v, "tree_hash_after", tree_root_hash(&after)));
    CHECK_OK_AT(t, "parent hashes", sender, tree_check_parent_hashes(&after));
    CHECK_OK_AT(t, "the new leaf's signature", sender,
                leaf_node_verify(t->suite, &path.leaf, &(leaf_place){group_id, sender}));
    return encode_context(t, &after, &context) &&
           decrypt_all(t, &after, m, sender, &path, context, field(t, v, "path_secrets"),
                       field_hex(t, v, "commit_secret"));
}

/* A path that we make for the same sender goes the same way. */
static bool check_own_path(test *t, const tree *before, const members *m, size_t sender)
{
    const suite *s = t->suite;
    tree made SCOPED_TREE = {0}, after SCOPED_TREE = {0};
    tree_private priv = m->priv[sender];
    path_secrets *secrets = arena_alloc(t->a, sizeof *secrets);
    uint8_t leaf_secret[HASH_MAX], leaf_private[KEM_PRIVATE_MAX], leaf_public[KEM_PUBLIC_MAX];
    update_path path, received = {0};
    bytes context, encoded, group_id = field_hex(t, t->json, "group_id");
    CHECK(t, "memory", secrets);
    CHECK_OK(t, "random_bytes", random_bytes(leaf_secret, s->hash->len));
    CHECK_OK(t, "generate", s->dh->generate(leaf_private, leaf_public));
    CHECK_OK(t, "tree_clone", tree_clone(&made, before));
    CHECK_OK(t, "treekem_new_path",
             treekem_new_path(&made, &priv, secrets, group_id, m->signature_private[sender],
                              leaf_secret, leaf_private, leaf_public));
    if (!encode_context(t, &made, &context))
        return false;
    CHECK_OK(t, "treekem_encrypt",
             treekem_encrypt(&made, t->a, &path, secrets, priv.leaf_index, NULL, context));
    CHECK_OK(t, "encoding our path", update_path_encode(t->a, &encoded, &path));
    CHECK_OK(t, "decoding our path", update_path_decode(t->a, &received, encoded));
    CHECK_OK(t, "tree_clone", tree_clone(&after, before));
    CHECK_OK(t, "merging our path", treekem_merge(&after, priv.leaf_index, &received));
    CHECK(t, "the tree after our path", bytes_equal(tree_root_hash(&made), tree_root_hash(&after)));
    CHECK_OK(t, "our leaf's signature",
             leaf_node_verify(s, &received.leaf, &(leaf_place){group_id, priv.leaf_index}));
    return decrypt_all(t, &after, m, priv.leaf_index, &received, context, NULL,
                       bytes_of(secrets->commit_secret, s->hash->len));
}

bool run_treekem(test *t)
{
    tree before SCOPED_TREE = {0};
    members m = {0};
    const cJSON *path;
    CHECK_OK(t, "ratchet_tree",
             tree_decode(&before, t->suite, field_hex(t, t->json, "ratchet_tree")));
    if (!read_members(t, &before, &m))
        return false;
    cJSON_ArrayForEach(path, field(t, t->json, "update_paths"))
    {
        if (!check_given_path(t, &before, &m, path))
            return false;
    }
    for (size_t i = 0; i < m.count; i++)
        if (!check_own_path(t, &before, &m, i))
            return false;
    return true;
}
