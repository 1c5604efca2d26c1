/* Lists of extensions, and of their types, in requests and replies. */
#ifndef WAXSEAL_WASM_EXTENSIONS_H
#define WAXSEAL_WASM_EXTENSIONS_H

#include "wire.h"

typedef struct wx_extensions_list {
    mls_extension *items; /* the data stays in the request */
    size_t count;
} wx_extensions_list;

typedef struct wx_types {
    uint16_t *items;
    size_t count;
} wx_types;

/* To be freed by free(items), also after an error. Errors: MLS_ERR_NO_MEMORY; what is out of range
 * makes the request bad. */
mls_err wx_take_extensions(wx_extensions_list *list, wx_request *request);
mls_err wx_take_types(wx_types *list, wx_request *request);

/* `Extension extensions<V>` as a list of (u32 type, bytes data). */
void wx_put_extensions(mls_bytes extensions);

#endif
