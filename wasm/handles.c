#include "handles.h"

#include "host.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

enum { INDEX_BITS = 16, MAX_HANDLES = (1 << INDEX_BITS) - 1 };

typedef enum { FREE, GROUP, VAULT, DEVICE } handle_kind;

/* owner and device follow, one after the other */
struct wx_vault {
    uint8_t key[VAULT_KEY_LEN];
    size_t owner_len, device_len;
    uint8_t names[];
};

typedef struct {
    handle_kind kind;
    uint16_t generation;
    void *object;
} slot;

static slot *slots;
static uint32_t num_slots;

/* handle = generation << 16 | index + 1; so 0 is none */
static slot *slot_at(uint32_t handle, handle_kind kind)
{
    uint32_t index = (handle & MAX_HANDLES) - 1;
    if (index >= num_slots)
        return NULL;
    slot *s = &slots[index];
    return s->kind == kind && s->generation == handle >> INDEX_BITS ? s : NULL;
}

static void free_object(handle_kind kind, void *object)
{
    if (kind == GROUP) {
        mls_group_free(object);
    } else if (kind == VAULT) {
        wx_wipe(((wx_vault *)object)->key, VAULT_KEY_LEN);
        free(object);
    } else if (kind == DEVICE) {
        fedi_free(object);
    }
}

/* A free position; the table doubles when it is full. */
static slot *free_slot(void)
{
    for (uint32_t i = 0; i < num_slots; i++)
        if (slots[i].kind == FREE)
            return &slots[i];
    uint32_t grown = num_slots == 0 ? 16 : num_slots * 2;
    if (grown > MAX_HANDLES)
        grown = MAX_HANDLES;
    if (grown == num_slots)
        return NULL;
    slot *table = realloc(slots, grown * sizeof *table);
    if (table == NULL)
        return NULL;
    memset(table + num_slots, 0, (grown - num_slots) * sizeof *table);
    slot *first_new = table + num_slots;
    slots = table;
    num_slots = grown;
    return first_new;
}

static mls_err take_object(uint32_t *handle, handle_kind kind, void *object)
{
    slot *s = object == NULL ? NULL : free_slot();
    if (s == NULL) {
        if (object != NULL)
            free_object(kind, object);
        return MLS_ERR_NO_MEMORY;
    }
    s->kind = kind;
    s->object = object;
    *handle = (uint32_t)s->generation << INDEX_BITS | ((uint32_t)(s - slots) + 1);
    return MLS_OK;
}

mls_err wx_handle_of_group(uint32_t *handle, mls_group *group)
{
    return take_object(handle, GROUP, group);
}

mls_err wx_handle_of_device(uint32_t *handle, fedi_device *device)
{
    return take_object(handle, DEVICE, device);
}

mls_err wx_handle_of_vault(uint32_t *handle, const vault *v)
{
    wx_vault *copy = malloc(sizeof *copy + v->owner.len + v->device.len);
    if (copy != NULL) {
        memcpy(copy->key, v->key.data, VAULT_KEY_LEN);
        copy->owner_len = v->owner.len;
        copy->device_len = v->device.len;
        if (v->owner.len > 0)
            memcpy(copy->names, v->owner.data, v->owner.len);
        if (v->device.len > 0)
            memcpy(copy->names + v->owner.len, v->device.data, v->device.len);
    }
    return take_object(handle, VAULT, copy);
}

vault wx_vault_view(const wx_vault *v)
{
    return (vault){{v->key, VAULT_KEY_LEN},
                   {v->names, v->owner_len},
                   {v->names + v->owner_len, v->device_len}};
}

mls_group *wx_group_at(uint32_t handle)
{
    slot *s = slot_at(handle, GROUP);
    return s == NULL ? NULL : s->object;
}

wx_vault *wx_vault_at(uint32_t handle)
{
    slot *s = slot_at(handle, VAULT);
    return s == NULL ? NULL : s->object;
}

fedi_device *wx_device_at(uint32_t handle)
{
    slot *s = slot_at(handle, DEVICE);
    return s == NULL ? NULL : s->object;
}

void wx_handle_release(uint32_t handle)
{
    slot *s = slot_at(handle, GROUP);
    if (s == NULL)
        s = slot_at(handle, VAULT);
    if (s == NULL)
        s = slot_at(handle, DEVICE);
    if (s == NULL)
        return;
    free_object(s->kind, s->object);
    s->object = NULL;
    s->kind = FREE;
    s->generation++;
}

mls_err wx_put_group(mls_group *group)
{
    uint32_t handle = 0;
    mls_err err = wx_handle_of_group(&handle, group);
    if (err == MLS_OK)
        wx_put_u32(handle);
    return err;
}
