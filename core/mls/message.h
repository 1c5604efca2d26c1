/* MLSMessage: the envelope of everything that travels (RFC 9420 section 6). */
#ifndef WAXSEAL_MLS_MESSAGE_H
#define WAXSEAL_MLS_MESSAGE_H

#include "mls/group_info.h"
#include "mls/private_message.h"

typedef struct message {
    uint16_t version;
    uint16_t wire_format; /* MLS_WIRE_*: which of the following is there */
    public_message public;
    private_message private;
    welcome welcome;
    group_info group_info;
    key_package key_package;
} message;
CODEC_TYPED(message)

#endif
