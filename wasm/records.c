#include "records.h"

static mls_bytes vault_key(const wx_vault *vault)
{
    return (mls_bytes){vault->key, sizeof vault->key};
}

mls_err wx_record_open(mls_buf *plaintext, uint32_t vault, wx_record record)
{
    wx_vault *v = wx_vault_at(vault);
    if (v == NULL)
        return MLS_ERR_INVALID_ARGUMENT;
    return vault_open(plaintext, vault_key(v), record.slot.name, record.slot.counter,
                      record.sealed);
}

mls_err wx_record_put(uint32_t vault, wx_slot slot, mls_bytes plaintext)
{
    wx_vault *v = wx_vault_at(vault);
    if (v == NULL)
        return MLS_ERR_INVALID_ARGUMENT;
    mls_buf sealed = {0};
    mls_err err = vault_seal(&sealed, vault_key(v), slot.name, slot.counter, plaintext);
    if (err == MLS_OK)
        wx_put_bytes(wx_view(&sealed));
    mls_buf_free(&sealed);
    return err;
}
