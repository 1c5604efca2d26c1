/*
 * The device's own KeyPackages: made, published, used, withdrawn.
 *
 * One is published by a Create, and listed by an Add once the server has said which address it has.
 * When it was used, or has expired, it is taken back by Remove and Delete. Its secret stays for
 * PACKAGE_KEPT seconds after the use: two people may have picked the same package, and who invited
 * us on a branch that lost invites us again with it.
 */
#include "fedi/device_state.h"

#include <string.h>

const uint16_t device_suites[NUM_DEVICE_SUITES] = {1, 3};

static const mls_extension can_return = {.type = EXTENSION_CAN_RETURN};

mls_member_params device_member_params(const fedi_device *d, uint16_t suite, uint64_t now)
{
    uint64_t begin = now > CLOCK_SKEW ? now - CLOCK_SKEW : 0;
    return (mls_member_params){
        .suite = suite,
        .identity = buf_view(&d->actor),
        .signature_key = buf_view(&d->signature_key),
        .not_before = begin,
        .not_after = begin + PACKAGE_LIFETIME,
        .leaf_extensions = &can_return,
        .num_leaf_extensions = 1,
        .grease = true,
    };
}

void own_package_free(own_package *p)
{
    mls_buf_free(&p->secret);
    mls_buf_free(&p->object);
}

own_package *pool_find(fedi_device *d, bytes id)
{
    for (size_t i = 0; i < d->packages.count; i++)
        if (bytes_equal(bytes_of(d->packages.items[i].id.octets, REF_LEN), id))
            return &d->packages.items[i];
    return NULL;
}

/* ---- Making ---- */

static mls_err make(fedi_device *d, own_package *p, mls_buf *octets, uint16_t suite,
                    bool last_resort, uint64_t now)
{
    mls_key_package_info info;
    mls_member_params params = device_member_params(d, suite, now);
    params.last_resort = last_resort;
    *p = (own_package){.suite = suite, .last_resort = last_resort, .changed = true};
    *octets = (mls_buf){0};
    TRY(mls_key_package_new(octets, &p->secret, &params));
    p->not_after = params.not_after;
    mls_err err = mls_key_package_check(&info, buf_view(octets), now);
    if (err == MLS_OK && info.ref_len < REF_LEN)
        err = MLS_ERR_UNSUPPORTED_SUITE;
    if (err == MLS_OK)
        memcpy(p->id.octets, info.ref, REF_LEN);
    if (err == MLS_OK)
        err = LIST_PUSH(&d->packages, p);
    if (err == MLS_OK)
        return MLS_OK;
    mls_buf_free(octets);
    own_package_free(p);
    return err;
}

mls_err pool_make_private(fedi_device *d, mls_buf *key_package, uint16_t suite, uint64_t now)
{
    own_package p;
    TRY(make(d, &p, key_package, suite, false, now));
    d->packages.items[d->packages.count - 1].used_at = now;
    return MLS_OK;
}

static key_package_params about(const fedi_device *d, bytes object, bytes octets)
{
    return (key_package_params){
        .actor = buf_view(&d->actor),
        .object = object,
        .collection = buf_view(&d->key_packages),
        .octets = octets,
        .generator_id = buf_view(&d->generator_id),
        .generator_name = buf_view(&d->generator_name),
    };
}

static mls_err publish(fedi_device *d, fedi_effects *fx, uint16_t suite, bool last_resort,
                       uint64_t now)
{
    own_package p;
    mls_buf octets;
    bytes activity;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(make(d, &p, &octets, suite, last_resort, now));
    key_package_params params = about(d, (bytes){0}, buf_view(&octets));
    mls_err err = key_package_activity(scratch, &activity, KEY_PACKAGE_CREATE, &params);
    if (err == MLS_OK)
        err = outbox_add(d, fx, POST_PACKAGE, NULL, activity, bytes_of(p.id.octets, REF_LEN));
    mls_buf_free(&octets);
    return err;
}

/* ---- Withdrawing ---- */

static mls_err post_act(fedi_device *d, fedi_effects *fx, post_kind kind, key_package_act act,
                        bytes object, bytes id)
{
    bytes activity;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    key_package_params params = about(d, object, (bytes){0});
    TRY(key_package_activity(scratch, &activity, act, &params));
    return outbox_add(d, fx, kind, NULL, activity, id);
}

static mls_err take_off_server(fedi_device *d, fedi_effects *fx, own_package *p)
{
    bytes object = buf_view(&p->object);
    if (object.len == 0)
        return MLS_OK;
    if (d->key_packages.len)
        TRY(post_act(d, fx, POST_KEY_REST, KEY_PACKAGE_REMOVE, object, (bytes){0}));
    TRY(post_act(d, fx, POST_KEY_REST, KEY_PACKAGE_DELETE, object, (bytes){0}));
    mls_buf_free(&p->object);
    p->changed = true;
    return MLS_OK;
}

