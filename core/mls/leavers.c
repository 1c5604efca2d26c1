#include "mls/leavers.h"

bool leavers_have(const leavers *l, uint32_t leaf_index)
{
    for (size_t i = 0; i < l->list.count; i++)
        if (l->list.items[i].sender.index == leaf_index)
            return true;
    return false;
}

static bool has_ref(const leavers *l, bytes ref)
{
    for (size_t i = 0; i < l->list.count; i++)
        if (bytes_equal(l->list.items[i].ref, ref))
            return true;
    return false;
}

static mls_err check_epoch(const group_context *context, const framed_content *content)
{
    if (!bytes_equal(content->group_id, context->group_id))
        return MLS_ERR_WRONG_GROUP;
    if (content->epoch != context->epoch)
        return content->epoch < context->epoch ? MLS_ERR_EPOCH_TOO_OLD : MLS_ERR_EPOCH_AHEAD;
    return MLS_OK;
}

/* All that a member checks, but for the membership_tag, whose key is the members'. proposal_check()
 * refuses other senders than members. */
static mls_err check(const epoch *e, const authenticated_content *ac)
{
    const framed_content *content = &ac->content;
    if (content->content_type != MLS_CONTENT_PROPOSAL ||
        content->proposal.type != MLS_PROPOSAL_SELF_REMOVE)
        return MLS_ERR_BAD_PROPOSAL;
    TRY(check_epoch(&e->context, content));
    const leaf_node *leaf = tree_leaf(&e->tree, content->sender.index);
    if (!leaf)
        return MLS_ERR_UNKNOWN_SENDER;
    TRY(framing_verify(e->suite, ac, leaf->signature_key, e->context_encoded));
    return proposal_check(e, &content->proposal, &content->sender);
}

static mls_err read_one(const epoch *e, arena *a, leavers *out, bytes octets)
{
    message m = {0};
    uint8_t digest[HASH_MAX];
    leaver *next = &out->list.items[out->list.count];
    TRY(message_decode(a, &m, octets));
    if (m.wire_format != MLS_WIRE_PUBLIC_MESSAGE)
        return MLS_ERR_DECODE_WRONG_KIND;
    authenticated_content ac = {m.wire_format, m.public.content, m.public.auth};
    TRY(check(e, &ac));
    TRY(framing_proposal_ref(e->suite, digest, &ac));
    if (has_ref(out, bytes_of(digest, e->suite->hash->len)))
        return MLS_OK;
    if (leavers_have(out, ac.content.sender.index))
        return MLS_ERR_DUPLICATE; /* a member sends one per epoch */
    *next = (leaver){.sender = ac.content.sender, .proposal = ac.content.proposal};
    TRY(arena_copy(a, &next->ref, bytes_of(digest, e->suite->hash->len)));
    out->list.count++;
    return MLS_OK;
}

mls_err leavers_read(const epoch *e, arena *a, leavers *out, const bytes *messages, size_t count)
{
    *out = (leavers){0};
    out->list.items = arena_array(a, count, sizeof *out->list.items);
    if (!out->list.items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        TRY(read_one(e, a, out, messages[i]));
    return MLS_OK;
}
