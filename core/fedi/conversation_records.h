/*
 * The records that a conversation is stored as. Each is written when what it holds has changed, so
 * what changes together is together:
 *
 *   "conversation"  the tree's nodes, scalars, and the serials that name the others
 *   e N, r N        the group in the epoch of node N: what a commit changes, what a message changes
 *   c N             the commit that led to node N
 *   o, q, p         wishes; requests and splits; epochs and actors of the past
 *   m N             who was to read what was said in an epoch
 *   s N, w N, b N   something said; something that waits; a member's newest beacon
 */
#ifndef WAXSEAL_FEDI_CONVERSATION_RECORDS_H
#define WAXSEAL_FEDI_CONVERSATION_RECORDS_H

#include "fedi/conversation_state.h"

enum { RECORD_VERSION = 3, NO_PARENT = 0xFFFF, NAME_LEN = 5 };

/* A name: a letter and a serial. */
bytes name_of(uint8_t out[NAME_LEN], char kind, uint32_t serial);

/* Codecs of what a record holds: the whole conversation, or the item. */
typedef void record_codec(codec *c, void *object);
record_codec wishes_any, requests_any, past_any, readers_any, said_any, waiting_any, beacon_any,
    commit_any; /* an mls_buf */

/* The records without a serial. */
enum { NUM_SINGLES = 3 };
extern const struct single_record {
    char kind;
    record_codec *any;
} single_records[NUM_SINGLES];

typedef struct node_record {
    uint16_t parent; /* position in the list */
    bool has_group, is_head, has_octets;
    epoch_node node;
} node_record;

typedef struct main_record {
    conversation *v;
    node_record nodes[EPOCH_NODES_MAX];
    uint32_t num_nodes;
} main_record;

/* Notes that all is stored as it is. */
mls_err note_stored(conversation *v);

/* The main record. Reading makes the lists that have records of their own, with serials only. */
void main_any(codec *c, void *object);

#endif
