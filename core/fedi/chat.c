/* A conversation as the user has it: its state, who is in it, what of it is posted and stored. */
#include "fedi/device_state.h"

#include "crypto/random.h"

#include <stdlib.h>
#include <string.h>

/* ---- Life ---- */

chat *chat_find(fedi_device *d, uint64_t id)
{
    for (size_t i = 0; i < d->chats.count; i++)
        if (d->chats.items[i]->id == id)
            return d->chats.items[i];
    return NULL;
}

bytes chat_group_id(const chat *ch)
{
    mls_group_info info;
    mls_group_describe(conversation_group(ch->c), &info);
    return info.group_id;
}

chat *chat_of_group(fedi_device *d, bytes group_id)
{
    for (size_t i = 0; i < d->chats.count; i++)
        if (bytes_equal(chat_group_id(d->chats.items[i]), group_id))
            return d->chats.items[i];
    return NULL;
}

static void free_members(chat *ch)
{
    for (size_t i = 0; i < ch->members.count; i++)
        mls_buf_free(&ch->members.items[i]);
    free(ch->members.items);
    ch->members.items = NULL;
    ch->members.count = 0;
}

void acknowledgement_free(acknowledgement *a)
{
    mls_buf_free(&a->actor);
    mls_buf_free(&a->object);
}

void chat_free(chat *ch)
{
    if (!ch)
        return;
    conversation_free(ch->c);
    mls_buf_free(&ch->name);
    mls_buf_free(&ch->inviter);
    free_members(ch);
    for (size_t i = 0; i < ch->acknowledge.count; i++)
        acknowledgement_free(&ch->acknowledge.items[i]);
    free(ch->acknowledge.items);
    free(ch->seen);
    free(ch);
}

chat *chat_alloc(void)
{
    chat *ch = calloc(1, sizeof *ch);
    ring *seen = calloc(1, sizeof *seen);
    if (ch && seen) {
        ch->seen = seen;
        ch->changed = ch->members_changed = ch->news = true;
        return ch;
    }
    free(ch);
    free(seen);
    return NULL;
}

static mls_err begin(fedi_device *d, chat *ch, mls_group *group, bytes inviter, uint64_t now)
{
    uint64_t wait;
    TRY(random_bytes((uint8_t *)&ch->id, sizeof ch->id));
    TRY(random_below(&wait, UPDATE_AFTER_JOINING));
    TRY(buf_copy(&ch->inviter, inviter));
    ch->created = ch->tick_at = now;
    ch->update_at = now + 60 + wait;
    TRY(LIST_PUSH(&d->chats, &ch));
    mls_err err = conversation_new(&ch->c, group, &conversation_defaults, now);
    if (err != MLS_OK)
        d->chats.count--;
    return err;
}

mls_err chat_new(fedi_device *d, chat **out, mls_group *group, bytes inviter, chat_state state,
                 uint64_t now)
{
    chat *ch = chat_alloc();
    if (!ch)
        return MLS_ERR_NO_MEMORY;
    ch->state = state;
    mls_err err = begin(d, ch, group, inviter, now);
    if (err != MLS_OK) {
        chat_free(ch);
        return err;
    }
    if (state == CHAT_REQUEST)
        conversation_quiet(ch->c, true);
    *out = ch;
    return MLS_OK;
}

/* ---- Records of one conversation ---- */

void chat_record_name(char name[RECORD_NAME_MAX], const chat *ch, const char *rest)
{
    char id[HEX_ID + 1];
    hex_u64(id, ch->id);
    name[0] = 0;
    name_append(name, "chat/");
    name_append(name, id);
    name_append(name, rest);
}

static mls_err store_part(fedi_effects *fx, const chat *ch, const conversation_effect *effect)
{
    char name[RECORD_NAME_MAX], hex[RECORD_NAME_MAX / 2];
    if (effect->id.len >= sizeof hex / 2)
        return MLS_ERR_INVALID_ARGUMENT;
    hex_of(hex, effect->id.data, effect->id.len);
    chat_record_name(name, ch, "/c/");
    name_append(name, hex);
    return effect->kind == CONVERSATION_STORE ? effects_store(fx, name, effect->octets)
                                              : effects_forget(fx, name);
}

static mls_err forget_conversation(fedi_effects *fx, const chat *ch)
{
    conversation_effects cfx;
    TRY(conversation_effects_init(&cfx));
    mls_err err = conversation_forget(ch->c, &cfx);
    for (size_t i = 0; err == MLS_OK && i < cfx.count; i++)
        err = store_part(fx, ch, &cfx.list[i]);
    conversation_effects_cleanup(&cfx);
    return err;
}

