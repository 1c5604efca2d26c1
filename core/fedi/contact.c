/* People: which keys their devices had so far, whether they may write to us. */
#include "fedi/device_state.h"

#include <stdlib.h>
#include <string.h>

contact *contact_find(fedi_device *d, bytes actor)
{
    for (size_t i = 0; i < d->contacts.count; i++)
        if (bytes_equal(buf_view(&d->contacts.items[i].actor), actor))
            return &d->contacts.items[i];
    return NULL;
}

contact *contact_of(fedi_device *d, bytes actor)
{
    contact who = {.changed = true};
    contact *known = contact_find(d, actor);
    if (known)
        return known;
    if (buf_copy(&who.actor, actor) != MLS_OK)
        return NULL;
    if (LIST_PUSH(&d->contacts, &who) != MLS_OK) {
        contact_free(&who);
        return NULL;
    }
    return &d->contacts.items[d->contacts.count - 1];
}

bool contact_is_blocked(fedi_device *d, bytes actor)
{
    const contact *who = contact_find(d, actor);
    return who && who->blocked;
}

void contact_free(contact *who)
{
    for (size_t i = 0; i < who->keys.count; i++)
        mls_buf_free(&who->keys.items[i].key);
    free(who->keys.items);
    mls_buf_free(&who->actor);
}

static bool knows(const contact *who, bytes key)
{
    for (size_t i = 0; i < who->keys.count; i++)
        if (bytes_equal(buf_view(&who->keys.items[i].key), key))
            return true;
    return false;
}

static mls_err add_key(contact *who, bytes key, uint64_t now)
{
    known_key k = {.since = now};
    if (who->keys.count == CONTACT_KEYS_MAX) { /* the oldest: who comes back with it is told of */
        mls_buf_free(&who->keys.items[0].key);
        LIST_TAKE(&who->keys, 0);
    }
    TRY(buf_copy(&k.key, key));
    mls_err err = LIST_PUSH(&who->keys, &k);
    if (err != MLS_OK)
        mls_buf_free(&k.key);
    who->changed = true;
    return err;
}

static void add_hex(event *e, json *to, const char *name, bytes octets)
{
    char *text = arena_alloc(e->m.arena, 2 * octets.len + 1);
    if (!text) {
        json_fail(&e->m, MLS_ERR_NO_MEMORY);
        return;
    }
    hex_of(text, octets.data, octets.len);
    json *value = json_new_view(&e->m, text);
    if (name)
        json_add(&e->m, to, name, value);
    else
        json_push(&e->m, to, value);
}

void event_push_hex(event *e, json *array, bytes octets)
{
    add_hex(e, array, NULL, octets);
}

mls_err contact_tell(fedi_effects *fx, const contact *who)
{
    event e;
    event_begin(&e, fx, "contact", NULL);
    json *keys = json_new_array(&e.m);
    json_add_string(&e.m, e.object, "actor", buf_view(&who->actor));
    for (size_t i = 0; i < who->keys.count; i++) {
        json *item = json_new_object(&e.m);
        add_hex(&e, item, "key", buf_view(&who->keys.items[i].key));
        json_add_uint(&e.m, item, "since", who->keys.items[i].since);
        json_push(&e.m, keys, item);
    }
    json_add(&e.m, e.object, "keys", keys);
    json_add_bool(&e.m, e.object, "accepted", who->accepted);
    json_add_bool(&e.m, e.object, "blocked", who->blocked);
    return event_end(&e);
}

static mls_err alert(fedi_effects *fx, const chat *of, bytes actor, bool is_device,
                     const bytes *fresh, size_t count)
{
    event e;
    event_begin(&e, fx, "keys", of);
    json *keys = json_new_array(&e.m);
    json_add_string(&e.m, e.object, "actor", actor);
    json_add_literal(&e.m, e.object, "alert", is_device ? "new-device" : "key-changed");
    for (size_t i = 0; i < count; i++)
        add_hex(&e, keys, NULL, fresh[i]);
    json_add(&e.m, e.object, "keys", keys);
    json_add_literal(&e.m, e.object, "sentence",
                     is_device
                         ? "uses a new device. If in doubt, ask them whether it is theirs."
                         : "has changed keys: a new app, or somebody else. Ask them another way "
                           "before you trust it.");
    return event_end(&e);
}

mls_err contact_watch(fedi_device *d, fedi_effects *fx, const chat *of, bytes actor,
                      const bytes *keys, size_t num_keys, uint64_t now)
{
    contact *who = contact_of(d, actor);
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    bytes *fresh = arena_array(scratch, num_keys, sizeof *fresh);
    if (!who || !fresh)
        return MLS_ERR_NO_MEMORY;
    size_t num_fresh = 0;
    /* Of one's own devices this one is known. */
    bool some_known = bytes_equal(actor, buf_view(&d->actor));
    bool first = who->keys.count == 0 && !some_known;
    for (size_t i = 0; i < num_keys; i++)
        some_known |= knows(who, keys[i]);
    for (size_t i = 0; i < num_keys; i++) {
        if (knows(who, keys[i]))
            continue;
        fresh[num_fresh++] = keys[i];
        TRY(add_key(who, keys[i], now));
    }
    if (num_fresh == 0)
        return MLS_OK;
    TRY(contact_tell(fx, who));
    return first ? MLS_OK : alert(fx, of, actor, some_known, fresh, num_fresh);
}
