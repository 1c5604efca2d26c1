#include "fedi/envelope.h"

#include "fedi/content.h"
#include "fedi/time.h"
#include "mls/message.h"
#include "mls/tree_wire.h"

/* ---- Reading ---- */

static bool carries_mls(const json *object)
{
    return as2_has_media_type(object, ENVELOPE_MEDIA_TYPE) ||
           as2_has_media_type(object, STATEMENT_MEDIA_TYPE);
}

/* The first of an activity's objects that carries MLS. */
static const json *find_object(const json *activity)
{
    const json *objects = as2_get(activity, "object");
    if (carries_mls(activity))
        return activity;
    for (const json *item = as2_first(objects); item; item = as2_next(objects, item))
        if (carries_mls(item))
            return item;
    return NULL;
}

/* The id of an object that is named and nothing else; empty when more is said of it. */
static bytes object_to_fetch(const json *activity)
{
    const json *object = as2_first(as2_get(activity, "object"));
    bool says_more = as2_get(object, "content") || as2_get(object, "mediaType") ||
                     as2_get(object, "attributedTo");
    if (!as2_has_type(activity, "Create") || says_more)
        return (bytes){0};
    return as2_id_of(object);
}

static void add_alias(envelope *e, bytes alias)
{
    for (size_t i = 0; i < e->num_aliases; i++)
        if (bytes_equal(e->aliases[i], alias))
            return;
    if (alias.len)
        e->aliases[e->num_aliases++] = alias;
}

static bytes either(bytes first, bytes second)
{
    return first.len ? first : second;
}

static void read_circumstances(envelope *e, const json *activity, const json *object)
{
    bytes published =
        either(as2_get_text(activity, "published"), as2_get_text(object, "published"));
    add_alias(e, as2_get_id(object, "context"));
    add_alias(e, as2_get_id(object, "conversation"));
    add_alias(e, as2_get_id(activity, "context"));
    add_alias(e, as2_get_id(activity, "conversation"));
    e->in_reply_to = either(as2_get_id(object, "inReplyTo"), as2_get_id(activity, "inReplyTo"));
    e->generator = either(as2_get_id(activity, "instrument"), as2_get_id(object, "generator"));
    e->generator = either(e->generator, as2_get_id(activity, "generator"));
    e->has_published = time_parse(&e->published, published);
}

/* Whether an error says that the octets are something else, or ends the whole matter. */
static bool is_final(mls_err err)
{
    return err == MLS_OK || err == MLS_ERR_NO_MEMORY;
}

static mls_err read_key_package(envelope *e)
{
    bytes raw;
    key_package kp = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(key_package_unwrap(&raw, e->octets));
    TRY(key_package_decode(scratch, &kp, raw));
    e->kind = ENVELOPE_KEY_PACKAGE;
    e->octets = raw;
    return MLS_OK;
}

static mls_err read_tree(envelope *e)
{
    tree t;
    /* The form of a tree does not depend on the suite; its checks do, and come later. */
    TRY(tree_decode(&t, suite_find(mls_suite_at(0)), e->octets));
    tree_cleanup(&t);
    e->kind = ENVELOPE_TREE;
    return MLS_OK;
}

static mls_err read_octets(envelope *e)
{
    mls_err err = mls_message_read(&e->message, e->octets);
    if (err == MLS_OK && e->message.wire_format != MLS_WIRE_KEY_PACKAGE) {
        e->kind = ENVELOPE_MESSAGE;
        return MLS_OK;
    }
    e->message = (mls_message_info){0};
    if (err != MLS_ERR_NO_MEMORY)
        err = read_key_package(e);
    if (!is_final(err))
        err = read_tree(e);
    return is_final(err) ? err : MLS_ERR_BAD_ENVELOPE;
}

static mls_err read_object(arena *a, envelope *e, const json *object)
{
    if (content_encoding_of(object) != CONTENT_BASE64)
        return MLS_ERR_BAD_ENVELOPE;
    mls_err err =
        content_decode(a, &e->octets, json_string(as2_get(object, "content")), JSON_SIZE_MAX);
    if (err != MLS_OK)
        return err == MLS_ERR_NO_MEMORY ? err : MLS_ERR_BAD_ENVELOPE;
    if (as2_has_media_type(object, STATEMENT_MEDIA_TYPE)) {
        e->kind = ENVELOPE_STATEMENT;
        return MLS_OK;
    }
    return read_octets(e);
}