mls_err chat_forget(fedi_device *d, fedi_effects *fx, chat *ch)
{
    char name[RECORD_NAME_MAX];
    event e;
    event_begin(&e, fx, "gone", ch);
    TRY(event_end(&e));
    TRY(forget_conversation(fx, ch));
    chat_record_name(name, ch, "/state");
    TRY(effects_forget(fx, name));
    chat_record_name(name, ch, "/members");
    TRY(effects_forget(fx, name));
    for (size_t page = 0; page < RING_PAGES && page * RING_PAGE < ch->seen->added; page++) {
        char rest[] = {'/', 's', 'e', 'e', 'n', '/', (char)('a' + page), 0};
        chat_record_name(name, ch, rest);
        TRY(effects_forget(fx, name));
    }
    TRY(outbox_forget_chat(d, fx, ch));
    TRY(evidence_forget_chat(d, fx, ch));
    for (size_t i = 0; i < d->chats.count; i++)
        if (d->chats.items[i] == ch)
            LIST_TAKE(&d->chats, i);
    chat_free(ch);
    return MLS_OK;
}

/* ---- Who is in it ---- */

bool chat_has_member(const chat *ch, bytes actor)
{
    for (size_t i = 0; i < ch->members.count; i++)
        if (bytes_equal(buf_view(&ch->members.items[i]), actor))
            return true;
    return false;
}

static bool has_members(const chat *ch, const bytes *actors, size_t count)
{
    bool same = ch->members.count == count;
    for (size_t i = 0; same && i < count; i++)
        same = bytes_equal(buf_view(&ch->members.items[i]), actors[i]);
    return same;
}

static mls_err set_members(chat *ch, const bytes *actors, size_t count)
{
    ch->members_changed = true;
    free_members(ch);
    for (size_t i = 0; i < count; i++) {
        mls_buf actor;
        TRY(buf_copy(&actor, actors[i]));
        mls_err err = LIST_PUSH(&ch->members, &actor);
        if (err != MLS_OK) {
            mls_buf_free(&actor);
            return err;
        }
    }
    return MLS_OK;
}

static mls_err tell_who_came_and_went(fedi_effects *fx, const chat *ch, const bytes *now,
                                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!chat_has_member(ch, now[i]))
            TRY(event_notice(fx, ch, "member-added", now[i], "was added to the conversation."));
    for (size_t i = 0; i < ch->members.count; i++) {
        bytes before = buf_view(&ch->members.items[i]);
        bool stays = false;
        for (size_t k = 0; k < count; k++)
            stays |= bytes_equal(before, now[k]);
        if (!stays)
            TRY(event_notice(fx, ch, "member-removed", before,
                             "is not in the conversation any more."));
    }
    return MLS_OK;
}

/* The signature keys of an actor's devices in the group, this device left out. */
static mls_err keys_of(const fedi_device *d, const chat *ch, arena *a, bytes actor, bytes **out,
                       size_t *count)
{
    mls_group_info info;
    mls_member member;
    const mls_group *group = conversation_group(ch->c);
    mls_group_describe(group, &info);
    bytes *list = arena_array(a, info.num_members, sizeof *list);
    *count = 0;
    *out = list;
    if (!list)
        return MLS_ERR_NO_MEMORY;
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++)
        if (mls_group_member(group, &member, leaf) == MLS_OK &&
            bytes_equal(member.identity, actor) &&
            !bytes_equal(member.signature_key, buf_view(&d->public_key)))
            list[(*count)++] = member.signature_key;
    return MLS_OK;
}

mls_err chat_members_changed(fedi_device *d, fedi_effects *fx, chat *ch, uint64_t now)
{
    const bytes *actors;
    size_t count;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    ch->news = true;
    TRY(conversation_actors(ch->c, scratch, &actors, &count));
    if (ch->members.count)
        TRY(tell_who_came_and_went(fx, ch, actors, count));
    for (size_t i = 0; i < count; i++) {
        bytes *keys;
        size_t num_keys;
        TRY(keys_of(d, ch, scratch, actors[i], &keys, &num_keys));
        if (num_keys)
            TRY(contact_watch(d, fx, ch, actors[i], keys, num_keys, now));
    }
    if (has_members(ch, actors, count))
        return MLS_OK;
    /* As they are stored they go to the members of before. */
    for (size_t i = 0; i < d->posts.count; i++)
        if (d->posts.items[i].chat == ch->id)
            d->posts.items[i].changed = true;
    return set_members(ch, actors, count);
}

