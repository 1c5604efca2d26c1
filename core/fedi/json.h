/*
 * JSON, read and made with cJSON, which is known in json.c and json_print.c only.
 *
 * Everything lives in an arena: a parsed document and what is being built, so that there is nothing
 * to give back, and what they held is wiped with it. Strings are views of it.
 */
#ifndef WAXSEAL_FEDI_JSON_H
#define WAXSEAL_FEDI_JSON_H

#include "base/arena.h"
#include "fedi/json_scan.h"

typedef struct cJSON json; /* a value; NULL is the value that is not there */

enum { JSON_SIZE_MAX = 1 << 20 }; /* octets of what comes from outside */

/* Directs cJSON's allocations into arenas; before anything else here, any number of times. */
void json_init(void);

/* ---- Reading ---- */

/* Parses one object of at most size_max octets: see json_scan(). Names are unique in each object.
 * Errors: MLS_ERR_JSON_*; MLS_ERR_NO_MEMORY. */
mls_err json_parse(arena *a, const json **out, bytes in, size_t size_max);

/* A member by its exact name; NULL for null, for none, and in what is no object. */
const json *json_get(const json *object, const char *name);

bool json_is_object(const json *value);
bool json_is_array(const json *value);
bool json_is_string(const json *value);
bool json_is_null(const json *value);

/* Of an array or object, the first item, and the one after an item; NULL at the end. */
const json *json_first(const json *container);
const json *json_next(const json *item);

/* The name of an object's member. */
const char *json_name(const json *member);

bool json_is_true(const json *value);

/* Empty where the value is no string. */
bytes json_string(const json *value);

/* Whether it is a whole number from 0 to 2^53 - 1. */
bool json_uint(const json *value, uint64_t *out);

/* ---- Making ----
 *
 * The first error sticks and later calls do nothing, so only json_print() is looked at. Names are
 * literals: they are not copied. */

typedef struct json_maker {
    arena *arena;
    mls_err err;
} json_maker;

json *json_new_object(json_maker *m);
json *json_new_array(json_maker *m);

/* Copies. MLS_ERR_INVALID_ARGUMENT for what is not UTF-8 or has a NUL. */
json *json_new_string(json_maker *m, bytes text);
/* The same without a copy; `text` lives as long as the arena. */
json *json_new_view(json_maker *m, const char *text);

/* Puts a value into an object or at the end of an array. */
void json_add(json_maker *m, json *object, const char *name, json *value);
void json_push(json_maker *m, json *array, json *value);

void json_add_string(json_maker *m, json *object, const char *name, bytes text);
/* The same, unless it is empty. */
void json_add_optional(json_maker *m, json *object, const char *name, bytes text);
void json_add_literal(json_maker *m, json *object, const char *name, const char *text);
/* value: below 2^53, as other programs read it; else MLS_ERR_INVALID_ARGUMENT. */
void json_add_uint(json_maker *m, json *object, const char *name, uint64_t value);
void json_add_bool(json_maker *m, json *object, const char *name, bool value);
void json_push_string(json_maker *m, json *array, bytes text);

/* Records an error unless there is one already. */
void json_fail(json_maker *m, mls_err err);

/* The text, without white space; a NUL follows after the view. Errors: the first one; those of
 * json_print_value(). */
mls_err json_print(json_maker *m, bytes *out, const json *value);

#endif
