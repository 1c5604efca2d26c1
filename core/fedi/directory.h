/* Looking up an actor's devices: the actor, the pages of its keyPackages, the objects that these
 * only name; one fetch at a time. */
#ifndef WAXSEAL_FEDI_DIRECTORY_H
#define WAXSEAL_FEDI_DIRECTORY_H

#include "fedi/device_state.h"
#include "fedi/key_packages.h"

enum { LOOKUP_PAGES_MAX = 20, LOOKUP_OBJECTS_MAX = 100 };

struct lookup {
    mls_buf actor;
    uint32_t fetch; /* that is waited for; 0: none */
    bool done;
    mls_err err; /* the actor can't be read */
    bool has_actor;
    unsigned pages, objects;
    size_t next_object; /* index in found */
    arena *memory;      /* of what was found */
    published_package *found;
    size_t num_found, room;
};

mls_err lookup_begin(fedi_device *d, fedi_effects *fx, lookup *l, bytes actor);
/* object: the answer to its fetch; empty when there is none. */
mls_err lookup_go_on(fedi_device *d, fedi_effects *fx, lookup *l, bytes object);
void lookup_free(lookup *l);

#endif
