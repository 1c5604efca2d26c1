#include "records.h"

mls_err wx_record_open(mls_buf *plaintext, uint32_t handle, wx_record record)
{
    const wx_vault *v = wx_vault_at(handle);
    if (v == NULL)
        return MLS_ERR_INVALID_ARGUMENT;
    const vault view = wx_vault_view(v);
    return vault_open(plaintext, &view, record.slot.name, record.slot.counter, record.sealed);
}

mls_err wx_record_put(uint32_t handle, wx_slot slot, mls_bytes plaintext)
{
    const wx_vault *v = wx_vault_at(handle);
    if (v == NULL)
        return MLS_ERR_INVALID_ARGUMENT;
    mls_buf sealed = {0};
    const vault view = wx_vault_view(v);
    mls_err err = vault_seal(&sealed, &view, slot.name, slot.counter, plaintext);
    if (err == MLS_OK)
        wx_put_bytes(wx_view(&sealed));
    mls_buf_free(&sealed);
    return err;
}
