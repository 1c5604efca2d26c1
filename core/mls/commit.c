#include "mls/commit.h"

#include "mls/lineage.h"
#include "mls/propose.h"
#include "mls/send.h"
#include "mls/tree_check.h"
#include "mls/welcome.h"

#include <string.h>

void commit_digest(const suite *s, uint8_t *out, bytes octets)
{
    s->hash->digest(out, &octets, 1);
}

/* ---- Which proposals ---- */

static const proposal *value_of(const mls_group *group, const proposal_or_ref *item, sender *from)
{
    if (item->type == BY_VALUE)
        return item->value;
    const cached_proposal *cached = group_find_proposal(group, item->reference);
    *from = cached->sender;
    return &cached->proposal;
}

/* The leaf that an Add or Update brings, or NULL. */
static const leaf_node *leaf_in(const proposal *p)
{
    if (p->type == MLS_PROPOSAL_ADD)
        return &p->add.leaf;
    return p->type == MLS_PROPOSAL_UPDATE ? &p->update : NULL;
}

/* Extensions that the owner of the other's leaf does not support. */
static bool excludes(const proposal *extensions, const proposal *other)
{
    return extensions->type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS && leaf_in(other) &&
           leaf_node_supports(leaf_in(other), &extensions->extensions) != MLS_OK;
}

/* Two leaves that can't be in one tree. */
static bool leaves_conflict(const leaf_node *a, const leaf_node *b)
{
    return bytes_equal(a->signature_key, b->signature_key) ||
           bytes_equal(a->encryption_key, b->encryption_key) || !leaf_nodes_compatible(a, b);
}

/* Whether two proposals can't be in one list: changes to the same leaf, leaves that can't be in one
 * tree, the same pre-shared key, two sets of extensions, or one that excludes a new leaf. */
static bool conflict(const proposal *a, const sender *from_a, const proposal *b,
                     const sender *from_b)
{
    uint32_t x, y;
    if (proposal_target(a, from_a, &x) && proposal_target(b, from_b, &y) && x == y)
        return true;
    if (leaf_in(a) && leaf_in(b))
        return leaves_conflict(leaf_in(a), leaf_in(b));
    if (excludes(a, b) || excludes(b, a))
        return true;
    if (a->type != b->type)
        return false;
    if (a->type == MLS_PROPOSAL_PSK)
        return psk_id_same_key(&a->psk, &b->psk);
    return a->type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS;
}

static bool fits_list(const mls_group *group, const commit *m, const cached_proposal *cached)
{
    for (size_t i = 0; i < m->proposals.count; i++) {
        sender from = {SENDER_MEMBER, group->current->priv.leaf_index};
        const proposal *p = value_of(group, &m->proposals.items[i], &from);
        if (conflict(p, &from, &cached->proposal, &cached->sender))
            return false;
    }
    return true;
}

static mls_err check_support(const tree *t, const extension_list *extensions)
{
    for (uint32_t i = 0; i < t->num_leaves; i++)
        if (tree_leaf(t, i))
            TRY(leaf_node_supports(tree_leaf(t, i), extensions));
    return MLS_OK;
}

/* A ReInit gives way to all others (section 12.2), and ends the group: only where that is wanted,
 * and can be followed. */
static mls_err check_received_reinit(const commit *m, const reinit *r, uint32_t flags)
{
    const suite *s;
    if (!(flags & MLS_COMMIT_REINIT) || m->proposals.count || r->version != MLS_VERSION_10)
        return MLS_ERR_BAD_PROPOSAL;
    return suite_get(&s, r->suite);
}

/* Received proposals that can't go into this commit are left out, as section 12.2 lets the
 * committer do: its own Updates, its own removal, what conflicts with the rest, an Add of somebody
 * who is there, can't be there, has expired, or whom no Welcome can be encrypted to, extensions
 * that a member does not support, an unknown pre-shared key, and what only other commits may carry.
 * So nobody, least of all from outside, stops the group's commits by a proposal. */
static mls_err check_received(const mls_group *group, const commit *m,
                              const cached_proposal *cached, const commit_request *r)
{
    const epoch *e = group->current;
    const proposal *p = &cached->proposal;
    bytes psk;
    if (p->type == MLS_PROPOSAL_EXTERNAL_INIT ||
        !proposal_fits_committer(p, &cached->sender, e->priv.leaf_index) ||
        !fits_list(group, m, cached))
        return MLS_ERR_BAD_PROPOSAL;
    TRY(proposal_check(e, p, &cached->sender));
    if (p->type == MLS_PROPOSAL_REINIT)
        return check_received_reinit(m, &p->reinit, r->flags);
    if (p->type == MLS_PROPOSAL_PSK)
        return group_find_psk(group, &psk, &p->psk);
    if (p->type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS)
        return check_support(&e->tree, &p->extensions);
    if (p->type != MLS_PROPOSAL_ADD)
        return MLS_OK;
    TRY(leaf_node_check_lifetime(&p->add.leaf, r->now));
    TRY(tree_check_newcomer(&e->tree, &p->add.leaf));
    return hpke_check_public_key(e->suite, p->add.init_key);
}