mls_err chat_members_recover(chat *ch)
{
    const bytes *actors;
    size_t count;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(conversation_actors(ch->c, scratch, &actors, &count));
    return set_members(ch, actors, count);
}

/* ---- Telling ---- */

static const char *state_name(chat_state state)
{
    static const char *const names[] = {
        [CHAT_REQUEST] = "request",
        [CHAT_ACTIVE] = "active",
        [CHAT_LEFT] = "left",
        [CHAT_REMOVED] = "removed",
    };
    return names[state];
}

static void push_member(event *e, json *list, const fedi_device *d, const chat *ch, bytes actor)
{
    bytes *keys;
    size_t count;
    json *member = json_new_object(&e->m), *array = json_new_array(&e->m);
    json_add_string(&e->m, member, "actor", actor);
    json_fail(&e->m, keys_of(d, ch, e->m.arena, actor, &keys, &count));
    for (size_t i = 0; e->m.err == MLS_OK && i < count; i++)
        event_push_hex(e, array, keys[i]);
    if (bytes_equal(actor, buf_view(&d->actor)))
        event_push_hex(e, array, buf_view(&d->public_key));
    json_add(&e->m, member, "keys", array);
    json_push(&e->m, list, member);
}

mls_err chat_tell(fedi_device *d, fedi_effects *fx, chat *ch)
{
    event e;
    char id[HEX_ID + 1];
    bytes group_id = chat_group_id(ch);
    event_begin(&e, fx, "conversation", NULL);
    json *object = json_new_object(&e.m), *members = json_new_array(&e.m);
    hex_u64(id, ch->id);
    json_add_string(&e.m, object, "id", bytes_of(id, HEX_ID));
    json_add_string(&e.m, object, "group", utf8_valid(group_id) ? group_id : (bytes){0});
    json_add_literal(&e.m, object, "state", state_name(ch->state));
    json_add_optional(&e.m, object, "name", buf_view(&ch->name));
    json_add_string(&e.m, object, "inviter", buf_view(&ch->inviter));
    json_add_uint(&e.m, object, "created", ch->created);
    ch->told_changing = conversation_is_changing(ch->c);
    json_add_bool(&e.m, object, "changing", ch->told_changing);
    for (size_t i = 0; i < ch->members.count; i++)
        if (utf8_valid(buf_view(&ch->members.items[i])))
            push_member(&e, members, d, ch, buf_view(&ch->members.items[i]));
    json_add(&e.m, object, "members", members);
    json_add(&e.m, e.object, "conversation", object);
    ch->news = false;
    return event_end(&e);
}

/* ---- Carrying out ---- */

/* What is for one actor alone has an id with that actor after a blank: see chat_say_to(). */
static bytes only_reader(bytes id)
{
    const uint8_t *blank = id.len ? memchr(id.data, ' ', id.len) : NULL;
    return blank ? bytes_of(blank + 1, (size_t)(id.data + id.len - blank - 1)) : (bytes){0};
}

static mls_err post_message(fedi_device *d, fedi_effects *fx, chat *ch,
                            const conversation_effect *effect)
{
    bytes reader = only_reader(effect->id);
    if (reader.len)
        return outbox_add_envelope(d, fx, POST_QUIET, ch, effect->octets, &reader, 1, (bytes){0});
    return outbox_add_envelope(d, fx, POST_MESSAGE, ch, effect->octets, effect->to, effect->num_to,
                               effect->id);
}

static mls_err rejoin(fedi_device *d, chat *ch, conversation_effects *cfx, uint64_t now)
{
    mls_group_info info;
    mls_buf key_package;
    mls_group_describe(conversation_group(ch->c), &info);
    TRY(pool_make_private(d, &key_package, info.suite, now));
    mls_err err = conversation_ask(ch->c, cfx, buf_view(&key_package), now);
    mls_buf_free(&key_package);
    return err;
}

static mls_err on_changed(fedi_device *d, fedi_effects *fx, chat *ch, uint64_t now)
{
    if (ch->state == CHAT_REMOVED) {
        ch->state = CHAT_ACTIVE;
        TRY(event_notice(fx, ch, "back", (bytes){0},
                         "This device is in the conversation again. What others wrote in between "
                         "may be missing here."));
    }
    return chat_members_changed(d, fx, ch, now);
}

static mls_err on_removed(fedi_effects *fx, chat *ch)
{
    ch->changed = ch->members_changed = ch->news = true;
    if (ch->state == CHAT_LEFT)
        return MLS_OK;
    ch->state = CHAT_REMOVED;
    return event_notice(fx, ch, "removed", (bytes){0},
                        "You are not in this conversation any more. What others write from now on "
                        "stays unread.");
}

