#include "record.h"

#include <stdio.h>
#include <string.h>

static size_t write_content(const world *w, const saying *s, uint8_t content[SAYING_MAX])
{
    uint64_t number = (uint64_t)(s - w->sayings), author = s->by->device->actor->index;
    for (int i = 0; i < 8; i++) {
        content[i] = (uint8_t)(number >> (8 * i));
        content[8 + i] = (uint8_t)(author >> (8 * i));
    }
    int len = snprintf((char *)content + SAYING_ID, SAYING_MAX - SAYING_ID, "This is message %zu.",
                       (size_t)number);
    return SAYING_ID + (size_t)len;
}

static saying *find(const world *w, bytes id)
{
    uint64_t number = 0;
    for (int i = 8; id.len >= SAYING_ID && i-- > 0;)
        number = number << 8 | id.data[i];
    return id.len >= SAYING_ID && number < w->num_sayings ? &w->sayings[number] : NULL;
}

saying *record_new(world *w, seat *by, uint8_t content[SAYING_MAX], size_t *len)
{
    size_t seats = by->room->num_seats;
    w->sayings = grown(w->sayings, w->num_sayings, sizeof *w->sayings);
    saying *s = &w->sayings[w->num_sayings++];
    uint8_t *marks = zeroed(3, seats);
    *s = (saying){.by = by,
                  .at = w->now,
                  .allowed = marks,
                  .meant = marks + seats,
                  .shown = marks + 2 * seats};
    *len = write_content(w, s, content);
    w->figures.said++;
    return s;
}

saying *record_again(world *w, bytes id, uint8_t content[SAYING_MAX], size_t *len)
{
    saying *s = find(w, id);
    if (s)
        *len = write_content(w, s, content);
    return s;
}

void record_allowed(saying *s, const mls_group *group)
{
    mls_group_info info;
    mls_member member;
    bool first = !s->told;
    mls_group_describe(group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        seat *reader = mls_group_member(group, &member, leaf) == MLS_OK
                           ? find_seat_by_key(s->by->room, member.signature_key)
                           : NULL;
        if (!reader)
            continue;
        s->allowed[reader->index] = 1;
        if (first)
            s->meant[reader->index] = 1;
    }
    s->told = true;
}

void record_shown(world *w, seat *reader, const mls_member *sender, bytes content)
{
    saying *s = find(w, content);
    const device *d = reader->device;
    if (!s || !bytes_equal(sender->identity, actor_id(s->by->device->actor)) ||
        s->by->room != reader->room) {
        w->figures.forged++;
        trace(w, d, "shows something that nobody said");
        return;
    }
    size_t number = (size_t)(s - w->sayings);
    if (s->shown[reader->index]) {
        if (s->shown[reader->index] < UINT8_MAX)
            s->shown[reader->index]++;
        w->figures.repeats++;
        trace(w, d, "is given message %zu again", number);
        return;
    }
    s->shown[reader->index] = 1;
    w->figures.readings++;
    if (!s->allowed[reader->index]) {
        w->figures.leaks++;
        trace(w, d, "LEAK: shows message %zu, which was not for it", number);
        return;
    }
    trace(w, d, "shows message %zu of %s", number, s->by->device->name);
}

void record_sent(world *w, bytes id)
{
    saying *s = find(w, id);
    if (s)
        s->ciphertexts++;
}
