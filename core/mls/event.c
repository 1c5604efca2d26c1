#include "mls/event.h"

mls_err event_init(mls_event *event, mls_event_kind kind, uint64_t epoch)
{
    *event = (mls_event){.kind = kind, .epoch = epoch, .memory = arena_new(1024)};
    return event->memory ? MLS_OK : MLS_ERR_NO_MEMORY;
}

void mls_event_free(mls_event *event)
{
    if (!event)
        return;
    arena_free(event->memory);
    *event = (mls_event){0};
}

mls_member member_of(const leaf_node *leaf, uint32_t leaf_index)
{
    return (mls_member){
        .leaf = leaf_index, .identity = leaf->cred.identity, .signature_key = leaf->signature_key};
}

static mls_err copy_member(arena *a, mls_member *out, const leaf_node *leaf, uint32_t leaf_index)
{
    *out = member_of(leaf, leaf_index);
    TRY(arena_copy(a, &out->identity, out->identity));
    return arena_copy(a, &out->signature_key, out->signature_key);
}

mls_err event_set_sender(mls_event *event, const tree *t, uint32_t leaf_index)
{
    const leaf_node *leaf = tree_leaf(t, leaf_index);
    event->sender.leaf = leaf_index;
    return leaf ? copy_member(event->memory, &event->sender, leaf, leaf_index) : MLS_OK;
}

mls_err event_set_outsider(mls_event *event, const external_sender *from)
{
    event->sender.leaf = MLS_NO_LEAF;
    TRY(arena_copy(event->memory, &event->sender.identity, from->cred.identity));
    return arena_copy(event->memory, &event->sender.signature_key, from->signature_key);
}

mls_err event_set_content(mls_event *event, bytes content, bytes authenticated_data)
{
    TRY(arena_copy(event->memory, &event->content, content));
    return arena_copy(event->memory, &event->authenticated_data, authenticated_data);
}

mls_err event_copy_custom(mls_event *event, mls_custom_proposal *out, const proposal *p,
                          const tree *t, uint32_t leaf_index)
{
    const leaf_node *leaf = tree_leaf(t, leaf_index);
    if (!leaf)
        return MLS_ERR_UNKNOWN_SENDER;
    out->type = p->type;
    TRY(copy_member(event->memory, &out->sender, leaf, leaf_index));
    return arena_copy(event->memory, &out->data, p->custom);
}

/* Adds a change for one leaf; a leaf that was replaced by a new member's is two changes. */
static mls_err add_changes(mls_event *event, mls_change *changes, const leaf_node *before,
                           const leaf_node *after, uint32_t leaf_index)
{
    bool came = after && (!before || after->source == LEAF_KEY_PACKAGE);
    if (before && (!after || came)) {
        mls_change *change = &changes[event->num_changes++];
        change->kind = MLS_CHANGE_REMOVED;
        TRY(copy_member(event->memory, &change->member, before, leaf_index));
    }
    if (after) {
        mls_change *change = &changes[event->num_changes++];
        change->kind = came ? MLS_CHANGE_ADDED : MLS_CHANGE_UPDATED;
        change->signature_key_changed =
            !came && !bytes_equal(before->signature_key, after->signature_key);
        TRY(copy_member(event->memory, &change->member, after, leaf_index));
    }
    return MLS_OK;
}

mls_err event_set_changes(mls_event *event, const tree *before, const tree *after)
{
    size_t count = 0;
    for (uint32_t i = 0; tree_next_change(before, after, &i); i++)
        count += 2;
    mls_change *changes = arena_array(event->memory, count, sizeof *changes);
    if (!changes)
        return MLS_ERR_NO_MEMORY;
    event->changes = changes;
    for (uint32_t i = 0; tree_next_change(before, after, &i); i++)
        TRY(add_changes(event, changes, tree_leaf(before, i), tree_leaf(after, i), i));
    return MLS_OK;
}
