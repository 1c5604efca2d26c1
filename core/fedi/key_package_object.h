/* A KeyPackage as an object that others find, and the activities that publish and withdraw it. */
#ifndef WAXSEAL_FEDI_KEY_PACKAGE_OBJECT_H
#define WAXSEAL_FEDI_KEY_PACKAGE_OBJECT_H

#include "fedi/as2.h"

enum { KEY_PACKAGE_MAX = 1 << 16 }; /* octets of one that is read */

/* A KeyPackage as found. Views of the document and of the arena; what is not there is empty. */
typedef struct published_package {
    bytes id;     /* of the object */
    bytes octets; /* the raw KeyPackage; empty where `id` is to be fetched */
    bytes attributed_to;
    bytes generator; /* id or, of a generator without one, its name */
    bytes suite;     /* IANA name, as the object says; the octets decide */
} published_package;

/* Reads an object, or a URL, that stands in a collection of KeyPackages: raw or in an MLSMessage,
 * in base64 of any form. What the octets are worth is for key_package_choice.h.
 * Errors: MLS_ERR_BAD_CONTENT for what is no KeyPackage and names none. */
mls_err key_package_object_read(arena *a, published_package *out, const json *value);

typedef enum key_package_act {
    KEY_PACKAGE_CREATE,
    KEY_PACKAGE_UPDATE,
    KEY_PACKAGE_ADD,
    KEY_PACKAGE_REMOVE,
    KEY_PACKAGE_DELETE,
} key_package_act;

typedef struct key_package_params {
    bytes actor;
    bytes object;                       /* address of the object: all but CREATE */
    bytes collection;                   /* the actor's keyPackages: ADD, REMOVE */
    bytes octets;                       /* the raw KeyPackage: CREATE, UPDATE */
    bytes generator_id, generator_name; /* CREATE, UPDATE; servers want both */
} key_package_params;

/* The activity, to Public.
 * Errors: MLS_ERR_INVALID_ARGUMENT when something is missing or octets are no raw KeyPackage of a
 *         suite of this build; MLS_ERR_TOO_LARGE. */
mls_err key_package_activity(arena *a, bytes *out, key_package_act act,
                             const key_package_params *params);

/* For servers that know no Add: Update of the actor with the whole list of its KeyPackages.
 * actor_type: the actor's type, as some servers want it repeated; may be empty.
 * packages:   those with octets go in as objects, the others by their addresses. */
mls_err key_package_update_actor(arena *a, bytes *out, const key_package_params *params,
                                 bytes actor_type, const published_package *packages,
                                 size_t num_packages);

/* One of the above as somebody posted it. */
typedef struct key_package_event {
    key_package_act act;
    bytes id, actor;
    bytes collection;
    published_package package;
} key_package_event;

/* Whether an activity is one of the above about something that may be a KeyPackage: *found; an Add,
 * Remove or Delete that names its object by address alone is, since only its collection or the
 * caller's own list can tell.
 * Errors: MLS_ERR_SENDER_MISMATCH; MLS_ERR_BAD_CONTENT. */
mls_err key_package_activity_read(arena *a, key_package_event *out, bool *found,
                                  const json *activity);

#endif
