#include "mls/group.h"

#include <stdlib.h>
#include <string.h>

/* ---- Epochs ---- */

epoch *epoch_new(const suite *s)
{
    arena *memory = arena_new(sizeof(epoch) + 1024);
    epoch *e = arena_alloc(memory, sizeof *e);
    if (!e) {
        arena_free(memory);
        return NULL;
    }
    e->memory = memory;
    e->suite = s;
    return e;
}

void epoch_free(epoch *e)
{
    if (!e)
        return;
    tree_cleanup(&e->tree);
    secret_tree_cleanup(&e->secret_tree);
    arena_free(e->memory);
}

mls_err epoch_set_context(epoch *e, const group_context *context)
{
    TRY(group_context_encode(e->memory, &e->context_encoded, context));
    group_context copy = {0};
    TRY(group_context_decode(e->memory, &copy, e->context_encoded));
    e->context = copy;
    return MLS_OK;
}

/* confirmation_tag = MAC(confirmation_key, GroupContext.confirmed_transcript_hash) (section 6.1) */
void epoch_confirmation_tag(const epoch *e, uint8_t *out)
{
    e->suite->hash->hmac(out, bytes_of(e->secrets.confirmation_key, e->suite->hash->len),
                         &e->context.confirmed_transcript_hash, 1);
}

mls_err epoch_confirm(epoch *e, bytes confirmation_tag)
{
    const suite *s = e->suite;
    uint8_t interim[HASH_MAX];
    TRY(arena_copy(e->memory, &e->confirmation_tag, confirmation_tag));
    transcript_interim(s, interim, e->context.confirmed_transcript_hash, confirmation_tag);
    TRY(arena_copy(e->memory, &e->interim_transcript_hash, bytes_of(interim, s->hash->len)));
    TRY(secret_tree_init(&e->secret_tree, s, e->tree.num_leaves, e->secrets.encryption_secret));
    wipe(e->secrets.encryption_secret, HASH_MAX);
    return MLS_OK;
}

/* ---- The group ---- */

mls_err group_new(mls_group **out, const suite *s, bytes signature_private)
{
    mls_group *group = calloc(1, sizeof *group);
    if (!group)
        return MLS_ERR_NO_MEMORY;
    group->suite = s;
    group->epoch_changed = true;
    group->inviter = MLS_NO_LEAF;
    mls_err err = buf_copy(&group->signature_private, signature_private);
    if (err != MLS_OK)
        mls_group_free(group);
    else
        *out = group;
    return err;
}

void pending_commit_clear(pending_commit *pending)
{
    epoch_free(pending->next);
    arena_free(pending->memory);
    wipe(pending, sizeof *pending);
}

static void clear_proposals(mls_group *group)
{
    for (size_t i = 0; i < group->num_proposals; i++)
        arena_free(group->proposals[i]->memory);
    free(group->proposals);
    group->proposals = NULL;
    group->num_proposals = 0;
}

void mls_group_free(mls_group *group)
{
    if (!group)
        return;
    decisions_clear(&group->decisions);
    verified_clear(&group->verified);
    pending_commit_clear(&group->pending);
    clear_proposals(group);
    for (size_t i = 0; i < group->num_past; i++)
        past_epoch_free(group->past[i]);
    for (size_t i = 0; i < group->num_psks; i++) {
        mls_buf_free(&group->psks[i].id);
        mls_buf_free(&group->psks[i].psk);
    }
    epoch_free(group->current);
    mls_buf_free(&group->signature_private);
    wipe(group, sizeof *group);
    free(group);
}

/* What is left of an epoch that ended: no way to send, no way to derive a later one. */
static mls_err retire(past_epoch **out, epoch *e, uint64_t now)
{
    past_epoch *past = past_epoch_new();
    if (!past)
        return MLS_ERR_NO_MEMORY;
    mls_err err = arena_copy(past->memory, &past->context, e->context_encoded);
    if (err == MLS_OK)
        err = secret_tree_forget(&e->secret_tree, e->priv.leaf_index);
    if (err != MLS_OK) {
        past_epoch_free(past);
        return err;
    }
    past->epoch = e->context.epoch;
    past->expires = now + PAST_EPOCH_LIFETIME;
    memcpy(past->sender_data_secret, e->secrets.sender_data_secret, HASH_MAX);
    memcpy(past->resumption_psk, e->secrets.resumption_psk, HASH_MAX);
    past->tree = e->tree;
    past->secret_tree = e->secret_tree;
    e->tree = (tree){0};
    e->secret_tree = (secret_tree){0};
    *out = past;
    return MLS_OK;
}

