#include "fedi/key_package_object.h"

#include "fedi/content.h"
#include "fedi/envelope.h"
#include "mls/key_package.h"

/* ---- Reading ---- */

/* The raw KeyPackage in octets; what does not decode as one is MLS_ERR_BAD_CONTENT. */
static mls_err unwrap(bytes *raw, key_package *kp, arena *a, bytes octets)
{
    mls_err err = key_package_unwrap(raw, octets);
    if (err == MLS_OK)
        err = key_package_decode(a, kp, *raw);
    return err == MLS_OK || err == MLS_ERR_NO_MEMORY ? err : MLS_ERR_BAD_CONTENT;
}

static bytes generator_of(const json *object)
{
    const json *generator = as2_get(object, "generator");
    bytes id = as2_id_of(generator);
    return id.len ? id : as2_get_text(as2_object(generator), "name");
}

static bool is_package(const json *object)
{
    return as2_has_media_type(object, ENVELOPE_MEDIA_TYPE) ||
           (!as2_get(object, "mediaType") && as2_has_type(object, "KeyPackage"));
}

static mls_err read_octets(arena *a, bytes *raw, const json *object)
{
    key_package kp = {0};
    bytes octets;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (!is_package(object) || content_encoding_of(object) != CONTENT_BASE64)
        return MLS_ERR_BAD_CONTENT;
    mls_err err =
        content_decode(a, &octets, json_string(as2_get(object, "content")), KEY_PACKAGE_MAX);
    if (err != MLS_OK)
        return err == MLS_ERR_NO_MEMORY ? err : MLS_ERR_BAD_CONTENT;
    return unwrap(raw, &kp, scratch, octets);
}

mls_err key_package_object_read(arena *a, published_package *out, const json *value)
{
    const json *item = as2_first(value);
    published_package found = {.id = as2_id_of(item)};
    *out = (published_package){0};
    if (as2_get(item, "content")) {
        TRY(read_octets(a, &found.octets, item));
        found.attributed_to = as2_get_id(item, "attributedTo");
        found.generator = generator_of(item);
        found.suite = as2_get_text(item, "ciphersuite");
    } else if (found.id.len == 0) {
        return MLS_ERR_BAD_CONTENT;
    }
    *out = found;
    return MLS_OK;
}

static bool act_of(key_package_act *act, const json *activity)
{
    static const char *const types[] = {"Create", "Update", "Add", "Remove", "Delete"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (as2_has_type(activity, types[i])) {
            *act = (key_package_act)i;
            return true;
        }
    }
    return false;
}

mls_err key_package_activity_read(arena *a, key_package_event *out, bool *found,
                                  const json *activity)
{
    key_package_event e = {0};
    const json *value = as2_get(activity, "object"), *object = as2_object(value);
    *out = (key_package_event){0};
    *found = false;
    if (!act_of(&e.act, activity) || !as2_first(value))
        return MLS_OK;
    bool names_only = e.act >= KEY_PACKAGE_ADD && !as2_get(object, "content");
    if (!names_only && !is_package(object))
        return MLS_OK;
    TRY(as2_claim(&e.actor, activity));
    TRY(as2_claim(&e.actor, object));
    if (e.actor.len == 0)
        return MLS_ERR_SENDER_MISMATCH;
    TRY(key_package_object_read(a, &e.package, value));
    e.id = as2_get_id(activity, "id");
    e.collection = as2_get_id(activity, e.act == KEY_PACKAGE_REMOVE && !as2_get(activity, "target")
                                            ? "origin"
                                            : "target");
    *out = e;
    *found = true;
    return MLS_OK;
}

/* ---- Writing ---- */

static const char SUMMARY[] =
    "A public key with which others can start an end-to-end encrypted conversation.";

static json *to_public(json_maker *m)
{
    json *to = json_new_array(m);
    json_push(m, to, json_new_view(m, AS2_PUBLIC));
    return to;
}