/* Of several changes of one leaf a SelfRemove outranks a Remove, and that an Update; a ReInit comes
 * after all. */
enum { RANK_SELF_REMOVE, RANK_REMOVE, RANK_OTHER, RANK_REINIT };

static int rank_of(const proposal *p)
{
    if (p->type == MLS_PROPOSAL_SELF_REMOVE)
        return RANK_SELF_REMOVE;
    if (p->type == MLS_PROPOSAL_REINIT)
        return RANK_REINIT;
    return p->type == MLS_PROPOSAL_REMOVE ? RANK_REMOVE : RANK_OTHER;
}

static mls_err take_received(const mls_group *group, commit *m, int rank, const commit_request *r)
{
    for (size_t i = group->num_proposals; i-- > 0;) {
        const cached_proposal *cached = group->proposals[i];
        if (rank_of(&cached->proposal) != rank)
            continue;
        if (cached->sender.type == SENDER_NEW_MEMBER_PROPOSAL &&
            !(r->flags & MLS_COMMIT_NEW_MEMBERS))
            continue;
        mls_err err = check_received(group, m, cached, r);
        if (err == MLS_ERR_NO_MEMORY)
            return err; /* says nothing of the proposal */
        if (err != MLS_OK)
            continue;
        m->proposals.items[m->proposals.count++] = (proposal_or_ref){
            .type = BY_REFERENCE, .reference = bytes_of(cached->ref, group->suite->hash->len)};
    }
    return MLS_OK;
}

static void take_value(commit *m, proposal *value)
{
    m->proposals.items[m->proposals.count++] = (proposal_or_ref){.type = BY_VALUE, .value = value};
}

/* What only the members of the parent can know goes into the keys of the group that follows. */
static mls_err parent_psk(const mls_group *group, arena *a, proposal *out, const commit_request *r)
{
    const group_context *parent = &r->parent->current->context;
    *out = (proposal){.type = MLS_PROPOSAL_PSK,
                      .psk = {.type = PSK_RESUMPTION,
                              .usage = r->usage,
                              .group_id = parent->group_id,
                              .psk_epoch = parent->epoch}};
    return propose_psk_nonce(group->suite, a, &out->psk);
}

static mls_err collect(const mls_group *group, arena *a, commit *m, const commit_request *r)
{
    size_t count = r->num_proposals, num_values = count + 1;
    bool ends = false;
    *m = (commit){0};
    m->proposals.items =
        arena_array(a, num_values + group->num_proposals, sizeof *m->proposals.items);
    proposal *values = arena_array(a, num_values, sizeof *values);
    if (!m->proposals.items || !values)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (r->proposals[i].type == MLS_PROPOSAL_UPDATE)
            return MLS_ERR_BAD_PROPOSAL; /* the path of a commit is its Update */
        TRY(propose_build(group, a, &values[i], NULL, &r->proposals[i], r->now));
        take_value(m, &values[i]);
        ends |= r->proposals[i].type == MLS_PROPOSAL_REINIT;
    }
    if (r->parent) {
        TRY(parent_psk(group, a, &values[count], r));
        take_value(m, &values[count]);
    }
    if (!ends && !(r->flags & MLS_COMMIT_WITHOUT_PENDING)) {
        for (int rank = RANK_SELF_REMOVE; rank <= RANK_REINIT; rank++)
            TRY(take_received(group, m, rank, r));
    }
    return MLS_OK;
}

/* ---- The commit ---- */

typedef struct draft {
    transition t;
    authenticated_content ac;
    path_secrets *secrets;
    pending_commit pending;
} draft;

static mls_err make_path(const mls_group *group, draft *d)
{
    const suite *s = group->suite;
    transition *t = &d->t;
    epoch *next = t->next;
    uint8_t public_key[KEM_PUBLIC_MAX];
    bytes key = {group->signature_private.data, group->signature_private.len};
    TRY(random_bytes(d->pending.leaf_secret, s->hash->len));
    TRY(hpke_generate(s, d->pending.leaf_private, public_key));
    d->pending.has_path = true;
    d->secrets = arena_alloc(t->scratch, sizeof *d->secrets);
    if (!d->secrets)
        return MLS_ERR_NO_MEMORY;
    TRY(treekem_new_path(&next->tree, &next->priv, d->secrets, next->context.group_id, key,
                         d->pending.leaf_secret, d->pending.leaf_private, public_key));
    memcpy(t->commit_secret, d->secrets->commit_secret, HASH_MAX);
    TRY(transition_provisional(t, group));
    return treekem_encrypt(&next->tree, t->scratch, &d->ac.content.commit.path, d->secrets,
                           next->priv.leaf_index, &t->applied.added_nodes, next->context_encoded);
}

