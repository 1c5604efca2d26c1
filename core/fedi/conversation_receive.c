/* What comes in: commits become epochs, messages are read where they belong, what can't be read yet
 * waits. */
#include "fedi/conversation_state.h"
#include "fedi/endorsement.h"

#include <string.h>

/* ---- Commits ---- */

mls_err accept_basic(mls_group *group)
{
    mls_credential who;
    for (size_t cursor = 0; mls_group_undecided(group, &who, &cursor);) {
        if (who.type != MLS_CREDENTIAL_BASIC)
            return MLS_ERR_UNDECIDED;
        TRY(mls_group_accept(group, &who));
    }
    return MLS_OK;
}

mls_err receive_accepting(mls_group *group, mls_event *event, bytes message, uint64_t now)
{
    mls_err err = mls_group_receive(group, event, message, now);
    if (err != MLS_ERR_UNDECIDED)
        return err;
    TRY(accept_basic(group));
    return mls_group_receive(group, event, message, now);
}

/* Whether the member of a removal comes in again by the same commit: no removal to anybody. */
static bool comes_back(const mls_event *event, const mls_member *gone)
{
    for (size_t i = 0; i < event->num_changes; i++) {
        const mls_change *change = &event->changes[i];
        if (change->kind == MLS_CHANGE_ADDED &&
            bytes_equal(change->member.identity, gone->identity) &&
            bytes_equal(change->member.signature_key, gone->signature_key))
            return true;
    }
    return false;
}

/* How many actors want the removal in a commit that most of them want; 0 without one. A commit that
 * removes us tells no changes: it is a removal. */
static uint32_t endorsers_of(const epoch_node *parent, const mls_event *event)
{
    uint32_t most = 0;
    if (event->kind == MLS_EVENT_REMOVED) {
        mls_group_info info;
        mls_group_describe(parent->group, &info);
        return endorsement_count(parent->group, &parent->id, event, info.own_leaf);
    }
    for (size_t i = 0; i < event->num_changes; i++) {
        const mls_change *change = &event->changes[i];
        if (change->kind != MLS_CHANGE_REMOVED || comes_back(event, &change->member))
            continue;
        uint32_t count = endorsement_count(parent->group, &parent->id, event, change->member.leaf);
        if (count > most)
            most = count;
    }
    return most;
}

static void find_who_came_back(epoch_node *node, const mls_event *event)
{
    size_t count = 0;
    for (size_t i = 0; i < event->num_changes && count < CAME_BACK_MAX; i++)
        if (event->changes[i].kind == MLS_CHANGE_REMOVED &&
            comes_back(event, &event->changes[i].member))
            epoch_id_of_octets(&node->came_back[count++], event->changes[i].member.signature_key);
}

bool can_return(const mls_group *group, uint32_t leaf)
{
    mls_buf extensions;
    mls_extension extension;
    bool found = false;
    if (mls_group_member_extensions(group, &extensions, leaf) != MLS_OK)
        return false;
    bytes list = {extensions.data, extensions.len};
    for (size_t cursor = 0; mls_extension_next(&extension, list, &cursor);)
        found |= extension.type == EXTENSION_CAN_RETURN;
    mls_buf_free(&extensions);
    return found;
}

mls_err take_commit(conversation *c, epoch_node **out, epoch_node *parent, mls_group *group,
                    const mls_event *event, bytes commit)
{
    bool removed = event->kind == MLS_EVENT_REMOVED;
    mls_buf octets;
    TRY(buf_copy(&octets, commit));
    mls_err err = epoch_tree_add(&c->tree, out, parent, removed ? NULL : group);
    if (err != MLS_OK) {
        mls_buf_free(&octets);
        return err;
    }
    if (removed)
        mls_group_free(group);
    (*out)->octets = octets;
    epoch_id_of_octets(&(*out)->commit, commit);
    (*out)->committer = event->sender.leaf;
    (*out)->endorsers = endorsers_of(parent, event);
    find_who_came_back(*out, event);
    (*out)->cannot_return = !can_return(parent->group, event->sender.leaf);
    return MLS_OK;
}

