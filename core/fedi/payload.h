/*
 * What travels inside MLS: Activity Streams 2.0, whole in itself, with ids that are no addresses.
 *
 * Two forms come in: activities around objects (Create{Note}, Emissary's) and bare objects (Note,
 * Bonfire's). The first is written, with id, type, actor, attributedTo and published always there.
 *
 * HTML is handed on as it came and is NOT sanitised here.
 */
#ifndef WAXSEAL_FEDI_PAYLOAD_H
#define WAXSEAL_FEDI_PAYLOAD_H

#include "fedi/attachment.h"

enum {
    PAYLOAD_SIZE_MAX = 130 << 20, /* of the JSON: files of 48 MB in base64, twice, and the rest */
    PAYLOAD_OBJECTS_MAX = 1000,   /* of one receipt */
};

typedef enum payload_kind {
    PAYLOAD_UNKNOWN,     /* a type that is not known here: ignored */
    PAYLOAD_DUMMY,       /* IntransitiveActivity, against traffic analysis: discarded */
    PAYLOAD_MESSAGE,     /* Create of a Note, Article or file; or these alone */
    PAYLOAD_EDIT,        /* Update of one: all that a MESSAGE has, under the same object_id */
    PAYLOAD_DELETE,      /* of the message object_id, by its author */
    PAYLOAD_REACTION,    /* Like or EmojiReact; reaction: the emoji, empty for a plain Like */
    PAYLOAD_UNDO,        /* of the activity object_id, by its actor */
    PAYLOAD_ANNOUNCE,    /* of object_id */
    PAYLOAD_READ,        /* receipts: the sender has seen objects, */
    PAYLOAD_VIEW,        /* looked at their files, */
    PAYLOAD_LISTEN,      /* or listened to them; */
    PAYLOAD_ACKNOWLEDGE, /* the sender's device could decrypt objects, */
    PAYLOAD_FAILURE,     /* or could not */
    /* The conversation is called `name`; object_id: the conversation. Activity Streams has no
     * activity of its own for that: an Update of the conversation's object, which is neither a
     * message nor a file, says it. Emissary tells its user's other devices in the same way; who
     * does not know it ignores it. */
    PAYLOAD_RENAME,
} payload_kind;

/* Views of the document and of the arena. What is not there is empty. */
typedef struct payload {
    payload_kind kind;
    bytes id;        /* of the activity, or of the bare object */
    bytes object_id; /* of the message, or what the activity is about */
    bytes actor;     /* the one sender whom it names; empty where it names nobody */
    bool has_published;
    uint64_t published; /* as the sender says; Unix seconds */
    bytes conversation; /* context */

    /* MESSAGE, EDIT */
    bytes type;       /* Note, Article, Image, Audio, Video, Document */
    bytes content;    /* HTML unless media_type says something else; not sanitised */
    bytes media_type; /* of content; empty is text/html */
    bytes summary;    /* a warning in front of the content */
    bytes in_reply_to;
    attachment_list attachments; /* a bare file is its own attachment */

    bytes name; /* RENAME: the new one; MESSAGE: a title */
    bytes reaction;
    bytes undone; /* UNDO: what the activity that is undone was about, where it says so */
    bytes reason; /* FAILURE: a sentence */

    const bytes *objects; /* receipts: ids of messages, object_id first */
    size_t num_objects;
} payload;

/* Reads decrypted application data: the parsed document, or its octets.
 * Errors: MLS_ERR_SENDER_MISMATCH when it names two senders; MLS_ERR_BAD_PAYLOAD when its kind
 *         lacks what makes it one (an id to delete, a reaction's object); MLS_ERR_TOO_LARGE;
 *         MLS_ERR_JSON_* from octets. */
mls_err payload_read_json(arena *a, payload *out, const json *document);
mls_err payload_read(arena *a, payload *out, bytes octets);

/* Whether it comes from the member whose leaf signed it: that identity, or nobody named.
 * Errors: MLS_ERR_SENDER_MISMATCH. */
mls_err payload_check_sender(const payload *in, bytes identity);

/* The application data for a payload of any kind but UNKNOWN.
 * Wanted always: kind, id, actor, has_published; and what the kind is about: object_id, objects for
 * receipts (or object_id alone), name for RENAME, type for MESSAGE and EDIT.
 * Errors: MLS_ERR_INVALID_ARGUMENT, MLS_ERR_TOO_LARGE. */
mls_err payload_write(arena *a, bytes *out, const payload *in);

#endif
