#include "exports.h"
#include "handles.h"
#include "host.h"
#include "records.h"

#include <waxseal/fedi.h>

#include <stdlib.h>
#include <string.h>

/* JavaScript has the core's records beside its own, under this prefix. */
static const char PREFIX[] = "core/";
enum { PREFIX_LEN = sizeof PREFIX - 1, NAME_MAX = 256 };

/* What all calls of a device begin with. */
typedef struct call {
    wx_request request;
    fedi_device *device;
    uint32_t vault;
    uint64_t counter; /* of the records that the call writes */
    uint64_t now;
} call;

static call take_call(const uint8_t *data, uint32_t len)
{
    call c = {.request = wx_request_of(data, len)};
    c.device = wx_device_at(wx_take_u32(&c.request));
    c.vault = wx_take_u32(&c.request);
    c.counter = wx_take_u64(&c.request);
    c.now = wx_take_u64(&c.request);
    return c;
}

static mls_err check_call(const call *c)
{
    mls_err err = wx_take_end(&c->request);
    return err == MLS_OK && c->device == NULL ? MLS_ERR_INVALID_ARGUMENT : err;
}

/* ---- Effects ---- */

static mls_err put_storage(const call *c, const fedi_effect *effect)
{
    uint8_t name[NAME_MAX];
    if (effect->name.len + PREFIX_LEN > sizeof name)
        return MLS_ERR_INVALID_ARGUMENT;
    memcpy(name, PREFIX, PREFIX_LEN);
    memcpy(name + PREFIX_LEN, effect->name.data, effect->name.len);
    wx_slot slot = {.name = {name, PREFIX_LEN + effect->name.len}, .counter = c->counter};
    wx_put_bytes(slot.name);
    if (effect->kind == FEDI_STORE)
        return wx_record_put(c->vault, slot, effect->octets);
    wx_put_bytes((mls_bytes){0});
    return MLS_OK;
}

static mls_err put_effect(const call *c, const fedi_effect *effect)
{
    mls_err err = MLS_OK;
    wx_put_u32(effect->kind);
    wx_put_u32(effect->id);
    wx_put_u32(effect->lane);
    if (effect->kind == FEDI_STORE || effect->kind == FEDI_FORGET) {
        err = put_storage(c, effect);
    } else {
        wx_put_bytes(effect->name);
        wx_put_bytes(effect->octets);
    }
    wx_put_u32((uint32_t)effect->num_parts);
    for (size_t i = 0; i < effect->num_parts; i++)
        wx_put_bytes(effect->parts[i]);
    return err;
}

static mls_err put_effects(const call *c, const fedi_effects *effects)
{
    wx_put_u64(effects->wake);
    wx_put_u32((uint32_t)effects->count);
    for (size_t i = 0; i < effects->count; i++) {
        mls_err err = put_effect(c, &effects->list[i]);
        if (err != MLS_OK)
            return err;
    }
    return MLS_OK;
}

/* Ends a call: its reply is the effects. */
static uint32_t finish(const call *c, mls_err err, fedi_effects *effects)
{
    if (err == MLS_OK)
        err = put_effects(c, effects);
    fedi_effects_free(effects);
    return wx_finish(err);
}

/* The same for a call that makes a device, whose handle comes first. */
static uint32_t finish_new(const call *c, mls_err err, fedi_device *device, fedi_effects *effects)
{
    uint32_t handle = 0;
    if (err == MLS_OK)
        err = wx_handle_of_device(&handle, device);
    if (err == MLS_OK)
        wx_put_u32(handle);
    uint32_t status = finish(c, err, effects);
    if (status != MLS_OK)
        wx_handle_release(handle);
    return status;
}

/* ---- Making and loading ---- */

uint32_t wx_fedi_new(const uint8_t *data, uint32_t len)
{
    call c = {.request = wx_request_of(data, len)};
    fedi_device *device = NULL;
    fedi_effects effects = {0};
    fedi_params params;
    c.vault = wx_take_u32(&c.request);
    c.counter = wx_take_u64(&c.request);
    c.now = wx_take_u64(&c.request);
    params.actor = wx_take_bytes(&c.request);
    params.key_packages = wx_take_bytes(&c.request);
    params.generator_id = wx_take_bytes(&c.request);
    params.generator_name = wx_take_bytes(&c.request);
    mls_err err = wx_take_end(&c.request);
    if (err == MLS_OK)
        err = fedi_new(&device, &effects, &params, c.now);
    return finish_new(&c, err, device, &effects);
}

static void take_record(wx_request *request, void *item)
{
    *(wx_record *)item = wx_take_record(request);
}

/* Evidence goes by its name alone. */
static mls_err open_record(mls_buf *octets, uint32_t vault, const wx_record *sealed)
{
    return sealed->sealed.len ? wx_record_open(octets, vault, *sealed) : MLS_OK;
}

/* Opens what can be opened. A record that is not authentic stays without octets, counts as broken
 * and is left out: the device is loaded without it. */
static mls_err open_all(fedi_record *records, mls_buf *octets, bool *broken, uint32_t vault,
                        const wx_record *sealed, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        mls_bytes name = sealed[i].slot.name;
        if (name.len <= PREFIX_LEN || memcmp(name.data, PREFIX, PREFIX_LEN) != 0)
            return MLS_ERR_INVALID_ARGUMENT;
        mls_err err = open_record(&octets[i], vault, &sealed[i]);
        broken[i] = err == MLS_ERR_VAULT_WRONG_KEY;
        if (err != MLS_OK && !broken[i])
            return err;
        records[i].name = (mls_bytes){name.data + PREFIX_LEN, name.len - PREFIX_LEN};
        records[i].octets = wx_view(&octets[i]);
    }
    return MLS_OK;
}

