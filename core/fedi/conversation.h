/*
 * One group over a network that orders nothing: which of its epochs to be in, what to do when two
 * members commit at once, how one that lost the thread comes back. Octets in, effects out: nothing
 * here knows ActivityPub, a clock or a network. The rules are in core/fedi/README.md.
 *
 * Every call appends to `effects`, which are to be carried out in order once the state is stored.
 * What is refused changes nothing, except that a message may be put aside to be tried again. When
 * memory runs out on the way, the effects appended so far are to be carried out all the same, and
 * the next call goes on from there.
 */
#ifndef WAXSEAL_FEDI_CONVERSATION_H
#define WAXSEAL_FEDI_CONVERSATION_H

#include "fedi/choice.h"

/* A leaf extension of this type, without data, says that the member's program can take a commit
 * back that it has applied. */
enum { EXTENSION_CAN_RETURN = 0xF5EA };

/* All times in seconds. */
typedef struct conversation_params {
    uint32_t window; /* after which an epoch is final */
    uint32_t grace;  /* before an own commit takes part: others posted before it may come */
    uint32_t turn;   /* what each place in the order of leaves waits longer to answer */
    uint32_t unreadable_after; /* that a message waits for its epoch before it is asked for again */
    uint32_t beacon_every;
    choice_rules choice;
    /* What the rules are without one of them, for the simulator. */
    bool no_beacons, no_guard, no_nack, no_hold, no_turns, no_same_key;
} conversation_params;

extern const conversation_params conversation_defaults;

typedef enum conversation_effect_kind {
    /* To be posted: `octets` to the actors `to`. */
    CONVERSATION_COMMIT = 1, /* MLSMessage: a commit, or a proposal */
    CONVERSATION_WELCOME,    /* MLSMessage */
    CONVERSATION_MESSAGE,    /* MLSMessage, which carries the application's message `id` */
    CONVERSATION_STATEMENT,  /* see conversation_statement() */
    /* To be shown. */
    CONVERSATION_RECEIVED, /* application data `octets` of `sender`; id: SHA-256 of the message */
    CONVERSATION_CHANGED,  /* the group is in another epoch, which may have other members */
    CONVERSATION_REMOVED,  /* this device is not in it any more */
    CONVERSATION_HELD,     /* the own message `id` went to an epoch that lost, and there are members
                              now who were not to read it: ask its author, then conversation_say() */
    CONVERSATION_FAILED, /* something this device wanted can't be done any more: `octets` says what
                          */
    /* To be stored, before anything else is done. */
    CONVERSATION_STORE,  /* the record `id` is `octets`, which are secret */
    CONVERSATION_FORGET, /* the record `id` is deleted */
    /* To be done. */
    CONVERSATION_REJOIN, /* make a KeyPackage with the same signature key, for
                            conversation_ask() */
} conversation_effect_kind;

typedef struct conversation_effect {
    conversation_effect_kind kind;
    bytes octets;
    bytes id;
    const bytes *to; /* actor ids */
    size_t num_to;
    bool own; /* CHANGED: by a commit of this device */

    /* RECEIVED */
    mls_member sender;
    bytes from; /* the actor whose activity carried it, which is not always the sender */
    bytes authenticated_data;
    mls_evidence evidence;
} conversation_effect;

typedef struct conversation_effects {
    arena *memory; /* of everything in the list */
    conversation_effect *list;
    size_t count, room;
} conversation_effects;

mls_err conversation_effects_init(conversation_effects *effects);
void conversation_effects_cleanup(conversation_effects *effects);

typedef struct conversation conversation;

/* Takes the group over on success: one just made, joined, or loaded. */
mls_err conversation_new(conversation **out, mls_group *group, const conversation_params *params,
                         uint64_t now);
void conversation_free(conversation *c);

/* The group in the epoch to be in: to look at, not to change. */
mls_group *conversation_group(const conversation *c);
bool conversation_is_removed(const conversation *c);
/* Its members' actors, each once, as views of the group. */
mls_err conversation_actors(const conversation *c, arena *a, const bytes **actors, size_t *count);
/* Whether changes that this device wants are on their way. */
bool conversation_is_changing(const conversation *c);

/* While it is quiet this device follows the others and posts nothing: nobody shall see that it is
 * there. */
void conversation_quiet(conversation *c, bool quiet);
/* Accepts whoever waits in a group that was just joined, with credentials as this profile has them:
 * basic ones. MLS_ERR_UNDECIDED. */
