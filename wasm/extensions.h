/* Lists of extensions, and of their types, in requests and replies. */
#ifndef WAXSEAL_WASM_EXTENSIONS_H
#define WAXSEAL_WASM_EXTENSIONS_H

#include "wire.h"

typedef struct wx_extensions_list {
    mls_extension *items; /* the data stays in the request */
    uint32_t count;
} wx_extensions_list;

typedef struct wx_types {
    uint16_t *items;
    uint32_t count;
} wx_types;

/* As wx_take_list(): to be freed by free(items), also after an error. A type out of range makes the
 * request bad. */
wx_extensions_list wx_take_extensions(wx_request *request);
wx_types wx_take_types(wx_request *request);

/* `Extension extensions<V>` as a list of (u32 type, bytes data). */
void wx_put_extensions(mls_bytes extensions);

#endif