/* The oldest past epochs go: one for each that comes, and those whose time is over. They go from
 * the end, since each record of a past tree builds on the next newer one. */
static void drop_past(mls_group *group, uint64_t now)
{
    while (group->num_past &&
           (group->num_past == PAST_EPOCHS_MAX || group->past[group->num_past - 1]->expires <= now))
        past_epoch_free(group->past[--group->num_past]);
}

mls_err group_advance(mls_group *group, epoch *next, uint64_t now)
{
    past_epoch *past;
    TRY(retire(&past, group->current, now));
    drop_past(group, now);
    memmove(group->past + 1, group->past, group->num_past * sizeof group->past[0]);
    group->past[0] = past;
    group->num_past++;
    epoch_free(group->current);
    group->current = next;
    clear_proposals(group);
    if (group->pending.next == next)
        group->pending.next = NULL;
    pending_commit_clear(&group->pending);
    group->epoch_changed = true;
    group->inviter = MLS_NO_LEAF;
    decisions_clear(&group->decisions);
    verified_clear(&group->verified);
    return MLS_OK;
}

/* ---- Who may come in ---- */

mls_err group_usable(const mls_group *group)
{
    if (group->removed)
        return MLS_ERR_NOT_A_MEMBER;
    if (group->current->reinit.len)
        return MLS_ERR_REINITIALISED;
    return group->joining ? MLS_ERR_UNDECIDED : MLS_OK;
}

static population population_of(const mls_group *group)
{
    return (population){&group->current->tree, &group->current->context.extensions};
}

mls_err group_await_acceptance(mls_group *group, const mls_group *parent)
{
    population known, all = population_of(group);
    if (parent)
        known = population_of(parent);
    mls_err err = decisions_require(&group->decisions, parent ? &known : NULL, &all,
                                    group->current->priv.leaf_index);
    group->joining = err == MLS_ERR_UNDECIDED;
    return group->joining ? MLS_OK : err;
}

mls_err group_check_accepted(mls_group *group, const tree *members,
                             const extension_list *extensions, uint32_t own_leaf)
{
    population before = population_of(group), after = {members, extensions};
    return decisions_require(&group->decisions, &before, &after, own_leaf);
}

bool mls_group_undecided(const mls_group *group, mls_credential *who, size_t *cursor)
{
    const decisions *d = &group->decisions;
    while (*cursor < d->count) {
        const decision *entry = &d->list[(*cursor)++];
        if (entry->accepted)
            continue;
        *who = entry->credential;
        return true;
    }
    *who = (mls_credential){0};
    return false;
}

mls_err mls_group_accept(mls_group *group, const mls_credential *who)
{
    TRY(decisions_accept(&group->decisions, who));
    if (group->joining && group->decisions.num_open == 0) {
        group->joining = false;
        decisions_clear(&group->decisions);
    }
    return MLS_OK;
}

/* ---- Pre-shared keys ---- */

static bytes buf_view(const mls_buf *buf)
{
    return bytes_of(buf->data, buf->len);
}

/* Where the key of this id is, or num_psks. */
static size_t find_external(const mls_group *group, bytes id)
{
    size_t i = 0;
    while (i < group->num_psks && !bytes_equal(buf_view(&group->psks[i].id), id))
        i++;
    return i;
}

