/* A device: its keys and KeyPackages, and what it does with what comes in, by its manners. */
#ifndef WAXSEAL_SIM_DEVICE_H
#define WAXSEAL_SIM_DEVICE_H

#include "world.h"

/* Makes the keys of a device that has its actor and place already. */
void device_init(world *w, device *d);

/* What it joins with. The views are the device's own. */
mls_member_params device_params(const device *d);
/* A KeyPackage as its actor's collection holds it; its secret stays with the device. */
bool device_key_package(world *w, device *d, mls_buf *out);

/* Opens a Welcome that is for one of its KeyPackages, and accepts everybody in the group. */
bool device_open_welcome(world *w, device *d, bytes welcome, mls_group **out);
/* Accepts everybody whom a group waits for. */
mls_err accept_all(mls_group *group);

void device_receive(world *w, device *d, const post *p);
/* After input: what it leads to. */
void device_settle(world *w, device *d);

/* ---- What people do ---- */

bool seat_is_in(const seat *s);
mls_group *seat_group(const seat *s);
void seat_begin(world *w, seat *s, mls_group *group);
void seat_say(world *w, seat *s);
void seat_update(world *w, seat *s);
/* All devices of an actor, its own other ones too. */
void seat_add(world *w, seat *s, actor *const *whom, size_t count);
void seat_remove(world *w, seat *s, const actor *whom);
/* Notes that one member wants all devices of an actor out. */
void seat_unwanted(world *w, seat *by, const actor *whom);
/* All devices of its actor leave; from then on nobody wants them in until somebody adds them. */
void seat_leave(world *w, seat *s);

#endif
