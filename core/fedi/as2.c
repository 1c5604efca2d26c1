#include "fedi/as2.h"

#include <string.h>

/* ---- Reading ---- */

const char *as2_local_name(const char *name)
{
    static const char *const prefixes[] = {
        "as:", AS2_CONTEXT "#", "mls:", MLS_CONTEXT "#", "litepub:", "http://litepub.social/ns#",
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t len = strlen(prefixes[i]);
        if (strncmp(name, prefixes[i], len) == 0 && name[len] != '\0')
            return name + len;
    }
    return name;
}

/* Whether a member is the property: 2 by its plain name, 1 by another spelling, 0 if not. */
static int matches(const json *member, const char *name)
{
    const char *found = json_name(member);
    if (strcmp(found, name) == 0)
        return 2;
    if (found[0] == '@')
        return (strcmp(name, "id") == 0 || strcmp(name, "type") == 0) &&
               strcmp(found + 1, name) == 0;
    return strcmp(as2_local_name(found), name) == 0;
}

const json *as2_get(const json *object, const char *name)
{
    const json *best = NULL;
    if (!json_is_object(object))
        return NULL;
    for (const json *member = json_first(object); member; member = json_next(member)) {
        int match = matches(member, name);
        if (match == 0 || !as2_first(member))
            continue;
        if (match == 2)
            return member;
        if (!best)
            best = member;
    }
    return best;
}

static const json *skip_nulls(const json *item)
{
    while (item && json_is_null(item))
        item = json_next(item);
    return item;
}

const json *as2_first(const json *value)
{
    if (json_is_array(value))
        return skip_nulls(json_first(value));
    return json_is_null(value) ? NULL : value;
}

const json *as2_next(const json *value, const json *item)
{
    return json_is_array(value) ? skip_nulls(json_next(item)) : NULL;
}

const json *as2_object(const json *value)
{
    const json *item = as2_first(value);
    return json_is_object(item) ? item : NULL;
}

bytes as2_id_of(const json *value)
{
    const json *item = as2_first(value);
    if (json_is_object(item))
        item = as2_get(item, "id");
    return json_string(item);
}

bytes as2_text(const json *value)
{
    const json *item = as2_first(value);
    if (json_is_object(item))
        item = json_get(item, "@value");
    return json_string(item);
}

bytes as2_get_id(const json *object, const char *name)
{
    return as2_id_of(as2_get(object, name));
}

bytes as2_get_text(const json *object, const char *name)
{
    return as2_text(as2_get(object, name));
}

static bool equals(bytes found, const char *text)
{
    return bytes_equal(found, bytes_of(text, strlen(text)));
}

bool as2_has_type(const json *object, const char *type)
{
    const json *types = as2_get(object, "type");
    for (const json *item = as2_first(types); item; item = as2_next(types, item)) {
        bytes found = json_string(item);
        if (found.len && strcmp(as2_local_name((const char *)found.data), type) == 0)
            return true;
    }
    return false;
}

bool as2_is_public(bytes id)
{
    return equals(id, AS2_PUBLIC) || equals(id, "as:Public") || equals(id, "Public");
}

bool as2_has_media_type(const json *object, const char *media_type)
{
    bytes found = as2_get_text(object, "mediaType");
    size_t len = strlen(media_type);
    if (found.len < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = found.data[i];
        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != (uint8_t)media_type[i])
            return false;
    }
    return found.len == len || found.data[len] == ';' || found.data[len] == ' ';
}

/* ---- Claims about who made something ---- */

static mls_err claim_all(bytes *sender, const json *value)
{
    for (const json *item = as2_first(value); item; item = as2_next(value, item)) {
        bytes id = as2_id_of(item);
        if (id.len == 0 || (sender->len && !bytes_equal(id, *sender)))
            return MLS_ERR_SENDER_MISMATCH;
        *sender = id;
    }
    return MLS_OK;
}

mls_err as2_claim(bytes *sender, const json *object)
{
    static const char *const properties[] = {"actor", "attributedTo"};
    /* Each spelling claims: a reader that prefers another one must not see another sender. */
    if (!json_is_object(object))
        return MLS_OK;
    for (const json *member = json_first(object); member; member = json_next(member))
        for (size_t i = 0; i < 2; i++)
            if (matches(member, properties[i]))
                TRY(claim_all(sender, member));
    return MLS_OK;
}

/* ---- Making ---- */

json *as2_new_activity(json_maker *m, bool with_mls, const char *type, bytes actor)
{
    json *activity = json_new_object(m);
    if (with_mls) {
        json *contexts = json_new_array(m);
        json_push(m, contexts, json_new_view(m, AS2_CONTEXT));
        json_push(m, contexts, json_new_view(m, MLS_CONTEXT));
        json_add(m, activity, "@context", contexts);
    } else {
        json_add_literal(m, activity, "@context", AS2_CONTEXT);
    }
    json_add_literal(m, activity, "type", type);
    json_add_string(m, activity, "actor", actor);
    return activity;
}

void as2_add_type(json_maker *m, json *object, const char *type)
{
    json *types = json_new_array(m);
    json_push(m, types, json_new_view(m, "Object"));
    json_push(m, types, json_new_view(m, type));
    json_add(m, object, "type", types);
}

void as2_add_generator(json_maker *m, json *object, bytes id, bytes name)
{
    json *generator = json_new_object(m);
    json_add_literal(m, generator, "type", "Application");
    json_add_string(m, generator, "id", id);
    json_add_string(m, generator, "name", name);
    json_add(m, object, "generator", generator);
}
