/*
 * Delivery as federated servers do it: sooner or later, perhaps twice, in no order. What is lost is
 * sent again; a server that is down, or on the other side of a partition, gets it afterwards; a
 * device that is away finds it when it comes back.
 */
#ifndef WAXSEAL_SIM_NETWORK_H
#define WAXSEAL_SIM_NETWORK_H

#include "world.h"

/* An activity with these octets, to be sent, and then left. */
post *network_post(world *w, const device *from, room *r, post_kind kind, bytes octets);
/* To all devices of an actor, the sender's own included; extra: milliseconds that it takes longer.
 */
void network_send(world *w, post *p, actor *to, double extra);
void network_leave(post *p);

/* All three. */
void network_publish(world *w, const device *from, room *r, post_kind kind, bytes octets,
                     const bytes *to, size_t num_to);

/* Puts the ends of a device's absences into the queue: it reads its mailbox then. */
void network_expect(world *w, device *d);

bool network_is_away(const world *w, const device *d);
/* Whether a device takes part at all at a time: its server is up then, or will be. */
bool network_is_alive(const world *w, const device *d);

/* Frees what an event holds that will not happen any more. */
void network_forget(const happening *e);

#endif
