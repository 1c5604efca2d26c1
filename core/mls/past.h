/* Past epochs: what is kept to read messages that come late, and nothing that could send. */
#ifndef WAXSEAL_MLS_PAST_H
#define WAXSEAL_MLS_PAST_H

#include "mls/group_context.h"
#include "mls/secret_tree.h"
#include "mls/tree.h"

enum {
    PAST_EPOCHS_MAX = 4,
    PAST_EPOCH_LIFETIME = 14 * 24 * 3600, /* seconds after the epoch ended */
};

typedef struct past_epoch {
    arena *memory; /* holds the struct and its views */
    uint64_t epoch;
    uint64_t expires; /* Unix seconds */
    bytes context;    /* encoded GroupContext */
    uint8_t sender_data_secret[HASH_MAX];
    uint8_t resumption_psk[HASH_MAX];
    tree tree; /* only its leaves are used */
    secret_tree secret_tree;
} past_epoch;

/* A zeroed one in memory of its own; NULL when out of memory. */
past_epoch *past_epoch_new(void);

/* Wipes and frees; NULL is allowed. */
void past_epoch_free(past_epoch *past);

/* In the epoch record: everything but the trees. */
void past_epoch_codec(codec *c, past_epoch *past, const suite *s);

/* The tree: the leaves that differ from `newer`, the tree of the epoch after it. */
void past_tree_codec(codec *c, tree *past, const tree *newer);

#endif