mls_err mls_group_add_psk(mls_group *group, const mls_psk *psk)
{
    group_psk copy = {0};
    size_t at = find_external(group, psk->id);
    if (at == GROUP_PSKS_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    TRY(buf_copy(&copy.id, psk->id));
    mls_err err = buf_copy(&copy.psk, psk->psk);
    if (err != MLS_OK) {
        mls_buf_free(&copy.id);
        return err;
    }
    if (at == group->num_psks)
        group->num_psks++;
    mls_buf_free(&group->psks[at].id);
    mls_buf_free(&group->psks[at].psk);
    group->psks[at] = copy;
    group->epoch_changed = true;
    return MLS_OK;
}

static mls_err find_resumption(const mls_group *group, bytes *psk, const psk_id *id)
{
    const epoch *e = group->current;
    size_t nh = group->suite->hash->len;
    if (!e || !bytes_equal(id->group_id, e->context.group_id))
        return MLS_ERR_MISSING_PSK;
    if (id->psk_epoch == e->context.epoch) {
        *psk = bytes_of(e->secrets.resumption_psk, nh);
        return MLS_OK;
    }
    for (size_t i = 0; i < group->num_past; i++) {
        if (group->past[i]->epoch != id->psk_epoch)
            continue;
        *psk = bytes_of(group->past[i]->resumption_psk, nh);
        return MLS_OK;
    }
    return MLS_ERR_MISSING_PSK;
}

mls_err group_find_psk(const mls_group *group, bytes *psk, const psk_id *id)
{
    if (id->type == PSK_RESUMPTION)
        return find_resumption(group, psk, id);
    size_t at = find_external(group, id->external_id);
    if (at == group->num_psks)
        return MLS_ERR_MISSING_PSK;
    *psk = buf_view(&group->psks[at].psk);
    return MLS_OK;
}

/* ---- Proposals of this epoch ---- */

const cached_proposal *group_find_proposal(const mls_group *group, bytes ref)
{
    for (size_t i = 0; i < group->num_proposals; i++)
        if (bytes_equal(ref, bytes_of(group->proposals[i]->ref, group->suite->hash->len)))
            return group->proposals[i];
    return NULL;
}

static mls_err cached_new(cached_proposal **out, const suite *s, const authenticated_content *ac)
{
    arena *memory = arena_new(sizeof(cached_proposal) + 1024);
    cached_proposal *cached = arena_alloc(memory, sizeof *cached);
    authenticated_content *copy = arena_alloc(memory, sizeof *copy);
    mls_err err = cached && copy ? authenticated_content_encode(memory, &cached->encoded, ac)
                                 : MLS_ERR_NO_MEMORY;
    if (err == MLS_OK)
        err = authenticated_content_decode(memory, copy, cached->encoded);
    if (err == MLS_OK)
        err = framing_proposal_ref(s, cached->ref, copy);
    if (err != MLS_OK) {
        arena_free(memory);
        return err;
    }
    cached->memory = memory;
    cached->sender = copy->content.sender;
    cached->proposal = copy->content.proposal;
    *out = cached;
    return MLS_OK;
}

static size_t num_requests(const mls_group *group)
{
    size_t count = 0;
    for (size_t i = 0; i < group->num_proposals; i++)
        count += group->proposals[i]->sender.type == SENDER_NEW_MEMBER_PROPOSAL;
    return count;
}

mls_err group_cache_proposal(mls_group *group, const authenticated_content *ac,
                             const uint8_t *update_private)
{
    const suite *s = group->suite;
    cached_proposal *cached;
    if (group->num_proposals == CACHED_PROPOSALS_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    if (ac->content.sender.type == SENDER_NEW_MEMBER_PROPOSAL &&
        num_requests(group) == CACHED_REQUESTS_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    TRY(cached_new(&cached, s, ac));
    cached_proposal **grown = NULL;
    bool repeat = group_find_proposal(group, bytes_of(cached->ref, s->hash->len)) != NULL;
    if (!repeat)
        grown = realloc(group->proposals, (group->num_proposals + 1) * sizeof(cached_proposal *));
    if (!grown) {
        arena_free(cached->memory);
        return repeat ? MLS_OK : MLS_ERR_NO_MEMORY;
    }
    if (update_private) {
        cached->own_update = true;
        memcpy(cached->update_private, update_private, s->dh->private_len);
    }
    group->proposals = grown;
    group->proposals[group->num_proposals++] = cached;
    return MLS_OK;
}
