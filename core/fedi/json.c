#include "fedi/json.h"

#include "base/utf8.h"
#include "fedi/json_print.h"

#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

/* ---- cJSON's memory ---- */

/* cJSON's hooks know no context: the arena of the present call, and whether it had nothing left. */
static _Thread_local struct {
    arena *arena;
    bool failed;
} memory;

static void *take(size_t size)
{
    void *p = arena_alloc(memory.arena, size);
    memory.failed |= p == NULL;
    return p;
}

/* Wiped and given back with the arena. */
static void give_back(void *p)
{
    (void)p;
}

void json_init(void)
{
    static bool done;
    if (!done)
        cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = take, .free_fn = give_back});
    done = true;
}

static void enter(arena *a)
{
    memory.arena = a;
    memory.failed = false;
}

static bool leave(void)
{
    memory.arena = NULL;
    return !memory.failed;
}

/* ---- All values of a document, what is outside first ---- */

typedef struct walk {
    const json *next;
    const json *outer[JSON_DEPTH_MAX + 1];
    size_t depth;
} walk;

static const json *walk_on(walk *w)
{
    const json *here = w->next;
    if (!here)
        return NULL;
    if (here->child && w->depth <= JSON_DEPTH_MAX) {
        w->outer[w->depth++] = here;
        w->next = here->child;
        return here;
    }
    w->next = w->depth > 0 ? here->next : NULL;
    while (!w->next && w->depth > 0) {
        const json *outer = w->outer[--w->depth];
        w->next = w->depth > 0 ? outer->next : NULL;
    }
    return here;
}

/* ---- Reading ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t num_members(const json *object)
{
    size_t count = 0;
    for (const json *member = object->child; member; member = member->next)
        count++;
    return count;
}

/* Sorts an object's names, in a list with room for all of them. */
static mls_err check_names(const json *object, const char **names)
{
    size_t count = 0;
    for (const json *member = object->child; member; member = member->next)
        names[count++] = member->string;
    if (count > 1)
        qsort(names, count, sizeof *names, by_text);
    for (size_t i = 1; i < count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return MLS_ERR_JSON_DUPLICATE_NAME;
    return MLS_OK;
}

static mls_err check_all_names(const json *root)
{
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    size_t most = 0;
    walk w = {.next = root};
    for (const json *value = walk_on(&w); value; value = walk_on(&w))
        if (json_is_object(value) && num_members(value) > most)
            most = num_members(value);
    const char **names = arena_array(scratch, most, sizeof *names);
    if (!names)
        return MLS_ERR_NO_MEMORY;
    w = (walk){.next = root};
    for (const json *value = walk_on(&w); value; value = walk_on(&w))
        if (json_is_object(value))
            TRY(check_names(value, names));
    return MLS_OK;
}

mls_err json_parse(arena *a, const json **out, bytes in, size_t size_max)
{
    *out = NULL;
    if (in.len > size_max)
        return MLS_ERR_JSON_TOO_LARGE;
    TRY(json_scan(in));
    enter(a);
    const json *root = cJSON_ParseWithLength((const char *)in.data, in.len);
    if (!leave())
        return MLS_ERR_NO_MEMORY;
    if (!root)
        return MLS_ERR_JSON_MALFORMED;
    TRY(check_all_names(root));
    *out = root;
    return MLS_OK;
}

const json *json_get(const json *object, const char *name)
{
    for (const json *member = json_is_object(object) ? object->child : NULL; member;
         member = member->next)
        if (strcmp(member->string, name) == 0)
            return json_is_null(member) ? NULL : member;
    return NULL;
}

bool json_is_object(const json *value)
{
    return cJSON_IsObject(value);
}

bool json_is_array(const json *value)
{
    return cJSON_IsArray(value);
}

bool json_is_string(const json *value)
{
    return cJSON_IsString(value);
}

bool json_is_null(const json *value)
{
    return cJSON_IsNull(value);
}

const json *json_first(const json *container)
{
    return container ? container->child : NULL;
}

const json *json_next(const json *item)
{
    return item ? item->next : NULL;
}

const char *json_name(const json *member)
{
    return member->string;
}

bytes json_string(const json *value)
{
    if (!json_is_string(value))
        return (bytes){0};
    return bytes_of(value->valuestring, strlen(value->valuestring));
}

bool json_uint(const json *value, uint64_t *out)
{
    static const double limit = 9007199254740992.0; /* 2^53 */
    if (!cJSON_IsNumber(value) || !(value->valuedouble >= 0 && value->valuedouble < limit))
        return false;
    *out = (uint64_t)value->valuedouble;
    return (double)*out == value->valuedouble;
}

bool json_is_true(const json *value)
{
    return cJSON_IsTrue(value);
}

/* ---- Making ---- */

void json_fail(json_maker *m, mls_err err)
{
    if (m->err == MLS_OK)
        m->err = err;
}

/* What cJSON made, or nothing after an error. */
static json *made(json_maker *m, json *value)
{
    if (!leave() || !value)
        json_fail(m, MLS_ERR_NO_MEMORY);
    return m->err == MLS_OK ? value : NULL;
}

json *json_new_object(json_maker *m)
{
    enter(m->arena);
    return made(m, cJSON_CreateObject());
}

json *json_new_array(json_maker *m)
{
    enter(m->arena);
    return made(m, cJSON_CreateArray());
}

json *json_new_view(json_maker *m, const char *text)
{
    if (!text)
        json_fail(m, MLS_ERR_NO_MEMORY);
    if (m->err != MLS_OK)
        return NULL;
    enter(m->arena);
    return made(m, cJSON_CreateStringReference(text));
}

json *json_new_string(json_maker *m, bytes text)
{
    if (!utf8_valid(text) || (text.len && memchr(text.data, 0, text.len)))
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
    if (m->err != MLS_OK)
        return NULL;
    char *copy = arena_alloc(m->arena, text.len + 1);
    if (copy && text.len)
        memcpy(copy, text.data, text.len);
    return json_new_view(m, copy);
}

void json_add(json_maker *m, json *object, const char *name, json *value)
{
    if (m->err != MLS_OK)
        return;
    enter(m->arena);
    if (!cJSON_AddItemToObjectCS(object, name, value) || !leave())
        json_fail(m, MLS_ERR_NO_MEMORY);
}

void json_push(json_maker *m, json *array, json *value)
{
    if (m->err == MLS_OK && !cJSON_AddItemToArray(array, value))
        json_fail(m, MLS_ERR_NO_MEMORY);
}

void json_add_string(json_maker *m, json *object, const char *name, bytes text)
{
    json_add(m, object, name, json_new_string(m, text));
}

void json_add_optional(json_maker *m, json *object, const char *name, bytes text)
{
    if (text.len)
        json_add_string(m, object, name, text);
}

void json_add_literal(json_maker *m, json *object, const char *name, const char *text)
{
    json_add(m, object, name, json_new_view(m, text));
}

void json_add_uint(json_maker *m, json *object, const char *name, uint64_t value)
{
    if (value >> 53)
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
    enter(m->arena);
    json_add(m, object, name, made(m, cJSON_CreateNumber((double)value)));
}

void json_add_bool(json_maker *m, json *object, const char *name, bool value)
{
    enter(m->arena);
    json_add(m, object, name, made(m, cJSON_CreateBool(value)));
}

void json_push_string(json_maker *m, json *array, bytes text)
{
    json_push(m, array, json_new_string(m, text));
}

mls_err json_print(json_maker *m, bytes *out, const json *value)
{
    *out = (bytes){0};
    return m->err == MLS_OK ? json_print_value(m->arena, out, value) : m->err;
}
