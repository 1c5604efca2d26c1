/* What a device remembers; for the files of the device only: those after this one in LAYERS. */
#ifndef WAXSEAL_FEDI_DEVICE_STATE_H
#define WAXSEAL_FEDI_DEVICE_STATE_H

#include <waxseal/fedi.h>

#include "fedi/conversation.h"
#include "fedi/envelope.h"
#include "fedi/key_package_choice.h"
#include "fedi/list.h"
#include "fedi/payload.h"
#include "fedi/ring.h"

#include "base/utf8.h"

enum {
    POOL_SIZE = 20, /* KeyPackages for one use that are published */
    POOL_REFILL_BELOW = 10,
    PACKAGE_LIFETIME = 84 * 24 * 3600,
    PACKAGE_FRESH = 7 * 24 * 3600, /* what expires sooner is replaced */
    PACKAGE_KEPT = 7 * 24 * 3600,  /* after its use: it may be needed once more (pool.c) */
    CLOCK_SKEW = 3600,
    UPDATE_EVERY = 7 * 24 * 3600, /* new keys for this device in a conversation */
    UPDATE_MESSAGES = 500,
    UPDATE_AFTER_JOINING = 2 * 3600, /* at the latest */
    RECEIPT_DELAY = 4,
    RECEIPT_ACTORS_MAX = 16, /* in larger groups nobody says what was delivered */
    HELD_MAX = 256,
    HELD_OF_ACTOR_MAX = 32,
    HELD_SIZE_MAX = 1 << 17, /* octets of one; larger than any activity */
    HELD_FOR = 14 * 24 * 3600,
    EVIDENCE_DAYS = 90,
    REQUESTS_MAX_OPEN = 200, /* invitations by unknown people that wait; more are ignored */
    USED_MAX = 512,          /* KeyPackages of others that are remembered as used */
    CONTACT_KEYS_MAX = 256,
    REF_LEN = 32,
    RECORD_NAME_MAX = 200,
};

typedef struct ref { /* a KeyPackageRef, or a SHA-256 */
    uint8_t octets[REF_LEN];
} ref;
void ref_of(ref *out, bytes octets); /* SHA-256 */
bool ref_equal(const ref *a, const ref *b);

/* ---- People ---- */

typedef struct known_key {
    mls_buf key;
    uint64_t since;
} known_key;

typedef struct contact {
    mls_buf actor;
    LIST_OF(known_key) keys; /* signature keys of devices, as seen so far */
    bool accepted;           /* their invitations are no requests */
    bool blocked;
    bool changed;
} contact;

/* ---- Own KeyPackages ---- */

typedef struct own_package {
    ref id; /* its KeyPackageRef */
    uint16_t suite;
    bool last_resort;
    uint64_t not_after;
    uint64_t used_at; /* 0: not used, and published */
    mls_buf secret;
    mls_buf object; /* address that the server gave it; empty until then */
    bool changed;
} own_package;

/* ---- What waits for the server ---- */

typedef enum post_kind {
    POST_MLS = 1,  /* commits, proposals, Welcomes */
    POST_MESSAGE,  /* about: id of the activity inside */
    POST_QUIET,    /* statements and receipts, which nobody misses when they are refused */
    POST_PACKAGE,  /* Create; about: ref */
    POST_LISTING,  /* Add; about: ref */
    POST_KEY_REST, /* Remove, Delete, Update of the actor */
} post_kind;

typedef struct post {
    uint32_t id;
    post_kind kind;
    mls_buf activity, about;
    uint64_t chat; /* 0: none */
    bool refused;
    bool changed;
} post;

/* A message that came before what it builds on, or in the wrong envelope. */
typedef enum held_kind {
    HELD_UNKNOWN_GROUP = 1, /* its Welcome may still come */
    HELD_WITHOUT_TREE,      /* a Welcome, whose tree may still come by itself */
    HELD_TREE,              /* a tree, whose Welcome may still come */
    HELD_MISATTRIBUTED,     /* content that was read from an envelope of somebody else than its
                               author: it counts when the right envelope comes */
    HELD_FETCHING,          /* an activity whose object has to be fetched */
} held_kind;

