/* What came before what it builds on. */
#include "fedi/device_state.h"

#include <string.h>

void held_free(held *h)
{
    mls_buf_free(&h->octets);
    mls_buf_free(&h->actor);
}

mls_err held_take(fedi_device *d, fedi_effects *fx, size_t index)
{
    char name[RECORD_NAME_MAX] = "held/", hex[HEX_ID + 1];
    hex_u64(hex, d->held.items[index].id);
    name_append(name, hex);
    held_free(&d->held.items[index]);
    LIST_TAKE(&d->held, index);
    return effects_forget(fx, name);
}

/* Room for one more: the oldest of an actor who fills it goes first, so that nobody pushes out what
 * others sent. */
static mls_err make_room(fedi_device *d, fedi_effects *fx, bytes actor)
{
    size_t of_actor = 0, first = 0;
    for (size_t i = d->held.count; i-- > 0;) {
        if (!bytes_equal(buf_view(&d->held.items[i].actor), actor))
            continue;
        of_actor++;
        first = i;
    }
    if (of_actor >= HELD_OF_ACTOR_MAX)
        return held_take(d, fx, first);
    return d->held.count >= HELD_MAX ? held_take(d, fx, 0) : MLS_OK;
}

mls_err held_add(fedi_device *d, fedi_effects *fx, held_kind kind, bytes octets, bytes actor,
                 const ref *about, uint64_t now)
{
    held h = {.id = d->next_held, .kind = kind, .about = *about, .since = now, .changed = true};
    if (octets.len > HELD_SIZE_MAX)
        return MLS_ERR_TOO_LARGE;
    TRY(make_room(d, fx, actor));
    mls_err err = buf_copy(&h.octets, octets);
    if (err == MLS_OK)
        err = buf_copy(&h.actor, actor);
    if (err == MLS_OK)
        err = LIST_PUSH(&d->held, &h);
    if (err != MLS_OK) {
        held_free(&h);
        return err;
    }
    d->next_held++;
    d->changed = true;
    return MLS_OK;
}

mls_err held_expire(fedi_device *d, fedi_effects *fx, uint64_t now)
{
    for (size_t i = d->held.count; i-- > 0;)
        if (d->held.items[i].since + HELD_FOR < now)
            TRY(held_take(d, fx, i));
    return MLS_OK;
}
