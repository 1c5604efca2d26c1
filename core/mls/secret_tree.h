/*
 * The secret tree (RFC 9420 section 9): a key and nonce for every message of an epoch.
 *
 * From encryption_secret at the root, each node's secret gives those of its children; a leaf's
 * secret starts two ratchets, for handshake and for application messages. What was used to derive
 * is deleted at once, so a stolen state opens no message that was read before. Node secrets are
 * derived on demand: a group of a thousand in which five talk stores five paths.
 */
#ifndef WAXSEAL_MLS_SECRET_TREE_H
#define WAXSEAL_MLS_SECRET_TREE_H

#include "crypto/labels.h"
#include "mls/tree_math.h"

enum {
    RATCHET_HANDSHAKE = 0,
    RATCHET_APPLICATION = 1,
    RATCHET_FORWARD_MAX = 1000, /* generations that a message may skip */
    RATCHET_SKIPPED_MAX = 64,   /* keys kept for messages that were skipped */
};

typedef struct message_keys {
    uint8_t key[AEAD_KEY_MAX];
    uint8_t nonce[AEAD_NONCE_LEN];
} message_keys;

typedef struct skipped_key {
    uint32_t generation;
    message_keys keys;
} skipped_key;

typedef struct ratchet {
    uint8_t secret[HASH_MAX];
    uint32_t generation;  /* of the next message */
    bool exhausted;       /* generation 2^32 - 1 was used */
    skipped_key *skipped; /* ascending; room for RATCHET_SKIPPED_MAX, or NULL */
    size_t num_skipped;
} ratchet;

typedef struct leaf_ratchets {
    uint32_t leaf_index;
    ratchet ratchets[2];
} leaf_ratchets;

typedef struct node_secret {
    uint32_t node;
    uint8_t secret[HASH_MAX];
} node_secret;

typedef struct secret_tree {
    const suite *suite;
    uint32_t num_leaves;
    node_secret *nodes; /* ascending by node */
    size_t num_nodes, max_nodes;
    leaf_ratchets *leaves; /* ascending by leaf_index */
    size_t num_leaf_ratchets, max_leaf_ratchets;
} secret_tree;

mls_err secret_tree_init(secret_tree *st, const suite *s, uint32_t num_leaves,
                         const uint8_t *encryption_secret);

/* Wipes and frees; a zeroed secret tree is allowed. */
void secret_tree_cleanup(secret_tree *st);

/* Forgets one leaf's ratchets for good, and all that they could be derived from. */
mls_err secret_tree_forget(secret_tree *st, uint32_t leaf_index);

/* Sending, first step: the next generation and its keys, without using them up. */
mls_err secret_tree_next(secret_tree *st, uint32_t *generation, message_keys *keys,
                         uint32_t leaf_index, int type);

/* Sending, second step, once nothing else can fail: the ratchet moves on. After the first step this
 * does not fail. */
mls_err secret_tree_sent(secret_tree *st, uint32_t leaf_index, int type);

/* Receiving, first step: the keys of a generation, without using them up.
 * Errors: MLS_ERR_GENERATION_REUSED, MLS_ERR_GENERATION_TOO_FAR, MLS_ERR_UNKNOWN_SENDER. */
mls_err secret_tree_peek(secret_tree *st, message_keys *keys, uint32_t leaf_index, int type,
                         uint32_t generation);

/* Receiving, second step, once the message proved genuine: deletes the keys of this generation and
 * keeps those that it skipped. */
mls_err secret_tree_use(secret_tree *st, uint32_t leaf_index, int type, uint32_t generation);

/* Takes the memory that secret_tree_use() will need, so that it can come after what may fail. */
mls_err secret_tree_reserve(secret_tree *st, uint32_t leaf_index, int type);

/* The suite is set by the caller before reading. */
void secret_tree_codec(codec *c, secret_tree *st);

#endif
