#include "fediverse.h"

#include "fedi/as2.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Texts ---- */

char *copy_text(site *s, bytes in)
{
    char *out = arena_alloc(s->a, in.len + 1);
    assert_non_null(out);
    if (in.len)
        memcpy(out, in.data, in.len);
    return out;
}

char *written(site *s, const char *conversation, const char *text)
{
    size_t len = strlen(text), more = conversation ? strlen(conversation) : 0;
    char *out = arena_alloc(s->a, len + 4 * more + 1), *at = out;
    assert_non_null(out);
    for (; *text; text++) {
        if (*text == '%' && conversation) {
            memcpy(at, conversation, more);
            at += more;
        } else {
            *at++ = *text == '\'' ? '"' : *text;
        }
    }
    return out;
}

char *replaced(site *s, const char *in, const char *from, const char *to)
{
    const char *at = strstr(in, from);
    if (!at)
        fail_msg("no %s in %s", from, in);
    char *out = arena_alloc(s->a, strlen(in) + strlen(to) + 1);
    assert_non_null(out);
    memcpy(out, in, (size_t)(at - in));
    strcpy(out + (at - in), to);
    strcat(out, at + strlen(from));
    return out;
}

const char *actor_id(char actor)
{
    static char ids[26][40];
    char *id = ids[actor - 'A'];
    snprintf(id, sizeof ids[0], "https://%c.example/users/%c", actor - 'A' + 'a',
             actor - 'A' + 'a');
    return id;
}

static char actor_of(bytes id)
{
    for (char actor = 'A'; actor <= 'Z'; actor++)
        if (bytes_equal(id, text(actor_id(actor))))
            return actor;
    return 0;
}

/* ---- The server ---- */

static site_object *find_object(site *s, const char *address)
{
    for (size_t i = 0; i < s->num_objects; i++)
        if (strcmp(s->objects[i].address, address) == 0 && !s->objects[i].deleted)
            return &s->objects[i];
    return NULL;
}

static char *new_address(site *s, char actor, const char *what)
{
    char address[80];
    snprintf(address, sizeof address, "https://%c.example/%s/%u", actor - 'A' + 'a', what,
             ++s->num_ids);
    return copy_text(s, text(address));
}

static char *with_id(site *s, const char *what, const char *id)
{
    char *out = arena_alloc(s->a, strlen(what) + strlen(id) + 12);
    assert_non_null(out);
    sprintf(out, "{\"id\":\"%s\",%s", id, what + 1);
    return out;
}

static const char *keep_object(site *s, char actor, const json *object)
{
    bytes printed;
    json_maker m = {.arena = s->a};
    assert_true(s->num_objects < SITE_RECORDS);
    site_object *kept = &s->objects[s->num_objects++];
    assert_ok(json_print(&m, &printed, object));
    kept->actor = actor;
    kept->address = new_address(s, actor, "objects");
    kept->json = with_id(s, (const char *)printed.data, kept->address);
    return kept->address;
}

static void hand_on(site *s, char from, const json *activity, const char *octets)
{
    assert_true(s->num_mail < SITE_MAIL);
    site_mail *m = &s->mail[s->num_mail++];
    m->from = from;
    m->activity = with_id(s, octets, new_address(s, from, "activities"));
    const json *to = as2_get(activity, "to");
    for (const json *item = as2_first(to); item; item = as2_next(to, item)) {
        char actor = actor_of(as2_id_of(item));
        if (actor)
            m->to[strlen(m->to)] = actor;
    }
    if (s->by_name) {
        const char *address = keep_object(s, from, as2_object(as2_get(activity, "object")));
        char named[400];
        snprintf(named, sizeof named,
                 "{\"id\":\"%s\",\"type\":\"Create\",\"actor\":\"%s\",\"object\":\"%s\"}",
                 new_address(s, from, "activities"), actor_id(from), address);
        m->activity = copy_text(s, text(named));
    }
    if (s->change)
        m->activity = s->change(s, m, m->activity);
}

