/* What members say: checked, told once, acknowledged. */
#include "fedi/content.h"
#include "fedi/device_state.h"

#include <string.h>

/* ---- Messages as events ---- */

/* A message is known by who wrote it and the id that the author gave it: nobody can take another's
 * place. */
static void key_of(char out[2 * RING_DIGEST + 1], bytes actor, bytes id)
{
    ring_digest digest;
    const bytes parts[] = {actor, id};
    ring_digest_of(&digest, parts, 2);
    hex_of(out, digest.octets, RING_DIGEST);
}

static void add_blob(event *e, json *item, const attachment *a)
{
    bytes key, sha256;
    json_fail(&e->m, content_encode(e->m.arena, &key, a->key));
    json_fail(&e->m, content_encode(e->m.arena, &sha256, a->sha256));
    if (e->m.err != MLS_OK)
        return;
    json_add_string(&e->m, item, "url", a->url);
    json_add_string(&e->m, item, "key", key);
    json_add_string(&e->m, item, "sha256", sha256);
    json_add_uint(&e->m, item, "size", a->size);
}

static json *attachment_item(event *e, const attachment *a)
{
    json *item = json_new_object(&e->m);
    json_add_optional(&e->m, item, "type", a->type);
    json_add_optional(&e->m, item, "mediaType", a->media_type);
    json_add_optional(&e->m, item, "name", a->name);
    if (a->width && a->height) {
        json_add_uint(&e->m, item, "width", a->width);
        json_add_uint(&e->m, item, "height", a->height);
    }
    json_add_optional(&e->m, item, "blurhash", a->blurhash);
    if (a->form == ATTACHMENT_BLOB)
        add_blob(e, item, a);
    else if (a->form == ATTACHMENT_INLINE && (a->octets.len || !a->gzip.len))
        json_add_uint(&e->m, item, "part", event_part(e, a->octets));
    else if (a->form == ATTACHMENT_INLINE)
        json_add_uint(&e->m, item, "gzip", event_part(e, a->gzip));
    else
        json_add_bool(&e->m, item, "unreadable", true);
    return item;
}

static void add_attachments(event *e, const attachment_list *list)
{
    json *items = json_new_array(&e->m);
    for (size_t i = 0; i < list->count; i++)
        json_push(&e->m, items, attachment_item(e, &list->items[i]));
    json_add(&e->m, e->object, "attachments", items);
}

static void add_author(event *e, const fedi_device *d, bytes actor)
{
    json_add_string(&e->m, e->object, "actor", actor);
    json_add_bool(&e->m, e->object, "own", bytes_equal(actor, buf_view(&d->actor)));
}

mls_err chat_tell_message(fedi_device *d, fedi_effects *fx, const chat *ch, const payload *p,
                          bytes actor, uint64_t now)
{
    event e;
    char key[2 * RING_DIGEST + 1];
    key_of(key, actor, p->object_id);
    event_begin(&e, fx, p->kind == PAYLOAD_EDIT ? "edit" : "message", ch);
    json_add_string(&e.m, e.object, "key", bytes_of(key, 2 * (size_t)RING_DIGEST));
    json_add_string(&e.m, e.object, "activity", p->id);
    json_add_string(&e.m, e.object, "id", p->object_id);
    add_author(&e, d, actor);
    if (p->has_published)
        json_add_uint(&e.m, e.object, "published", p->published);
    json_add_uint(&e.m, e.object, "received", now);
    json_add_string(&e.m, e.object, "kind", p->type);
    json_add_string(&e.m, e.object, "content", p->content);
    json_add_optional(&e.m, e.object, "mediaType", p->media_type);
    json_add_optional(&e.m, e.object, "name", p->name);
    json_add_optional(&e.m, e.object, "summary", p->summary);
    json_add_optional(&e.m, e.object, "inReplyTo", p->in_reply_to);
    add_attachments(&e, &p->attachments);
    return event_end(&e);
}

/* ---- Everything else ---- */

static const char *receipt_name(payload_kind kind)
{
    switch (kind) {
    case PAYLOAD_READ:
        return "read";
    case PAYLOAD_VIEW:
        return "view";
    case PAYLOAD_LISTEN:
        return "listen";
    case PAYLOAD_ACKNOWLEDGE:
        return "delivered";
    default:
        return "failed";
    }
}

