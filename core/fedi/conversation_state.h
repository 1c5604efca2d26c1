/* What a conversation remembers; for the files conversation*.c only. */
#ifndef WAXSEAL_FEDI_CONVERSATION_STATE_H
#define WAXSEAL_FEDI_CONVERSATION_STATE_H

#include "fedi/conversation.h"
#include "fedi/endorsement.h"
#include "fedi/list.h"
#include "fedi/statement.h"

enum {
    WAITING_MAX = 512,
    WAITING_SIZE_MAX = 4 << 20, /* octets of all that waits */
    SAID_MAX = 256,
    WANTS_MAX = 64,
    ADDED_MAX = 512, /* KeyPackages of one wish: more don't fit into an activity */
    BEACONS_MAX = 512,
    REQUESTS_MAX = 256,
    REMEMBERED = 14 * 24 * 3600, /* seconds that requests and what waits are kept */
    PAST_LINE_MAX = 512,
    SENT_HASHES = 8,
    SEEN_MAX = 256,
};

/* A change that this device wants. */
typedef enum want_kind {
    WANT_UPDATE = 1,
    WANT_ADD,
    WANT_REMOVE,
    WANT_REJOIN,
    WANT_LEAVE,  /* of this device's actor: others have to commit it */
    WANT_LET_GO, /* a leaf whose own actor has proposed its removal */
} want_kind;

typedef struct want {
    want_kind kind;
    mls_buf who;           /* REMOVE: actor; REJOIN, LET_GO: signature key */
    mls_buf *key_packages; /* ADD; REJOIN: one */
    size_t num_key_packages;
    uint64_t since;
    uint64_t not_before;
    uint64_t epoch;   /* LET_GO: number of the one it was proposed in */
    uint64_t counter; /* REJOIN: of the statement */
    epoch_id where; /* LEAVE: the one it was last proposed in; ADD, REMOVE: the one it was found to
                       be done in; zeros: none */
} want;

/* A commit of this device, until it is final or has lost. */
typedef struct own_commit {
    epoch_id commit;
    epoch_id epoch;  /* that it leads to */
    mls_buf welcome; /* empty once it was posted */
    want made_for;   /* kind 0: nothing to want again */
    bool on_line;    /* it has won, so far */
} own_commit;

/* The members in an epoch in which something was said, each as a hash, sorted. */
typedef struct reader_set {
    epoch_id epoch;
    epoch_id *readers;
    size_t count;
    uint32_t serial;
} reader_set;

/* What this device has said, as long as it may have to be said again. */
typedef struct said {
    mls_buf id, content;
    uint32_t readers; /* serial of the set of those who were to read it */
    uint32_t serial;  /* of its record; 0: none yet; its state as stored */
    uint64_t stored;
    epoch_id where;             /* the epoch that it was last sent in; zeros: not yet */
    uint64_t resend_at;         /* 0: it is where it belongs */
    epoch_id sent[SENT_HASHES]; /* SHA-256 of the messages, newest first */
    bool held;
} said;

/* A message that can't be read yet, or a proposal that a commit may refer to. */
typedef struct waiting {
    mls_buf octets, from;
    epoch_id hash;
    uint64_t since;
    uint64_t ask_at; /* when to ask for it to be sent again */
    bool answered;   /* was read as another message that stands for it */
    bool opened;     /* a proposal that was read: kept for who refers to it */
    uint64_t epoch;  /* these two as the octets say */
    mls_content_type content_type;
    epoch_id sender; /* SHA-256 of `from` */
    uint32_t serial;
    uint64_t stored;
} waiting;

/* The newest beacon of a device, by its signature key. */
typedef struct beacon {
    mls_buf signature_key, actor;
    uint64_t counter;
    uint64_t behind; /* counter of the last STATEMENT_BEHIND of it */
    mls_buf line;
    bool removed;
    uint64_t heard_at;
    uint32_t serial;
    uint64_t stored;
} beacon;

/* A branch other than ours that members are on. */
typedef struct split {
    epoch_id branch;
    uint64_t since;
    uint64_t ask_at; /* when to ask for the commits that lead there */
    bool seen;       /* in this look around */
} split;

/* Since which epoch an actor has been in the group, as far as this device knows. */
typedef struct known_actor {
    epoch_id actor; /* SHA-256 of the id */
    uint64_t since;
} known_actor;

