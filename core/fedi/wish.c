/* What the user wishes: from JSON to calls. */
#include "fedi/content.h"
#include "fedi/device_state.h"

#include <string.h>

typedef struct wish {
    fedi_device *d;
    fedi_effects *fx;
    arena *a;
    const json *json;
    const bytes *parts;
    size_t num_parts;
    chat *ch; /* that it names */
    uint64_t now;
} wish;

static bytes text_of(const wish *w, const char *name)
{
    return json_string(json_get(w->json, name));
}

/* ---- Messages ---- */

static mls_err decode_fixed(arena *a, bytes *out, const json *item, const char *name, size_t len)
{
    TRY(content_decode(a, out, json_string(json_get(item, name)), len));
    return out->len == len ? MLS_OK : MLS_ERR_INVALID_ARGUMENT;
}

static mls_err read_attachment(const wish *w, attachment *out, const json *item)
{
    uint64_t part;
    *out = (attachment){
        .type = json_string(json_get(item, "type")),
        .media_type = json_string(json_get(item, "mediaType")),
        .name = json_string(json_get(item, "name")),
        .blurhash = json_string(json_get(item, "blurhash")),
        .url = json_string(json_get(item, "url")),
        .form = ATTACHMENT_INLINE,
    };
    if (json_get(item, "width") && (!json_uint(json_get(item, "width"), &out->width) ||
                                    !json_uint(json_get(item, "height"), &out->height)))
        return MLS_ERR_INVALID_ARGUMENT;
    if (out->url.len == 0) {
        if (!json_uint(json_get(item, "part"), &part) || part >= w->num_parts)
            return MLS_ERR_INVALID_ARGUMENT;
        out->octets = w->parts[part];
        return MLS_OK;
    }
    out->form = ATTACHMENT_BLOB;
    if (!json_uint(json_get(item, "size"), &out->size))
        return MLS_ERR_INVALID_ARGUMENT;
    TRY(decode_fixed(w->a, &out->key, item, "key", ATTACHMENT_KEY_LEN));
    return decode_fixed(w->a, &out->sha256, item, "sha256", ATTACHMENT_HASH_LEN);
}

static mls_err read_attachments(const wish *w, attachment_list *out)
{
    const json *list = json_get(w->json, "attachments");
    size_t count = 0;
    if (!list)
        return MLS_OK;
    for (const json *item = json_first(list); item; item = json_next(item))
        count++;
    if (!json_is_array(list) || count > ATTACHMENTS_MAX)
        return MLS_ERR_INVALID_ARGUMENT;
    out->items = arena_array(w->a, count, sizeof *out->items);
    if (!out->items)
        return MLS_ERR_NO_MEMORY;
    for (const json *item = json_first(list); item; item = json_next(item))
        TRY(read_attachment(w, &out->items[out->count++], item));
    return MLS_OK;
}

static mls_err read_message(const wish *w, payload *p)
{
    p->type = text_of(w, "type");
    if (p->type.len == 0)
        p->type = BYTES_LITERAL("Note");
    p->content = text_of(w, "content");
    p->media_type = text_of(w, "mediaType");
    p->name = text_of(w, "name");
    p->summary = text_of(w, "summary");
    p->in_reply_to = text_of(w, "inReplyTo");
    TRY(read_attachments(w, &p->attachments));
    return p->content.len || p->attachments.count ? MLS_OK : MLS_ERR_INVALID_ARGUMENT;
}

static mls_err wish_send(wish *w)
{
    char uuid[UUID_LEN + 1];
    payload p = {.kind = PAYLOAD_MESSAGE};
    TRY(read_message(w, &p));
    TRY(new_uuid(uuid));
    p.object_id = bytes_of(uuid, UUID_LEN);
    return chat_say(w->d, w->fx, w->ch, &p, w->now);
}

static mls_err wish_edit(wish *w)
{
    payload p = {.kind = PAYLOAD_EDIT, .object_id = text_of(w, "object")};
    TRY(read_message(w, &p));
    return chat_say(w->d, w->fx, w->ch, &p, w->now);
}

static mls_err say_about(wish *w, payload_kind kind)
{
    payload p = {.kind = kind,
                 .object_id = text_of(w, "object"),
                 .reaction = text_of(w, "reaction"),
                 .undone = text_of(w, "undone")};
    return chat_say(w->d, w->fx, w->ch, &p, w->now);
}

static mls_err wish_delete(wish *w)
{
    return say_about(w, PAYLOAD_DELETE);
}

static mls_err wish_react(wish *w)
{
    return say_about(w, PAYLOAD_REACTION);
}

static mls_err wish_undo(wish *w)
{
    return say_about(w, PAYLOAD_UNDO);
}

static mls_err wish_announce(wish *w)
{
    return say_about(w, PAYLOAD_ANNOUNCE);
}

