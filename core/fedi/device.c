/* The device's inputs; see fedi.h. */
#include "fedi/device_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- Life ---- */

static fedi_device *device_alloc(void)
{
    fedi_device *d = calloc(1, sizeof *d);
    if (d) {
        d->next_id = 1;
        d->next_held = 1;
        d->receipts = true;
    }
    json_init();
    return d;
}

void fedi_free(fedi_device *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->contacts.count; i++)
        contact_free(&d->contacts.items[i]);
    for (size_t i = 0; i < d->packages.count; i++)
        own_package_free(&d->packages.items[i]);
    for (size_t i = 0; i < d->posts.count; i++)
        post_free(&d->posts.items[i]);
    for (size_t i = 0; i < d->held.count; i++)
        held_free(&d->held.items[i]);
    for (size_t i = 0; i < d->chats.count; i++)
        chat_free(d->chats.items[i]);
    for (size_t i = 0; i < d->jobs.count; i++)
        job_free(d->jobs.items[i]);
    for (size_t i = 0; i < d->evidence.count; i++)
        mls_buf_free(&d->evidence.items[i].name);
    free(d->contacts.items);
    free(d->packages.items);
    free(d->used.items);
    free(d->posts.items);
    free(d->held.items);
    free(d->chats.items);
    free(d->jobs.items);
    free(d->evidence.items);
    mls_buf_free(&d->actor);
    mls_buf_free(&d->key_packages);
    mls_buf_free(&d->generator_id);
    mls_buf_free(&d->generator_name);
    mls_buf_free(&d->signature_key);
    mls_buf_free(&d->public_key);
    wipe(d, sizeof *d);
    free(d);
}

/* ---- Around every call ---- */

static uint64_t next_wake(const fedi_device *d, uint64_t now)
{
    uint64_t wake = d->pool_at;
    for (size_t i = 0; i < d->chats.count; i++) {
        uint64_t at = chat_wake(d->chats.items[i]);
        wake = at < wake ? at : wake;
    }
    return wake > now ? wake : now + 1;
}

/* Ends a call: what has changed is stored and told, storage comes first. After an error there are
 * no effects. */
static mls_err finish(fedi_device *d, fedi_effects *fx, mls_err err, uint64_t now)
{
    for (size_t i = 0; err == MLS_OK && i < d->chats.count; i++)
        if (d->chats.items[i]->news)
            err = chat_tell(d, fx, d->chats.items[i]);
    if (err == MLS_OK)
        err = device_save(d, fx);
    if (err == MLS_OK)
        err = effects_sort(fx);
    if (err != MLS_OK)
        fedi_effects_free(fx);
    else
        fx->wake = next_wake(d, now);
    return err;
}

/* ---- Making ---- */

static mls_err begin(fedi_device *d, fedi_effects *fx, const fedi_params *params, uint64_t now)
{
    if (params->actor.len == 0 || params->generator_id.len == 0 || params->generator_name.len == 0)
        return MLS_ERR_INVALID_ARGUMENT;
    TRY(buf_copy(&d->actor, params->actor));
    TRY(buf_copy(&d->key_packages, params->key_packages));
    TRY(buf_copy(&d->generator_id, params->generator_id));
    TRY(buf_copy(&d->generator_name, params->generator_name));
    TRY(mls_signature_key_new(&d->signature_key, &d->public_key, device_suites[0]));
    d->changed = true;
    return pool_maintain(d, fx, now);
}

mls_err fedi_new(fedi_device **out, fedi_effects *fx, const fedi_params *params, uint64_t now)
{
    *out = NULL;
    *fx = (fedi_effects){0};
    fedi_device *d = device_alloc();
    if (!d)
        return MLS_ERR_NO_MEMORY;
    mls_err err = effects_init(fx);
    if (err == MLS_OK)
        err = finish(d, fx, begin(d, fx, params, now), now);
    if (err != MLS_OK)
        fedi_free(d);
    else
        *out = d;
    return err;
}

/* ---- What the server has ---- */

static bool is_our_trouble(mls_err err)
{
    return err == MLS_ERR_NO_MEMORY || err == MLS_ERR_NO_RANDOMNESS;
}

static mls_err process_message(fedi_device *d, fedi_effects *fx, const envelope *e, uint64_t now)
{
    switch (e->message.wire_format) {
    case MLS_WIRE_WELCOME:
        return chat_join(d, fx, e->octets, e->actor, now);
    case MLS_WIRE_PRIVATE_MESSAGE:
    case MLS_WIRE_PUBLIC_MESSAGE:
        return chat_receive(d, fx, e->octets, e->actor, now);
    default:
        return MLS_OK; /* a GroupInfo: nobody here joins by one */
    }
}

static mls_err wait_for_object(fedi_device *d, fedi_effects *fx, const envelope *e, bytes activity,
                               uint64_t now)
{
    uint32_t id;
    ref none = {{0}};
    TRY(device_fetch(d, fx, &id, FEDI_LANE_MESSAGES, e->object_id));
    TRY(held_add(d, fx, HELD_FETCHING, activity, e->actor, &none, now));
    d->held.items[d->held.count - 1].fetch = id;
    return MLS_OK;
}

static mls_err process(fedi_device *d, fedi_effects *fx, arena *a, envelope *e, bytes activity,
                       const json *document, const json *fetched, uint64_t now)
{
    TRY(envelope_read(a, e, document, fetched));
    switch (e->kind) {
    case ENVELOPE_FETCH:
        return wait_for_object(d, fx, e, activity, now);
    case ENVELOPE_MESSAGE:
        return process_message(d, fx, e, now);
    case ENVELOPE_STATEMENT:
        return chat_statement(d, fx, e->octets, e->actor, now);
    case ENVELOPE_TREE:
        return chat_take_tree(d, fx, e->octets, e->actor, now);
    case ENVELOPE_NONE:
    case ENVELOPE_KEY_PACKAGE:
        break;
    }
    return MLS_OK;
}

