#include "mls/propose.h"

#include "mls/external_sender.h"
#include "mls/send.h"

mls_err propose_key_package(arena *a, key_package *out, bytes in, uint64_t now)
{
    bytes raw;
    TRY(key_package_unwrap(&raw, in));
    TRY(key_package_decode(a, out, raw));
    return leaf_node_check_lifetime(&out->leaf, now);
}

mls_err propose_psk_nonce(const suite *s, arena *a, psk_id *id)
{
    size_t nh = s->hash->len;
    uint8_t *nonce = arena_alloc(a, nh);
    if (!nonce)
        return MLS_ERR_NO_MEMORY;
    id->nonce = bytes_of(nonce, nh);
    return random_bytes(nonce, nh);
}

mls_err propose_reinit(arena *a, reinit *out, const mls_proposal *in, bytes current)
{
    const suite *s;
    *out = (reinit){.group_id = in->group_id, .version = MLS_VERSION_10, .suite = in->suite};
    TRY(suite_get(&s, in->suite));
    if (in->group_id.len == 0 || bytes_equal(in->group_id, current))
        return MLS_ERR_BAD_PROPOSAL;
    if (in->data.len)
        TRY(extension_list_decode(a, &out->extensions, in->data));
    return group_extensions_check(s, &out->extensions);
}

static mls_err build_update(const mls_group *group, arena *a, proposal *out,
                            uint8_t *update_private)
{
    const epoch *e = group->current;
    const suite *s = group->suite;
    uint8_t *public_key = arena_alloc(a, s->dh->public_len);
    if (!update_private)
        return MLS_ERR_INVALID_ARGUMENT;
    if (!public_key)
        return MLS_ERR_NO_MEMORY;
    TRY(hpke_generate(s, update_private, public_key));
    out->update = *tree_leaf(&e->tree, e->priv.leaf_index);
    out->update.source = LEAF_UPDATE;
    out->update.encryption_key = bytes_of(public_key, s->dh->public_len);
    return leaf_node_sign(s, a, &out->update,
                          bytes_of(group->signature_private.data, group->signature_private.len),
                          &(leaf_place){e->context.group_id, e->priv.leaf_index});
}

static mls_err build_psk(const mls_group *group, arena *a, psk_id *out, const mls_proposal *in)
{
    bytes psk;
    if (in->group_id.len)
        *out = (psk_id){.type = PSK_RESUMPTION,
                        .usage = PSK_USAGE_APPLICATION,
                        .group_id = in->group_id,
                        .psk_epoch = in->epoch};
    else
        *out = (psk_id){.type = PSK_EXTERNAL, .external_id = in->data};
    TRY(propose_psk_nonce(group->suite, a, out));
    return group_find_psk(group, &psk, out);
}

mls_err propose_build(const mls_group *group, arena *a, proposal *out, uint8_t *update_private,
                      const mls_proposal *in, uint64_t now)
{
    const epoch *e = group->current;
    if ((unsigned)in->type > UINT16_MAX)
        return MLS_ERR_INVALID_ARGUMENT;
    *out = (proposal){.type = (uint16_t)in->type};
    switch (in->type) {
    case MLS_PROPOSAL_ADD:
        TRY(propose_key_package(a, &out->add, in->data, now));
        break;
    case MLS_PROPOSAL_UPDATE:
        TRY(build_update(group, a, out, update_private));
        break;
    case MLS_PROPOSAL_REMOVE:
        out->removed = in->leaf;
        break;
    case MLS_PROPOSAL_PSK:
        TRY(build_psk(group, a, &out->psk, in));
        break;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        TRY(extension_list_decode(a, &out->extensions, in->data));
        break;
    case MLS_PROPOSAL_SELF_REMOVE:
        break;
    case MLS_PROPOSAL_REINIT:
        TRY(propose_reinit(a, &out->reinit, in, e->context.group_id));
        break;
    case MLS_PROPOSAL_EXTERNAL_INIT:
        return MLS_ERR_UNSUPPORTED_OPERATION;
    default:
        out->custom = in->data;
        break;
    }
    return MLS_OK;
}

/* draft-ietf-mls-extensions: one SelfRemove per epoch. */
static bool has_own_self_remove(const mls_group *group)
{
    for (size_t i = 0; i < group->num_proposals; i++) {
        const cached_proposal *cached = group->proposals[i];
        if (cached->proposal.type == MLS_PROPOSAL_SELF_REMOVE &&
            cached->sender.index == group->current->priv.leaf_index)
            return true;
    }
    return false;
}

/* Who is a member can't be added, but by a commit that removes their leaf as well. */
static mls_err check_no_member(const tree *t, const leaf_node *newcomer)
{
    uint32_t at;
    return tree_find_member(t, newcomer->signature_key, &at) ? MLS_ERR_DUPLICATE : MLS_OK;
}

static mls_err propose(mls_group *group, mls_buf *out, uint8_t *update_private,
                       const mls_proposal *in, uint32_t flags, uint64_t now)
{
    authenticated_content ac;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (in->type == MLS_PROPOSAL_SELF_REMOVE) {
        if (has_own_self_remove(group))
            return MLS_ERR_DUPLICATE;
        flags |= MLS_AS_PUBLIC_MESSAGE; /* for who joins from outside to read */
    }
    send_content(group, &ac, MLS_CONTENT_PROPOSAL, (bytes){0}, flags);
    TRY(propose_build(group, scratch, &ac.content.proposal, update_private, in, now));
    if (in->type == MLS_PROPOSAL_ADD)
        TRY(check_no_member(&group->current->tree, &ac.content.proposal.add.leaf));
    TRY(proposal_check(group->current, &ac.content.proposal, &ac.content.sender));
    TRY(send_sign(group, scratch, &ac));
    TRY(send_frame(group, scratch, out, &ac));
    TRY(group_cache_proposal(group, &ac, in->type == MLS_PROPOSAL_UPDATE ? update_private : NULL));
    return send_done(group, &ac);
}

mls_err mls_group_propose(mls_group *group, mls_buf *out, const mls_proposal *in, uint32_t flags,
                          uint64_t now)
{
    uint8_t update_private[KEM_PRIVATE_MAX];
    *out = (mls_buf){0};
    TRY(group_usable(group));
    mls_err err = propose(group, out, update_private, in, flags, now);
    if (err != MLS_OK)
        mls_buf_free(out);
    wipe(update_private, sizeof update_private);
    return err;
}