/* Whether everybody is accepted whom the commit brings in. If not, it will be tried again. */
static mls_err check_accepted(mls_group *deciding, const transition *t)
{
    size_t count = t->applied.added.count;
    mls_err err = group_check_accepted(deciding, &t->next->tree, t->applied.extensions,
                                       t->next->priv.leaf_index);
    if (err != MLS_ERR_UNDECIDED || count == 0)
        return err;
    const key_package **list = arena_array(t->scratch, count, sizeof *list);
    if (!list)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        list[i] = t->applied.added.items[i].key_package;
    TRY(verified_keep(&deciding->verified, t->next->suite, list, count));
    return MLS_ERR_UNDECIDED;
}

static mls_err draft_commit(mls_group *group, draft *d, const commit_request *r)
{
    transition *t = &d->t;
    commit *m = &d->ac.content.commit;
    const sender *us = &d->ac.content.sender;
    uint8_t *tag = arena_alloc(t->scratch, HASH_MAX);
    if (!tag)
        return MLS_ERR_NO_MEMORY;
    t->parent = r->parent;
    TRY(collect(group, t->scratch, m, r));
    TRY(transition_resolve(t, group, m, us));
    TRY(transition_begin(t, group, us, true, r->now));
    if (r->parent)
        TRY(lineage_check_members(r->parent, r->parent->current->context.epoch, &t->next->tree));
    TRY(check_accepted(r->parent ? r->parent : group, t));
    m->has_path =
        t->applied.needs_path || t->applied.has_custom || !(r->flags & MLS_COMMIT_WITHOUT_PATH);
    if (m->has_path)
        TRY(make_path(group, d));
    else
        TRY(transition_provisional(t, group));
    TRY(send_sign(group, t->scratch, &d->ac));
    TRY(transition_secrets(t, group, &d->ac));
    epoch_confirmation_tag(t->next, tag);
    d->ac.auth.confirmation_tag = bytes_of(tag, group->suite->hash->len);
    return epoch_confirm(t->next, d->ac.auth.confirmation_tag);
}

static mls_err keep_pending(mls_group *group, draft *d, const mls_buf *sent)
{
    const suite *s = group->suite;
    uint8_t digest[HASH_MAX];
    d->pending.memory = arena_new(1024);
    commit_digest(s, digest, bytes_of(sent->data, sent->len));
    TRY(arena_copy(d->pending.memory, &d->pending.digest, bytes_of(digest, s->hash->len)));
    TRY(authenticated_content_encode(d->pending.memory, &d->pending.content, &d->ac));
    TRY(send_done(group, &d->ac));
    d->pending.next = d->t.next;
    d->t.next = NULL;
    group->pending = d->pending;
    d->pending = (pending_commit){0};
    group->epoch_changed = true;
    return MLS_OK;
}

mls_err commit_make(mls_group *group, mls_buf *out, mls_buf *welcome_out, const commit_request *r)
{
    draft d = {.t.scratch = arena_new(ARENA_SCRATCH)};
    *out = *welcome_out = (mls_buf){0};
    mls_err err = group_usable(group);
    if (err == MLS_OK && group->pending.memory)
        err = MLS_ERR_COMMIT_PENDING;
    if (err == MLS_OK) {
        send_content(group, &d.ac, MLS_CONTENT_COMMIT, r->authenticated_data, r->flags);
        err = draft_commit(group, &d, r);
    }
    if (err == MLS_OK && d.t.applied.added.count)
        err = welcome_make(group, welcome_out, &d.t, d.secrets,
                           !(r->flags & MLS_WELCOME_WITHOUT_TREE));
    if (err == MLS_OK)
        err = send_frame(group, d.t.scratch, out, &d.ac);
    if (err == MLS_OK)
        err = keep_pending(group, &d, out);
    if (err != MLS_OK) {
        mls_buf_free(out);
        mls_buf_free(welcome_out);
    }
    pending_commit_clear(&d.pending);
    transition_cleanup(&d.t);
    return err;
}

mls_err mls_group_commit(mls_group *group, mls_buf *out, mls_buf *welcome_out,
                         const mls_proposal *proposals, size_t count, bytes authenticated_data,
                         uint32_t flags, uint64_t now)
{
    commit_request r = {.proposals = proposals,
                        .num_proposals = count,
                        .authenticated_data = authenticated_data,
                        .flags = flags,
                        .now = now};
    return commit_make(group, out, welcome_out, &r);
}

void mls_group_discard_pending(mls_group *group)
{
    group->epoch_changed |= group->pending.memory != NULL;
    pending_commit_clear(&group->pending);
}
