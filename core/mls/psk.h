/* Pre-shared keys (RFC 9420 section 8.4). */
#ifndef WAXSEAL_MLS_PSK_H
#define WAXSEAL_MLS_PSK_H

#include "mls/proposal.h"

typedef struct psk_input {
    psk_id id;
    bytes psk;
} psk_input;

/* psk_secret of a list, in order; Nh zeros for an empty one. out: Nh octets. */
mls_err psk_secret(const suite *s, uint8_t *out, const psk_input *inputs, size_t count);

#endif
