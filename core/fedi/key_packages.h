/* Where an actor's KeyPackages are listed, in every shape in which servers do it. */
#ifndef WAXSEAL_FEDI_KEY_PACKAGES_H
#define WAXSEAL_FEDI_KEY_PACKAGES_H

#include "fedi/key_package_object.h"

/* One answer's worth: an actor, a collection or a page of one. */
typedef struct key_package_list {
    published_package *items; /* KeyPackages, and addresses of some */
    size_t num_items;
    size_t num_dropped; /* items that are neither */
    bytes next;         /* address of what to read next; empty at the end */
    bytes collection; /* of an actor: the collection's address, for Add and Remove; may be empty */
} key_package_list;

/* Reads the `keyPackages` of an actor: an address (then only `next` is set), an array, or an
 * embedded collection.
 * actor_id: who was asked for. Errors: MLS_ERR_SENDER_MISMATCH when the object is somebody else;
 *           MLS_ERR_NO_KEY_PACKAGES when the actor has no such property. */
mls_err key_packages_of_actor(arena *a, key_package_list *out, const json *actor, bytes actor_id);

/* Reads a Collection, an OrderedCollection or a page: items or orderedItems, and what follows by
 * `next` or, where there are no items, `first`: an address or an embedded page. An object that is a
 * KeyPackage itself is a list of one. */
mls_err key_packages_of_page(arena *a, key_package_list *out, const json *page);

#endif
