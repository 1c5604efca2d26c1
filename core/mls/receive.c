/* mls_group_receive() and what it needs: from octets to an event. */
#include "mls/commit.h"
#include "mls/event.h"
#include "mls/external_propose.h"
#include "mls/process.h"

#include <string.h>

/* A message on its way in. */
typedef struct incoming {
    mls_group *group;
    arena *scratch;
    uint64_t now;
    message m;
    authenticated_content ac;
    sender_data from;         /* PrivateMessage */
    external_sender outsider; /* of a proposal from outside */
    past_epoch *past;         /* that it belongs to; NULL: the current one */
    mls_evidence *evidence;   /* wanted, or NULL */
} incoming;

static secret_tree *keys_of(incoming *in)
{
    return in->past ? &in->past->secret_tree : &in->group->current->secret_tree;
}

static const tree *tree_of(const incoming *in)
{
    return in->past ? &in->past->tree : &in->group->current->tree;
}

static bytes context_of(const incoming *in)
{
    return in->past ? in->past->context : in->group->current->context_encoded;
}

static bool is_ours(const incoming *in)
{
    return in->ac.content.sender.type == SENDER_MEMBER &&
           in->ac.content.sender.index == in->group->current->priv.leaf_index;
}

/* ---- Which epoch ---- */

static mls_err find_past(incoming *in, uint64_t number)
{
    for (size_t i = 0; i < in->group->num_past; i++)
        if (in->group->past[i]->epoch == number && in->group->past[i]->expires > in->now)
            in->past = in->group->past[i];
    return in->past ? MLS_OK : MLS_ERR_EPOCH_TOO_OLD;
}

static mls_err find_epoch(incoming *in, bytes group_id, uint64_t number, uint8_t content_type)
{
    const group_context *context = &in->group->current->context;
    if (!bytes_equal(group_id, context->group_id))
        return MLS_ERR_WRONG_GROUP;
    if (number >= context->epoch && in->group->current->reinit.len)
        return MLS_ERR_REINITIALISED;
    if (number > context->epoch)
        return in->group->removed ? MLS_ERR_NOT_A_MEMBER : MLS_ERR_EPOCH_AHEAD;
    if (number < context->epoch)
        return content_type == MLS_CONTENT_APPLICATION ? find_past(in, number)
                                                       : MLS_ERR_EPOCH_TOO_OLD;
    return MLS_OK;
}

/* ---- Authentication ---- */

static mls_err verify_member(const incoming *in, uint32_t leaf_index)
{
    const leaf_node *leaf = tree_leaf(tree_of(in), leaf_index);
    if (!leaf)
        return MLS_ERR_UNKNOWN_SENDER;
    return framing_verify(in->group->suite, &in->ac, leaf->signature_key, context_of(in));
}

static mls_err check_membership_tag(const incoming *in, bytes tag)
{
    const suite *s = in->group->suite;
    const epoch *e = in->group->current;
    uint8_t expected[HASH_MAX];
    TRY(framing_membership_tag(s, expected, &in->ac, e->secrets.membership_key,
                               e->context_encoded));
    return secret_equal(tag, bytes_of(expected, s->hash->len)) ? MLS_OK
                                                               : MLS_ERR_BAD_MEMBERSHIP_TAG;
}

static mls_err open_public(incoming *in)
{
    const public_message *m = &in->m.public;
    in->ac = (authenticated_content){MLS_WIRE_PUBLIC_MESSAGE, m->content, m->auth};
    if (m->content.content_type == MLS_CONTENT_APPLICATION)
        return MLS_ERR_BAD_MESSAGE; /* section 6.2: never in the clear */
    TRY(find_epoch(in, m->content.group_id, m->content.epoch, m->content.content_type));
    switch (m->content.sender.type) {
    case SENDER_MEMBER:
        TRY(check_membership_tag(in, m->membership_tag));
        return verify_member(in, m->content.sender.index);
    case SENDER_NEW_MEMBER_COMMIT:
        if (m->content.content_type != MLS_CONTENT_COMMIT || !m->content.commit.has_path)
            return MLS_ERR_BAD_MESSAGE;
        return framing_verify(in->group->suite, &in->ac, m->content.commit.path.leaf.signature_key,
                              context_of(in));
    default:
        return external_proposal_verify(in->group->current, &in->outsider, &in->ac);
    }
}

static mls_err open_private(incoming *in)
{
    const suite *s = in->group->suite;
    const private_message *m = &in->m.private;
    TRY(find_epoch(in, m->group_id, m->epoch, m->content_type));
    const uint8_t *secret =
        in->past ? in->past->sender_data_secret : in->group->current->secrets.sender_data_secret;
    TRY(private_message_sender(s, &in->from, m, secret));
    if (!tree_leaf(tree_of(in), in->from.leaf_index))
        return MLS_ERR_UNKNOWN_SENDER;
    if (!in->past && in->from.leaf_index == in->group->current->priv.leaf_index)
        return MLS_ERR_OWN_MESSAGE;
    TRY(private_message_unprotect(s, in->scratch, &in->ac, m, &in->from, keys_of(in)));
    return verify_member(in, in->from.leaf_index);
}

