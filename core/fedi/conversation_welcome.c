/* Coming back: asking to be let in again, and taking a Welcome for a group that is known. */
#include "fedi/conversation_state.h"

#include <stdlib.h>
#include <string.h>

mls_err conversation_ask(conversation *c, conversation_effects *fx, bytes key_package, uint64_t now)
{
    statement s = {.kind = STATEMENT_REJOIN,
                   .line = {c->asked_for.octets, EPOCH_ID_LEN},
                   .key_package = key_package};
    if (!c->asking)
        return MLS_ERR_INVALID_ARGUMENT;
    c->asked_at = now;
    return post_statement(c, fx, &s);
}

/* The line that leads to where a Welcome brought us, as far as it is known: after a removal ours;
 * after asking ours up to where we left it for the branch that was asked for; else none. So that a
 * later split is still seen from where it began. */
static mls_err past_before_welcome(conversation *c, epoch_id **out, size_t *count)
{
    epoch_id *line = calloc(PAST_LINE_MAX, sizeof *line);
    size_t num, begin = 0;
    if (!line)
        return MLS_ERR_NO_MEMORY;
    num = c->asking || conversation_is_removed(c) ? own_line(c, line, PAST_LINE_MAX) : 0;
    while (c->asking && begin < num && !epoch_id_equal(&line[begin], &c->asked_after))
        begin++;
    *count = num - begin;
    memmove(line, line + begin, *count * sizeof *line);
    if (c->asking && *count && *count < PAST_LINE_MAX) {
        memmove(line + 1, line, (*count)++ * sizeof *line);
        line[0] = c->asked_for;
    }
    *out = line;
    return MLS_OK;
}

/* Whether whoever invites us is a member here, and where we came in is an earlier epoch, or one
 * that nobody else is on: then that was on a branch that lost, and we are added again on the one
 * that won. A member might also lead us astray so, but not for longer than others of the group are
 * heard. */
static bool is_better_place(const conversation *c, const mls_group *group, uint64_t now)
{
    mls_group_info ours, theirs;
    mls_member inviter, member;
    mls_group_describe(group, &theirs);
    mls_group_describe(conversation_group(c), &ours);
    if ((theirs.epoch <= c->joined_in && is_confirmed(c, now)) ||
        mls_group_member(group, &inviter, theirs.inviter) != MLS_OK)
        return false;
    for (uint32_t leaf = 0; leaf < ours.num_leaves; leaf++)
        if (mls_group_member(conversation_group(c), &member, leaf) == MLS_OK &&
            bytes_equal(member.signature_key, inviter.signature_key) &&
            bytes_equal(member.identity, inviter.identity))
            return true;
    return false;
}

/* What was wanted and said on the line that we leave. */
static mls_err take_along(conversation *c, uint64_t now)
{
    for (size_t i = c->own.count; i-- > 0;) {
        if (is_on_line(c, &c->own.items[i].epoch))
            continue;
        if (c->own.items[i].made_for.kind != WANT_REJOIN)
            TRY(want_again(c, &c->own.items[i]));
        own_commit_free(&c->own.items[i]);
        LIST_TAKE(&c->own, i);
    }
    for (size_t i = 0; i < c->said.count; i++)
        if (!is_on_line(c, &c->said.items[i].where))
            c->said.items[i].resend_at = now + c->params.grace;
    for (size_t i = 0; i < c->waiting.count; i++) { /* the authors know us here: ask them again */
        c->waiting.items[i].ask_at = now + c->params.unreadable_after;
        c->waiting.items[i].since = now;
    }
    return MLS_OK;
}

/* Who was removed and is added again was not meant by an earlier wish to leave. Whether others have
 * gone and come back in what we missed we don't know: those who were there let them go. */
static void stay(conversation *c, bool was_removed)
{
    for (size_t i = c->wants.count; i-- > 0;) {
        want_kind kind = c->wants.items[i].kind;
        if (kind != WANT_LET_GO && !(kind == WANT_LEAVE && was_removed))
            continue;
        want_free(&c->wants.items[i]);
        LIST_TAKE(&c->wants, i);
    }
}

static mls_err replace_tree(conversation *c, mls_group *group, uint64_t now)
{
    epoch_tree tree;
    epoch_id *past;
    size_t num_past;
    bool was_removed = conversation_is_removed(c);
    TRY(past_before_welcome(c, &past, &num_past));
    mls_err err = epoch_tree_init(&tree, group);
    if (err != MLS_OK) {
        free(past);
        return err;
    }
    tree.root->serial = c->tree.next_serial; /* the old records are still there, to be forgotten */
    tree.next_serial = c->tree.next_serial + 1;
    free(c->past.items);
    c->past.items = past;
    c->past.count = num_past;
    c->past_known = 0;
    epoch_tree_cleanup(&c->tree);
    c->tree = tree;
    c->head = tree.root;
    c->head->entered_at = now;
    note_joined(c, now);
    stay(c, was_removed);
    return MLS_OK;
}

static mls_err is_wanted(const conversation *c, const mls_group *group, uint64_t now)
{
    epoch_id welcomed_to;
    epoch_id_of(&welcomed_to, group);
    if (is_on_line(c, &welcomed_to))
        return MLS_ERR_DUPLICATE;
    return c->asking || conversation_is_removed(c) || is_better_place(c, group, now)
               ? MLS_OK
               : MLS_ERR_UNDECIDED;
}

mls_err conversation_welcomed(conversation *c, conversation_effects *fx, mls_group *group,
                              uint64_t now)
{
    conversation_effect effect = {.kind = CONVERSATION_CHANGED};
    mls_err err = is_wanted(c, group, now);
    if (err == MLS_OK)
        err = replace_tree(c, group, now);
    if (err != MLS_OK) {
        mls_group_free(group);
        return err;
    }
    c->next_beacon = now;
    c->asking = false;
    c->asks = 0;
    c->splits.count = 0;
    TRY(note_actors(c));
    TRY(take_along(c, now));
    TRY(effect_add(fx, &effect));
    return try_waiting(c, fx, now);
}
