#include "mls/proposal.h"

void psk_id_codec(codec *c, psk_id *id)
{
    codec_u8(c, &id->type);
    switch (id->type) {
    case PSK_EXTERNAL:
        codec_opaque(c, &id->external_id);
        break;
    case PSK_RESUMPTION:
        codec_u8(c, &id->usage);
        if (id->usage < PSK_USAGE_APPLICATION || id->usage > PSK_USAGE_BRANCH)
            codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
        codec_opaque(c, &id->group_id);
        codec_u64(c, &id->psk_epoch);
        break;
    default:
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    }
    codec_opaque(c, &id->nonce);
}

bool psk_id_names_parent(const psk_id *id)
{
    return id->type == PSK_RESUMPTION && id->usage != PSK_USAGE_APPLICATION;
}

bool psk_id_same_key(const psk_id *a, const psk_id *b)
{
    if (a->type != b->type)
        return false;
    if (a->type == PSK_EXTERNAL)
        return bytes_equal(a->external_id, b->external_id);
    return a->usage == b->usage && a->psk_epoch == b->psk_epoch &&
           bytes_equal(a->group_id, b->group_id);
}

void reinit_codec(codec *c, reinit *r)
{
    codec_opaque(c, &r->group_id);
    codec_u16(c, &r->version);
    codec_u16(c, &r->suite);
    extension_list_codec(c, &r->extensions);
}

/* struct {
 *     ProposalType proposal_type;
 *     select (Proposal.proposal_type) {
 *         case add:                      Add;
 *         case update:                   Update;
 *         case remove:                   Remove;
 *         case psk:                      PreSharedKey;
 *         case reinit:                   ReInit;
 *         case external_init:            ExternalInit;
 *         case group_context_extensions: GroupContextExtensions;
 *         case self_remove:              struct {};
 *         (any other):                   opaque proposal_data<V>;
 *     };
 * } Proposal;
 *
 * The RFC leaves open what an unknown type holds; a vector, as other implementations have it, can
 * be passed over. */
void proposal_codec(codec *c, proposal *p)
{
    codec_u16(c, &p->type);
    switch (p->type) {
    case 0: /* reserved */
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
        break;
    case MLS_PROPOSAL_ADD:
        key_package_codec(c, &p->add);
        break;
    case MLS_PROPOSAL_UPDATE:
        leaf_node_codec(c, &p->update);
        break;
    case MLS_PROPOSAL_REMOVE:
        codec_u32(c, &p->removed);
        break;
    case MLS_PROPOSAL_PSK:
        psk_id_codec(c, &p->psk);
        break;
    case MLS_PROPOSAL_REINIT:
        reinit_codec(c, &p->reinit);
        break;
    case MLS_PROPOSAL_EXTERNAL_INIT:
        codec_opaque(c, &p->kem_output);
        break;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        extension_list_codec(c, &p->extensions);
        break;
    case MLS_PROPOSAL_SELF_REMOVE:
        break;
    default:
        codec_opaque(c, &p->custom);
    }
}

bool proposal_is_custom(const proposal *p)
{
    return !proposal_type_is_default(p->type) && p->type != MLS_PROPOSAL_SELF_REMOVE;
}

void proposal_or_ref_codec(codec *c, proposal_or_ref *p)
{
    codec_u8(c, &p->type);
    switch (p->type) {
    case BY_VALUE:
        if (codec_reading(c) && c->err == MLS_OK)
            p->value = arena_alloc(c->arena, sizeof *p->value);
        if (p->value)
            proposal_codec(c, p->value);
        else
            codec_fail(c, MLS_ERR_NO_MEMORY);
        break;
    case BY_REFERENCE:
        codec_opaque(c, &p->reference);
        break;
    default:
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    }
}

void commit_codec(codec *c, commit *m)
{
    CODEC_LIST(c, &m->proposals, proposal_or_ref_any);
    codec_bool(c, &m->has_path);
    if (m->has_path)
        update_path_codec(c, &m->path);
}
