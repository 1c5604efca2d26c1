#include "wire.h"

#include "exports.h"
#include "host.h"

#include <stdlib.h>
#include <string.h>

/* ---- Requests ---- */

wx_request wx_request_of(const uint8_t *data, uint32_t len)
{
    return (wx_request){.at = data, .left = len, .bad = data == NULL && len > 0};
}

static const uint8_t *take(wx_request *request, size_t len)
{
    if (request->bad || len > request->left) {
        request->bad = true;
        return NULL;
    }
    const uint8_t *start = request->at;
    request->at += len;
    request->left -= len;
    return start;
}

uint32_t wx_take_u32(wx_request *request)
{
    const uint8_t *o = take(request, 4);
    if (o == NULL)
        return 0;
    return (uint32_t)o[0] | (uint32_t)o[1] << 8 | (uint32_t)o[2] << 16 | (uint32_t)o[3] << 24;
}

uint64_t wx_take_u64(wx_request *request)
{
    uint64_t low = wx_take_u32(request);
    return low | (uint64_t)wx_take_u32(request) << 32;
}

mls_bytes wx_take_bytes(wx_request *request)
{
    size_t len = wx_take_u32(request);
    const uint8_t *data = take(request, len);
    return data == NULL ? (mls_bytes){0} : (mls_bytes){data, len};
}

wx_slot wx_take_slot(wx_request *request)
{
    wx_slot slot = {.name = wx_take_bytes(request)};
    slot.counter = wx_take_u64(request);
    return slot;
}

wx_record wx_take_record(wx_request *request)
{
    wx_record record = {.slot = wx_take_slot(request)};
    record.sealed = wx_take_bytes(request);
    return record;
}

mls_proposal wx_take_proposal(wx_request *request)
{
    mls_proposal proposal = {.type = (mls_proposal_type)wx_take_u32(request)};
    proposal.leaf = wx_take_u32(request);
    proposal.data = wx_take_bytes(request);
    proposal.group_id = wx_take_bytes(request);
    proposal.epoch = wx_take_u64(request);
    proposal.suite = (uint16_t)wx_take_u32(request);
    return proposal;
}

uint32_t wx_take_count(wx_request *request, size_t entry_len)
{
    uint32_t count = wx_take_u32(request);
    if (count > request->left / entry_len) {
        request->bad = true;
        return 0;
    }
    return count;
}

void *wx_take_list(wx_request *request, uint32_t *count, size_t entry_len, size_t size,
                   void (*take_item)(wx_request *request, void *item))
{
    uint32_t announced = wx_take_count(request, entry_len);
    *count = 0;
    if (announced == 0)
        return NULL;
    uint8_t *list = calloc(announced, size);
    if (list == NULL) {
        request->no_memory = true;
        return NULL;
    }
    while (*count < announced)
        take_item(request, list + size * (*count)++);
    return list;
}

mls_err wx_take_end(const wx_request *request)
{
    if (request->no_memory)
        return MLS_ERR_NO_MEMORY;
    return request->bad || request->left > 0 ? MLS_ERR_INVALID_ARGUMENT : MLS_OK;
}

/* ---- The result area ---- */

static struct {
    uint8_t *data;
    size_t len;
    size_t capacity;
    bool failed;
} result;

uint8_t *wx_result_ptr(void)
{
    return result.data;
}

uint32_t wx_result_len(void)
{
    return (uint32_t)result.len;
}

void wx_result_clear(void)
{
    if (result.data != NULL)
        wx_wipe(result.data, result.len);
    free(result.data);
    result.data = NULL;
    result.len = result.capacity = 0;
    result.failed = false;
}

/* Makes room for `len` more octets. Not realloc(): it would leave the old octets behind unwiped. */
static bool reserve(size_t len)
{
    if (result.failed || len > UINT32_MAX / 4 || result.len > UINT32_MAX / 4) {
        result.failed = true;
        return false;
    }
    if (result.len + len <= result.capacity)
        return true;
    size_t capacity = (result.len + len) * 2;
    uint8_t *data = malloc(capacity);
    if (data == NULL) {
        result.failed = true;
        return false;
    }
    if (result.data != NULL) {
        memcpy(data, result.data, result.len);
        wx_wipe(result.data, result.len);
        free(result.data);
    }
    result.data = data;
    result.capacity = capacity;
    return true;
}

static void put(const uint8_t *data, size_t len)
{
    if (len == 0 || !reserve(len))
        return;
    memcpy(result.data + result.len, data, len);
    result.len += len;
}

void wx_put_u32(uint32_t value)
{
    const uint8_t octets[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                               (uint8_t)(value >> 24)};
    put(octets, sizeof octets);
}

void wx_put_u64(uint64_t value)
{
    wx_put_u32((uint32_t)value);
    wx_put_u32((uint32_t)(value >> 32));
}

void wx_put_bytes(mls_bytes bytes)
{
    wx_put_u32((uint32_t)bytes.len);
    put(bytes.data, bytes.len);
}

void wx_put_string(const char *text)
{
    wx_put_bytes((mls_bytes){(const uint8_t *)text, text == NULL ? 0 : strlen(text)});
}

void wx_put_member(const mls_member *member)
{
    wx_put_u32(member->leaf);
    wx_put_bytes(member->identity);
    wx_put_bytes(member->signature_key);
}

mls_err wx_finish(mls_err err)
{
    if (err == MLS_OK && result.failed)
        err = MLS_ERR_NO_MEMORY;
    if (err != MLS_OK)
        wx_result_clear();
    return err;
}

mls_err wx_finish_with(mls_err err, mls_buf *part)
{
    if (err == MLS_OK)
        wx_put_bytes((mls_bytes){part->data, part->len});
    mls_buf_free(part);
    return wx_finish(err);
}