/* Moves the broken ones out of the list and puts their names into the reply. */
static uint32_t leave_out(fedi_record *records, const bool *broken, const wx_record *sealed,
                          uint32_t count)
{
    uint32_t good = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!broken[i])
            records[good++] = records[i];
    wx_put_u32(count - good);
    for (uint32_t i = 0; i < count; i++)
        if (broken[i])
            wx_put_bytes(sealed[i].slot.name);
    return good;
}

uint32_t wx_fedi_load(const uint8_t *data, uint32_t len)
{
    call c = {.request = wx_request_of(data, len)};
    fedi_device *device = NULL;
    fedi_effects effects = {0};
    uint32_t count;
    c.vault = wx_take_u32(&c.request);
    c.counter = wx_take_u64(&c.request);
    c.now = wx_take_u64(&c.request);
    wx_record *sealed =
        wx_take_list(&c.request, &count, 4 * sizeof(uint32_t), sizeof *sealed, take_record);
    mls_err err = wx_take_end(&c.request);
    fedi_record *records = calloc((size_t)count + 1, sizeof *records);
    mls_buf *octets = calloc((size_t)count + 1, sizeof *octets);
    bool *broken = calloc((size_t)count + 1, sizeof *broken);
    if (err == MLS_OK && (records == NULL || octets == NULL || broken == NULL))
        err = MLS_ERR_NO_MEMORY;
    if (err == MLS_OK)
        err = open_all(records, octets, broken, c.vault, sealed, count);
    if (err == MLS_OK) {
        uint32_t good = leave_out(records, broken, sealed, count);
        err = fedi_load(&device, &effects, records, good, c.now);
    }
    for (uint32_t i = 0; octets && i < count; i++)
        mls_buf_free(&octets[i]);
    free(broken);
    free(octets);
    free(records);
    free(sealed);
    return finish_new(&c, err, device, &effects);
}

/* ---- Inputs ---- */

uint32_t wx_fedi_receive(const uint8_t *data, uint32_t len)
{
    call c = take_call(data, len);
    fedi_effects effects = {0};
    mls_bytes activity = wx_take_bytes(&c.request);
    mls_err err = check_call(&c);
    if (err == MLS_OK)
        err = fedi_receive(c.device, &effects, activity, c.now);
    return finish(&c, err, &effects);
}

uint32_t wx_fedi_fetched(const uint8_t *data, uint32_t len)
{
    call c = take_call(data, len);
    fedi_effects effects = {0};
    uint32_t id = wx_take_u32(&c.request);
    mls_bytes object = wx_take_bytes(&c.request);
    mls_err err = check_call(&c);
    if (err == MLS_OK)
        err = fedi_fetched(c.device, &effects, id, object, c.now);
    return finish(&c, err, &effects);
}

uint32_t wx_fedi_posted(const uint8_t *data, uint32_t len)
{
    call c = take_call(data, len);
    fedi_effects effects = {0};
    uint32_t id = wx_take_u32(&c.request);
    bool accepted = wx_take_u32(&c.request) != 0;
    mls_bytes object = wx_take_bytes(&c.request);
    mls_bytes sentence = wx_take_bytes(&c.request);
    mls_err err = check_call(&c);
    if (err == MLS_OK)
        err = fedi_posted(c.device, &effects, id, accepted, object, sentence, c.now);
    return finish(&c, err, &effects);
}

uint32_t wx_fedi_tick(const uint8_t *data, uint32_t len)
{
    call c = take_call(data, len);
    fedi_effects effects = {0};
    mls_err err = check_call(&c);
    if (err == MLS_OK)
        err = fedi_tick(c.device, &effects, c.now);
    return finish(&c, err, &effects);
}

static void take_part(wx_request *request, void *item)
{
    *(mls_bytes *)item = wx_take_bytes(request);
}

uint32_t wx_fedi_wish(const uint8_t *data, uint32_t len)
{
    call c = take_call(data, len);
    fedi_effects effects = {0};
    uint32_t count;
    mls_bytes wish = wx_take_bytes(&c.request);
    mls_bytes *parts = wx_take_list(&c.request, &count, sizeof(uint32_t), sizeof *parts, take_part);
    mls_err err = check_call(&c);
    if (err == MLS_OK)
        err = fedi_wish(c.device, &effects, wish, parts, count, c.now);
    free(parts);
    return finish(&c, err, &effects);
}

/* ---- Files ---- */

uint32_t wx_fedi_blob_seal(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint8_t key[FEDI_BLOB_KEY_LEN], sha256[FEDI_BLOB_HASH_LEN];
    mls_buf blob = {0};
    mls_bytes plaintext = wx_take_bytes(&request);
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = fedi_blob_seal(&blob, key, sha256, plaintext);
    if (err == MLS_OK) {
        wx_put_bytes(wx_view(&blob));
        wx_put_bytes((mls_bytes){key, sizeof key});
        wx_put_bytes((mls_bytes){sha256, sizeof sha256});
    }
    wx_wipe(key, sizeof key);
    mls_buf_free(&blob);
    return wx_finish(err);
}

uint32_t wx_fedi_blob_open(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_buf plaintext = {0};
    mls_bytes key = wx_take_bytes(&request);
    mls_bytes sha256 = wx_take_bytes(&request);
    uint64_t size = wx_take_u64(&request);
    mls_bytes blob = wx_take_bytes(&request);
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && (key.len != FEDI_BLOB_KEY_LEN || sha256.len != FEDI_BLOB_HASH_LEN))
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK)
        err = fedi_blob_open(&plaintext, key.data, sha256.data, size, blob);
    return wx_finish_with(err, &plaintext);
}
