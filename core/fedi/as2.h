/*
 * Activity Streams 2.0 in the shapes in which it comes: a string, an object or an array of them;
 * names plain, with a prefix or as full addresses; three ways of saying Public. No JSON-LD
 * processing: prefixes are known by their spelling.
 *
 * Ids are compared as octets (bytes_equal()), as the credentials in MLS are.
 */
#ifndef WAXSEAL_FEDI_AS2_H
#define WAXSEAL_FEDI_AS2_H

#include "fedi/json.h"

#define AS2_CONTEXT "https://www.w3.org/ns/activitystreams"
#define MLS_CONTEXT "https://purl.archive.org/socialweb/mls"
#define AS2_PUBLIC  "https://www.w3.org/ns/activitystreams#Public"

/* ---- Reading ---- */

/* A name without the prefix or address of the vocabularies that are known here: "as:actor",
 * "mls:keyPackages" and "https://www.w3.org/ns/activitystreams#actor" are actor and keyPackages. */
const char *as2_local_name(const char *name);

/* A property by its plain name, however it is written; where it is there twice, the plain one
 * counts. Also "@id" for "id" and "@type" for "type". NULL for none, null and an empty array. */
const json *as2_get(const json *object, const char *name);

/* The items of a value, nulls left out: those of an array, or the value itself. */
const json *as2_first(const json *value);
const json *as2_next(const json *value, const json *item);

/* The first item if it is an object; else NULL. */
const json *as2_object(const json *value);

/* The id that the first item is or has; empty when there is none. */
bytes as2_id_of(const json *value);

/* The text that the first item is ("@value" of an object included); empty for none. */
bytes as2_text(const json *value);

/* as2_id_of() and as2_text() of a property. */
bytes as2_get_id(const json *object, const char *name);
bytes as2_get_text(const json *object, const char *name);

/* Whether one of the object's types is this one. */
bool as2_has_type(const json *object, const char *type);

/* Whether an id is one of the three ways of saying Public. */
bool as2_is_public(bytes id);

/* Whether an object's mediaType is this one: without regard to case and parameters. */
bool as2_has_media_type(const json *object, const char *media_type);

/* ---- Claims about who made something ---- */

/* Adds what actor and attributedTo of an object name to what was claimed so far: empty at first,
 * then the one sender. Errors: MLS_ERR_SENDER_MISMATCH when that makes two, or one without an
 * id. */
mls_err as2_claim(bytes *sender, const json *object);

/* ---- Making ---- */

/* An activity with @context, type and actor. with_mls: both contexts; else Activity Streams' only.
 */
json *as2_new_activity(json_maker *m, bool with_mls, const char *type, bytes actor);

/* type: ["Object", type], which servers keep that know Activity Streams only. */
void as2_add_type(json_maker *m, json *object, const char *type);

/* generator: { type: Application, id, name } */
void as2_add_generator(json_maker *m, json *object, bytes id, bytes name);

#endif
