/* Making servers, actors, devices and rooms. */
#ifndef WAXSEAL_SIM_PEOPLE_H
#define WAXSEAL_SIM_PEOPLE_H

#include "world.h"

void people_make(world *w, size_t servers, size_t actors, size_t devices);

/* A room with a seat for each device of these actors, in this order; nobody is in it yet. */
void room_make(world *w, room *r, uint32_t index, actor *const *members, size_t count);

/* The first `seats` of a room are in it from now on, in epoch 1. */
void room_begin(world *w, room *r, size_t seats);
/* The first seat alone is in it, in epoch 0. */
void room_begin_alone(world *w, room *r);

#endif
