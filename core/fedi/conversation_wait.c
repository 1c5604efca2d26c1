/* What waits: what can't be read yet, and proposals that a commit may refer to.
 *
 * Anybody who knows the group's id can post something that looks like a message of an epoch that we
 * don't know, so places and octets are bounded, and shared fairly. */
#include "fedi/conversation_state.h"

static bool is_waiting(const conversation *c, const epoch_id *hash)
{
    for (size_t i = 0; i < c->waiting.count; i++)
        if (epoch_id_equal(&c->waiting.items[i].hash, hash))
            return true;
    return false;
}

static size_t waiting_size(const conversation *c)
{
    size_t size = 0;
    for (size_t i = 0; i < c->waiting.count; i++)
        size += c->waiting.items[i].octets.len;
    return size;
}

enum { WAITING_PLACE = 1024 }; /* what a place weighs, however short the message */

/* The first message of the same party: of the same member, or, all of them together, of anybody
 * else. Somebody who was just added is one of these until we have seen that. */
static size_t party_of(const conversation *c, size_t index, const size_t *parties, size_t strangers)
{
    const waiting *w = &c->waiting.items[index];
    if (!is_actor(c, &w->sender))
        return strangers;
    for (size_t i = 0; i < index; i++)
        if (parties[i] == i && epoch_id_equal(&c->waiting.items[i].sender, &w->sender))
            return i;
    return index;
}

/* The oldest of the party that has the most: nobody pushes out what others sent. */
static void drop_from_heaviest(conversation *c)
{
    size_t parties[WAITING_MAX], weights[WAITING_MAX] = {0};
    size_t strangers = SIZE_MAX, heaviest = 0;
    for (size_t i = 0; i < c->waiting.count; i++) {
        parties[i] = party_of(c, i, parties, strangers);
        if (parties[i] == SIZE_MAX)
            parties[i] = strangers = i;
        weights[parties[i]] += c->waiting.items[i].octets.len + WAITING_PLACE;
    }
    for (size_t i = 0; i < c->waiting.count; i++)
        if (weights[i] > weights[heaviest])
            heaviest = i;
    waiting_free(&c->waiting.items[heaviest]);
    LIST_TAKE(&c->waiting, heaviest);
}

mls_err put_aside(conversation *c, bytes octets, const mls_message_info *info, const epoch_id *hash,
                  bytes from, uint64_t now)
{
    if (is_waiting(c, hash))
        return MLS_OK;
    if (octets.len > WAITING_SIZE_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    while (c->waiting.count == WAITING_MAX || waiting_size(c) + octets.len > WAITING_SIZE_MAX)
        drop_from_heaviest(c);
    waiting *more = LIST_MORE(&c->waiting);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->waiting.items = more;
    waiting *w = &more[c->waiting.count];
    w->hash = *hash;
    epoch_id_of_octets(&w->sender, from);
    w->epoch = info->epoch;
    w->content_type = info->content_type;
    w->since = now;
    w->ask_at = now + c->params.unreadable_after;
    mls_err err = buf_copy(&w->octets, octets);
    if (err == MLS_OK)
        err = buf_copy(&w->from, from);
    if (err != MLS_OK)
        waiting_free(w);
    else
        c->waiting.count++;
    return err;
}
