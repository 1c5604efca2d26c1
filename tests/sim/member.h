/* A seat that plays by the rules: the engine, and what an application does with its effects. */
#ifndef WAXSEAL_SIM_MEMBER_H
#define WAXSEAL_SIM_MEMBER_H

#include "world.h"

void member_begin(world *w, seat *s, mls_group *group);
void member_welcomed(world *w, seat *s, mls_group *group);
void member_receive(world *w, seat *s, const post *p);
void member_say(world *w, seat *s);
/* Carries out effects, in order, and empties the list. */
void member_execute(world *w, seat *s, conversation_effects *fx);
void member_leave(world *w, seat *s);
/* Lets its actor say that it wants another removed. */
void member_endorse(world *w, seat *s, const actor *whom);
/* Lets time pass, and carries out what comes of it. */
void member_tick(world *w, seat *s);
/* The same, unless the device is away: then when it is back. */
void member_settle(world *w, seat *s);

#endif
