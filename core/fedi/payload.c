/* Reading; see payload_write.c for the rest. */
#include "fedi/payload.h"

#include "fedi/time.h"

static const json *object_of(const json *activity)
{
    return as2_object(as2_get(activity, "object"));
}

static bool is_message(const json *object)
{
    return as2_has_type(object, "Note") || as2_has_type(object, "Article") ||
           attachment_is_media(object);
}

static void read_published(payload *p, const json *object)
{
    if (!p->has_published)
        p->has_published = time_parse(&p->published, as2_get_text(object, "published"));
}

/* ---- By kind. `object`: of the activity, or NULL where it is an id or missing. ---- */

typedef mls_err read_fn(arena *a, payload *p, const json *activity, const json *object);

static bytes message_type(const json *object)
{
    static const char *const types[] = {"Note", "Article", "Image", "Audio", "Video"};
    static const bytes names[] = {
        {(const uint8_t *)"Note", 4},  {(const uint8_t *)"Article", 7},
        {(const uint8_t *)"Image", 5}, {(const uint8_t *)"Audio", 5},
        {(const uint8_t *)"Video", 5},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (as2_has_type(object, types[i]))
            return names[i];
    return BYTES_LITERAL("Document");
}

/* A file that is the message: its content is the file's, and its name too. */
static mls_err read_media(arena *a, payload *p, const json *object)
{
    size_t left = ATTACHMENTS_SIZE_MAX;
    attachment *file = arena_alloc(a, sizeof *file);
    if (!file)
        return MLS_ERR_NO_MEMORY;
    TRY(attachment_read(a, file, object, &left));
    p->attachments = (attachment_list){file, 1};
    return MLS_OK;
}

static mls_err read_message(arena *a, payload *p, const json *activity, const json *object)
{
    if (!is_message(object)) {
        p->kind = PAYLOAD_UNKNOWN;
        return MLS_OK;
    }
    p->type = message_type(object);
    p->in_reply_to = as2_get_id(object, "inReplyTo");
    p->summary = as2_get_text(object, "summary");
    if (p->conversation.len == 0)
        p->conversation = as2_get_id(object, "context");
    if (p->in_reply_to.len == 0)
        p->in_reply_to = as2_get_id(activity, "inReplyTo");
    if (attachment_is_media(object))
        return read_media(a, p, object);
    p->name = as2_get_text(object, "name");
    p->content = as2_get_text(object, "content");
    p->media_type = as2_get_text(object, "mediaType");
    return attachment_read_all(a, &p->attachments, object);
}

/* An Update is an edit of a message or, of anything else that has a name, of the conversation. */
static mls_err read_update(arena *a, payload *p, const json *activity, const json *object)
{
    if (is_message(object)) {
        p->kind = PAYLOAD_EDIT;
        return p->object_id.len ? read_message(a, p, activity, object) : MLS_ERR_BAD_PAYLOAD;
    }
    p->name = as2_get_text(object, "name");
    if (p->object_id.len == 0 || p->name.len == 0)
        p->kind = PAYLOAD_UNKNOWN;
    return MLS_OK;
}

static mls_err read_reaction(arena *a, payload *p, const json *activity, const json *object)
{
    (void)a;
    (void)object;
    p->reaction = as2_get_text(activity, "content");
    return p->object_id.len ? MLS_OK : MLS_ERR_BAD_PAYLOAD;
}

/* The activity that is undone may come whole, and then may have no id. */
static mls_err read_undo(arena *a, payload *p, const json *activity, const json *object)
{
    (void)a;
    (void)activity;
    p->undone = as2_get_id(object, "object");
    return p->object_id.len || p->undone.len ? MLS_OK : MLS_ERR_BAD_PAYLOAD;
}

static mls_err read_about(arena *a, payload *p, const json *activity, const json *object)
{
    (void)a;
    (void)activity;
    (void)object;
    return p->object_id.len ? MLS_OK : MLS_ERR_BAD_PAYLOAD;
}

static mls_err read_receipt(arena *a, payload *p, const json *activity, const json *object)
{
    const json *value = as2_get(activity, "object");
    (void)object;
    bytes *ids = arena_array(a, PAYLOAD_OBJECTS_MAX, sizeof *ids);
    if (!ids)
        return MLS_ERR_NO_MEMORY;
    for (const json *item = as2_first(value); item; item = as2_next(value, item)) {
        bytes id = as2_id_of(item);
        if (id.len == 0)
            continue;
        if (p->num_objects == PAYLOAD_OBJECTS_MAX)
            return MLS_ERR_TOO_LARGE;
        ids[p->num_objects++] = id;
    }
    if (p->num_objects == 0)
        return MLS_ERR_BAD_PAYLOAD;
    p->objects = ids;
    p->object_id = ids[0];
    if (p->kind == PAYLOAD_FAILURE) {
        p->reason = as2_get_text(activity, "summary");
        if (p->reason.len == 0)
            p->reason = as2_get_text(activity, "content");
    }
    return MLS_OK;
}

/* An intransitive activity is about nothing. */
static mls_err read_dummy(arena *a, payload *p, const json *activity, const json *object)
{
    (void)a;
    (void)activity;
    (void)object;
    p->object_id = (bytes){0};
    return MLS_OK;
}

/* claims: whether the object, where it is there, has to be by the same sender. A Like or an
 * Announce is about what others wrote; only their own do people edit, delete and undo. */
static const struct act {
    const char *type;
    payload_kind kind;
    bool claims;
    read_fn *read;
} acts[] = {
    {"Create", PAYLOAD_MESSAGE, true, read_message},
    {"Update", PAYLOAD_RENAME, true, read_update},
    {"Delete", PAYLOAD_DELETE, true, read_about},
    {"Undo", PAYLOAD_UNDO, true, read_undo},
    {"EmojiReact", PAYLOAD_REACTION, false, read_reaction},
    {"Like", PAYLOAD_REACTION, false, read_reaction},
    {"Announce", PAYLOAD_ANNOUNCE, false, read_about},
    {"Read", PAYLOAD_READ, false, read_receipt},
    {"View", PAYLOAD_VIEW, false, read_receipt},
    {"Listen", PAYLOAD_LISTEN, false, read_receipt},
    {"Acknowledge", PAYLOAD_ACKNOWLEDGE, false, read_receipt},
    {"Failure", PAYLOAD_FAILURE, false, read_receipt},
    {"IntransitiveActivity", PAYLOAD_DUMMY, false, read_dummy},
};

static const struct act *act_of(const json *document)
{
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (as2_has_type(document, acts[i].type))
            return &acts[i];
    return NULL;
}

static mls_err read_activity(arena *a, payload *p, const json *activity, const struct act *act)
{
    const json *object = object_of(activity);
    p->kind = act->kind;
    if (act->claims)
        TRY(as2_claim(&p->actor, object));
    p->object_id = as2_get_id(activity, "object");
    read_published(p, object);
    return act->read(a, p, activity, object);
}

static mls_err read_bare(arena *a, payload *p, const json *object)
{
    p->kind = PAYLOAD_MESSAGE;
    p->object_id = p->id;
    return read_message(a, p, NULL, object);
}

mls_err payload_read_json(arena *a, payload *out, const json *document)
{
    const struct act *act = act_of(document);
    payload p = {.id = as2_get_id(document, "id"), .conversation = as2_get_id(document, "context")};
    *out = (payload){0};
    TRY(as2_claim(&p.actor, document));
    read_published(&p, document);
    TRY(act ? read_activity(a, &p, document, act) : read_bare(a, &p, document));
    *out = p;
    return MLS_OK;
}

mls_err payload_read(arena *a, payload *out, bytes octets)
{
    const json *document;
    *out = (payload){0};
    TRY(json_parse(a, &document, octets, PAYLOAD_SIZE_MAX));
    return payload_read_json(a, out, document);
}

mls_err payload_check_sender(const payload *in, bytes identity)
{
    bool fits = in->actor.len == 0 || bytes_equal(in->actor, identity);
    return fits ? MLS_OK : MLS_ERR_SENDER_MISMATCH;
}
