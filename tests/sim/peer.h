/*
 * Peers that apply their own commit at once, as Emissary and Bonfire do: others' commits in the
 * order in which they come, no statements, no way back. Who ends on another branch stays there
 * until somebody invites it again.
 */
#ifndef WAXSEAL_SIM_PEER_H
#define WAXSEAL_SIM_PEER_H

#include "world.h"

void peer_begin(world *w, seat *s, mls_group *group);
void peer_receive(world *w, seat *s, const post *p);
void peer_say(world *w, seat *s);
void peer_commit(world *w, seat *s, const mls_proposal *proposals, size_t count);
void peer_add(world *w, seat *s, const bytes *key_packages, size_t count);
void peer_remove(world *w, seat *s, const actor *whom);
/* Proposes to remove its actor's leaves. */
void peer_leave(world *w, seat *s);
void peer_free(struct peer_state *state);

/* The actors of a group, into `to`, which has a place for each member. */
size_t actors_in(const mls_group *group, bytes *to);

#endif
