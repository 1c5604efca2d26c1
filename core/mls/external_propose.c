/* mls_external_propose() is declared in mls.h. */
#include "mls/external_propose.h"

#include "mls/propose.h"

/* ---- Receiving ---- */

/* Section 12.1.8: what an external sender may propose. Of other types their definitions say whether
 * they may be; of the application's own nobody here knows them, so they are malformed. */
static bool is_allowed(uint16_t type)
{
    switch (type) {
    case MLS_PROPOSAL_ADD:
    case MLS_PROPOSAL_REMOVE:
    case MLS_PROPOSAL_PSK:
    case MLS_PROPOSAL_REINIT:
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        return true;
    default:
        return false;
    }
}

mls_err external_proposal_verify(const epoch *e, external_sender *from,
                                 const authenticated_content *ac)
{
    const sender *by = &ac->content.sender;
    const proposal *p = &ac->content.proposal;
    if (ac->content.content_type != MLS_CONTENT_PROPOSAL)
        return MLS_ERR_BAD_MESSAGE;
    if (by->type == SENDER_EXTERNAL) {
        if (!is_allowed(p->type))
            return MLS_ERR_BAD_PROPOSAL;
        TRY(external_sender_at(from, &e->context.extensions, by->index));
    } else {
        if (p->type != MLS_PROPOSAL_ADD)
            return MLS_ERR_BAD_PROPOSAL;
        *from = (external_sender){p->add.leaf.signature_key, p->add.leaf.cred};
    }
    return framing_verify(e->suite, ac, from->signature_key, (bytes){0});
}

/* ---- Making ---- */

static mls_err check_add(const suite *s, const key_package *kp)
{
    return kp->suite == s->id ? key_package_check(kp) : MLS_ERR_BAD_PROPOSAL;
}

/* Who asks to be added signs with the key of the KeyPackage's leaf. */
static mls_err check_own(const suite *s, const key_package *kp, bytes signature_key)
{
    uint8_t public_key[SIGN_PUBLIC_MAX];
    TRY(s->sign->public_of(public_key, signature_key));
    return bytes_equal(kp->leaf.signature_key, bytes_of(public_key, s->sign->public_len))
               ? MLS_OK
               : MLS_ERR_INVALID_ARGUMENT;
}

static mls_err build(const suite *s, arena *a, proposal *out, const mls_proposal *in,
                     bytes group_id, uint64_t now)
{
    *out = (proposal){.type = (uint16_t)in->type};
    switch (in->type) {
    case MLS_PROPOSAL_ADD:
        TRY(propose_key_package(a, &out->add, in->data, now));
        return check_add(s, &out->add);
    case MLS_PROPOSAL_REMOVE:
        out->removed = in->leaf;
        return MLS_OK;
    case MLS_PROPOSAL_PSK:
        out->psk = (psk_id){.type = PSK_EXTERNAL, .external_id = in->data};
        return propose_psk_nonce(s, a, &out->psk);
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        TRY(extension_list_decode(a, &out->extensions, in->data));
        return group_extensions_check(s, &out->extensions);
    case MLS_PROPOSAL_REINIT:
        return propose_reinit(a, &out->reinit, in, group_id);
    case MLS_PROPOSAL_UPDATE:
    case MLS_PROPOSAL_EXTERNAL_INIT:
    case MLS_PROPOSAL_SELF_REMOVE:
    default:
        return MLS_ERR_BAD_PROPOSAL;
    }
}

mls_err mls_external_propose(mls_buf *out, const mls_external_params *params,
                             const mls_proposal *in, uint64_t now)
{
    const suite *s;
    bool is_new = params->sender_index == MLS_NO_LEAF;
    message m = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_PUBLIC_MESSAGE};
    authenticated_content ac = {
        .wire_format = MLS_WIRE_PUBLIC_MESSAGE,
        .content = {.group_id = params->group_id,
                    .epoch = params->epoch,
                    .sender = {is_new ? SENDER_NEW_MEMBER_PROPOSAL : SENDER_EXTERNAL,
                               is_new ? 0 : params->sender_index},
                    .content_type = MLS_CONTENT_PROPOSAL},
    };
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    TRY(suite_get(&s, params->suite));
    TRY(build(s, scratch, &ac.content.proposal, in, params->group_id, now));
    if (is_new && in->type != MLS_PROPOSAL_ADD)
        return MLS_ERR_BAD_PROPOSAL;
    if (is_new)
        TRY(check_own(s, &ac.content.proposal.add, params->signature_key));
    TRY(framing_sign(s, scratch, &ac, params->signature_key, (bytes){0}));
    m.public = (public_message){.content = ac.content, .auth = ac.auth};
    return codec_encode_buf(out, message_any, &m);
}
