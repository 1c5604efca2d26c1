/*
 * TreeKEM: a committer gives every member a fresh secret with a path of ciphertexts (RFC 9420
 * sections 7.4 to 7.6).
 *
 * A path secret belongs to each node of the committer's filtered direct path. From it come the
 * node's key pair and the next path secret; the one after the last is the commit secret:
 *
 *     path_secret[0] --> path_secret[1] --> ... --> path_secret[n] --> commit_secret
 *          |                  |                           |
 *       key pair           key pair                    key pair
 */
#ifndef WAXSEAL_MLS_TREEKEM_H
#define WAXSEAL_MLS_TREEKEM_H

#include "mls/tree_hash.h"
#include "mls/update_path.h"

/* The private keys that a member knows, by level of the node on its direct path; its own leaf is
 * level 0. */
typedef struct tree_private {
    uint32_t leaf_index;
    bool known[TREE_LEVELS_MAX];
    uint8_t keys[TREE_LEVELS_MAX][KEM_PRIVATE_MAX];
} tree_private;

void tree_private_set(tree_private *priv, const suite *s, uint32_t node, const uint8_t *key);

/* Forgets the keys of nodes that are blank or gone. */
void tree_private_prune(tree_private *priv, const tree *t);

/* A committer's path secrets by level, and what follows from them. */
typedef struct path_secrets {
    bool known[TREE_LEVELS_MAX];
    uint8_t secrets[TREE_LEVELS_MAX][HASH_MAX];
    uint8_t commit_secret[HASH_MAX];
} path_secrets;

/* Makes a new path for our own leaf: draws new keys, puts the public ones and the signed leaf into
 * the tree, and the private ones into priv.
 * leaf_secret: Nh random octets for the first path secret; leaf_private, leaf_public: the new
 * leaf's key pair. The two secrets are kept with a pending commit to rebuild the rest. */
mls_err treekem_new_path(tree *t, tree_private *priv, path_secrets *secrets, bytes group_id,
                         bytes signature_key, const uint8_t *leaf_secret,
                         const uint8_t *leaf_private, const uint8_t *leaf_public);

/* Encrypts the path secrets to all members but the leaves of `excluded` (those just added).
 * context: the encoded provisional GroupContext. The result lives in the arena. */
mls_err treekem_encrypt(const tree *t, arena *a, update_path *path, const path_secrets *secrets,
                        uint32_t leaf_index, const node_list *excluded, bytes context);

/* Puts a received path into the tree: the number of nodes, fresh keys, parent hashes; the leaf's
 * signature is checked by the caller. Errors: MLS_ERR_BAD_COMMIT, MLS_ERR_BAD_KEY,
 * MLS_ERR_DUPLICATE. */
mls_err treekem_merge(tree *t, uint32_t sender, const update_path *path);

/* Whether each node of a merged path has as many ciphertexts as recipients (section 7.6). All
 * members check all nodes, so that they decide alike. Errors: MLS_ERR_BAD_COMMIT. */
mls_err treekem_check_ciphertexts(const tree *t, uint32_t sender, const update_path *path,
                                  const node_list *excluded);

/* Decrypts our path secret of a merged path and derives what is above it: our new private keys and
 * the commit secret (Nh octets). Errors: MLS_ERR_BAD_COMMIT, MLS_ERR_DECRYPT_FAILED. */
mls_err treekem_decrypt(const tree *t, tree_private *priv, uint8_t *commit_secret, uint32_t sender,
                        const update_path *path, const node_list *excluded, bytes context);

/* From the path secret of `node` derives the private keys of all nodes above it that are not
 * blank, checks them against the tree, and gives the commit secret. */
mls_err treekem_derive_up(const tree *t, tree_private *priv, path_secrets *secrets, uint32_t node,
                          const uint8_t *path_secret);

#endif