mls_err conversation_accept(mls_group *group);
/* Which group a statement is about. Errors: MLS_ERR_DECODE_*. */
mls_err conversation_of_statement(arena *a, bytes *group_id, bytes statement);

/* Any MLSMessage of the group but a Welcome; from: the actor whose activity carried it. What can't
 * be read yet is put aside: MLS_OK without an effect. Errors: those of mls_group_receive() for what
 * is refused for good. */
mls_err conversation_receive(conversation *c, conversation_effects *effects, bytes message,
                             bytes from, uint64_t now);

/* A statement that an activity of `from` carried; what is refused may have effects all the same.
 * Errors: MLS_ERR_DECODE_*, MLS_ERR_UNKNOWN_SENDER,
 * MLS_ERR_BAD_SIGNATURE, MLS_ERR_WRONG_GROUP. */
mls_err conversation_statement(conversation *c, conversation_effects *effects, bytes statement,
                               bytes from, uint64_t now);

/* Says something, at once or when the group can be written to. id: names it for HELD and for
 * sending it again; unique among what this device says. */
mls_err conversation_say(conversation *c, conversation_effects *effects, bytes content, bytes id);

/* What CONVERSATION_HELD asked for: the message goes out after all, to whoever is a member now.
 * Errors: MLS_ERR_INVALID_ARGUMENT when it is not known any more; MLS_ERR_NOT_A_MEMBER. */
mls_err conversation_say_again(conversation *c, conversation_effects *effects, bytes id);

/* What this device wants changed; carried out by commits, as soon as they may be made, again when
 * they lose. */
mls_err conversation_add(conversation *c, const bytes *key_packages, size_t count, uint64_t now);
mls_err conversation_remove(conversation *c, bytes actor, uint64_t now);
mls_err conversation_update(conversation *c, uint64_t now);

/* Leaves: asks the others to remove all devices of this device's actor, as nobody can do that
 * alone, and asks again in each epoch that comes without. All other wishes are given up, also later
 * ones. Done with CONVERSATION_REMOVED, which also comes where there is nobody else. Errors:
 * MLS_ERR_NOT_A_MEMBER.
 */
mls_err conversation_leave(conversation *c, conversation_effects *effects, uint64_t now);

/* Says that this device's actor wants another removed, without removing: the removal that more
 * actors want wins over others, and over what the removed might have committed earlier. For the
 * epoch of now; to be said again after a change of the group. */
mls_err conversation_endorse(conversation *c, conversation_effects *effects, bytes actor,
                             uint64_t now);

/* The answer to CONVERSATION_REJOIN: asks the members to let this device in again. */
mls_err conversation_ask(conversation *c, conversation_effects *effects, bytes key_package,
                         uint64_t now);

/* The group as a Welcome gave it, for a group that is known; taken over, whatever comes back. It is
 * used when it was asked for, after a removal, and from a member who adds this device again since
 * its branch lost. Errors: MLS_ERR_DUPLICATE when it leads to where we are or were;
 * MLS_ERR_UNDECIDED. */
mls_err conversation_welcomed(conversation *c, conversation_effects *effects, mls_group *group,
                              uint64_t now);

/* What only time brings about. *wake: when to call again at the latest. */
mls_err conversation_tick(conversation *c, conversation_effects *effects, uint64_t *wake,
                          uint64_t now);

/* ---- Storage ----
 *
 * A conversation is many small records: one that names the others, and what changes together in one
 * each, so that a message writes little however large the group is (conversation_records.h). All
 * are secret: seal them with the vault. */

/* What a device with this conversation stored, in the form of CONVERSATION_STORE. */
typedef struct conversation_record {
    bytes id, octets;
} conversation_record;

/* The id of the record that names the others. */
extern const bytes conversation_main_record;

/* Appends what has to be stored, and forgotten, since the last time. To be carried out in one
 * transaction, before the other effects of the calls since then. */
mls_err conversation_save(conversation *c, conversation_effects *effects);

/* Appends that all records are to be forgotten. */
mls_err conversation_forget(const conversation *c, conversation_effects *effects);

/* The ids of the records that the main record names, as views of it. */
mls_err conversation_record_ids(arena *a, const bytes **ids, size_t *count, bytes main_record);

/* Errors: MLS_ERR_STATE_BROKEN, MLS_ERR_STATE_MISMATCH when a record is missing or of another
 * state, MLS_ERR_STATE_VERSION. */
mls_err conversation_load(conversation **out, bytes main_record, const conversation_record *records,
                          size_t count, const conversation_params *params);

#endif
