/* What must hold when all is quiet, and what must hold all the time. */
#ifndef WAXSEAL_SIM_CHECK_H
#define WAXSEAL_SIM_CHECK_H

#include "world.h"

/* A short public name of the epoch that a seat is in, for traces. Static. */
const char *check_epoch_name(const seat *s);

/* After each tick: no state of an epoch is kept past the window. */
void check_snapshots(world *w, const seat *s);

/* Whether somebody else's endorsement for the epoch of now has come in. */
bool check_endorsed(const seat *s);

/* Whether a group has a leaf of this device. */
bool check_is_member(const mls_group *group, const device *d);

/* At the end of a run; adds to the figures, and says under --trace what is wrong. */
void check_at_rest(world *w);

/* Whether what the figures tell is a failure of the run. */
bool check_failed(const world *w);

#endif
