/* Senders outside the group that may propose changes of it (RFC 9420 section 12.1.8.1). */
#ifndef WAXSEAL_MLS_EXTERNAL_SENDER_H
#define WAXSEAL_MLS_EXTERNAL_SENDER_H

#include "mls/leaf.h"

typedef struct external_sender {
    bytes signature_key;
    credential cred;
} external_sender;
CODEC_TYPED(external_sender)

/* ExternalSender external_senders<V>: the data of the external_senders extension. */
typedef struct external_sender_list {
    LIST(external_sender) list;
} external_sender_list;
CODEC_TYPED(external_sender_list)

/* The sender at an index of the group's external_senders extension; its views are the extension's.
 * Errors: MLS_ERR_UNKNOWN_SENDER when there is no such index, or no such extension. */
mls_err external_sender_at(external_sender *out, const extension_list *group_extensions,
                           uint32_t index);

/* What a GroupContext must satisfy: the extensions that this implementation reads, which are
 * external_senders (with keys of the suite's length) and required_capabilities, are well formed.
 * Errors: MLS_ERR_BAD_MESSAGE. */
mls_err group_extensions_check(const suite *s, const extension_list *group_extensions);

#endif