static mls_err tell_receipt(fedi_effects *fx, const chat *ch, const payload *p, bytes actor)
{
    event e;
    event_begin(&e, fx, "receipt", ch);
    json *objects = json_new_array(&e.m);
    json_add_string(&e.m, e.object, "actor", actor);
    json_add_literal(&e.m, e.object, "receipt", receipt_name(p->kind));
    if (p->num_objects == 0)
        json_push_string(&e.m, objects, p->object_id);
    for (size_t i = 0; i < p->num_objects; i++)
        json_push_string(&e.m, objects, p->objects[i]);
    json_add(&e.m, e.object, "objects", objects);
    return event_end(&e);
}

static mls_err tell_delete(fedi_effects *fx, const chat *ch, const payload *p, bytes actor)
{
    event e;
    char key[2 * RING_DIGEST + 1];
    key_of(key, actor, p->object_id);
    event_begin(&e, fx, "delete", ch);
    json_add_string(&e.m, e.object, "key", bytes_of(key, 2 * (size_t)RING_DIGEST));
    json_add_string(&e.m, e.object, "id", p->object_id);
    json_add_string(&e.m, e.object, "actor", actor);
    return event_end(&e);
}

static mls_err tell_about(fedi_device *d, fedi_effects *fx, const char *type, const chat *ch,
                          const payload *p, bytes actor)
{
    event e;
    event_begin(&e, fx, type, ch);
    add_author(&e, d, actor);
    if (p->kind == PAYLOAD_UNDO) {
        json_add_string(&e.m, e.object, "activity", p->object_id);
    } else {
        json_add_string(&e.m, e.object, "activity", p->id);
        json_add_string(&e.m, e.object, "object", p->object_id);
    }
    if (p->kind == PAYLOAD_REACTION)
        json_add_string(&e.m, e.object, "reaction", p->reaction);
    return event_end(&e);
}

mls_err chat_tell_act(fedi_device *d, fedi_effects *fx, const chat *ch, const payload *p,
                      bytes actor)
{
    switch (p->kind) {
    case PAYLOAD_DELETE:
        return tell_delete(fx, ch, p, actor);
    case PAYLOAD_REACTION:
        return tell_about(d, fx, "reaction", ch, p, actor);
    case PAYLOAD_ANNOUNCE:
        return tell_about(d, fx, "announce", ch, p, actor);
    case PAYLOAD_UNDO:
        return tell_about(d, fx, "undo", ch, p, actor);
    case PAYLOAD_READ:
    case PAYLOAD_VIEW:
    case PAYLOAD_LISTEN:
    case PAYLOAD_ACKNOWLEDGE:
    case PAYLOAD_FAILURE:
        return tell_receipt(fx, ch, p, actor);
    default:
        return MLS_OK;
    }
}

/* ---- Reading ---- */

/* By either form of id: an activity's and a message's are different things. */
static bool is_repeat(chat *ch, const payload *p, bytes actor)
{
    ring_digest digest;
    bool is_message = p->kind == PAYLOAD_MESSAGE;
    const bytes parts[] = {actor, is_message ? p->object_id : p->id,
                           is_message ? BYTES_LITERAL("m") : BYTES_LITERAL("a")};
    if (parts[1].len == 0)
        return false;
    ring_digest_of(&digest, parts, 3);
    if (ring_has(ch->seen, &digest))
        return true;
    ring_add(ch->seen, &digest);
    return false;
}

static mls_err rename_chat(fedi_effects *fx, chat *ch, const payload *p, bytes actor)
{
    mls_buf name;
    if (!bytes_equal(p->object_id, chat_group_id(ch)))
        return MLS_OK; /* of something that is not known here */
    TRY(buf_copy(&name, p->name));
    mls_buf_free(&ch->name);
    ch->name = name;
    ch->changed = ch->news = true;
    return event_notice(fx, ch, "renamed", actor, "has renamed the conversation.");
}