static mls_err on_held(fedi_effects *fx, const chat *ch, bytes id)
{
    event e;
    if (only_reader(id).len) /* a receipt is worth no question */
        return MLS_OK;
    event_begin(&e, fx, "held", ch);
    json_add_string(&e.m, e.object, "activity", id);
    return event_end(&e);
}

static mls_err carry_out(fedi_device *d, fedi_effects *fx, chat *ch, conversation_effects *cfx,
                         const conversation_effect *effect, uint64_t now)
{
    switch (effect->kind) {
    case CONVERSATION_MESSAGE:
        return post_message(d, fx, ch, effect);
    case CONVERSATION_COMMIT:
    case CONVERSATION_WELCOME:
        return outbox_add_envelope(d, fx, POST_MLS, ch, effect->octets, effect->to, effect->num_to,
                                   (bytes){0});
    case CONVERSATION_STATEMENT:
        return outbox_add_envelope(d, fx, POST_QUIET, ch, effect->octets, effect->to,
                                   effect->num_to, (bytes){0});
    case CONVERSATION_RECEIVED:
        return chat_read(d, fx, ch, effect, now);
    case CONVERSATION_CHANGED:
        return on_changed(d, fx, ch, now);
    case CONVERSATION_REMOVED:
        return on_removed(fx, ch);
    case CONVERSATION_HELD:
        return on_held(fx, ch, effect->id);
    case CONVERSATION_FAILED:
        return event_notice(fx, ch, "change-failed", (bytes){0},
                            "A change of this conversation could not be made. Make it once more.");
    case CONVERSATION_STORE:
    case CONVERSATION_FORGET:
        return store_part(fx, ch, effect);
    case CONVERSATION_REJOIN:
        TRY(event_notice(fx, ch, "behind", (bytes){0},
                         "This device fell behind in the conversation and asks the others to let "
                         "it in again. What was written meanwhile may be missing here."));
        return rejoin(d, ch, cfx, now);
    }
    return MLS_OK;
}

static mls_err settle(fedi_device *d, fedi_effects *fx, chat *ch, conversation_effects *cfx,
                      uint64_t now)
{
    size_t done = 0;
    TRY(conversation_tick(ch->c, cfx, &ch->tick_at, now));
    for (; done < cfx->count; done++) {
        conversation_effect effect = cfx->list[done];
        TRY(carry_out(d, fx, ch, cfx, &effect, now));
    }
    TRY(conversation_save(ch->c, cfx));
    for (; done < cfx->count; done++)
        TRY(carry_out(d, fx, ch, cfx, &cfx->list[done], now));
    if (conversation_is_changing(ch->c) != ch->told_changing)
        ch->news = true;
    return MLS_OK;
}

mls_err chat_settle(fedi_device *d, fedi_effects *fx, chat *ch, conversation_effects *cfx,
                    uint64_t now)
{
    mls_err err = settle(d, fx, ch, cfx, now);
    conversation_effects_cleanup(cfx);
    return err;
}

/* ---- Time ---- */

/* New keys for this device: after joining, since a KeyPackage lay open for long, then each week or
 * after many messages. */
static mls_err update_when_due(chat *ch, uint64_t now)
{
    if (ch->state != CHAT_ACTIVE || (ch->update_at > now && ch->since_update < UPDATE_MESSAGES))
        return MLS_OK;
    ch->update_at = now + UPDATE_EVERY;
    ch->since_update = 0;
    ch->changed = true;
    return conversation_update(ch->c, now);
}

uint64_t chat_wake(const chat *ch)
{
    uint64_t wake = ch->tick_at;
    if (ch->state == CHAT_ACTIVE && ch->update_at < wake)
        wake = ch->update_at;
    if (ch->acknowledge_at && ch->acknowledge_at < wake)
        wake = ch->acknowledge_at;
    return wake;
}

mls_err chat_tick(fedi_device *d, fedi_effects *fx, chat *ch, uint64_t now)
{
    conversation_effects cfx;
    TRY(conversation_effects_init(&cfx));
    mls_err err = update_when_due(ch, now);
    if (err == MLS_OK && ch->acknowledge_at && ch->acknowledge_at <= now)
        err = chat_acknowledge(d, fx, ch, now);
    if (err == MLS_OK)
        return chat_settle(d, fx, ch, &cfx, now);
    conversation_effects_cleanup(&cfx);
    return err;
}