/* The proposals that were not taken on for our own commits: somebody else's may refer to them. */
static void tell_proposals(const conversation *c, mls_group *fork, uint64_t number, uint64_t now)
{
    for (size_t i = 0; i < c->waiting.count; i++) {
        const waiting *w = &c->waiting.items[i];
        mls_event event;
        if (w->opened && w->epoch == number &&
            mls_group_receive(fork, &event, bytes_of(w->octets.data, w->octets.len), now) == MLS_OK)
            mls_event_free(&event); /* of another branch, it does not open: nothing to do */
    }
}

/* A commit on this epoch, if it is one. */
static mls_err try_commit_on(conversation *c, epoch_node *parent, bytes octets, uint64_t now)
{
    mls_group *fork;
    mls_event event;
    epoch_node *node;
    TRY(mls_group_fork(parent->group, &fork));
    mls_group_discard_pending(fork); /* another branch's */
    mls_err err = receive_accepting(fork, &event, octets, now);
    if (err == MLS_ERR_MISSING_PROPOSAL) {
        tell_proposals(c, fork, parent->number, now);
        err = receive_accepting(fork, &event, octets, now);
    }
    if (err == MLS_OK) {
        err = take_commit(c, &node, parent, fork, &event, octets);
        mls_event_free(&event);
    }
    if (err != MLS_OK)
        mls_group_free(fork);
    return err;
}

/* What our own commits take along: members' new keys, and whom they add. Other proposals wait for a
 * commit of others that refers to them; one member can't have another removed by our commit. */
static bool is_for_us(const mls_event *event)
{
    return event->sender.leaf != MLS_NO_LEAF && (event->proposal_type == MLS_PROPOSAL_UPDATE ||
                                                 event->proposal_type == MLS_PROPOSAL_ADD);
}

static mls_err try_proposal_on(conversation *c, epoch_node *node, bytes octets, uint64_t now)
{
    mls_group *fork;
    mls_event event;
    TRY(mls_group_fork(node->group, &fork));
    mls_err err = mls_group_receive(fork, &event, octets, now);
    if (err == MLS_OK) {
        bool for_us = is_for_us(&event);
        err = note_proposal(c, node, &event, now);
        mls_event_free(&event);
        if (err == MLS_OK && for_us)
            err = mls_group_receive(node->group, &event, octets, now);
        if (err == MLS_OK && for_us)
            mls_event_free(&event);
    }
    mls_group_free(fork);
    return err;
}

/* ---- Messages ---- */

static uint64_t seen_as(const epoch_id *hash)
{
    uint64_t beginning = 0;
    for (size_t i = 0; i < sizeof beginning; i++)
        beginning = beginning << 8 | hash->octets[i];
    return beginning;
}

static bool was_seen(const conversation *c, const epoch_id *hash)
{
    for (size_t i = 0; i < SEEN_MAX; i++)
        if (c->seen[i] == seen_as(hash))
            return true;
    return false;
}

static void note_seen(conversation *c, const epoch_id *hash)
{
    c->seen[c->next_seen] = seen_as(hash);
    c->next_seen = (c->next_seen + 1) % SEEN_MAX;
}

/* What it stands for need not be read any more. Only who said that can say so. */
static mls_err note_answered(conversation *c, const mls_event *event)
{
    bytes messages;
    epoch_id hash;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (!scratch)
        return MLS_ERR_NO_MEMORY;
    if (!again_read(scratch, &messages, event->authenticated_data))
        return MLS_OK;
    for (size_t i = 0; i < line_count(messages); i++) {
        line_at(&hash, messages, i);
        for (size_t k = 0; k < c->waiting.count; k++) {
            waiting *w = &c->waiting.items[k];
            if (epoch_id_equal(&w->hash, &hash) &&
                bytes_equal(bytes_of(w->from.data, w->from.len), event->sender.identity))
                w->answered = true;
        }
    }
    return MLS_OK;
}

static void drop_answered(conversation *c)
{
    for (size_t i = c->waiting.count; i-- > 0;) {
        if (!c->waiting.items[i].answered)
            continue;
        note_seen(c, &c->waiting.items[i].hash);
        waiting_free(&c->waiting.items[i]);
        LIST_TAKE(&c->waiting, i);
    }
}

