/* Vault keys in the core, and the wraps by which they are stored. */
#include "exports.h"
#include "handles.h"
#include "host.h"
#include "records.h"

#include <stdlib.h>
#include <string.h>

/* What a wrap seals: struct { opaque key[VAULT_KEY_LEN]; opaque owner[]; }, as the record of its id
 * under the wrapping key, of no owner and with the counter 0. */

uint32_t wx_vault_key_new(void)
{
    mls_buf key = {0};
    mls_err err = vault_key_new(&key);
    return wx_finish_with(err, &key);
}

static mls_err put_vault(mls_bytes key, mls_bytes owner, mls_bytes device)
{
    uint32_t handle = 0;
    if (key.len != VAULT_KEY_LEN)
        return MLS_ERR_INVALID_ARGUMENT;
    mls_err err = wx_handle_of_vault(&handle, &(vault){key, owner, device});
    if (err == MLS_OK)
        wx_put_u32(handle);
    return err;
}

uint32_t wx_vault_new(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_bytes key = wx_take_bytes(&request), owner = wx_take_bytes(&request);
    mls_bytes device = wx_take_bytes(&request);
    mls_buf made = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && key.len == 0) {
        err = vault_key_new(&made);
        key = wx_view(&made);
    }
    if (err == MLS_OK)
        err = put_vault(key, owner, device);
    mls_buf_free(&made);
    return wx_finish(err);
}

uint32_t wx_vault_wrap(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    wx_vault *inner = wx_vault_at(wx_take_u32(&request));
    mls_bytes wrapping_key = wx_take_bytes(&request), id = wx_take_bytes(&request);
    mls_buf plaintext = {0}, sealed = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && inner == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    if (err == MLS_OK) {
        const vault v = wx_vault_view(inner), outer = {.key = wrapping_key, .device = v.device};
        plaintext.len = v.key.len + v.owner.len;
        plaintext.data = malloc(plaintext.len);
        err = plaintext.data == NULL ? MLS_ERR_NO_MEMORY : MLS_OK;
        if (err == MLS_OK) {
            memcpy(plaintext.data, v.key.data, v.key.len);
            memcpy(plaintext.data + v.key.len, v.owner.data, v.owner.len);
            err = vault_seal(&sealed, &outer, id, 0, wx_view(&plaintext));
        }
    }
    mls_buf_free(&plaintext);
    return wx_finish_with(err, &sealed);
}

uint32_t wx_vault_unwrap(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_bytes wrapping_key = wx_take_bytes(&request), id = wx_take_bytes(&request);
    mls_bytes device = wx_take_bytes(&request), wrapped = wx_take_bytes(&request);
    mls_buf plaintext = {0};
    const vault outer = {.key = wrapping_key, .device = device};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = vault_open(&plaintext, &outer, id, 0, wrapped);
    if (err == MLS_OK && plaintext.len < VAULT_KEY_LEN)
        err = MLS_ERR_VAULT_WRONG_KEY;
    if (err == MLS_OK) {
        mls_bytes owner = {plaintext.data + VAULT_KEY_LEN, plaintext.len - VAULT_KEY_LEN};
        err = put_vault((mls_bytes){plaintext.data, VAULT_KEY_LEN}, owner, device);
        wx_put_bytes(owner);
    }
    mls_buf_free(&plaintext);
    return wx_finish(err);
}

uint32_t wx_passphrase_key(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_bytes passphrase = wx_take_bytes(&request), salt = wx_take_bytes(&request);
    uint32_t passes = wx_take_u32(&request), kib = wx_take_u32(&request);
    mls_buf key = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = vault_passphrase_key(&key, passphrase, salt, passes, kib);
    return wx_finish_with(err, &key);
}

uint32_t wx_vault_seal(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_slot slot = wx_take_slot(&request);
    mls_bytes plaintext = wx_take_bytes(&request);
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = wx_record_put(vault, slot, plaintext);
    return wx_finish(err);
}

uint32_t wx_vault_open(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_record record = wx_take_record(&request);
    mls_buf plaintext = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = wx_record_open(&plaintext, vault, record);
    return wx_finish_with(err, &plaintext);
}

uint32_t wx_vault_reseal(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t from = wx_take_u32(&request), to = wx_take_u32(&request);
    wx_record record = wx_take_record(&request);
    wx_slot slot = {record.slot.name, wx_take_u64(&request)};
    mls_buf plaintext = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = wx_record_open(&plaintext, from, record);
    if (err == MLS_OK)
        err = wx_record_put(to, slot, wx_view(&plaintext));
    mls_buf_free(&plaintext);
    return wx_finish(err);
}