static mls_err wish_dummy(wish *w)
{
    payload p = {.kind = PAYLOAD_DUMMY};
    return chat_say(w->d, w->fx, w->ch, &p, w->now);
}

static mls_err wish_rename(wish *w)
{
    mls_buf name;
    payload p = {
        .kind = PAYLOAD_RENAME, .object_id = chat_group_id(w->ch), .name = text_of(w, "name")};
    TRY(chat_say(w->d, w->fx, w->ch, &p, w->now));
    TRY(buf_copy(&name, p.name));
    mls_buf_free(&w->ch->name);
    w->ch->name = name;
    w->ch->changed = w->ch->news = true;
    return MLS_OK;
}

/* ---- Receipts ---- */

/* One receipt for each author, who alone gets it: of the items from `from` on with its actor. */
static mls_err say_to_author(wish *w, payload_kind kind, const json *from, size_t count)
{
    bytes actor = json_string(json_get(from, "actor"));
    bytes *objects = arena_array(w->a, count, sizeof *objects);
    payload p = {.kind = kind, .objects = objects};
    if (!objects)
        return MLS_ERR_NO_MEMORY;
    for (const json *item = from; item; item = json_next(item))
        if (bytes_equal(json_string(json_get(item, "actor")), actor) &&
            p.num_objects < PAYLOAD_OBJECTS_MAX)
            objects[p.num_objects++] = json_string(json_get(item, "object"));
    p.object_id = objects[0];
    return chat_say_to(w->d, w->fx, w->ch, &p, actor, w->now);
}

static bool is_first_of_actor(const json *list, const json *item)
{
    bytes actor = json_string(json_get(item, "actor"));
    const json *at = json_first(list);
    while (at != item && !bytes_equal(json_string(json_get(at, "actor")), actor))
        at = json_next(at);
    return at == item;
}

/* objects: [{ actor, object }] */
static mls_err say_receipts(wish *w, payload_kind kind)
{
    const json *list = json_get(w->json, "objects");
    size_t count = 0;
    if (!json_is_array(list))
        return MLS_ERR_INVALID_ARGUMENT;
    for (const json *item = json_first(list); item; item = json_next(item), count++)
        if (json_string(json_get(item, "actor")).len == 0 ||
            json_string(json_get(item, "object")).len == 0)
            return MLS_ERR_INVALID_ARGUMENT;
    if (!w->d->receipts || w->ch->state != CHAT_ACTIVE)
        return MLS_OK;
    for (const json *item = json_first(list); item; item = json_next(item))
        if (is_first_of_actor(list, item))
            TRY(say_to_author(w, kind, item, count));
    return MLS_OK;
}

static mls_err wish_read(wish *w)
{
    return say_receipts(w, PAYLOAD_READ);
}

static mls_err wish_view(wish *w)
{
    return say_receipts(w, PAYLOAD_VIEW);
}

static mls_err wish_listen(wish *w)
{
    return say_receipts(w, PAYLOAD_LISTEN);
}

/* ---- The outbox ---- */

static mls_err wish_resend(wish *w)
{
    conversation_effects cfx;
    TRY(chat_check_active(w->ch));
    TRY(conversation_effects_init(&cfx));
    mls_err err = conversation_say_again(w->ch->c, &cfx, text_of(w, "object"));
    if (err == MLS_OK)
        return chat_settle(w->d, w->fx, w->ch, &cfx, w->now);
    conversation_effects_cleanup(&cfx);
    return err;
}

static mls_err wish_retry(wish *w)
{
    return outbox_retry(w->d, w->fx, w->ch, text_of(w, "object"));
}

/* ---- Conversations ---- */

static mls_err wish_job(wish *w)
{
    return job_begin(w->d, w->fx, w->json, w->ch);
}

static mls_err wish_remove(wish *w)
{
    const json *actors = json_get(w->json, "actors");
    if (!json_is_array(actors) || !json_first(actors))
        return MLS_ERR_INVALID_ARGUMENT;
    TRY(chat_check_active(w->ch));
    for (const json *item = json_first(actors); item; item = json_next(item))
        if (!chat_has_member(w->ch, json_string(item)))
            return MLS_ERR_NOT_IN_CONVERSATION;
    for (const json *item = json_first(actors); item; item = json_next(item))
        TRY(conversation_remove(w->ch->c, json_string(item), w->now));
    return chat_tick(w->d, w->fx, w->ch, w->now);
}

static mls_err wish_leave(wish *w)
{
    conversation_effects cfx;
    TRY(chat_check_active(w->ch));
    TRY(conversation_effects_init(&cfx));
    mls_err err = conversation_leave(w->ch->c, &cfx, w->now);
    if (err != MLS_OK) {
        conversation_effects_cleanup(&cfx);
        return err;
    }
    w->ch->state = CHAT_LEFT;
    w->ch->changed = w->ch->news = true;
    return chat_settle(w->d, w->fx, w->ch, &cfx, w->now);
}

