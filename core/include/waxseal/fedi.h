/*
 * One device of one actor in the Fediverse: MLS over ActivityPub, without network, storage or
 * clock. It holds the device's keys, its published KeyPackages, the people it knows, and its
 * conversations.
 *
 * Every call takes an input and gives *effects*, to be carried out in order: first all FEDI_STORE
 * and FEDI_FORGET in one transaction, then the rest. So what is posted or shown is stored before,
 * and a crash in between repeats a post instead of losing it. When the transaction fails, free the
 * device and load it from what is stored.
 *
 * A call that returns an error has given no effects; after one other than those that fedi_wish()
 * names, free the device and load it again. What is wrong with something from outside is not an
 * error of the call but an event.
 *
 * All texts are UTF-8, JSON is one object, times are Unix seconds.
 */
#ifndef WAXSEAL_FEDI_H
#define WAXSEAL_FEDI_H

#include "mls.h"

typedef struct fedi_device fedi_device;

typedef struct fedi_record {
    mls_bytes name; /* ASCII without white space, at most 200 octets; see "Records" below */
    mls_bytes octets;
} fedi_record;

typedef enum fedi_effect_kind {
    FEDI_STORE = 1, /* the record `name` is `octets`, which are secret: seal them with the vault */
    FEDI_FORGET,    /* the record `name` is deleted */
    FEDI_POST,      /* `octets`, an activity, is to be posted to the actor's outbox, in order within
                       its lane; again after a failure that may pass; then fedi_posted(id). It is
                       given again by fedi_load() until then. name: of an own message the
                       `activity` in its event; else empty */
    FEDI_FETCH,     /* the JSON object at the address `name` is to be read; then fedi_fetched(id).
                       FEDI_LANE_MESSAGES: it is part of a message, and is tried again for as long
                       as that may help; FEDI_LANE_KEYS: somebody waits for the answer.
                       Jobs are given up by fedi_load(), what else waits is asked for again. */
    FEDI_EVENT,     /* `octets`, JSON, is to be shown; see "Events" */
} fedi_effect_kind;

typedef enum fedi_lane {
    FEDI_LANE_MESSAGES = 0,
    FEDI_LANE_KEYS = 1, /* KeyPackages, own and others': what fails here holds up no message */
} fedi_lane;

typedef struct fedi_effect {
    fedi_effect_kind kind;
    uint32_t id;    /* POST, FETCH */
    fedi_lane lane; /* POST, FETCH */
    mls_bytes name;
    mls_bytes octets;
    const mls_bytes *parts; /* EVENT: octets that the JSON refers to by number */
    size_t num_parts;
} fedi_effect;

typedef struct fedi_effects {
    void *memory; /* owns everything below */
    fedi_effect *list;
    size_t count, room;
    uint64_t wake; /* call fedi_tick() then at the latest */
} fedi_effects;

/* Wipes and frees; makes it empty. */
void fedi_effects_free(fedi_effects *effects);

/* ---- A device ---- */

typedef struct fedi_params {
    mls_bytes actor;        /* its id */
    mls_bytes key_packages; /* address of its keyPackages collection; may be empty: then nobody can
                               find this device, which an event says */
    mls_bytes generator_id, generator_name; /* the program, as others see it */
} fedi_params;

/* Makes a new device with keys of its own, and its first KeyPackages. */
mls_err fedi_new(fedi_device **device, fedi_effects *effects, const fedi_params *params,
                 uint64_t now);

/* The device as stored: all records that FEDI_STORE gave and FEDI_FORGET has not taken back. Of
 * records under "evidence/" the name is enough.
 * Errors: MLS_ERR_STATE_BROKEN, MLS_ERR_STATE_MISMATCH, MLS_ERR_STATE_VERSION. A conversation whose
 *         records are broken is left out, and an event says so. */
mls_err fedi_load(fedi_device **device, fedi_effects *effects, const fedi_record *records,
                  size_t num_records, uint64_t now);

/* Wipes and frees. NULL is allowed. */
void fedi_free(fedi_device *device);

/* ---- Inputs ---- */

/* An activity, or a bare object, that the actor's server has for it. Repeats are harmless. */
mls_err fedi_receive(fedi_device *device, fedi_effects *effects, mls_bytes activity, uint64_t now);

/* The answer to FEDI_FETCH. object: JSON; empty when it can't be read. */
mls_err fedi_fetched(fedi_device *device, fedi_effects *effects, uint32_t id, mls_bytes object,
                     uint64_t now);

/* The answer to FEDI_POST. accepted: the server took it; else it never will, and `sentence` says
 * why. object: the address that the server gave to what was created, or empty. */
mls_err fedi_posted(fedi_device *device, fedi_effects *effects, uint32_t id, bool accepted,
                    mls_bytes object, mls_bytes sentence, uint64_t now);

/* What only time brings about; at effects->wake, and after waking from sleep. */
mls_err fedi_tick(fedi_device *device, fedi_effects *effects, uint64_t now);

/* What the user wishes; see "Wishes". parts: octets that it refers to by number.
 * Errors: MLS_ERR_INVALID_ARGUMENT, MLS_ERR_JSON_*, MLS_ERR_UNKNOWN_CONVERSATION,
 *         MLS_ERR_NOT_ACCEPTED, MLS_ERR_CONVERSATION_ENDED, MLS_ERR_NOT_IN_CONVERSATION,
 *         MLS_ERR_TOO_LARGE: the device is as before. */
mls_err fedi_wish(fedi_device *device, fedi_effects *effects, mls_bytes wish,
                  const mls_bytes *parts, size_t num_parts, uint64_t now);