/* A message that somebody asked for while on another branch than ours, or further on. */
typedef struct request {
    epoch_id message, asker;
    mls_buf actor;
    uint64_t since;
} request;

/* What somebody endorsed in an epoch where we are not yet. */
typedef struct early_endorsement {
    epoch_id epoch;
    endorsement endorsement;
} early_endorsement;

struct conversation {
    conversation_params params;
    epoch_tree tree;
    epoch_node *head;
    LIST_OF(want) wants;
    LIST_OF(own_commit) own;
    LIST_OF(reader_set) reader_sets;
    LIST_OF(said) said;
    LIST_OF(waiting) waiting;
    uint64_t seen[SEEN_MAX]; /* the beginnings of the hashes of messages that were read, a ring */
    uint32_t next_seen;
    uint32_t tried; /* what waits was tried on all epochs with smaller serials */
    LIST_OF(beacon) beacons;
    LIST_OF(known_actor) actors;
    LIST_OF(split) splits;
    LIST_OF(request) requests;
    LIST_OF(endorsement) endorsements; /* of others, for the epoch `endorsed_in` */
    epoch_id endorsed_in;
    LIST_OF(early_endorsement) early;
    LIST_OF(epoch_id) past;   /* final epochs before the root, newest first */
    size_t past_known;        /* how many follow each other up to the root: before these, some may
                                 be missing */
    uint32_t next_serial;     /* of records */
    LIST_OF(uint64_t) stored; /* which records are: see conversation_store.c */
    epoch_id stored_main;     /* SHA-256 of the main record as stored, and of these */
    epoch_id stored_singles[3];
    uint64_t counter; /* of statements */
    uint64_t next_beacon;
    uint64_t next_hint;    /* to somebody who is not in the group any more */
    uint64_t commit_after; /* no commit before this */
    uint64_t joined_in;    /* the number of the epoch that we came in by */
    epoch_id joined_id;
    uint64_t joined_at;
    bool quiet;  /* see conversation_quiet() */
    bool asking; /* for a KeyPackage or a Welcome */
    uint64_t asked_at;
    uint32_t asks;        /* in a row, without an answer */
    epoch_id asked_for;   /* the branch that is wanted */
    epoch_id asked_after; /* the epoch that it begins after */
};

/* ---- What the items of the lists own ---- */

void want_free(want *w);
void own_commit_free(own_commit *own);
void said_free(said *s);
void reader_set_free(reader_set *set);
void waiting_free(waiting *w);
void beacon_free(beacon *b);
void request_free(request *r);

/* ---- Effects ---- */

mls_err effect_add(conversation_effects *fx, const conversation_effect *effect);
/* To all actors in a group. */
mls_err effect_post(conversation_effects *fx, conversation_effect_kind kind, const mls_group *to,
                    bytes octets, bytes id);
/* The distinct actors in a group, as views of it. */
mls_err actors_of(const mls_group *group, arena *a, const bytes **out, size_t *count);

/* ---- Between the files ---- */

/* Accepts all who wait, whose credentials have to be basic ones, the actor's id. MLS_ERR_UNDECIDED.
 */
mls_err accept_basic(mls_group *group);
/* Whether the program of a member can take a commit back: see EXTENSION_CAN_RETURN. */
bool can_return(const mls_group *group, uint32_t leaf);
/* Receives, accepting whomever a commit brings: that their credentials are basic is all that this
 * profile asks, and the application is told of them. */
mls_err receive_accepting(mls_group *group, mls_event *event, bytes message, uint64_t now);

/* Adds what a commit on `parent` leads to, as `event` tells; takes `group` over on success. */
mls_err take_commit(conversation *c, epoch_node **out, epoch_node *parent, mls_group *group,
                    const mls_event *event, bytes commit);

/* Goes to the epoch to be in, and makes final what is. */
mls_err find_head(conversation *c, conversation_effects *fx, uint64_t now);

/* Keeps a message to try it again. */
mls_err put_aside(conversation *c, bytes octets, const mls_message_info *info, const epoch_id *hash,
                  bytes from, uint64_t now);
/* Whether an actor, by the SHA-256 of its id, is in the group. */
bool is_actor(const conversation *c, const epoch_id *actor);