static mls_err wish_update(wish *w)
{
    TRY(chat_check_active(w->ch));
    TRY(conversation_update(w->ch->c, w->now));
    return chat_tick(w->d, w->fx, w->ch, w->now);
}

static mls_err wish_accept(wish *w)
{
    contact *who = contact_of(w->d, buf_view(&w->ch->inviter));
    if (!who)
        return MLS_ERR_NO_MEMORY;
    if (w->ch->state != CHAT_REQUEST)
        return MLS_OK;
    who->accepted = who->changed = true;
    w->ch->state = CHAT_ACTIVE;
    w->ch->changed = w->ch->news = true;
    conversation_quiet(w->ch->c, false);
    TRY(contact_tell(w->fx, who));
    return chat_tick(w->d, w->fx, w->ch, w->now);
}

static mls_err wish_reject(wish *w)
{
    if (w->ch->state == CHAT_ACTIVE)
        return MLS_ERR_INVALID_ARGUMENT;
    return chat_forget(w->d, w->fx, w->ch);
}

/* ---- People and settings ---- */

static mls_err forget_requests_of(wish *w, bytes actor)
{
    for (size_t i = w->d->chats.count; i-- > 0;) {
        chat *ch = w->d->chats.items[i];
        if (ch->state == CHAT_REQUEST && bytes_equal(buf_view(&ch->inviter), actor))
            TRY(chat_forget(w->d, w->fx, ch));
    }
    return MLS_OK;
}

static mls_err set_blocked(wish *w, bool blocked)
{
    bytes actor = text_of(w, "actor");
    contact *who = actor.len ? contact_of(w->d, actor) : NULL;
    if (actor.len == 0 || bytes_equal(actor, buf_view(&w->d->actor)))
        return MLS_ERR_INVALID_ARGUMENT;
    if (!who)
        return MLS_ERR_NO_MEMORY;
    who->blocked = blocked;
    who->accepted = who->accepted && !blocked;
    who->changed = true;
    if (blocked)
        TRY(forget_requests_of(w, actor));
    return contact_tell(w->fx, contact_find(w->d, actor));
}

static mls_err wish_block(wish *w)
{
    return set_blocked(w, true);
}

static mls_err wish_unblock(wish *w)
{
    return set_blocked(w, false);
}

static mls_err wish_settings(wish *w)
{
    const json *receipts = json_get(w->json, "receipts");
    if (receipts)
        w->d->receipts = json_is_true(receipts);
    w->d->changed = true;
    return MLS_OK;
}

static mls_err wish_withdraw(wish *w)
{
    return pool_withdraw_all(w->d, w->fx, w->now);
}

/* ---- Which ---- */

typedef struct wish_entry {
    const char *name;
    mls_err (*run)(wish *w);
    bool of_chat; /* names a conversation */
} wish_entry;

static const wish_entry entries[] = {
    {"accept", wish_accept, true},      {"add", wish_job, true},
    {"announce", wish_announce, true},  {"block", wish_block, false},
    {"delete", wish_delete, true},      {"dummy", wish_dummy, true},
    {"edit", wish_edit, true},          {"leave", wish_leave, true},
    {"listen", wish_listen, true},      {"lookup", wish_job, false},
    {"react", wish_react, true},        {"read", wish_read, true},
    {"reject", wish_reject, true},      {"remove", wish_remove, true},
    {"rename", wish_rename, true},      {"resend", wish_resend, true},
    {"retry", wish_retry, true},        {"send", wish_send, true},
    {"settings", wish_settings, false}, {"start", wish_job, false},
    {"unblock", wish_unblock, false},   {"undo", wish_undo, true},
    {"update", wish_update, true},      {"view", wish_view, true},
    {"withdraw", wish_withdraw, false},
};

static const wish_entry *find_entry(bytes name)
{
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        if (bytes_equal(name, bytes_of(entries[i].name, strlen(entries[i].name))))
            return &entries[i];
    return NULL;
}

mls_err wish_run(fedi_device *d, fedi_effects *fx, bytes octets, const bytes *parts,
                 size_t num_parts, uint64_t now)
{
    uint64_t id;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    wish w = {.d = d, .fx = fx, .a = scratch, .parts = parts, .num_parts = num_parts, .now = now};
    TRY(json_parse(scratch, &w.json, octets, JSON_SIZE_MAX));
    const wish_entry *entry = find_entry(text_of(&w, "wish"));
    if (!entry)
        return MLS_ERR_INVALID_ARGUMENT;
    if (entry->of_chat) {
        w.ch = hex_to_u64(&id, text_of(&w, "conversation")) ? chat_find(d, id) : NULL;
        if (!w.ch)
            return MLS_ERR_UNKNOWN_CONVERSATION;
    }
    return entry->run(&w);
}
