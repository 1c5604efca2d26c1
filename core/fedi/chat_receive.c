/* What comes in envelopes: Welcomes, messages of groups, statements. */
#include "fedi/device_state.h"

#include <string.h>

/* ---- Invitations ---- */

/* Which of our KeyPackages a Welcome was made for; NULL: it is for another device. */
static own_package *package_for(fedi_device *d, bytes welcome)
{
    for (size_t i = 0; i < d->packages.count; i++)
        if (mls_welcome_matches(welcome, buf_view(&d->packages.items[i].secret)) == MLS_OK)
            return &d->packages.items[i];
    return NULL;
}

/* Who signed the Welcome has to be who posted it. */
static mls_err check_inviter(const mls_group *group, bytes actor)
{
    mls_group_info info;
    mls_member inviter;
    mls_group_describe(group, &info);
    if (mls_group_member(group, &inviter, info.inviter) != MLS_OK ||
        !bytes_equal(inviter.identity, actor))
        return MLS_ERR_WELCOME_FROM_STRANGER;
    return MLS_OK;
}

/* A Welcome without a tree may have it beside it: one that its inviter posted lately. */
static mls_err join(fedi_device *d, mls_group **group, bytes welcome, bytes secret, bytes actor)
{
    mls_err err = mls_group_join(group, welcome, secret, (bytes){0}, NULL, 0, NULL);
    for (size_t i = d->held.count; err == MLS_ERR_MISSING_TREE && i-- > 0;) {
        const held *h = &d->held.items[i];
        if (h->kind != HELD_TREE || !bytes_equal(buf_view(&h->actor), actor))
            continue;
        err = mls_group_join(group, welcome, secret, buf_view(&h->octets), NULL, 0, NULL);
        if (err != MLS_OK && err != MLS_ERR_NO_MEMORY)
            err = MLS_ERR_MISSING_TREE; /* another group's */
    }
    TRY(err);
    err = conversation_accept(*group);
    if (err == MLS_OK)
        err = check_inviter(*group, actor);
    if (err != MLS_OK)
        mls_group_free(*group);
    return err;
}

static chat_state first_state(fedi_device *d, bytes inviter)
{
    const contact *who = contact_find(d, inviter);
    bool known = bytes_equal(inviter, buf_view(&d->actor)) || (who && who->accepted);
    return known ? CHAT_ACTIVE : CHAT_REQUEST;
}

static mls_err release_held(fedi_device *d, fedi_effects *fx, const chat *ch, uint64_t now);

static bool has_too_many_requests(const fedi_device *d)
{
    size_t count = 0;
    for (size_t i = 0; i < d->chats.count; i++)
        count += d->chats.items[i]->state == CHAT_REQUEST;
    return count >= REQUESTS_MAX_OPEN;
}

static mls_err begin_chat(fedi_device *d, fedi_effects *fx, mls_group *group, bytes actor,
                          uint64_t now)
{
    chat *ch;
    chat_state state = first_state(d, actor);
    if (state == CHAT_REQUEST && has_too_many_requests(d)) {
        mls_group_free(group);
        return MLS_OK;
    }
    mls_err err = chat_new(d, &ch, group, actor, state, now);
    if (err != MLS_OK) {
        mls_group_free(group);
        return err;
    }
    TRY(chat_members_changed(d, fx, ch, now));
    TRY(chat_tick(d, fx, ch, now));
    return release_held(d, fx, ch, now);
}

/* Somebody invites us again after we had left: that is a new beginning. */
static mls_err begin_again(fedi_device *d, fedi_effects *fx, chat *ch, bytes actor)
{
    mls_buf inviter;
    TRY(buf_copy(&inviter, actor));
    mls_buf_free(&ch->inviter);
    ch->inviter = inviter;
    ch->state = first_state(d, actor);
    ch->changed = ch->news = true;
    conversation_quiet(ch->c, ch->state == CHAT_REQUEST);
    return event_notice(fx, ch, "invited-again", actor, "has invited you again.");
}

static mls_err welcomed_again(fedi_device *d, fedi_effects *fx, chat *ch, mls_group *group,
                              bytes actor, uint64_t now)
{
    conversation_effects cfx;
    mls_err err = conversation_effects_init(&cfx);
    if (err != MLS_OK) {
        mls_group_free(group);
        return err;
    }
    err = conversation_welcomed(ch->c, &cfx, group, now);
    if (err == MLS_OK && ch->state == CHAT_LEFT)
        err = begin_again(d, fx, ch, actor);
    if (err == MLS_ERR_NO_MEMORY) {
        conversation_effects_cleanup(&cfx);
        return err;
    }
    /* Others are not news: we are there already, or where we are is the better place. */
    TRY(chat_settle(d, fx, ch, &cfx, now));
    return release_held(d, fx, ch, now);
}