/* The key of a genuine message is deleted, at the end: nothing after this fails. */
static mls_err use_key(incoming *in)
{
    if (in->ac.wire_format != MLS_WIRE_PRIVATE_MESSAGE)
        return MLS_OK;
    return secret_tree_use(keys_of(in), in->from.leaf_index,
                           private_message_ratchet(in->ac.content.content_type),
                           in->from.generation);
}

/* ---- By content type ---- */

static mls_err keep_evidence(incoming *in, mls_event *event)
{
    arena *a = event->memory;
    mls_evidence *evidence = in->evidence;
    TRY(framed_content_encode(a, &evidence->framed_content, &in->ac.content));
    TRY(arena_copy(a, &evidence->signature, in->ac.auth.signature));
    TRY(arena_copy(a, &evidence->group_context, context_of(in)));
    return leaf_node_encode(a, &evidence->leaf_node,
                            tree_leaf(tree_of(in), in->ac.content.sender.index));
}

static mls_err receive_application(incoming *in, mls_event *event)
{
    TRY(event_init(event, MLS_EVENT_APPLICATION, in->ac.content.epoch));
    TRY(event_set_sender(event, tree_of(in), in->ac.content.sender.index));
    TRY(event_set_content(event, in->ac.content.application, in->ac.content.authenticated_data));
    if (in->evidence)
        TRY(keep_evidence(in, event));
    return use_key(in);
}

static mls_err receive_proposal(incoming *in, mls_event *event)
{
    mls_group *group = in->group;
    const proposal *p = &in->ac.content.proposal;
    const sender *from = &in->ac.content.sender;
    if (is_ours(in))
        return MLS_ERR_OWN_MESSAGE;
    if (p->type == MLS_PROPOSAL_SELF_REMOVE && in->ac.wire_format != MLS_WIRE_PUBLIC_MESSAGE)
        return MLS_ERR_BAD_MESSAGE; /* draft-ietf-mls-extensions */
    TRY(proposal_check(group->current, p, from));
    TRY(event_init(event, MLS_EVENT_PROPOSAL, in->ac.content.epoch));
    if (from->type == SENDER_MEMBER)
        TRY(event_set_sender(event, tree_of(in), from->index));
    else
        TRY(event_set_outsider(event, &in->outsider));
    TRY(event_set_content(event, p->custom, in->ac.content.authenticated_data));
    event->proposal_type = (mls_proposal_type)p->type;
    event->proposal_leaf = p->type == MLS_PROPOSAL_REMOVE ? p->removed : event->sender.leaf;
    TRY(group_cache_proposal(group, &in->ac, NULL));
    return use_key(in);
}

/* Who sent a commit: a member, or somebody who comes in by it and is in the next tree only. */
static mls_err set_committer(mls_event *event, const tree *before, const epoch *next,
                             const authenticated_content *ac)
{
    uint32_t leaf_index;
    bytes key = ac->content.commit.path.leaf.signature_key;
    if (ac->content.sender.type == SENDER_MEMBER)
        return event_set_sender(event, before, ac->content.sender.index);
    if (next && tree_find_member(&next->tree, key, &leaf_index))
        return event_set_sender(event, &next->tree, leaf_index);
    return MLS_OK;
}

static mls_event_kind kind_of(const epoch *next)
{
    if (!next)
        return MLS_EVENT_REMOVED;
    return next->reinit.len ? MLS_EVENT_REINIT : MLS_EVENT_COMMIT;
}

/* The proposals of the application's in a commit that was found valid, in its order. */
static mls_err set_custom(mls_event *event, const mls_group *group, const authenticated_content *ac)
{
    const commit *m = &ac->content.commit;
    mls_custom_proposal *list = arena_array(event->memory, m->proposals.count, sizeof *list);
    if (!list)
        return MLS_ERR_NO_MEMORY;
    event->custom_proposals = list;
    for (size_t i = 0; i < m->proposals.count; i++) {
        const proposal_or_ref *item = &m->proposals.items[i];
        const cached_proposal *cached =
            item->type == BY_REFERENCE ? group_find_proposal(group, item->reference) : NULL;
        const proposal *p = cached ? &cached->proposal : item->value;
        if (p && proposal_is_custom(p))
            TRY(event_copy_custom(event, &list[event->num_custom_proposals++], p,
                                  &group->current->tree,
                                  cached ? cached->sender.index : ac->content.sender.index));
    }
    return MLS_OK;
}

