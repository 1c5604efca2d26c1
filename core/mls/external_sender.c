/* mls_external_senders() is declared in mls.h. */
#include "mls/external_sender.h"

/* struct { SignaturePublicKey signature_key; Credential credential; } ExternalSender; */
void external_sender_codec(codec *c, external_sender *sender)
{
    codec_opaque(c, &sender->signature_key);
    credential_codec(c, &sender->cred);
}

void external_sender_list_codec(codec *c, external_sender_list *senders)
{
    CODEC_LIST(c, &senders->list, external_sender_any);
}

mls_err external_sender_at(external_sender *out, const extension_list *group_extensions,
                           uint32_t index)
{
    external_sender_list senders = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    const extension *e = extension_find(group_extensions, EXTENSION_EXTERNAL_SENDERS);
    if (!e)
        return MLS_ERR_UNKNOWN_SENDER;
    TRY(external_sender_list_decode(scratch, &senders, e->data));
    if (index >= senders.list.count)
        return MLS_ERR_UNKNOWN_SENDER;
    *out = senders.list.items[index];
    return MLS_OK;
}

static mls_err check_senders(const suite *s, bytes data)
{
    external_sender_list senders = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(external_sender_list_decode(scratch, &senders, data));
    for (size_t i = 0; i < senders.list.count; i++)
        if (senders.list.items[i].signature_key.len != s->sign->public_len)
            return MLS_ERR_BAD_KEY;
    return MLS_OK;
}

mls_err group_extensions_check(const suite *s, const extension_list *group_extensions)
{
    required_capabilities required = {0};
    const extension *senders = extension_find(group_extensions, EXTENSION_EXTERNAL_SENDERS);
    const extension *needs = extension_find(group_extensions, EXTENSION_REQUIRED_CAPABILITIES);
    mls_err err = senders ? check_senders(s, senders->data) : MLS_OK;
    if (err == MLS_OK && needs)
        err = required_capabilities_decode(NULL, &required, needs->data);
    return err == MLS_OK || err == MLS_ERR_NO_MEMORY ? err : MLS_ERR_BAD_MESSAGE;
}

mls_err mls_external_senders(mls_buf *out, const mls_external_sender *senders, size_t num_senders)
{
    external_sender_list list = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    list.list.items = arena_array(scratch, num_senders, sizeof *list.list.items);
    if (!list.list.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < num_senders; i++) {
        if (senders[i].signature_key.len == 0 || senders[i].identity.len == 0)
            return MLS_ERR_INVALID_ARGUMENT;
        list.list.items[list.list.count++] = (external_sender){
            .signature_key = senders[i].signature_key,
            .cred = {.type = CREDENTIAL_BASIC, .identity = senders[i].identity},
        };
    }
    return codec_encode_buf(out, external_sender_list_any, &list);
}
