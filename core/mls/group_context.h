/* GroupContext: what all members of an epoch agree on (RFC 9420 section 8.1). */
#ifndef WAXSEAL_MLS_GROUP_CONTEXT_H
#define WAXSEAL_MLS_GROUP_CONTEXT_H

#include "mls/extension.h"

typedef struct group_context {
    uint16_t version;
    uint16_t suite;
    bytes group_id;
    uint64_t epoch;
    bytes tree_hash;
    bytes confirmed_transcript_hash;
    extension_list extensions;
} group_context;
CODEC_TYPED(group_context)

#endif