/* The suite's name of a raw KeyPackage; NULL, and an error, for everything else. */
static const char *suite_name_of(json_maker *m, bytes octets)
{
    key_package kp = {0};
    bytes raw;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_err err = unwrap(&raw, &kp, scratch, octets);
    const char *name = err == MLS_OK && raw.data == octets.data ? mls_suite_name(kp.suite) : NULL;
    if (!name)
        json_fail(m, err == MLS_ERR_NO_MEMORY ? err : MLS_ERR_INVALID_ARGUMENT);
    return name;
}

static json *make_object(json_maker *m, const key_package_params *params, bytes id, bytes octets)
{
    bytes content = {0};
    const char *suite_name = suite_name_of(m, octets);
    if (params->generator_id.len == 0 || params->generator_name.len == 0)
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
    json *object = json_new_object(m);
    json_add_optional(m, object, "id", id);
    as2_add_type(m, object, "KeyPackage");
    json_add_string(m, object, "attributedTo", params->actor);
    json_add(m, object, "to", to_public(m));
    json_add_literal(m, object, "mediaType", ENVELOPE_MEDIA_TYPE);
    json_add_literal(m, object, "encoding", "base64");
    json_fail(m, content_encode(m->arena, &content, octets));
    json_add(m, object, "content", json_new_view(m, (const char *)content.data));
    if (suite_name)
        json_add_literal(m, object, "ciphersuite", suite_name);
    as2_add_generator(m, object, params->generator_id, params->generator_name);
    json_add_literal(m, object, "summary", SUMMARY);
    return object;
}

static bool is_complete(key_package_act act, const key_package_params *params)
{
    bool wants_object = act != KEY_PACKAGE_CREATE;
    bool wants_collection = act == KEY_PACKAGE_ADD || act == KEY_PACKAGE_REMOVE;
    return params->actor.len && (!wants_object || params->object.len) &&
           (!wants_collection || params->collection.len);
}

mls_err key_package_activity(arena *a, bytes *out, key_package_act act,
                             const key_package_params *params)
{
    static const char *const types[] = {"Create", "Update", "Add", "Remove", "Delete"};
    json_maker m = {.arena = a};
    *out = (bytes){0};
    if (!is_complete(act, params))
        return MLS_ERR_INVALID_ARGUMENT;
    json *activity = as2_new_activity(&m, true, types[act], params->actor);
    json_add(&m, activity, "to", to_public(&m));
    if (act == KEY_PACKAGE_CREATE || act == KEY_PACKAGE_UPDATE) {
        bytes id = act == KEY_PACKAGE_UPDATE ? params->object : (bytes){0};
        json_add(&m, activity, "object", make_object(&m, params, id, params->octets));
    } else {
        json_add_string(&m, activity, "object", params->object);
    }
    if (act == KEY_PACKAGE_ADD || act == KEY_PACKAGE_REMOVE)
        json_add_string(&m, activity, "target", params->collection);
    return envelope_print(&m, out, activity);
}

mls_err key_package_update_actor(arena *a, bytes *out, const key_package_params *params,
                                 bytes actor_type, const published_package *packages,
                                 size_t num_packages)
{
    json_maker m = {.arena = a};
    *out = (bytes){0};
    if (params->actor.len == 0)
        return MLS_ERR_INVALID_ARGUMENT;
    json *activity = as2_new_activity(&m, true, "Update", params->actor);
    json *object = json_new_object(&m), *list = json_new_array(&m);
    json_add(&m, activity, "to", to_public(&m));
    json_add_string(&m, object, "id", params->actor);
    json_add_optional(&m, object, "type", actor_type);
    for (size_t i = 0; i < num_packages; i++) {
        const published_package *p = &packages[i];
        json_push(&m, list,
                  p->octets.len ? make_object(&m, params, p->id, p->octets)
                                : json_new_string(&m, p->id));
    }
    json_add(&m, object, "keyPackages", list);
    json_add(&m, activity, "object", object);
    return envelope_print(&m, out, activity);
}
