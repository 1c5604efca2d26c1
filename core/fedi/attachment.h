/*
 * Files in messages. Their octets come with the message, or lie encrypted under an address whose
 * key and hash the message holds; nothing else is ever fetched for a message.
 *
 * Inline, Emissary reads a data: URL, the draft has base64 `content`, and Bonfire writes `content`
 * that is compressed: all are read. Both are written, unless the file is marked `compact`.
 */
#ifndef WAXSEAL_FEDI_ATTACHMENT_H
#define WAXSEAL_FEDI_ATTACHMENT_H

#include "fedi/as2.h"

enum {
    ATTACHMENTS_MAX = 64,            /* of one message */
    ATTACHMENTS_SIZE_MAX = 48 << 20, /* octets of one message's files together */
    ATTACHMENT_KEY_LEN = 32,
    ATTACHMENT_HASH_LEN = 32, /* SHA-256 */
};

typedef enum attachment_form {
    ATTACHMENT_UNREADABLE, /* in no form that is safe to open; its name can be shown */
    ATTACHMENT_INLINE,     /* octets, or gzip, or both */
    ATTACHMENT_BLOB,       /* url, key, sha256, size */
} attachment_form;

typedef struct attachment {
    attachment_form form;
    bytes type;             /* Image, Audio, Video or Document */
    bytes media_type;       /* as the sender says: not to be trusted */
    bytes name;             /* of the file, or what is to be seen */
    uint64_t width, height; /* of pictures; 0 where not given */
    bytes blurhash;

    bytes octets; /* INLINE */
    bytes gzip;   /* INLINE: compressed; what it inflates to is for the reader to limit */
    bool compact; /* when written: without the data: URL */

    bytes url;     /* BLOB: https:, or http: for tests on one machine */
    bytes key;     /* BLOB: ATTACHMENT_KEY_LEN octets */
    bytes sha256;  /* BLOB: of the plaintext, ATTACHMENT_HASH_LEN octets */
    uint64_t size; /* BLOB: of the plaintext */
} attachment;

typedef struct attachment_list {
    attachment *items;
    size_t count;
} attachment_list;

/* Whether an object is a file by its type: Image, Audio, Video or Document. */
bool attachment_is_media(const json *object);

/* Reads one object. What can't be opened is UNREADABLE; so is a file whose data: URL and content
 * differ, since its readers would not see the same.
 * left: octets that the message may still hold; what is read is taken off.
 * Errors: MLS_ERR_TOO_LARGE. */
mls_err attachment_read(arena *a, attachment *out, const json *object, size_t *left);

/* Reads the property `attachment` of an object. Errors: MLS_ERR_TOO_LARGE. */
mls_err attachment_read_all(arena *a, attachment_list *out, const json *object);

/* Adds the file's properties to an object.
 * Errors: MLS_ERR_INVALID_ARGUMENT for UNREADABLE ones, a type that is none of the four, a media
 *         type that is none, a key or hash of another length; MLS_ERR_TOO_LARGE. */
void attachment_add_to(json_maker *m, json *object, const attachment *in);

/* Adds the property `attachment`, unless the list is empty. */
void attachment_add_all(json_maker *m, json *object, const attachment_list *list);

#endif