typedef struct held {
    uint64_t id;
    held_kind kind;
    mls_buf octets, actor;
    ref about; /* UNKNOWN_GROUP: SHA-256 of the group_id; MISATTRIBUTED: of the message */
    uint64_t since;
    uint32_t fetch; /* FETCHING: what is waited for; not stored */
    bool changed;
} held;

/* ---- Conversations ---- */

typedef enum chat_state { CHAT_REQUEST = 1, CHAT_ACTIVE, CHAT_LEFT, CHAT_REMOVED } chat_state;

/* That something came, to be said to its author. */
typedef struct acknowledgement {
    mls_buf actor, object;
} acknowledgement;

typedef struct chat {
    uint64_t id; /* random */
    conversation *c;
    chat_state state;
    mls_buf name, inviter;
    uint64_t created;
    uint64_t tick_at;
    uint64_t update_at;
    uint32_t since_update;    /* messages */
    LIST_OF(mls_buf) members; /* actors, as was last told */
    LIST_OF(acknowledgement) acknowledge;
    uint64_t acknowledge_at; /* 0: nothing to say */
    ring *seen;              /* (actor, inner id) of messages, activities, */
    bool changed;            /* to be stored, */
    bool members_changed;    /* and its members */
    bool news;               /* to be told */
    bool told_changing;
} chat;

/* ---- What is being looked up ---- */

typedef struct lookup lookup;
typedef struct job job;

/* Records of evidence by name, to be forgotten when their day is over. */
typedef struct evidence_stored {
    uint64_t day;
    mls_buf name;
} evidence_stored;

struct fedi_device {
    mls_buf actor, key_packages, generator_id, generator_name;
    mls_buf signature_key, public_key;
    bool receipts;
    bool no_collection_told;
    bool changed;
    bool withdrawn;   /* no KeyPackages are made any more */
    uint32_t next_id; /* of posts and fetches */
    uint64_t next_held;
    uint64_t pool_at; /* when to look after the KeyPackages */
    LIST_OF(contact) contacts;
    LIST_OF(own_package) packages;
    LIST_OF(ref) used; /* others' KeyPackages */
    bool used_changed;
    LIST_OF(post) posts;
    LIST_OF(held) held;
    LIST_OF(chat *) chats;
    LIST_OF(job *) jobs;
    LIST_OF(evidence_stored) evidence;
    ring inbox; /* ids of activities */
};

/* ---- Effects (device_effects.c) ---- */

mls_err effects_init(fedi_effects *fx);
mls_err effects_add(fedi_effects *fx, const fedi_effect *effect);
mls_err effects_store(fedi_effects *fx, const char *name, bytes octets);
mls_err effects_forget(fedi_effects *fx, const char *name);
/* Stores and forgets before all others. */
mls_err effects_sort(fedi_effects *fx);
static inline arena *effects_arena(const fedi_effects *fx)
{
    return fx->memory;
}

/* ---- Events (event.c) ---- */

typedef struct event {
    fedi_effects *fx;
    json_maker m;
    json *object;
    bytes *parts;
    size_t num_parts, room;
} event;

/* conversation: NULL for none. */
void event_begin(event *e, fedi_effects *fx, const char *type, const chat *of);
/* Adds octets that the JSON refers to; their number. */
uint32_t event_part(event *e, bytes octets);
mls_err event_end(event *e);
void event_add_error(event *e, mls_err err);
void event_push_hex(event *e, json *array, bytes octets);

/* What went wrong with something from outside. */
mls_err event_error(fedi_effects *fx, mls_err err, bytes actor, const chat *of);
mls_err event_notice(fedi_effects *fx, const chat *of, const char *code, bytes actor,
                     const char *sentence);

/* ---- Texts ---- */

enum { HEX_ID = 16, UUID_LEN = 45 };
void hex_of(char *out, const uint8_t *in, size_t len); /* 2 * len + 1 */
void hex_u64(char out[HEX_ID + 1], uint64_t value);
bool hex_to_u64(uint64_t *value, bytes text);
/* Appends to the name of a record. */
void name_append(char *name, const char *text);
/* urn:uuid:... and a NUL. */
mls_err new_uuid(char out[UUID_LEN + 1]);
mls_err random_below(uint64_t *out, uint64_t limit);

/* ---- Contacts (contact.c) ---- */

