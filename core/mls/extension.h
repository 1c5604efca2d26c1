/* Extensions (RFC 9420 section 13) and the lists of code points that go with them. */
#ifndef WAXSEAL_MLS_EXTENSION_H
#define WAXSEAL_MLS_EXTENSION_H

#include "base/codec.h"

enum { MLS_VERSION_10 = 1 };

/* Section 17.3; APP_DATA_DICTIONARY and LAST_RESORT are draft-ietf-mls-extensions's. */
enum {
    EXTENSION_APPLICATION_ID = 0x0001,
    EXTENSION_RATCHET_TREE = 0x0002,
    EXTENSION_REQUIRED_CAPABILITIES = 0x0003,
    EXTENSION_EXTERNAL_PUB = 0x0004,
    EXTENSION_EXTERNAL_SENDERS = 0x0005,
    EXTENSION_APP_DATA_DICTIONARY = 0x0006,
    EXTENSION_LAST_RESORT = 0x000A,
};

typedef struct extension {
    uint16_t type;
    bytes data;
} extension;
CODEC_TYPED(extension)

/* Extension extensions<V>: a type may occur once (section 13.4). */
typedef struct extension_list {
    LIST(extension) list;
} extension_list;
CODEC_TYPED(extension_list)

/* More of them are refused: it bounds the search for repeats in hostile input. */
enum { EXTENSIONS_MAX = 256 };

/* A list of the application's, whose data stays its own, with room for more entries behind it.
 * Errors: MLS_ERR_DUPLICATE when a type occurs twice; MLS_ERR_DECODE_TOO_LARGE. */
mls_err extension_list_of(arena *a, extension_list *out, const mls_extension *list, size_t count,
                          size_t room);

/* NULL when there is none of this type. */
const extension *extension_find(const extension_list *extensions, uint16_t type);

/* Whether a list of uint16, as codec_u16_list() gives it, holds `value`. */
bool u16_list_has(bytes list, uint16_t value);
size_t u16_list_count(bytes list);
uint16_t u16_list_at(bytes list, size_t index);

/* A value that is there to be ignored (section 13.5): 0x0A0A, 0x1A1A ... 0xEAEA. */
bool u16_is_grease(uint16_t value);

/* Whether a type belongs to the protocol itself, so that all support it and nobody lists it
 * (section 7.2). */
bool extension_is_default(uint16_t type);

/* Section 11.1. The lists are views, as codec_u16_list() gives them. */
typedef struct required_capabilities {
    bytes extensions, proposals, credentials;
} required_capabilities;
CODEC_TYPED(required_capabilities)

#endif
