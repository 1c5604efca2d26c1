/* What this device says. */
#include "fedi/device_state.h"

#include <string.h>

enum { ENVELOPE_ROOM = 3000 }; /* octets of an activity besides content and recipients */

/* ---- Whether it fits ---- */

/* Content grows by padding (by an eighth at most, above 4 kB), framing and base64. */
static mls_err check_size(const chat *ch, bytes content)
{
    const bytes *actors;
    size_t count, size = ENVELOPE_ROOM;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(conversation_actors(ch->c, scratch, &actors, &count));
    for (size_t i = 0; i < count; i++)
        size += 2 * (actors[i].len + 3);
    if (content.len > ACTIVITY_MAX || size > ACTIVITY_MAX)
        return MLS_ERR_TOO_LARGE;
    size += (content.len + content.len / 8 + 512) / 3 * 4;
    return size > ACTIVITY_MAX ? MLS_ERR_TOO_LARGE : MLS_OK;
}

/* ---- Saying ---- */

mls_err chat_check_active(const chat *ch)
{
    if (ch->state == CHAT_REQUEST)
        return MLS_ERR_NOT_ACCEPTED;
    return ch->state == CHAT_ACTIVE ? MLS_OK : MLS_ERR_CONVERSATION_ENDED;
}

static mls_err say(fedi_device *d, fedi_effects *fx, chat *ch, bytes content, bytes id,
                   uint64_t now)
{
    conversation_effects cfx;
    TRY(check_size(ch, content));
    TRY(conversation_effects_init(&cfx));
    mls_err err = conversation_say(ch->c, &cfx, content, id);
    if (err != MLS_OK) {
        conversation_effects_cleanup(&cfx);
        return err;
    }
    ch->since_update++;
    ch->changed = true;
    return chat_settle(d, fx, ch, &cfx, now);
}

static mls_err complete(fedi_device *d, const chat *ch, payload *p, char uuid[UUID_LEN + 1],
                        uint64_t now)
{
    TRY(chat_check_active(ch));
    TRY(new_uuid(uuid));
    p->id = bytes_of(uuid, UUID_LEN);
    p->actor = buf_view(&d->actor);
    p->has_published = true;
    p->published = now;
    p->conversation = chat_group_id(ch);
    if (!utf8_valid(p->conversation))
        p->conversation = (bytes){0};
    return MLS_OK;
}

mls_err chat_say(fedi_device *d, fedi_effects *fx, chat *ch, const payload *what, uint64_t now)
{
    char uuid[UUID_LEN + 1];
    bytes content;
    payload p = *what;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(complete(d, ch, &p, uuid, now));
    TRY(payload_write(scratch, &content, &p));
    TRY(say(d, fx, ch, content, p.id, now));
    if (p.kind == PAYLOAD_MESSAGE || p.kind == PAYLOAD_EDIT)
        return chat_tell_message(d, fx, ch, &p, p.actor, now);
    if (p.kind == PAYLOAD_DELETE || p.kind == PAYLOAD_REACTION || p.kind == PAYLOAD_UNDO ||
        p.kind == PAYLOAD_ANNOUNCE)
        return chat_tell_act(d, fx, ch, &p, p.actor);
    return MLS_OK;
}

mls_err chat_say_to(fedi_device *d, fedi_effects *fx, chat *ch, const payload *what, bytes reader,
                    uint64_t now)
{
    char uuid[UUID_LEN + 1];
    bytes content;
    payload p = *what;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(complete(d, ch, &p, uuid, now));
    TRY(payload_write(scratch, &content, &p));
    uint8_t *id = arena_alloc(scratch, UUID_LEN + 1 + reader.len);
    if (!id)
        return MLS_ERR_NO_MEMORY;
    memcpy(id, uuid, UUID_LEN);
    id[UUID_LEN] = ' ';
    memcpy(id + UUID_LEN + 1, reader.data, reader.len);
    return say(d, fx, ch, content, bytes_of(id, UUID_LEN + 1 + reader.len), now);
}

/* ---- Receipts ---- */

/* Everything of one author's in one message. */
static mls_err acknowledge_author(fedi_device *d, fedi_effects *fx, chat *ch, arena *a,
                                  uint64_t now)
{
    size_t count = 0;
    bytes actor;
    bytes *objects = arena_array(a, ch->acknowledge.count, sizeof *objects);
    if (!objects)
        return MLS_ERR_NO_MEMORY;
    TRY(arena_copy(a, &actor, buf_view(&ch->acknowledge.items[0].actor)));
    for (size_t i = 0; i < ch->acknowledge.count;) {
        acknowledgement *item = &ch->acknowledge.items[i];
        if (!bytes_equal(buf_view(&item->actor), actor)) {
            i++;
            continue;
        }
        TRY(arena_copy(a, &objects[count++], buf_view(&item->object)));
        acknowledgement_free(item);
        LIST_TAKE(&ch->acknowledge, i);
    }
    payload p = {.kind = PAYLOAD_ACKNOWLEDGE,
                 .object_id = objects[0],
                 .objects = objects,
                 .num_objects = count};
    mls_err err = chat_say_to(d, fx, ch, &p, actor, now);
    return err == MLS_ERR_TOO_LARGE || chat_check_active(ch) != MLS_OK ? MLS_OK : err;
}

mls_err chat_acknowledge(fedi_device *d, fedi_effects *fx, chat *ch, uint64_t now)
{
    ch->acknowledge_at = 0;
    ch->changed = true;
    while (ch->acknowledge.count) {
        arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        TRY(acknowledge_author(d, fx, ch, scratch, now));
    }
    return MLS_OK;
}