static mls_err try_message_on(conversation *c, conversation_effects *fx, mls_group *group,
                              bytes octets, bytes from, uint64_t now)
{
    mls_event event;
    mls_evidence evidence;
    epoch_id hash;
    TRY(mls_group_receive_proven(group, &event, &evidence, octets, now));
    epoch_id_of_octets(&hash, octets);
    note_seen(c, &hash);
    conversation_effect effect = {.kind = CONVERSATION_RECEIVED,
                                  .id = {hash.octets, EPOCH_ID_LEN},
                                  .octets = event.content,
                                  .sender = event.sender,
                                  .from = from,
                                  .authenticated_data = event.authenticated_data,
                                  .evidence = evidence};
    mls_err err = effect_add(fx, &effect);
    if (err == MLS_OK)
        err = note_answered(c, &event);
    mls_event_free(&event);
    return err;
}

/* The later epochs have the key of a message as well, from when they were forked: it is used up
 * there too, so that nobody reads it again, and nothing is left that could. */
static void use_up_elsewhere(conversation *c, const mls_group *read_by, bytes octets, uint64_t now)
{
    for (epoch_node *node = c->tree.root; node; node = epoch_node_next(node)) {
        mls_event event;
        if (!node->group || node->group == read_by)
            continue;
        if (mls_group_receive(node->group, &event, octets, now) == MLS_OK)
            mls_event_free(&event);
    }
}

/* ---- Which epoch ---- */

/* Whether another epoch of the same number may still be the right one after this error. */
static bool may_be_elsewhere(mls_err err)
{
    return err != MLS_OK && err != MLS_ERR_OWN_MESSAGE && err != MLS_ERR_GENERATION_REUSED &&
           err != MLS_ERR_NO_MEMORY;
}

/* Tries every known epoch of the message's number: only the right one can open it. */
static mls_err try_epochs(conversation *c, conversation_effects *fx, const mls_message_info *info,
                          bytes octets, bytes from, uint64_t now)
{
    mls_err err = MLS_ERR_EPOCH_AHEAD;
    if (info->epoch < c->tree.root->number) {
        if (info->content_type != MLS_CONTENT_APPLICATION)
            return MLS_ERR_EPOCH_TOO_OLD;
        err = try_message_on(c, fx, conversation_group(c), octets, from, now);
        if (err == MLS_OK)
            use_up_elsewhere(c, conversation_group(c), octets, now);
        return err;
    }
    for (epoch_node *node = c->tree.root; node; node = epoch_node_next(node)) {
        if (node->number != info->epoch || !node->group)
            continue;
        if (info->content_type == MLS_CONTENT_COMMIT)
            err = try_commit_on(c, node, octets, now);
        else if (info->content_type == MLS_CONTENT_PROPOSAL)
            err = try_proposal_on(c, node, octets, now);
        else
            err = try_message_on(c, fx, node->group, octets, from, now);
        if (err == MLS_OK && info->content_type == MLS_CONTENT_APPLICATION)
            use_up_elsewhere(c, node->group, octets, now);
        if (!may_be_elsewhere(err))
            return err;
    }
    return err;
}

/* ---- What waits ---- */

/* Whether what failed so may go later: an epoch is missing, a proposal, or the right branch; a
 * message from before what is final, or whose key was dropped for later ones, when its author sends
 * it again. */
static bool may_go_later(mls_err err, const mls_message_info *info)
{
    switch (err) {
    case MLS_ERR_EPOCH_TOO_OLD:
    case MLS_ERR_GENERATION_REUSED:
    case MLS_ERR_GENERATION_TOO_FAR:
        return info->content_type == MLS_CONTENT_APPLICATION;
    case MLS_ERR_EPOCH_AHEAD:
    case MLS_ERR_DECRYPT_FAILED:
    case MLS_ERR_MISSING_PROPOSAL:
    case MLS_ERR_UNKNOWN_SENDER:
    case MLS_ERR_BAD_SIGNATURE:
        return true;
    default:
        return false;
    }
}