static mls_err commit_event(mls_event *event, const mls_group *group,
                            const authenticated_content *ac, const epoch *next)
{
    const tree *before = &group->current->tree;
    TRY(event_init(event, kind_of(next), ac->content.epoch));
    TRY(set_committer(event, before, next, ac));
    TRY(event_set_content(event, (bytes){0}, ac->content.authenticated_data));
    if (!next)
        return MLS_OK;
    TRY(set_custom(event, group, ac));
    return event_set_changes(event, before, &next->tree);
}

static mls_err receive_commit(incoming *in, mls_event *event)
{
    mls_group *group = in->group;
    epoch *next;
    bool removed;
    if (is_ours(in))
        return MLS_ERR_OWN_MESSAGE; /* and not the pending one: a relic of a lost state */
    TRY(process_commit(group, &next, &removed, &in->ac, NULL));
    mls_err err = MLS_OK;
    if (next)
        err = group_check_accepted(group, &next->tree, &next->context.extensions,
                                   next->priv.leaf_index);
    if (err == MLS_OK)
        err = commit_event(event, group, &in->ac, next);
    if (err == MLS_OK && in->ac.wire_format == MLS_WIRE_PRIVATE_MESSAGE)
        err = secret_tree_reserve(keys_of(in), in->from.leaf_index, RATCHET_HANDSHAKE);
    if (err == MLS_OK && next)
        err = group_advance(group, next, in->now);
    if (err != MLS_OK) {
        epoch_free(next);
        return err;
    }
    if (next)
        in->past = group->past[0]; /* where the keys of the commit's epoch are now */
    TRY(use_key(in));
    if (removed) {
        pending_commit_clear(&group->pending);
        group->removed = group->epoch_changed = true;
    }
    return MLS_OK;
}

static mls_err receive(incoming *in, mls_event *event)
{
    switch (in->m.wire_format) {
    case MLS_WIRE_PUBLIC_MESSAGE:
        TRY(open_public(in));
        break;
    case MLS_WIRE_PRIVATE_MESSAGE:
        TRY(open_private(in));
        break;
    default:
        return MLS_ERR_DECODE_WRONG_KIND;
    }
    switch (in->ac.content.content_type) {
    case MLS_CONTENT_APPLICATION:
        return receive_application(in, event);
    case MLS_CONTENT_PROPOSAL:
        return in->group->removed ? MLS_ERR_NOT_A_MEMBER : receive_proposal(in, event);
    default:
        return in->group->removed ? MLS_ERR_NOT_A_MEMBER : receive_commit(in, event);
    }
}

/* ---- Public ---- */

static bool is_pending(const mls_group *group, bytes octets)
{
    uint8_t digest[HASH_MAX];
    if (!group->pending.memory)
        return false;
    commit_digest(group->suite, digest, octets);
    return bytes_equal(group->pending.digest, bytes_of(digest, group->suite->hash->len));
}

static mls_err receive_octets(mls_group *group, mls_event *event, mls_evidence *evidence,
                              bytes octets, uint64_t now)
{
    *event = (mls_event){0};
    if (group->joining)
        return MLS_ERR_UNDECIDED;
    if (is_pending(group, octets))
        return mls_group_apply_pending(group, event, now);
    incoming in = {
        .group = group, .scratch = arena_new(ARENA_SCRATCH), .now = now, .evidence = evidence};
    mls_err err = message_decode(in.scratch, &in.m, octets);
    if (err == MLS_OK)
        err = receive(&in, event);
    if (err != MLS_OK)
        mls_event_free(event);
    arena_free(in.scratch);
    return err;
}

mls_err mls_group_receive(mls_group *group, mls_event *event, bytes octets, uint64_t now)
{
    return receive_octets(group, event, NULL, octets, now);
}

mls_err mls_group_receive_proven(mls_group *group, mls_event *event, mls_evidence *evidence,
                                 bytes octets, uint64_t now)
{
    *evidence = (mls_evidence){0};
    mls_err err = receive_octets(group, event, evidence, octets, now);
    if (err != MLS_OK)
        *evidence = (mls_evidence){0};
    return err;
}

mls_err mls_group_apply_pending(mls_group *group, mls_event *event, uint64_t now)
{
    pending_commit *pending = &group->pending;
    authenticated_content ac = {0};
    bool removed;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *event = (mls_event){0};
    TRY(group_usable(group));
    if (!pending->memory)
        return MLS_ERR_NO_COMMIT_PENDING;
    TRY(authenticated_content_decode(scratch, &ac, pending->content));
    if (!pending->next)
        TRY(process_commit(group, &pending->next, &removed, &ac, pending));
    mls_err err = commit_event(event, group, &ac, pending->next);
    event->own = true;
    if (err == MLS_OK)
        err = group_advance(group, pending->next, now);
    if (err != MLS_OK)
        mls_event_free(event);
    return err;
}