/* Errors that are nobody's news: the message is from before we came in, has come before, or is for
 * another device. */
static bool is_quiet(mls_err err)
{
    return err == MLS_ERR_EPOCH_TOO_OLD || err == MLS_ERR_GENERATION_REUSED ||
           err == MLS_ERR_OWN_MESSAGE || err == MLS_ERR_NOT_A_MEMBER ||
           err == MLS_ERR_UNKNOWN_SENDER;
}

static bool was_seen(fedi_device *d, const json *document)
{
    ring_digest digest;
    bytes id = as2_get_id(document, "id");
    if (id.len == 0)
        return false;
    ring_digest_of(&digest, &id, 1);
    if (ring_has(&d->inbox, &digest))
        return true;
    ring_add(&d->inbox, &digest);
    return false;
}

static mls_err receive(fedi_device *d, fedi_effects *fx, bytes activity, bytes object, bool again,
                       uint64_t now)
{
    envelope e = {0};
    const json *document, *fetched = NULL;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_err err = json_parse(scratch, &document, activity, JSON_SIZE_MAX);
    if (err == MLS_OK && object.len)
        err = json_parse(scratch, &fetched, object, JSON_SIZE_MAX);
    if (err == MLS_OK && !again && was_seen(d, document))
        return MLS_OK;
    if (err == MLS_OK)
        err = process(d, fx, scratch, &e, activity, document, fetched, now);
    if (err == MLS_OK || is_our_trouble(err))
        return err;
    return is_quiet(err) ? MLS_OK : event_error(fx, err, e.actor, NULL);
}

mls_err fedi_receive(fedi_device *d, fedi_effects *fx, bytes activity, uint64_t now)
{
    TRY(effects_init(fx));
    return finish(d, fx, receive(d, fx, activity, (bytes){0}, false, now), now);
}

static mls_err receive_fetched(fedi_device *d, fedi_effects *fx, uint32_t id, bytes object,
                               uint64_t now)
{
    bool found;
    TRY(job_fetched(d, fx, id, object, &found, now));
    for (size_t i = 0; !found && i < d->held.count; i++) {
        held h = d->held.items[i];
        if (h.kind != HELD_FETCHING || h.fetch != id)
            continue;
        d->held.items[i].octets = (mls_buf){0};
        mls_err err = held_take(d, fx, i);
        if (err == MLS_OK && object.len) /* else it is gone from its server */
            err = receive(d, fx, buf_view(&h.octets), object, true, now);
        mls_buf_free(&h.octets);
        return err;
    }
    return MLS_OK;
}

/* After loading: what waits for an object asks for it again. */
static mls_err fetch_again(fedi_device *d, fedi_effects *fx)
{
    for (size_t i = 0; i < d->held.count; i++) {
        held *h = &d->held.items[i];
        const json *document;
        envelope e;
        arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        if (h->kind != HELD_FETCHING)
            continue;
        TRY(json_parse(scratch, &document, buf_view(&h->octets), JSON_SIZE_MAX));
        TRY(envelope_read(scratch, &e, document, NULL));
        TRY(device_fetch(d, fx, &h->fetch, FEDI_LANE_MESSAGES, e.object_id));
    }
    return MLS_OK;
}

mls_err fedi_fetched(fedi_device *d, fedi_effects *fx, uint32_t id, bytes object, uint64_t now)
{
    TRY(effects_init(fx));
    return finish(d, fx, receive_fetched(d, fx, id, object, now), now);
}

/* ---- Loading ---- */

mls_err fedi_load(fedi_device **out, fedi_effects *fx, const fedi_record *records, size_t count,
                  uint64_t now)
{
    *out = NULL;
    *fx = (fedi_effects){0};
    fedi_device *d = device_alloc();
    if (!d)
        return MLS_ERR_NO_MEMORY;
    mls_err err = effects_init(fx);
    if (err == MLS_OK)
        err = device_load(d, fx, records, count);
    if (err == MLS_OK)
        err = fetch_again(d, fx);
    if (fx->memory)
        err = finish(d, fx, err, now);
    if (err != MLS_OK)
        fedi_free(d);
    else
        *out = d;
    return err;
}

/* ---- The other inputs ---- */

mls_err fedi_posted(fedi_device *d, fedi_effects *fx, uint32_t id, bool accepted, bytes object,
                    bytes sentence, uint64_t now)
{
    TRY(effects_init(fx));
    return finish(d, fx, outbox_posted(d, fx, id, accepted, object, sentence), now);
}

static mls_err tick(fedi_device *d, fedi_effects *fx, uint64_t now)
{
    if (d->pool_at <= now) {
        TRY(pool_maintain(d, fx, now));
        TRY(held_expire(d, fx, now));
        TRY(evidence_expire(d, fx, now));
    }
    for (size_t i = 0; i < d->chats.count; i++)
        if (chat_wake(d->chats.items[i]) <= now)
            TRY(chat_tick(d, fx, d->chats.items[i], now));
    return MLS_OK;
}

mls_err fedi_tick(fedi_device *d, fedi_effects *fx, uint64_t now)
{
    TRY(effects_init(fx));
    return finish(d, fx, tick(d, fx, now), now);
}

mls_err fedi_wish(fedi_device *d, fedi_effects *fx, bytes wish, const bytes *parts,
                  size_t num_parts, uint64_t now)
{
    TRY(effects_init(fx));
    return finish(d, fx, wish_run(d, fx, wish, parts, num_parts, now), now);
}
