/* The list of effects, and small texts. */
#include "fedi/device_state.h"

#include "crypto/random.h"
#include "crypto/sodium.h"

#include <string.h>

mls_err effects_init(fedi_effects *fx)
{
    *fx = (fedi_effects){.memory = arena_new(ARENA_SCRATCH)};
    return fx->memory ? MLS_OK : MLS_ERR_NO_MEMORY;
}

void fedi_effects_free(fedi_effects *fx)
{
    if (!fx)
        return;
    arena_free(fx->memory);
    *fx = (fedi_effects){0};
}

mls_err effects_add(fedi_effects *fx, const fedi_effect *effect)
{
    fedi_effect *list = list_more_in(fx->memory, fx->list, fx->count, &fx->room, sizeof *list);
    if (!list)
        return MLS_ERR_NO_MEMORY;
    fx->list = list;
    fedi_effect *copy = &list[fx->count];
    *copy = *effect;
    TRY(arena_copy(fx->memory, &copy->name, effect->name));
    TRY(arena_copy(fx->memory, &copy->octets, effect->octets));
    fx->count++;
    return MLS_OK;
}

mls_err effects_store(fedi_effects *fx, const char *name, bytes octets)
{
    fedi_effect effect = {
        .kind = FEDI_STORE, .name = bytes_of(name, strlen(name)), .octets = octets};
    return effects_add(fx, &effect);
}

mls_err effects_forget(fedi_effects *fx, const char *name)
{
    fedi_effect effect = {.kind = FEDI_FORGET, .name = bytes_of(name, strlen(name))};
    return effects_add(fx, &effect);
}

mls_err device_fetch(fedi_device *d, fedi_effects *fx, uint32_t *id, fedi_lane lane, bytes address)
{
    fedi_effect effect = {.kind = FEDI_FETCH, .id = d->next_id, .lane = lane, .name = address};
    TRY(effects_add(fx, &effect));
    *id = d->next_id++;
    d->changed = true;
    return MLS_OK;
}

static bool is_storage(const fedi_effect *effect)
{
    return effect->kind == FEDI_STORE || effect->kind == FEDI_FORGET;
}

mls_err effects_sort(fedi_effects *fx)
{
    size_t at = 0;
    fedi_effect *sorted = arena_array(fx->memory, fx->count, sizeof *sorted);
    if (!sorted)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < fx->count; i++)
        if (is_storage(&fx->list[i]))
            sorted[at++] = fx->list[i];
    for (size_t i = 0; i < fx->count; i++)
        if (!is_storage(&fx->list[i]))
            sorted[at++] = fx->list[i];
    fx->list = sorted;
    fx->room = fx->count;
    return MLS_OK;
}

/* ---- Hashes ---- */

void ref_of(ref *out, bytes octets)
{
    sodium_sha256.digest(out->octets, &octets, 1);
}

bool ref_equal(const ref *a, const ref *b)
{
    return memcmp(a->octets, b->octets, REF_LEN) == 0;
}

/* ---- Texts ---- */

void hex_of(char *out, const uint8_t *in, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    out[2 * len] = 0;
}

void hex_u64(char out[HEX_ID + 1], uint64_t value)
{
    uint8_t octets[8];
    for (size_t i = 0; i < 8; i++)
        octets[i] = (uint8_t)(value >> (56 - 8 * i));
    hex_of(out, octets, 8);
}

bool hex_to_u64(uint64_t *value, bytes text)
{
    *value = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        *value = *value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return text.len == HEX_ID;
}

/* Version 4 (RFC 9562). */
mls_err new_uuid(char out[UUID_LEN + 1])
{
    uint8_t random[16];
    char hex[33];
    static const size_t groups[] = {8, 4, 4, 4, 12};
    TRY(random_bytes(random, sizeof random));
    random[6] = (uint8_t)(0x40 | (random[6] & 0x0F));
    random[8] = (uint8_t)(0x80 | (random[8] & 0x3F));
    hex_of(hex, random, sizeof random);
    memcpy(out, "urn:uuid:", 9);
    char *at = out + 9;
    const char *from = hex;
    for (size_t i = 0; i < 5; i++) {
        memcpy(at, from, groups[i]);
        at += groups[i];
        from += groups[i];
        *at++ = '-';
    }
    at[-1] = 0;
    return MLS_OK;
}

mls_err random_below(uint64_t *out, uint64_t limit)
{
    uint8_t random[8];
    TRY(random_bytes(random, sizeof random));
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof random; i++)
        value = value << 8 | random[i];
    *out = value % limit; /* near enough to even for spreading things over time */
    return MLS_OK;
}

void name_append(char *name, const char *text)
{
    size_t len = strlen(name), more = strlen(text);
    if (len + more < RECORD_NAME_MAX)
        memcpy(name + len, text, more + 1);
}