static mls_err read_all(arena *a, envelope *e, const json *activity, const json *fetched)
{
    const json *object = find_object(activity);
    bytes named = object_to_fetch(activity);
    e->id = as2_get_id(activity, "id");
    if (!object && named.len) {
        e->kind = ENVELOPE_FETCH;
        e->object_id = named;
        if (!fetched)
            return as2_claim(&e->actor, activity);
        if (!bytes_equal(as2_get_id(fetched, "id"), named))
            return MLS_ERR_BAD_ENVELOPE;
        object = carries_mls(fetched) ? fetched : NULL;
    }
    e->kind = ENVELOPE_NONE;
    if (!object)
        return MLS_OK;
    TRY(as2_claim(&e->actor, activity));
    TRY(as2_claim(&e->actor, object));
    if (e->actor.len == 0)
        return MLS_ERR_SENDER_MISMATCH;
    e->object_id = as2_get_id(object, "id");
    read_circumstances(e, activity, object);
    return read_object(a, e, object);
}

mls_err envelope_read(arena *a, envelope *out, const json *activity, const json *fetched)
{
    envelope e = {0};
    *out = (envelope){0};
    TRY(read_all(a, &e, activity, fetched));
    *out = e;
    return MLS_OK;
}

/* ---- Writing ---- */

static const char SUMMARY[] = "This is an end-to-end encrypted message. Open it with an app that "
                              "supports MLS over ActivityPub.";

static const char ABOUT_STATEMENTS[] = "This belongs to an end-to-end encrypted conversation: apps "
                                       "tell each other where they are in it.";

/* MLS_ERR_INVALID_ARGUMENT for what does not travel in an envelope. */
static mls_err type_of(const char **type, const envelope_params *params)
{
    static const char *const types[] = {
        [MLS_WIRE_PUBLIC_MESSAGE] = "PublicMessage",
        [MLS_WIRE_PRIVATE_MESSAGE] = "PrivateMessage",
        [MLS_WIRE_WELCOME] = "Welcome",
        [MLS_WIRE_GROUP_INFO] = "GroupInfo",
        [MLS_WIRE_KEY_PACKAGE] = NULL,
    };
    mls_message_info info;
    if (params->is_statement) {
        *type = "Statement";
        return MLS_OK;
    }
    mls_err err = mls_message_read(&info, params->octets);
    *type = err == MLS_OK ? types[info.wire_format] : NULL;
    if (*type || err == MLS_ERR_NO_MEMORY)
        return err;
    return MLS_ERR_INVALID_ARGUMENT;
}

static bool is_complete(const envelope_params *params)
{
    bool complete = params->actor.len && params->num_to && params->conversation.len &&
                    params->generator_id.len && params->generator_name.len;
    for (size_t i = 0; i < params->num_to; i++)
        complete = complete && params->to[i].len && !as2_is_public(params->to[i]);
    return complete;
}

static json *recipients(json_maker *m, const envelope_params *params)
{
    json *list = json_new_array(m);
    for (size_t i = 0; i < params->num_to; i++)
        json_push_string(m, list, params->to[i]);
    return list;
}

static void add_conversation(json_maker *m, json *to, const envelope_params *params)
{
    json_add_string(m, to, "context", params->conversation);
    json_add_string(m, to, "conversation", params->conversation);
    json_add_optional(m, to, "inReplyTo", params->in_reply_to);
}

static json *make_object(json_maker *m, const envelope_params *params, const char *type)
{
    bytes content = {0};
    json *object = json_new_object(m);
    as2_add_type(m, object, type);
    json_add_string(m, object, "attributedTo", params->actor);
    json_add(m, object, "to", recipients(m, params));
    add_conversation(m, object, params);
    json_add_literal(m, object, "mediaType",
                     params->is_statement ? STATEMENT_MEDIA_TYPE : ENVELOPE_MEDIA_TYPE);
    json_add_literal(m, object, "encoding", "base64");
    json_fail(m, content_encode(m->arena, &content, params->octets));
    json_add(m, object, "content", json_new_view(m, (const char *)content.data));
    as2_add_generator(m, object, params->generator_id, params->generator_name);
    json_add_literal(m, object, "summary", params->is_statement ? ABOUT_STATEMENTS : SUMMARY);
    return object;
}

json *envelope_make(json_maker *m, const envelope_params *params)
{
    const char *type;
    json_fail(m, type_of(&type, params));
    if (!is_complete(params))
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
    if (m->err != MLS_OK)
        return NULL;
    json *activity = as2_new_activity(m, true, "Create", params->actor);
    json_add(m, activity, "to", recipients(m, params));
    json_add_string(m, activity, "instrument", params->generator_id);
    add_conversation(m, activity, params);
    json_add(m, activity, "object", make_object(m, params, type));
    return activity;
}

mls_err envelope_print(json_maker *m, bytes *out, const json *activity)
{
    TRY(json_print(m, out, activity));
    if (out->len <= ACTIVITY_MAX)
        return MLS_OK;
    *out = (bytes){0};
    return MLS_ERR_TOO_LARGE;
}

mls_err envelope_write(arena *a, bytes *out, const envelope_params *params)
{
    json_maker m = {.arena = a};
    const json *activity = envelope_make(&m, params);
    return envelope_print(&m, out, activity);
}
