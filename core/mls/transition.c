#include "mls/transition.h"

#include "mls/psk.h"
#include "mls/tree_check.h"

#include <string.h>

void transition_cleanup(transition *t)
{
    epoch_free(t->next);
    arena_free(t->scratch);
    wipe(t, sizeof *t);
}

static mls_err resolve_one(proposal_item *out, const mls_group *group, const proposal_or_ref *in,
                           const sender *committer)
{
    if (in->type == BY_VALUE) {
        *out = (proposal_item){.proposal = in->value, .sender = *committer};
        return MLS_OK;
    }
    const cached_proposal *cached = group_find_proposal(group, in->reference);
    if (!cached)
        return MLS_ERR_MISSING_PROPOSAL;
    *out = (proposal_item){
        .proposal = &cached->proposal,
        .sender = cached->sender,
        .update_private = cached->own_update ? cached->update_private : NULL,
    };
    return MLS_OK;
}

mls_err transition_resolve(transition *t, const mls_group *group, const commit *m,
                           const sender *committer)
{
    t->items.list.items = arena_array(t->scratch, m->proposals.count, sizeof(proposal_item));
    if (!t->items.list.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < m->proposals.count; i++)
        TRY(resolve_one(&t->items.list.items[i], group, &m->proposals.items[i], committer));
    t->items.list.count = m->proposals.count;
    return MLS_OK;
}

/* psk_secret over the commit's PreSharedKey proposals, in order. */
static mls_err find_psks(transition *t, const mls_group *group)
{
    size_t count = t->applied.psks.count;
    psk_input *inputs = arena_array(t->scratch, count, sizeof *inputs);
    if (!inputs)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        inputs[i].id = t->applied.psks.items[i];
        const mls_group *holder = psk_id_names_parent(&inputs[i].id) ? t->parent : group;
        if (!holder)
            return MLS_ERR_MISSING_PSK;
        TRY(group_find_psk(holder, &inputs[i].psk, &inputs[i].id));
    }
    return psk_secret(group->suite, t->psk_secret, inputs, count);
}

mls_err transition_begin(transition *t, const mls_group *group, const sender *committer,
                         bool check_lifetime, uint64_t now)
{
    const epoch *current = group->current;
    if (current->context.epoch == UINT64_MAX)
        return MLS_ERR_BAD_COMMIT;
    t->next = epoch_new(group->suite);
    if (!t->next)
        return MLS_ERR_NO_MEMORY;
    TRY(tree_clone(&t->next->tree, &current->tree));
    t->next->priv = current->priv;
    TRY(epoch_set_context(t->next, &current->context));
    TRY(apply_proposals(t->next, t->scratch, &t->applied, &t->items, committer,
                        t->parent ? &t->parent->verified : &group->verified, check_lifetime, now));
    if (t->applied.reinit)
        TRY(reinit_encode(t->next->memory, &t->next->reinit, t->applied.reinit));
    if (t->applied.removes_us)
        return MLS_OK;
    if (!t->applied.external_init) /* else the joiner's side or the receiver's sets it */
        memcpy(t->init_secret, current->secrets.init_secret, HASH_MAX);
    return find_psks(t, group);
}

/* New extensions are asked of everybody, those of before only of who is new. */
static mls_err check_members(const transition *t, const mls_group *group)
{
    const tree *members = &t->next->tree;
    return t->applied.new_extensions
               ? tree_check_members(members, t->applied.extensions)
               : tree_check_change(members, &group->current->tree, t->applied.extensions);
}

mls_err transition_provisional(transition *t, const mls_group *group)
{
    group_context context = group->current->context;
    TRY(check_members(t, group));
    context.epoch++;
    context.tree_hash = tree_root_hash(&t->next->tree);
    context.extensions = *t->applied.extensions;
    return epoch_set_context(t->next, &context);
}

mls_err transition_secrets(transition *t, const mls_group *group, const authenticated_content *ac)
{
    const suite *s = group->suite;
    uint8_t confirmed[HASH_MAX];
    group_context context = t->next->context;
    TRY(transcript_confirmed(s, confirmed, group->current->interim_transcript_hash, ac));
    context.confirmed_transcript_hash = bytes_of(confirmed, s->hash->len);
    TRY(epoch_set_context(t->next, &context));
    TRY(key_schedule_joiner(s, t->joiner_secret, t->init_secret, t->commit_secret,
                            t->next->context_encoded));
    return key_schedule_epoch(s, &t->next->secrets, t->joiner_secret, t->psk_secret,
                              t->next->context_encoded);
}