/* ---- Wishes ----
 *
 * { "wish": WHAT, ... }; `conversation` is the id that events give, `actors` ids of actors, `job` a
 * number of the caller's: a "done" or "failed" event with it ends the wish.
 *
 *   start     job, actors, name?           a conversation with all devices of the actors and the
 *                                          own others
 *   add       job, conversation, actors
 *   remove    conversation, actors
 *   leave     conversation
 *   rename    conversation, name
 *   update    conversation                 new keys for this device
 *   lookup    job, actors                  reads what devices they have: "contact" events
 *
 *   send      conversation, type?: Note or Article, content (HTML), mediaType?, name?, summary?,
 *             inReplyTo?: object id, attachments?
 *   edit      conversation, object: id of an own message, and as send
 *   delete    conversation, object
 *   react     conversation, object, reaction?: an emoji
 *   undo      conversation, object: `activity` of an own reaction or announcement, undone?: what
 *             that was about
 *   announce  conversation, object
 *   read, view, listen   conversation, objects: [{ actor, object: id }], messages of others
 *   dummy     conversation                 a message that nobody is shown, against traffic analysis
 *   resend    conversation, object: `activity` that a "held" event named: it goes out after all
 *   retry     conversation, object?: `activity` that the server refused: it is posted again; all
 *             without
 *
 *   accept    conversation                 a request becomes a conversation
 *   reject    conversation                 a request, or a conversation that has ended, is deleted
 *                                          here; nobody is told
 *   block, unblock   actor
 *   settings  receipts?: bool              whether delivery and read receipts are sent (at first:
 *                                          yes)
 *   withdraw                               takes back all KeyPackages: before signing out
 *
 * attachments: [{ type: Image, Audio, Video or Document, mediaType, name?, width?, height?,
 * blurhash?, part: number } or, for what lies encrypted elsewhere (fedi_blob_seal()), instead of
 * part { url, key, sha256: base64; size }].
 *
 * ---- Events ----
 *
 * { "type": WHAT, ... }; names with ? are there where they apply.
 *
 *   conversation  conversation: { id, group, state: request, active, left (by own wish) or removed,
 *                 name?, inviter, created (seconds), changing: bool (own changes on their way),
 *                 members: [{ actor, keys: [hex] }] }: it is new, or anything of it has changed
 *   gone          conversation: deleted here
 *   message       conversation, key, activity, id, actor, own, published?, received (seconds),
 *                 kind: Note, Article, Image, Audio, Video or Document, content (HTML, NOT
 *                 sanitised), mediaType?, name?, summary?, inReplyTo?, attachments. key: hex,
 *                 unique per (actor, id), which no other member can occupy
 *   edit          the same: replaces what the key stands for
 *   delete        conversation, key, id, actor
 *   reaction      conversation, activity, actor, own, object: id, reaction
 *   announce      conversation, activity, actor, own, object
 *   undo          conversation, actor, own, activity: of the same actor
 *   receipt       conversation, actor, receipt: read, view, listen, delivered or failed, objects
 *   posted        conversation, activity: the server took an own message
 *   refused       conversation, activity, sentence: the server did not; see the wish retry
 *   held          conversation, activity: an own message would now be read by others than those
 *                 it was written to; see the wish resend
 *   notice        conversation, code, actor?, sentence: to be shown between messages
 *   contact       actor, keys: [{ key: hex, since: seconds }], accepted, blocked
 *   keys          actor, conversation?, alert: new-device or key-changed, keys: [hex], sentence
 *   done          job, conversation?
 *   failed        job, error: name, sentence, actor?
 *   error         error: name, sentence, actor?, conversation?
 *
 * attachments: as in wishes, with `part` for octets, `gzip: number` for the part with compressed
 * ones (what it inflates to is for the reader to limit), { url, key, sha256, size } for a blob, and
 * `unreadable: true` for what can't be opened. While a conversation is a request, none is to be
 * shown.
 *
 * ---- Records ----
 *
 * Names are device, used, package/X, contact/X, outbox/X, held/X, inbox/X, chat/ID/X and
 * evidence/ID/X; they hold random numbers and hashes only. What stands under evidence/ID/DAY is for
 * reports, and goes after 90 days.
 *
 *   evidence/ID/DAY/m/KEY    struct {
 *                                opaque framed_content<V>;
 *                                opaque signature<V>;
 *                                opaque group_context[32];
 *                                opaque leaf_node[32];
 *                            }: of the message KEY; an edit has a KEY of its own, of its actor and
 *                            `activity`. The last two are SHA-256 of
 *   evidence/ID/DAY/c/HASH   GroupContext, and
 *   evidence/ID/DAY/l/HASH   LeafNode
 */

/* ---- Files that lie elsewhere ---- */

enum { FEDI_BLOB_KEY_LEN = 32, FEDI_BLOB_HASH_LEN = 32 };

/* Encrypts a file under a fresh key. sha256: of the plaintext. */
mls_err fedi_blob_seal(mls_buf *blob, uint8_t key[FEDI_BLOB_KEY_LEN],
                       uint8_t sha256[FEDI_BLOB_HASH_LEN], mls_bytes plaintext);

/* Errors: MLS_ERR_BAD_BLOB when it is not what the message promised. */
mls_err fedi_blob_open(mls_buf *plaintext, const uint8_t key[FEDI_BLOB_KEY_LEN],
                       const uint8_t sha256[FEDI_BLOB_HASH_LEN], uint64_t size, mls_bytes blob);

#endif
