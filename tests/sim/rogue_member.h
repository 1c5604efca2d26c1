/*
 * A member who wants to stay: it keeps the state of every epoch it was in, and commits on old ones
 * when it is removed. It claims that its program can't take commits back. All it sends is valid
 * MLS.
 */
#ifndef WAXSEAL_SIM_ROGUE_MEMBER_H
#define WAXSEAL_SIM_ROGUE_MEMBER_H

#include "world.h"

void rogue_begin(world *w, seat *s, mls_group *group);
void rogue_receive(world *w, seat *s, const post *p);
void rogue_free(struct rogue_state *state);

#endif