/* The outbox: whether it takes an activity, and the address of what was created. */
static bool take(site *s, char from, bytes octets, const char **object)
{
    const json *activity;
    *object = "";
    s->num_posts++;
    if (s->refuse)
        return false;
    char *copy = copy_text(s, octets);
    assert_true(octets.len <= 95000);
    assert_ok(json_parse(s->a, &activity, text(copy), JSON_SIZE_MAX));
    assert_text(as2_get_id(activity, "actor"), actor_id(from));
    const json *inner = as2_object(as2_get(activity, "object"));
    if (as2_has_type(activity, "Create") && as2_has_type(inner, "KeyPackage")) {
        *object = keep_object(s, from, inner);
        return true;
    }
    if (as2_has_type(activity, "Create")) {
        hand_on(s, from, activity, copy);
        return true;
    }
    site_object *about = find_object(s, copy_text(s, as2_get_id(activity, "object")));
    if (as2_has_type(activity, "Add") && s->no_add)
        return false;
    if (as2_has_type(activity, "Update")) {
        const json *list = as2_get(inner, "keyPackages");
        for (const json *item = as2_first(list); item; item = as2_next(list, item)) {
            site_object *o = find_object(s, copy_text(s, as2_id_of(item)));
            assert_non_null(o);
            o->listed = true;
        }
        return true;
    }
    assert_non_null(about);
    if (as2_has_type(activity, "Add"))
        about->listed = true;
    else if (as2_has_type(activity, "Remove"))
        about->listed = false;
    else if (as2_has_type(activity, "Delete"))
        about->deleted = true;
    else
        fail_msg("an activity of no known type: %s", copy);
    return true;
}

static const char *actor_document(site *s, char actor)
{
    char out[400];
    snprintf(out, sizeof out, "{\"id\":\"%s\",\"type\":\"Person\",\"keyPackages\":\"%s/keys\"}",
             actor_id(actor), actor_id(actor));
    return copy_text(s, text(out));
}

static const char *collection(site *s, char actor)
{
    size_t size = 200;
    for (size_t i = 0; i < s->num_objects; i++)
        size += strlen(s->objects[i].json) + 1;
    char *out = arena_alloc(s->a, size);
    assert_non_null(out);
    sprintf(out, "{\"id\":\"%s/keys\",\"type\":\"Collection\",\"items\":[", actor_id(actor));
    bool first = true;
    for (size_t i = 0; i < s->num_objects; i++) {
        if (s->objects[i].actor != actor || !s->objects[i].listed || s->objects[i].deleted)
            continue;
        strcat(out, first ? "" : ",");
        strcat(out, s->objects[i].json);
        first = false;
    }
    strcat(out, "]}");
    return out;
}

static const char *resource(site *s, const char *address)
{
    const site_object *object = find_object(s, address);
    if (object)
        return object->json;
    for (size_t i = 0; i < s->num_devices; i++) {
        char keys[60];
        char actor = s->devices[i].actor;
        snprintf(keys, sizeof keys, "%s/keys", actor_id(actor));
        if (strcmp(address, actor_id(actor)) == 0)
            return actor_document(s, actor);
        if (strcmp(address, keys) == 0)
            return collection(s, actor);
    }
    return "";
}

/* ---- Carrying out ---- */

static void carry_out(site *s, site_device *d, fedi_effects *fx);

static bytes copy_octets(site *s, bytes in)
{
    bytes out;
    assert_ok(arena_copy(s->a, &out, in));
    return out;
}

static void store(site *s, site_device *d, const fedi_effect *e)
{
    size_t i = 0;
    fedi_record *free_place = NULL;
    for (; i < SITE_RECORDS; i++) {
        if (d->records[i].name.len == 0) {
            free_place = free_place ? free_place : &d->records[i];
            continue;
        }
        if (bytes_equal(d->records[i].name, e->name))
            break;
    }
    fedi_record *r = i < SITE_RECORDS ? &d->records[i] : free_place;
    if (e->kind == FEDI_FORGET) {
        if (i < SITE_RECORDS)
            r->name = (bytes){0};
        return;
    }
    assert_non_null(r);
    r->name = copy_octets(s, e->name);
    r->octets = copy_octets(s, e->octets);
}

static void answer_post(site *s, site_device *d, uint32_t id, bytes activity)
{
    fedi_effects fx;
    const char *object;
    bool taken = take(s, d->actor, activity, &object);
    assert_ok(fedi_posted(d->fedi, &fx, id, taken, text(object), taken ? (bytes){0} : text("No."),
                          s->now));
    carry_out(s, d, &fx);
}

static void answer_fetch(site *s, site_device *d, uint32_t id, bytes address)
{
    fedi_effects fx;
    const char *object = resource(s, copy_text(s, address));
    assert_ok(fedi_fetched(d->fedi, &fx, id, text(object), s->now));
    carry_out(s, d, &fx);
}

static void carry_out(site *s, site_device *d, fedi_effects *fx)
{
    bool storing = true;
    d->wake = fx->wake;
    for (size_t i = 0; i < fx->count; i++) {
        const fedi_effect *e = &fx->list[i];
        bool is_storage = e->kind == FEDI_STORE || e->kind == FEDI_FORGET;
        assert_true(storing || !is_storage); /* storage comes first */
        storing = is_storage;
        switch (e->kind) {
        case FEDI_STORE:
        case FEDI_FORGET:
            store(s, d, e);
            break;
        case FEDI_POST:
            answer_post(s, d, e->id, e->octets);
            break;
        case FEDI_FETCH:
            answer_fetch(s, d, e->id, e->name);
            break;
        case FEDI_EVENT:
            assert_true(d->num_events < SITE_EVENTS);
            d->parts[d->num_events] = e->num_parts ? copy_octets(s, e->parts[0]) : (bytes){0};
            d->events[d->num_events++] = copy_text(s, e->octets);
            break;
        }
    }
    fedi_effects_free(fx);
}