/* Tries what waits once more. */
mls_err try_waiting(conversation *c, conversation_effects *fx, uint64_t now);

/* Where who knows a leaf by its signature key finds it in a group. */
bool find_device(const mls_group *group, bytes signature_key, uint32_t *leaf);
/* Whether a device has been seen here by a later statement than that one. */
bool is_seen_here(const conversation *c, bytes signature_key, uint64_t counter);
/* Whether a wish can be carried out where the head is. */
bool makes_sense(const conversation *c, const want *w, uint64_t now);
/* Forgets those that can't, unless a change of the head may bring that about. */
void drop_senseless(conversation *c, uint64_t now);
/* Whether a wish is to be carried out now. */
bool is_due(const conversation *c, const want *w, uint64_t now);
/* The KeyPackages of those who are not in the group yet, are not of one device twice, and are good
 * for this group; at most WANTS_MAX. */
size_t useful_key_packages(const mls_group *in, const want *w, const mls_buf **out, uint64_t now);

/* A proposal that was read in the epoch of a node: whoever wants out of it is let go. */
mls_err note_proposal(conversation *c, const epoch_node *node, const mls_event *event,
                      uint64_t now);
/* Whether the leaf of a LET_GO is still the one that asked. */
bool still_wants_out(const conversation *c, const want *w);
bool is_leaving(const conversation *c);
/* Proposes again where the head is. */
mls_err propose_to_leave(conversation *c, conversation_effects *fx, uint64_t now);

/* What a commit that lost was for; new keys of our own can wait for the next one. */
mls_err want_again(conversation *c, own_commit *own);
/* Wants something again, or for the first time; takes it over on success. */
mls_err want_add(conversation *c, want *w);
mls_err carry_out_wants(conversation *c, conversation_effects *fx, uint64_t now);

/* Sends again what went to an epoch that lost. */
mls_err resend(conversation *c, conversation_effects *fx, uint64_t now);

/* Whether others wanted an actor removed in an epoch before this one, and may be about to say so
 * again. */
bool waits_for_endorsement(const conversation *c, bytes actor, uint64_t now);
/* Keeps what another member endorses. */
mls_err take_endorsement(conversation *c, const statement *s, uint32_t by);
/* Goes through those that came early, when the head has changed. */
mls_err take_early_endorsements(conversation *c);

mls_err post_statement(conversation *c, conversation_effects *fx, statement *s);
mls_err post_statement_to(conversation *c, conversation_effects *fx, statement *s, bytes to);

/* Asks the authors of what can't be read; forgets what need not wait any more. */
mls_err ask_for_missing(conversation *c, conversation_effects *fx, uint64_t now);
void forget_waiting(conversation *c, uint64_t now);
/* The head and what leads to it, newest first. Where we were removed, the epoch before. */
size_t own_line(const conversation *c, epoch_id *out, size_t max);
/* Whether anybody else has been where we came in. */
bool is_confirmed(const conversation *c, uint64_t now);

/* Remembers that `actor`, who is in the epoch `asker`, can't read a message. */
mls_err take_request(conversation *c, const epoch_id *message, const epoch_id *asker, bytes actor,
                     uint64_t now);
mls_err answer_requests(conversation *c, conversation_effects *fx, uint64_t now);

/* Sends the commits of our line after an epoch to an actor who misses them. */
mls_err send_commits(conversation *c, conversation_effects *fx, const epoch_id *after, bytes actor);

mls_err send_beacon(conversation *c, conversation_effects *fx, uint64_t now);
mls_err heal(conversation *c, conversation_effects *fx, uint64_t now);

/* How many leaves before ours have programs that answer; what each of us waits for so that one
 * answers first. */
uint32_t rank_of(const conversation *c);

/* Notes that we came in by the epoch of the head. */
void note_joined(conversation *c, uint64_t now);

/* Learns from the line of a member who is here what was before we came in. */
mls_err extend_past(conversation *c, bytes line);

/* Whether an epoch is on our line, and those after it are known. */
bool is_on_known_line(const conversation *c, const epoch_id *id);

/* Keeps c->actors what the group of the head makes them. */
mls_err note_actors(conversation *c);

/* Whether an epoch is on the line that leads to the head, or final before it. */
bool is_on_line(const conversation *c, const epoch_id *id);

#endif