contact *contact_find(fedi_device *d, bytes actor);
/* Makes it if need be; NULL when out of memory. */
contact *contact_of(fedi_device *d, bytes actor);
bool contact_is_blocked(fedi_device *d, bytes actor);
/* Compares the keys of one actor's devices with those seen before. The first ones are taken on
 * trust; later ones are told of, since a server could have slipped them in. */
mls_err contact_watch(fedi_device *d, fedi_effects *fx, const chat *of, bytes actor,
                      const bytes *keys, size_t num_keys, uint64_t now);
mls_err contact_tell(fedi_effects *fx, const contact *who);
void contact_free(contact *who);

/* ---- KeyPackages (pool.c) ---- */

/* Suites that the device's signature key serves, best first. */
extern const uint16_t device_suites[];
enum { NUM_DEVICE_SUITES = 2 };

mls_member_params device_member_params(const fedi_device *d, uint16_t suite, uint64_t now);
/* Withdraws what has expired, makes what is missing. */
mls_err pool_maintain(fedi_device *d, fedi_effects *fx, uint64_t now);
/* Takes a package off the server; its secret stays for a while. */
mls_err pool_use(fedi_device *d, fedi_effects *fx, own_package *p, uint64_t now);
mls_err pool_withdraw_all(fedi_device *d, fedi_effects *fx, uint64_t now);
/* One that is not published. */
mls_err pool_make_private(fedi_device *d, mls_buf *key_package, uint16_t suite, uint64_t now);
own_package *pool_find(fedi_device *d, bytes id);
/* The server took, or refused, what was posted about a package. */
mls_err pool_posted(fedi_device *d, fedi_effects *fx, const post *p, bool accepted, bytes object);
void own_package_free(own_package *p);

/* ---- The outbox (outbox.c) ---- */

mls_err outbox_add(fedi_device *d, fedi_effects *fx, post_kind kind, const chat *of, bytes activity,
                   bytes about);
/* An MLSMessage, or a statement, in its envelope. */
mls_err outbox_add_envelope(fedi_device *d, fedi_effects *fx, post_kind kind, const chat *of,
                            bytes octets, const bytes *to, size_t num_to, bytes about);
mls_err outbox_give(const post *p, fedi_effects *fx);
mls_err outbox_posted(fedi_device *d, fedi_effects *fx, uint32_t id, bool accepted, bytes object,
                      bytes sentence);
/* Posts again what was refused: of one message, or all. */
mls_err outbox_retry(fedi_device *d, fedi_effects *fx, const chat *of, bytes about);
mls_err outbox_forget_chat(fedi_device *d, fedi_effects *fx, const chat *of);
void post_free(post *p);

/* ---- What waits (held.c) ---- */

mls_err held_add(fedi_device *d, fedi_effects *fx, held_kind kind, bytes octets, bytes actor,
                 const ref *about, uint64_t now);
mls_err held_take(fedi_device *d, fedi_effects *fx, size_t index);
mls_err held_expire(fedi_device *d, fedi_effects *fx, uint64_t now);
void held_free(held *h);

/* ---- Conversations (chat*.c) ---- */

chat *chat_find(fedi_device *d, uint64_t id);
chat *chat_of_group(fedi_device *d, bytes group_id);
bytes chat_group_id(const chat *ch);
/* An empty one; NULL when out of memory. */
chat *chat_alloc(void);
/* A new one around a group, which it takes over on success. */
mls_err chat_new(fedi_device *d, chat **out, mls_group *group, bytes inviter, chat_state state,
                 uint64_t now);
void chat_free(chat *ch);
void acknowledgement_free(acknowledgement *a);
/* Deletes it here. */
mls_err chat_forget(fedi_device *d, fedi_effects *fx, chat *ch);
/* chat/ID and the rest. */
void chat_record_name(char name[RECORD_NAME_MAX], const chat *ch, const char *rest);

/* Carries out what a conversation's calls brought about, and what is due. cfx is cleaned up. */
mls_err chat_settle(fedi_device *d, fedi_effects *fx, chat *ch, conversation_effects *cfx,
                    uint64_t now);