/* In small groups, authors are told that their messages came. */
static mls_err note_delivery(const fedi_device *d, chat *ch, const payload *p, bytes actor,
                             uint64_t now)
{
    acknowledgement a = {0};
    if (!d->receipts || ch->state != CHAT_ACTIVE || bytes_equal(actor, buf_view(&d->actor)) ||
        ch->members.count > RECEIPT_ACTORS_MAX || ch->acknowledge.count >= PAYLOAD_OBJECTS_MAX)
        return MLS_OK;
    mls_err err = buf_copy(&a.actor, actor);
    if (err == MLS_OK)
        err = buf_copy(&a.object, p->object_id);
    if (err == MLS_OK)
        err = LIST_PUSH(&ch->acknowledge, &a);
    if (err != MLS_OK) {
        acknowledgement_free(&a);
        return err;
    }
    if (ch->acknowledge_at == 0)
        ch->acknowledge_at = now + RECEIPT_DELAY;
    ch->changed = true;
    return MLS_OK;
}

static mls_err understand(fedi_device *d, fedi_effects *fx, chat *ch, const payload *p, bytes actor,
                          const mls_evidence *evidence, uint64_t now)
{
    char key[2 * RING_DIGEST + 1];
    if (p->kind == PAYLOAD_UNKNOWN || p->kind == PAYLOAD_DUMMY || is_repeat(ch, p, actor))
        return MLS_OK;
    if (p->kind == PAYLOAD_RENAME)
        return rename_chat(fx, ch, p, actor);
    if (p->kind != PAYLOAD_MESSAGE && p->kind != PAYLOAD_EDIT)
        return chat_tell_act(d, fx, ch, p, actor);
    /* An edit's evidence is of its own: what was written before stays provable. */
    key_of(key, actor, p->kind == PAYLOAD_MESSAGE ? p->object_id : p->id);
    if (evidence)
        TRY(evidence_keep(d, fx, ch, key, evidence, now));
    if (p->kind == PAYLOAD_MESSAGE)
        TRY(note_delivery(d, ch, p, actor, now));
    return chat_tell_message(d, fx, ch, p, actor, now);
}

/* A message without an id is known by what it says. */
static mls_err complete_id(arena *a, payload *p, bytes content)
{
    static const char prefix[] = "urn:sha256:";
    enum { PREFIX_LEN = sizeof prefix - 1 };
    ref hash;
    if (p->kind != PAYLOAD_MESSAGE || p->object_id.len)
        return MLS_OK;
    char *id = arena_alloc(a, PREFIX_LEN + 2 * REF_LEN + 1);
    if (!id)
        return MLS_ERR_NO_MEMORY;
    ref_of(&hash, content);
    memcpy(id, prefix, PREFIX_LEN);
    hex_of(id + PREFIX_LEN, hash.octets, REF_LEN);
    p->object_id = bytes_of(id, PREFIX_LEN + 2 * (size_t)REF_LEN);
    return MLS_OK;
}

static bool is_our_trouble(mls_err err)
{
    return err == MLS_ERR_NO_MEMORY || err == MLS_ERR_NO_RANDOMNESS;
}

mls_err chat_understand(fedi_device *d, fedi_effects *fx, chat *ch, bytes content, bytes actor,
                        const mls_evidence *evidence, uint64_t now)
{
    payload p;
    ch->since_update++;
    if (ch->state == CHAT_LEFT || contact_is_blocked(d, actor))
        return MLS_OK;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_err err = payload_read(scratch, &p, content);
    if (err == MLS_OK)
        err = payload_check_sender(&p, actor);
    if (err == MLS_OK)
        err = complete_id(scratch, &p, content);
    if (err == MLS_OK)
        return understand(d, fx, ch, &p, actor, evidence, now);
    return is_our_trouble(err) ? err : event_error(fx, err, actor, ch);
}

mls_err chat_read(fedi_device *d, fedi_effects *fx, chat *ch, const conversation_effect *received,
                  uint64_t now)
{
    ref message;
    bytes actor = received->sender.identity;
    if (!utf8_valid(actor))
        return event_error(fx, MLS_ERR_SENDER_MISMATCH, (bytes){0}, ch);
    if (bytes_equal(actor, received->from))
        return chat_understand(d, fx, ch, received->octets, actor, &received->evidence, now);
    /* A server, or another member, says that somebody else wrote it: that is refused, and must not
     * keep the author's own copy from being read. */
    memcpy(message.octets, received->id.data, REF_LEN);
    TRY(held_add(d, fx, HELD_MISATTRIBUTED, received->octets, actor, &message, now));
    return event_error(fx, MLS_ERR_SENDER_MISMATCH, received->from, ch);
}