/* ---- Devices ---- */

int site_setup(void **state)
{
    site *s = calloc(1, sizeof *s);
    assert_non_null(s);
    assert_ok(mls_init());
    json_init();
    s->a = arena_new(1 << 16);
    s->now = NOW;
    *state = s;
    return 0;
}

int site_teardown(void **state)
{
    site *s = *state;
    for (size_t i = 0; i < s->num_devices; i++)
        fedi_free(s->devices[i].fedi);
    arena_free(s->a);
    free(s);
    return 0;
}

site_device *device_new(site *s, char actor)
{
    char keys[60];
    fedi_effects fx;
    assert_true(s->num_devices < SITE_DEVICES);
    site_device *d = &s->devices[s->num_devices++];
    d->actor = actor;
    d->read = s->num_mail;
    snprintf(keys, sizeof keys, "%s/keys", actor_id(actor));
    fedi_params params = {.actor = text(actor_id(actor)),
                          .key_packages = text(keys),
                          .generator_id = text("urn:test"),
                          .generator_name = text("Test")};
    assert_ok(fedi_new(&d->fedi, &fx, &params, s->now));
    carry_out(s, d, &fx);
    return d;
}

site_device *device_at(site *s, char actor, int n)
{
    for (size_t i = 0; i < s->num_devices; i++)
        if (s->devices[i].actor == actor && --n == 0)
            return &s->devices[i];
    fail_msg("no device %c", actor);
    return NULL;
}

void site_restart(site *s, site_device *d)
{
    fedi_effects fx;
    size_t count = 0;
    fedi_record *records = arena_array(s->a, SITE_RECORDS, sizeof *records);
    assert_non_null(records);
    for (size_t i = 0; i < SITE_RECORDS; i++) {
        if (d->records[i].name.len == 0)
            continue;
        records[count] = d->records[i];
        if (memcmp(records[count].name.data, "evidence/", 9) == 0)
            records[count].octets = (bytes){0};
        count++;
    }
    fedi_free(d->fedi);
    assert_ok(fedi_load(&d->fedi, &fx, records, count, s->now));
    carry_out(s, d, &fx);
}

/* ---- Inputs ---- */

static mls_err wish_parts(site *s, site_device *d, const char *conversation, const char *what,
                          const bytes *part)
{
    fedi_effects fx;
    mls_err err =
        fedi_wish(d->fedi, &fx, text(written(s, conversation, what)), part, part ? 1 : 0, s->now);
    if (err == MLS_OK)
        carry_out(s, d, &fx);
    return err;
}

mls_err try_wish(site *s, site_device *d, const char *conversation, const char *what)
{
    return wish_parts(s, d, conversation, what, NULL);
}

void wish(site *s, site_device *d, const char *conversation, const char *what)
{
    assert_ok(wish_parts(s, d, conversation, what, NULL));
}

void wish_with(site *s, site_device *d, const char *conversation, const char *what, bytes part)
{
    assert_ok(wish_parts(s, d, conversation, what, &part));
}

void give(site *s, site_device *d, const char *activity)
{
    fedi_effects fx;
    assert_ok(fedi_receive(d->fedi, &fx, text(activity), s->now));
    carry_out(s, d, &fx);
}

static bool deliver_some(site *s)
{
    bool some = false;
    for (size_t i = 0; i < s->num_devices; i++) {
        site_device *d = &s->devices[i];
        while (!d->offline && d->read < s->num_mail) {
            const site_mail *m = &s->mail[d->read++];
            if (!m->activity || !strchr(m->to, d->actor))
                continue;
            give(s, d, m->activity);
            some = true;
        }
    }
    return some;
}

void settle(site *s)
{
    while (deliver_some(s))
        ;
}

void pass(site *s, uint64_t seconds)
{
    uint64_t end = s->now + seconds;
    settle(s);
    while (s->now < end) {
        uint64_t next = end;
        for (size_t i = 0; i < s->num_devices; i++)
            if (!s->devices[i].offline && s->devices[i].wake < next)
                next = s->devices[i].wake;
        s->now = next > s->now ? next : s->now + 1;
        for (size_t i = 0; i < s->num_devices; i++) {
            fedi_effects fx;
            site_device *d = &s->devices[i];
            if (d->offline || d->wake > s->now)
                continue;
            assert_ok(fedi_tick(d->fedi, &fx, s->now));
            carry_out(s, d, &fx);
        }
        settle(s);
    }
}
