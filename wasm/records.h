/* Secrets on their way to and from storage: they cross to JavaScript only sealed by the vault. */
#ifndef WAXSEAL_WASM_RECORDS_H
#define WAXSEAL_WASM_RECORDS_H

#include "handles.h"
#include "wire.h"

/* Opens a stored record. Errors: those of vault_open(); MLS_ERR_INVALID_ARGUMENT for an invalid
 * vault handle. */
mls_err wx_record_open(mls_buf *plaintext, uint32_t vault, wx_record record);

/* Seals `plaintext` for its slot and puts the sealed octets into the result area. */
mls_err wx_record_put(uint32_t vault, wx_slot slot, mls_bytes plaintext);

static inline mls_bytes wx_view(const mls_buf *buf)
{
    return (mls_bytes){buf->data, buf->len};
}

#endif
