/*
 * The list of people that a post of a conversation goes to. It is most of what a post is made of,
 * and the same one after the other; so what is stored of a post refers to the members of the
 * conversation, which are stored once.
 */
#ifndef WAXSEAL_FEDI_AUDIENCE_H
#define WAXSEAL_FEDI_AUDIENCE_H

#include "fedi/device_state.h"

/* Those of `actors` that a server can be asked to reach, in order, and this device's own actor at
 * the end unless it is among them. */
mls_err audience_list(const fedi_device *d, arena *a, const bytes *actors, size_t count,
                      bytes **out, size_t *num);

/* The activity with a mark in place of each list of the members of `of`. `out` is the arena's. */
mls_err audience_fold(const fedi_device *d, const chat *of, arena *a, mls_buf *out, bytes activity);

/* Whether there are marks in it: JSON has none. */
bool audience_is_folded(bytes activity);

/* Puts the lists back. */
mls_err audience_unfold(const fedi_device *d, const chat *of, mls_buf *activity);

#endif
