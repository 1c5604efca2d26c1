/*
 * Activities that carry MLS messages, and bare objects that do.
 *
 * What an object is shows in its mediaType and in the octets; the types of Activity Streams play no
 * part, since clients mislabel and servers replace them.
 */
#ifndef WAXSEAL_FEDI_ENVELOPE_H
#define WAXSEAL_FEDI_ENVELOPE_H

#include "fedi/as2.h"

#define ENVELOPE_MEDIA_TYPE "message/mls"
/* What members tell each other outside MLS: see statement.h. Other clients leave it alone. */
#define STATEMENT_MEDIA_TYPE "application/vnd.waxseal.statement"

enum {
    ACTIVITY_MAX = 95000, /* octets of an activity: some servers refuse 100 kB. With ratchet_tree in
                             the Welcome a group is limited to about 200 leaves by that. */
    ENVELOPE_ALIASES_MAX = 4,
};

typedef enum envelope_kind {
    ENVELOPE_NONE,        /* carries nothing of MLS: somebody else's business */
    ENVELOPE_FETCH,       /* a Create that only names its object: object_id is to be fetched */
    ENVELOPE_MESSAGE,     /* octets: an MLSMessage, what `message` says of it */
    ENVELOPE_KEY_PACKAGE, /* octets: a raw KeyPackage, not checked further */
    ENVELOPE_STATEMENT,   /* octets: a statement, not checked further */
    ENVELOPE_TREE, /* octets: a ratchet tree for a Welcome without one, as old Bonfire clients
                      send it under the name of GroupInfo */
} envelope_kind;

/* Views of the document and of the arena. What is not there is empty. */
typedef struct envelope {
    envelope_kind kind;
    bytes id;        /* of the activity, or of the bare object */
    bytes object_id; /* of the object */
    bytes actor;     /* the one sender whom activity and object name; empty for NONE */
    bytes octets;
    mls_message_info message;
    /* The sender's names for the conversation, without repeats: context and conversation, of the
     * object and of the activity. */
    bytes aliases[ENVELOPE_ALIASES_MAX];
    size_t num_aliases;
    bytes in_reply_to;
    bytes generator; /* id of the client that made it: instrument, or the object's generator */
    bool has_published;
    uint64_t published; /* as the sender says; Unix seconds */
} envelope;

/* Reads an activity or a bare object.
 * fetched: the object that an earlier call asked for (ENVELOPE_FETCH), or NULL.
 * Errors: MLS_ERR_SENDER_MISMATCH when actor and attributedTo of activity and object, as far as
 *         they are there, do not all name one and the same actor;
 *         MLS_ERR_BAD_ENVELOPE when it says that it carries MLS, and does not. */
mls_err envelope_read(arena *a, envelope *out, const json *activity, const json *fetched);

/* What is to be sent. */
typedef struct envelope_params {
    bytes actor;
    const bytes *to; /* ids of actors, oneself included; never Public or a collection */
    size_t num_to;
    bytes octets;       /* an MLSMessage */
    bool is_statement;  /* octets are a statement */
    bytes conversation; /* the sender's name for it: the group_id as text */
    bytes in_reply_to;  /* optional; Bonfire's threads go by it */
    bytes generator_id, generator_name;
} envelope_params;

/* The activity, for callers that add members before envelope_print(). NULL after an error. */
json *envelope_make(json_maker *m, const envelope_params *params);

/* Its text. MLS_ERR_TOO_LARGE above ACTIVITY_MAX. */
mls_err envelope_print(json_maker *m, bytes *out, const json *activity);

/* Both in one. Errors: MLS_ERR_TOO_LARGE; MLS_ERR_INVALID_ARGUMENT without actor, recipients,
 *         conversation or generator, with Public among the recipients, and for octets that are no
 *         MLSMessage or a KeyPackage, which has a form of its own (key_package_object.h). */
mls_err envelope_write(arena *a, bytes *out, const envelope_params *params);

#endif
