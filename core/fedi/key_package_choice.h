/* Which of the KeyPackages found are good, and one of them for each device. */
#ifndef WAXSEAL_FEDI_KEY_PACKAGE_CHOICE_H
#define WAXSEAL_FEDI_KEY_PACKAGE_CHOICE_H

#include "fedi/key_package_object.h"

enum { OFFERED_MAX = 1000 }; /* packages of one actor that are looked at */

/* A KeyPackage that is good for an actor. A device is who has a signature key. */
typedef struct offered_package {
    bytes actor;
    bytes id; /* address of the object; may be empty */
    bytes octets;
    mls_key_package_info info;
} offered_package;

typedef struct offered_packages {
    offered_package *items;
    size_t count;
} offered_packages;

/* Keeps of the packages found at an actor those that are valid at `now` (section 10.1 of RFC 9420),
 * whose credential is the actor and nobody else, and no two with one init_key: the first counts.
 * Addresses without octets are left out. What is attributed to somebody else is as well, and what
 * comes after OFFERED_MAX. */
mls_err key_package_check_all(arena *a, offered_packages *out, bytes actor,
                              const published_package *found, size_t num_found, uint64_t now);

typedef struct key_package_choice {
    uint16_t suite;
    const offered_package **items; /* one for each device that offers the suite */
    size_t count;
    bytes lacking; /* after MLS_ERR_NO_KEY_PACKAGES: an actor with nothing in the best suite */
} key_package_choice;

/* Chooses a suite and one package for each device: the first suite that all devices offer, or else
 * the first that each actor offers on some device. Of a device's packages, those for one use come
 * first, then the newest; among equals `pick` decides, a random number, so that two who choose at
 * the same time seldom take the same one.
 * offers: of all actors, packages that were used before left out.
 * suites: allowed ones, best first.
 * Errors: MLS_ERR_NO_KEY_PACKAGES. */
mls_err key_package_choose(arena *a, key_package_choice *out, const offered_packages *offers,
                           const bytes *actors, size_t num_actors, const uint16_t *suites,
                           size_t num_suites, uint32_t pick);

#endif
