/* Extensions (RFC 9420 section 13) and the lists of code points that go with them. */
#ifndef WAXSEAL_MLS_EXTENSION_H
#define WAXSEAL_MLS_EXTENSION_H

#include "base/codec.h"

enum { MLS_VERSION_10 = 1 };

/* Section 17.3; LAST_RESORT is draft-ietf-mls-extensions's. */
enum {
    EXTENSION_APPLICATION_ID = 0x0001,
    EXTENSION_RATCHET_TREE = 0x0002,
    EXTENSION_REQUIRED_CAPABILITIES = 0x0003,
    EXTENSION_EXTERNAL_PUB = 0x0004,
    EXTENSION_EXTERNAL_SENDERS = 0x0005,
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

/* NULL when there is none of this type. */
const extension *extension_find(const extension_list *extensions, uint16_t type);

/* Whether a list of uint16, as codec_u16_list() gives it, holds `value`. */
bool u16_list_has(bytes list, uint16_t value);
size_t u16_list_count(bytes list);
uint16_t u16_list_at(bytes list, size_t index);

/* Section 11.1. The lists are views, as codec_u16_list() gives them. */
typedef struct required_capabilities {
    bytes extensions, proposals, credentials;
} required_capabilities;
CODEC_TYPED(required_capabilities)

#endif
