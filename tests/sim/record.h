/* What was said, who was to read it, and who has. */
#ifndef WAXSEAL_SIM_RECORD_H
#define WAXSEAL_SIM_RECORD_H

#include "world.h"

enum { SAYING_ID = 16, SAYING_MAX = 128 };

/* Something new; its id, and its content, which begins with the id. */
saying *record_new(world *w, seat *by, uint8_t content[SAYING_MAX], size_t *len);
/* The same content again. */
saying *record_again(world *w, bytes id, uint8_t content[SAYING_MAX], size_t *len);
/* Its author gave it to everybody who is in the group now. */
void record_allowed(saying *s, const mls_group *group);
/* Another ciphertext carries it. */
void record_sent(world *w, bytes id);
/* A device shows it, unless it has shown this id of this author before. */
void record_shown(world *w, seat *reader, const mls_member *sender, bytes content);

#endif