mls_err chat_join(fedi_device *d, fedi_effects *fx, bytes welcome, bytes actor, uint64_t now)
{
    mls_group *group;
    mls_group_info info;
    own_package *package = package_for(d, welcome);
    if (!package)
        return MLS_OK;
    if (contact_is_blocked(d, actor))
        return pool_use(d, fx, package, now);
    mls_err err = join(d, &group, welcome, buf_view(&package->secret), actor);
    if (err == MLS_ERR_MISSING_TREE) {
        ref none = {{0}};
        return held_add(d, fx, HELD_WITHOUT_TREE, welcome, actor, &none, now);
    }
    TRY(err);
    err = pool_use(d, fx, package, now);
    if (err != MLS_OK) {
        mls_group_free(group);
        return err;
    }
    mls_group_describe(group, &info);
    chat *known = chat_of_group(d, info.group_id);
    return known ? welcomed_again(d, fx, known, group, actor, now)
                 : begin_chat(d, fx, group, actor, now);
}

mls_err chat_take_tree(fedi_device *d, fedi_effects *fx, bytes tree, bytes actor, uint64_t now)
{
    ref none = {{0}};
    TRY(held_add(d, fx, HELD_TREE, tree, actor, &none, now));
    for (size_t i = 0; i < d->held.count; i++) {
        mls_buf welcome;
        const held *h = &d->held.items[i];
        if (h->kind != HELD_WITHOUT_TREE || !bytes_equal(buf_view(&h->actor), actor))
            continue;
        TRY(buf_copy(&welcome, buf_view(&h->octets)));
        mls_err err = held_take(d, fx, i);
        if (err == MLS_OK) /* it waits again when this was another's tree */
            err = chat_join(d, fx, buf_view(&welcome), actor, now);
        mls_buf_free(&welcome);
        return err;
    }
    return MLS_OK;
}

/* ---- Messages ---- */

static mls_err receive_in(fedi_device *d, fedi_effects *fx, chat *ch, bytes message, bytes actor,
                          uint64_t now)
{
    conversation_effects cfx;
    TRY(conversation_effects_init(&cfx));
    mls_err err = conversation_receive(ch->c, &cfx, message, actor, now);
    if (err == MLS_ERR_NO_MEMORY || err == MLS_ERR_NO_RANDOMNESS) {
        conversation_effects_cleanup(&cfx);
        return err;
    }
    TRY(chat_settle(d, fx, ch, &cfx, now));
    return err;
}

/* What was read from an envelope of somebody else counts now: this one is its author's. */
static mls_err understand_held(fedi_device *d, fedi_effects *fx, chat *ch, size_t index,
                               uint64_t now)
{
    held h = d->held.items[index];
    d->held.items[index].octets = d->held.items[index].actor = (mls_buf){0};
    mls_err err = held_take(d, fx, index);
    if (err == MLS_OK)
        err = chat_understand(d, fx, ch, buf_view(&h.octets), buf_view(&h.actor), NULL, now);
    held_free(&h);
    return err;
}

mls_err chat_receive(fedi_device *d, fedi_effects *fx, bytes message, bytes actor, uint64_t now)
{
    mls_message_info info;
    ref group, octets;
    TRY(mls_message_read(&info, message));
    chat *ch = chat_of_group(d, info.group_id);
    if (!ch) {
        ref_of(&group, info.group_id);
        return held_add(d, fx, HELD_UNKNOWN_GROUP, message, actor, &group, now);
    }
    ref_of(&octets, message);
    for (size_t i = 0; i < d->held.count; i++) {
        const held *h = &d->held.items[i];
        if (h->kind == HELD_MISATTRIBUTED && ref_equal(&h->about, &octets) &&
            bytes_equal(buf_view(&h->actor), actor))
            return understand_held(d, fx, ch, i, now);
    }
    return receive_in(d, fx, ch, message, actor, now);
}

/* What came for a group before its Welcome. */
static mls_err release_held(fedi_device *d, fedi_effects *fx, const chat *ch, uint64_t now)
{
    ref group;
    uint64_t id = ch->id;
    ref_of(&group, chat_group_id(ch));
    for (size_t i = 0; i < d->held.count;) {
        held h = d->held.items[i];
        if (h.kind != HELD_UNKNOWN_GROUP || !ref_equal(&h.about, &group)) {
            i++;
            continue;
        }
        d->held.items[i].octets = d->held.items[i].actor = (mls_buf){0};
        chat *now_there = chat_find(d, id);
        mls_err err = held_take(d, fx, i);
        if (err == MLS_OK && now_there)
            err = receive_in(d, fx, now_there, buf_view(&h.octets), buf_view(&h.actor), now);
        held_free(&h);
        if (err == MLS_ERR_NO_MEMORY || err == MLS_ERR_NO_RANDOMNESS)
            return err; /* else: from before we came in, or refused for good */
    }
    return MLS_OK;
}

mls_err chat_statement(fedi_device *d, fedi_effects *fx, bytes octets, bytes actor, uint64_t now)
{
    conversation_effects cfx;
    bytes group_id;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(conversation_of_statement(scratch, &group_id, octets));
    chat *ch = chat_of_group(d, group_id);
    if (!ch)
        return MLS_OK; /* of a group that we are not in */
    TRY(conversation_effects_init(&cfx));
    mls_err err = conversation_statement(ch->c, &cfx, octets, actor, now);
    if (err == MLS_ERR_NO_MEMORY || err == MLS_ERR_NO_RANDOMNESS) {
        conversation_effects_cleanup(&cfx);
        return err;
    }
    return chat_settle(d, fx, ch, &cfx, now);
}