mls_err pool_use(fedi_device *d, fedi_effects *fx, own_package *p, uint64_t now)
{
    if (p->last_resort || p->used_at)
        return MLS_OK;
    p->used_at = now;
    p->changed = true;
    d->pool_at = now; /* whether enough are left */
    return take_off_server(d, fx, p);
}

static mls_err forget(fedi_device *d, fedi_effects *fx, size_t index)
{
    char name[RECORD_NAME_MAX] = "package/", hex[2 * REF_LEN + 1];
    own_package *p = &d->packages.items[index];
    TRY(take_off_server(d, fx, p));
    hex_of(hex, p->id.octets, REF_LEN);
    name_append(name, hex);
    own_package_free(p);
    LIST_TAKE(&d->packages, index);
    return effects_forget(fx, name);
}

mls_err pool_withdraw_all(fedi_device *d, fedi_effects *fx, uint64_t now)
{
    d->withdrawn = d->changed = true;
    for (size_t i = 0; i < d->packages.count; i++) {
        own_package *p = &d->packages.items[i];
        TRY(take_off_server(d, fx, p));
        p->used_at = p->used_at ? p->used_at : now;
        p->changed = true;
    }
    return MLS_OK;
}

/* ---- Keeping enough ---- */

static size_t count_fresh(const fedi_device *d, uint16_t suite, bool last_resort, uint64_t now)
{
    size_t count = 0;
    for (size_t i = 0; i < d->packages.count; i++) {
        const own_package *p = &d->packages.items[i];
        count += !p->used_at && p->suite == suite && p->last_resort == last_resort &&
                 p->not_after > now + PACKAGE_FRESH;
    }
    return count;
}

static mls_err forget_old(fedi_device *d, fedi_effects *fx, uint64_t now)
{
    for (size_t i = d->packages.count; i-- > 0;) {
        const own_package *p = &d->packages.items[i];
        if (p->not_after < now || (p->used_at && p->used_at + PACKAGE_KEPT < now))
            TRY(forget(d, fx, i));
    }
    return MLS_OK;
}

/* For one use in the best suite; one for many uses (last resort) in each. */
mls_err pool_maintain(fedi_device *d, fedi_effects *fx, uint64_t now)
{
    d->pool_at = now + 24 * (uint64_t)3600;
    TRY(forget_old(d, fx, now));
    if (d->withdrawn)
        return MLS_OK;
    size_t once = count_fresh(d, device_suites[0], false, now);
    if (once < POOL_REFILL_BELOW)
        for (; once < POOL_SIZE; once++)
            TRY(publish(d, fx, device_suites[0], false, now));
    for (size_t i = 0; i < NUM_DEVICE_SUITES; i++)
        if (count_fresh(d, device_suites[i], true, now) == 0)
            TRY(publish(d, fx, device_suites[i], true, now));
    return MLS_OK;
}

/* ---- Answers of the server ---- */

static mls_err no_collection(fedi_device *d, fedi_effects *fx)
{
    if (d->no_collection_told)
        return MLS_OK;
    d->no_collection_told = true;
    return event_error(fx, MLS_ERR_NO_KEY_PACKAGE_COLLECTION, (bytes){0}, NULL);
}

static mls_err list_package(fedi_device *d, fedi_effects *fx, const post *p, bytes object)
{
    own_package *package = pool_find(d, buf_view(&p->about));
    if (object.len == 0 || d->key_packages.len == 0)
        return no_collection(d, fx);
    if (!package || package->used_at) /* used, or expired, before the server answered */
        return post_act(d, fx, POST_KEY_REST, KEY_PACKAGE_DELETE, object, (bytes){0});
    mls_buf_free(&package->object);
    TRY(buf_copy(&package->object, object));
    package->changed = true;
    return post_act(d, fx, POST_LISTING, KEY_PACKAGE_ADD, object, buf_view(&p->about));
}

/* The server takes no Add: the whole list goes into an Update of the actor. */
static mls_err update_actor(fedi_device *d, fedi_effects *fx)
{
    bytes activity;
    size_t count = 0;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    published_package *list = arena_array(scratch, d->packages.count, sizeof *list);
    key_package_params params = about(d, (bytes){0}, (bytes){0});
    if (!list)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < d->packages.count; i++)
        if (d->packages.items[i].object.len && !d->packages.items[i].used_at)
            list[count++] = (published_package){.id = buf_view(&d->packages.items[i].object)};
    TRY(key_package_update_actor(scratch, &activity, &params, (bytes){0}, list, count));
    return outbox_add(d, fx, POST_KEY_REST, NULL, activity, (bytes){0});
}

mls_err pool_posted(fedi_device *d, fedi_effects *fx, const post *p, bool accepted, bytes object)
{
    if (p->kind == POST_PACKAGE && accepted)
        return list_package(d, fx, p, object);
    if (p->kind == POST_LISTING && !accepted)
        return update_actor(d, fx);
    return MLS_OK;
}
