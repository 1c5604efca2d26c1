/* What a device stores of a conversation, and a program that starts again with it. */
#ifndef WAXSEAL_SIM_STORE_H
#define WAXSEAL_SIM_STORE_H

#include "world.h"

void store_put(seat *s, const conversation_effect *e);
void store_delete(seat *s, bytes id);

/* Stores, and goes on from what is stored, unless it is only to be stored. */
void store_restart(world *w, seat *s, bool only_save);

#endif