/* Commits that refer to a proposal are tried again once it was read. */
static void note_opened(conversation *c, const epoch_id *hash)
{
    for (size_t i = 0; i < c->waiting.count; i++)
        if (epoch_id_equal(&c->waiting.items[i].hash, hash))
            c->waiting.items[i].opened = true;
    c->tried = 0;
}

/* Whether an epoch of this number was added from a serial on. */
static bool has_new_epoch(const conversation *c, uint64_t number, uint32_t from)
{
    for (const epoch_node *node = c->tree.root; node; node = epoch_node_next(node))
        if (node->group && node->number == number && node->serial >= from)
            return true;
    return false;
}

/* Whether it need not wait any more: it was read, or is refused for good. */
static mls_err try_one(conversation *c, conversation_effects *fx, waiting *w, bool *done,
                       bool *progress, uint64_t now)
{
    bytes octets = {w->octets.data, w->octets.len};
    mls_message_info info = {.epoch = w->epoch, .content_type = w->content_type};
    mls_err err = try_epochs(c, fx, &info, octets, buf_view(&w->from), now);
    *done = false;
    if (err == MLS_ERR_NO_MEMORY)
        return err;
    if (may_go_later(err, &info))
        return MLS_OK;
    *progress |= err == MLS_OK && info.content_type != MLS_CONTENT_APPLICATION;
    *done = err != MLS_OK || info.content_type != MLS_CONTENT_PROPOSAL;
    if (!*done)
        note_opened(c, &w->hash);
    return MLS_OK;
}

mls_err try_waiting(conversation *c, conversation_effects *fx, uint64_t now)
{
    while (c->tried < c->tree.next_serial) {
        uint32_t from = c->tried;
        bool progress = false;
        c->tried = c->tree.next_serial;
        for (size_t i = c->waiting.count; i-- > 0;) {
            bool done;
            waiting *w = &c->waiting.items[i];
            if (w->opened || w->answered || !has_new_epoch(c, w->epoch, from))
                continue;
            mls_err err = try_one(c, fx, w, &done, &progress, now);
            if (err != MLS_OK)
                c->tried = from;
            TRY(err);
            if (!done)
                continue;
            waiting_free(w);
            LIST_TAKE(&c->waiting, i);
        }
        if (progress)
            TRY(find_head(c, fx, now));
    }
    drop_answered(c);
    return MLS_OK;
}

/* ---- Public ---- */

mls_err conversation_receive(conversation *c, conversation_effects *fx, bytes octets, bytes from,
                             uint64_t now)
{
    mls_message_info info;
    mls_group_info group;
    epoch_id hash;
    TRY(mls_message_read(&info, octets));
    mls_group_describe(conversation_group(c), &group);
    if (info.wire_format == MLS_WIRE_WELCOME || !bytes_equal(info.group_id, group.group_id))
        return MLS_ERR_WRONG_GROUP;
    epoch_id_of_octets(&hash, octets);
    epoch_node *known = epoch_tree_find_commit(&c->tree, &hash);
    if (known) { /* a repeat, or our own that came back: then what was before it has come too */
        if (known->own && known->usable_at > now)
            known->usable_at = now;
        return find_head(c, fx, now);
    }
    if (was_seen(c, &hash))
        return MLS_OK;
    mls_err err = try_epochs(c, fx, &info, octets, from, now);
    drop_answered(c);
    if (err == MLS_ERR_OWN_MESSAGE ||
        (err == MLS_ERR_GENERATION_REUSED && info.content_type != MLS_CONTENT_APPLICATION))
        return MLS_OK;
    if (may_go_later(err, &info))
        return put_aside(c, octets, &info, &hash, from, now);
    TRY(err);
    if (info.content_type == MLS_CONTENT_APPLICATION)
        return MLS_OK;
    if (info.content_type == MLS_CONTENT_PROPOSAL) {
        TRY(put_aside(c, octets, &info, &hash, from, now));
        note_opened(c, &hash);
    }
    TRY(find_head(c, fx, now));
    return try_waiting(c, fx, now);
}
