/*
 * The public keys in a ratchet tree, each with the node that has it, so that a key is found, and
 * one that is there twice is noticed, without going through the tree (RFC 9420 section 7.3).
 *
 * A crit-bit tree over the keys' octets. Its parts are counted and shared between copies: a copy
 * costs nothing, and a change of it copies the way to what changes.
 */
#ifndef WAXSEAL_MLS_KEY_INDEX_H
#define WAXSEAL_MLS_KEY_INDEX_H

#include "mls/tree_node.h"

typedef enum key_kind { KEY_ENCRYPTION, KEY_SIGNATURE } key_kind;

/* All zero: an empty index. */
typedef struct key_index {
    struct key_entry *root;
    uint32_t num_repeated; /* entries but for the first of each key */
} key_index;

/* The same keys, sharing all memory. */
key_index key_index_share(const key_index *index);
void key_index_cleanup(key_index *index);

/* Notes that at this place of the tree, where `from` was, there is `to` now; NULL is a blank node.
 * A parent has an encryption key, a leaf a signature key as well. After an error,
 * MLS_ERR_NO_MEMORY, keys of either may be in. */
mls_err key_index_replace(key_index *index, const tree_node *from, tree_node *to, uint32_t at);

/* Which node of the tree has this key. */
bool key_index_find(const key_index *index, key_kind kind, bytes key, uint32_t *at);

#endif
