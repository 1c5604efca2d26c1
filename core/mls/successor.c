/* Making groups that follow from groups (RFC 9420 sections 11.2 and 11.3); documented in mls.h. */
#include "mls/commit.h"
#include "mls/create.h"

/* A ReInit as stored, with the extensions left encoded. */
static void successor_any(codec *c, void *object)
{
    mls_successor *successor = object;
    uint16_t version = MLS_VERSION_10;
    codec_opaque(c, &successor->group_id);
    codec_u16(c, &version);
    codec_u16(c, &successor->suite);
    codec_rest(c, &successor->extensions);
}

bool mls_group_successor(const mls_group *group, mls_successor *successor)
{
    bytes octets = group->current->reinit;
    *successor = (mls_successor){0};
    return octets.len && codec_decode(NULL, successor, successor_any, octets) == MLS_OK;
}

/* A group that is being made. */
typedef struct following {
    mls_group *parent;
    uint8_t usage;
    bytes group_id;
    const extension_list *extensions;
    const mls_member_params *own;
    const mls_bytes *key_packages;
    size_t num_key_packages;
    uint32_t flags;
    uint64_t now;
} following;

static mls_err first_commit(mls_group *group, mls_buf *welcome_out, const following *f)
{
    mls_buf commit_octets;
    mls_event event;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_proposal *adds = arena_array(scratch, f->num_key_packages, sizeof *adds);
    if (!adds)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < f->num_key_packages; i++)
        adds[i] = (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = f->key_packages[i]};
    commit_request r = {.proposals = adds,
                        .num_proposals = f->num_key_packages,
                        .flags = f->flags & MLS_WELCOME_WITHOUT_TREE,
                        .now = f->now,
                        .parent = f->parent,
                        .usage = f->usage};
    TRY(commit_make(group, &commit_octets, welcome_out, &r));
    mls_buf_free(&commit_octets); /* there is nobody to send it to */
    TRY(mls_group_apply_pending(group, &event, f->now));
    mls_event_free(&event);
    return MLS_OK;
}

static mls_err make(mls_group **out, mls_buf *welcome_out, const following *f)
{
    TRY(group_create(out, f->group_id, f->extensions, f->own));
    mls_err err = first_commit(*out, welcome_out, f);
    if (err != MLS_OK) {
        mls_buf_free(welcome_out);
        mls_group_free(*out);
        *out = NULL;
    }
    return err;
}

mls_err mls_group_reinit(mls_group **out, mls_buf *welcome_out, mls_group *group,
                         const mls_member_params *own, const mls_bytes *key_packages,
                         size_t num_key_packages, uint32_t flags, uint64_t now)
{
    reinit announced = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = NULL;
    *welcome_out = (mls_buf){0};
    if (!group->current->reinit.len)
        return MLS_ERR_INVALID_ARGUMENT;
    TRY(reinit_decode(scratch, &announced, group->current->reinit));
    if (announced.version != MLS_VERSION_10)
        return MLS_ERR_DECODE_VERSION;
    if (announced.suite != own->suite)
        return MLS_ERR_INVALID_ARGUMENT;
    following f = {group, PSK_USAGE_REINIT, announced.group_id, &announced.extensions,
                   own,   key_packages,     num_key_packages,   flags,
                   now};
    return make(out, welcome_out, &f);
}

mls_err mls_group_branch(mls_group **out, mls_buf *welcome_out, mls_group *group,
                         mls_bytes group_id, const mls_member_params *own,
                         const mls_bytes *key_packages, size_t num_key_packages, uint32_t flags,
                         uint64_t now)
{
    const group_context *context = &group->current->context;
    *out = NULL;
    *welcome_out = (mls_buf){0};
    TRY(group_usable(group));
    if (group_id.len == 0 || bytes_equal(group_id, context->group_id) ||
        own->suite != context->suite)
        return MLS_ERR_INVALID_ARGUMENT;
    following f = {group, PSK_USAGE_BRANCH, group_id,         &context->extensions,
                   own,   key_packages,     num_key_packages, flags,
                   now};
    return make(out, welcome_out, &f);
}