/* Whether an actor is in it, as was last told. */
bool chat_has_member(const chat *ch, bytes actor);
/* What is due. */
mls_err chat_tick(fedi_device *d, fedi_effects *fx, chat *ch, uint64_t now);
uint64_t chat_wake(const chat *ch);
/* Tells who came and went, and of new keys; after the group has changed. */
mls_err chat_members_changed(fedi_device *d, fedi_effects *fx, chat *ch, uint64_t now);

/* Those of the group, when what was told last is lost. */
mls_err chat_members_recover(chat *ch);
mls_err chat_tell(fedi_device *d, fedi_effects *fx, chat *ch);

/* What came in an envelope (chat_receive.c). */
mls_err chat_join(fedi_device *d, fedi_effects *fx, bytes welcome, bytes actor, uint64_t now);
mls_err chat_take_tree(fedi_device *d, fedi_effects *fx, bytes tree, bytes actor, uint64_t now);
mls_err chat_receive(fedi_device *d, fedi_effects *fx, bytes message, bytes actor, uint64_t now);
mls_err chat_statement(fedi_device *d, fedi_effects *fx, bytes statement, bytes actor,
                       uint64_t now);

/* Application data of a member (chat_read.c). */
mls_err chat_read(fedi_device *d, fedi_effects *fx, chat *ch, const conversation_effect *received,
                  uint64_t now);
/* Application data that was read: what it means. evidence: NULL when there is none. */
mls_err chat_understand(fedi_device *d, fedi_effects *fx, chat *ch, bytes content, bytes actor,
                        const mls_evidence *evidence, uint64_t now);
/* Tells of a message, or an edit, as it is to be shown. */
mls_err chat_tell_message(fedi_device *d, fedi_effects *fx, const chat *ch, const payload *p,
                          bytes actor, uint64_t now);
/* Tells of everything else that is shown. */
mls_err chat_tell_act(fedi_device *d, fedi_effects *fx, const chat *ch, const payload *p,
                      bytes actor);

/* Evidence (evidence.c). */
/* key: of the message, in hex */
mls_err evidence_keep(fedi_device *d, fedi_effects *fx, chat *ch, const char *key,
                      const mls_evidence *evidence, uint64_t now);
mls_err evidence_expire(fedi_device *d, fedi_effects *fx, uint64_t now);
mls_err evidence_forget_chat(fedi_device *d, fedi_effects *fx, const chat *ch);
mls_err evidence_note(fedi_device *d, bytes name);

/* Whether something can be said or changed: MLS_ERR_NOT_ACCEPTED, MLS_ERR_CONVERSATION_ENDED. */
mls_err chat_check_active(const chat *ch);
/* Says something (chat_say.c): fills in id, actor, time and conversation. Errors: those, and
 * MLS_ERR_TOO_LARGE. */
mls_err chat_say(fedi_device *d, fedi_effects *fx, chat *ch, const payload *what, uint64_t now);
/* The same, to one actor alone. */
mls_err chat_say_to(fedi_device *d, fedi_effects *fx, chat *ch, const payload *what, bytes reader,
                    uint64_t now);
/* Says what has come, as far as it is due. */
mls_err chat_acknowledge(fedi_device *d, fedi_effects *fx, chat *ch, uint64_t now);

/* ---- Looking up people, and what for (directory.c, job.c) ---- */

/* An object that is wanted by its address; *id: what fedi_fetched() will say. */
mls_err device_fetch(fedi_device *d, fedi_effects *fx, uint32_t *id, fedi_lane lane, bytes address);
/* The wishes start, add and lookup. of: ADD. */
mls_err job_begin(fedi_device *d, fedi_effects *fx, const json *wish, const chat *of);
/* The answer to a fetch, if it is one of a job's. */
mls_err job_fetched(fedi_device *d, fedi_effects *fx, uint32_t id, bytes object, bool *found,
                    uint64_t now);
void job_free(job *j);

mls_err wish_run(fedi_device *d, fedi_effects *fx, bytes wish, const bytes *parts, size_t num_parts,
                 uint64_t now);

/* ---- Storage (device_store.c) ---- */

mls_err device_save(fedi_device *d, fedi_effects *fx);
/* Fills an empty device; fx: what is to be posted again, and told. */
mls_err device_load(fedi_device *d, fedi_effects *fx, const fedi_record *records, size_t count);

#endif
