#include "fedi/payload.h"
#include "fedi/time.h"

#include <string.h>

static void add_published(json_maker *m, json *object, const payload *in)
{
    char text[TIME_LEN + 1];
    if (!in->has_published || !time_format(text, in->published)) {
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
        return;
    }
    json_add_string(m, object, "published", bytes_of(text, TIME_LEN));
}

/* The type of a message as a literal; NULL for anything else. */
static const char *message_type(bytes type)
{
    static const char *const types[] = {"Note", "Article", "Image", "Audio", "Video", "Document"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (bytes_equal(type, bytes_of(types[i], strlen(types[i]))))
            return types[i];
    return NULL;
}

/* What a file as a message has is in its attachment, the type included. */
static void add_media(json_maker *m, json *object, const payload *in)
{
    bool fits = in->attachments.count == 1 && in->content.len == 0 &&
                bytes_equal(in->attachments.items[0].type, in->type);
    if (fits)
        attachment_add_to(m, object, &in->attachments.items[0]);
    else
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
}

static void add_text(json_maker *m, json *object, const payload *in, const char *type)
{
    json_add_literal(m, object, "type", type);
    json_add_optional(m, object, "name", in->name);
    json_add_string(m, object, "content", in->content);
    json_add_optional(m, object, "mediaType", in->media_type);
    attachment_add_all(m, object, &in->attachments);
}

static json *message_object(json_maker *m, const payload *in)
{
    const char *type = message_type(in->type);
    json *object = json_new_object(m);
    if (!type) {
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
        return NULL;
    }
    json_add_string(m, object, "id", in->object_id);
    json_add_string(m, object, "attributedTo", in->actor);
    add_published(m, object, in);
    json_add_optional(m, object, "context", in->conversation);
    json_add_optional(m, object, "summary", in->summary);
    json_add_optional(m, object, "inReplyTo", in->in_reply_to);
    if (strcmp(type, "Note") == 0 || strcmp(type, "Article") == 0)
        add_text(m, object, in, type);
    else
        add_media(m, object, in);
    return object;
}

static json *renamed_object(json_maker *m, const payload *in)
{
    json *object = json_new_object(m);
    json_add_literal(m, object, "type", "Object");
    json_add_string(m, object, "id", in->object_id);
    json_add_string(m, object, "attributedTo", in->actor);
    json_add_string(m, object, "name", in->name);
    if (in->name.len == 0)
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
    return object;
}

static json *receipt_objects(json_maker *m, const payload *in)
{
    if (in->num_objects < 2)
        return json_new_string(m, in->object_id);
    if (in->num_objects > PAYLOAD_OBJECTS_MAX)
        json_fail(m, MLS_ERR_TOO_LARGE);
    json *list = json_new_array(m);
    for (size_t i = 0; i < in->num_objects; i++)
        json_push_string(m, list, in->objects[i]);
    return list;
}

static json *undone_object(json_maker *m, const payload *in)
{
    if (in->undone.len == 0)
        return json_new_string(m, in->object_id);
    json *object = json_new_object(m);
    json_add_literal(m, object, "type", "Like");
    json_add_string(m, object, "id", in->object_id);
    json_add_string(m, object, "actor", in->actor);
    json_add_string(m, object, "object", in->undone);
    return object;
}

static json *object_of(json_maker *m, const payload *in)
{
    switch (in->kind) {
    case PAYLOAD_MESSAGE:
    case PAYLOAD_EDIT:
        return message_object(m, in);
    case PAYLOAD_RENAME:
        return renamed_object(m, in);
    case PAYLOAD_UNDO:
        return undone_object(m, in);
    case PAYLOAD_READ:
    case PAYLOAD_VIEW:
    case PAYLOAD_LISTEN:
    case PAYLOAD_ACKNOWLEDGE:
    case PAYLOAD_FAILURE:
        return receipt_objects(m, in);
    default:
        return json_new_string(m, in->object_id);
    }
}

/* A reaction with an emoji is a Like with content: who does not know of emoji still sees a Like. */
static const char *activity_type(payload_kind kind)
{
    static const char *const types[] = {
        [PAYLOAD_UNKNOWN] = NULL,      [PAYLOAD_DUMMY] = "IntransitiveActivity",
        [PAYLOAD_MESSAGE] = "Create",  [PAYLOAD_EDIT] = "Update",
        [PAYLOAD_DELETE] = "Delete",   [PAYLOAD_REACTION] = "Like",
        [PAYLOAD_UNDO] = "Undo",       [PAYLOAD_ANNOUNCE] = "Announce",
        [PAYLOAD_READ] = "Read",       [PAYLOAD_VIEW] = "View",
        [PAYLOAD_LISTEN] = "Listen",   [PAYLOAD_ACKNOWLEDGE] = "Acknowledge",
        [PAYLOAD_FAILURE] = "Failure", [PAYLOAD_RENAME] = "Update",
    };
    return (size_t)kind < sizeof types / sizeof types[0] ? types[kind] : NULL;
}

mls_err payload_write(arena *a, bytes *out, const payload *in)
{
    json_maker m = {.arena = a};
    const char *type = activity_type(in->kind);
    bool is_dummy = in->kind == PAYLOAD_DUMMY;
    *out = (bytes){0};
    if (!type || in->id.len == 0 || in->actor.len == 0 || (!is_dummy && in->object_id.len == 0))
        return MLS_ERR_INVALID_ARGUMENT;
    json *activity = as2_new_activity(&m, false, type, in->actor);
    json_add_string(&m, activity, "id", in->id);
    json_add_string(&m, activity, "attributedTo", in->actor);
    add_published(&m, activity, in);
    json_add_optional(&m, activity, "context", in->conversation);
    if (in->kind == PAYLOAD_REACTION)
        json_add_optional(&m, activity, "content", in->reaction);
    if (in->kind == PAYLOAD_FAILURE)
        json_add_optional(&m, activity, "summary", in->reason);
    if (!is_dummy)
        json_add(&m, activity, "object", object_of(&m, in));
    return json_print(&m, out, activity);
}
