#include "fedi/json_print.h"

#include "fedi/json_scan.h"

#include <cJSON.h>
#include <string.h>

/* Measures while out is NULL, then writes. */
typedef struct printer {
    char *out;
    size_t len;
    bool failed;
} printer;

static void put(printer *p, const char *text, size_t len)
{
    if (p->out && len)
        memcpy(p->out + p->len, text, len);
    p->len += len;
}

static void put_char(printer *p, char c)
{
    put(p, &c, 1);
}

/* What must be escaped: quotation mark, backslash, control characters. */
static void put_escape(printer *p, uint8_t c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt",
                      hex[] = "0123456789abcdef";
    const char *at = memchr(plain, c, sizeof plain - 1);
    put_char(p, '\\');
    if (at) {
        put_char(p, letters[at - plain]);
        return;
    }
    put(p, "u00", 3);
    put_char(p, hex[c >> 4]);
    put_char(p, hex[c & 15]);
}

static void put_string(printer *p, const char *text)
{
    put_char(p, '"');
    while (*text) {
        size_t len = 0;
        while ((uint8_t)text[len] >= 0x20 && text[len] != '"' && text[len] != '\\')
            len++;
        put(p, text, len);
        text += len;
        if (*text)
            put_escape(p, (uint8_t)*text++);
    }
    put_char(p, '"');
}

static void put_number(printer *p, double value)
{
    static const double limit = 9007199254740992.0; /* 2^53 */
    char digits[20], *at = digits + sizeof digits;
    if (!(value > -limit && value < limit) || (double)(int64_t)value != value) {
        p->failed = true;
        return;
    }
    uint64_t left = (uint64_t)(value < 0 ? -value : value);
    do {
        *--at = (char)('0' + left % 10);
    } while (left /= 10);
    if (value < 0)
        *--at = '-';
    put(p, at, (size_t)(digits + sizeof digits - at));
}

/* A value that has nothing inside. */
static void put_single(printer *p, const cJSON *value)
{
    if (cJSON_IsString(value))
        put_string(p, value->valuestring);
    else if (cJSON_IsNumber(value))
        put_number(p, value->valuedouble);
    else if (cJSON_IsObject(value))
        put(p, "{}", 2);
    else if (cJSON_IsArray(value))
        put(p, "[]", 2);
    else if (cJSON_IsBool(value))
        put(p, cJSON_IsTrue(value) ? "true" : "false", cJSON_IsTrue(value) ? 4 : 5);
    else
        put(p, "null", 4);
}

static void print_all(printer *p, const cJSON *at)
{
    const cJSON *outer[JSON_DEPTH_MAX];
    size_t depth = 0;
    for (;;) {
        if (depth > 0 && cJSON_IsObject(outer[depth - 1])) {
            put_string(p, at->string);
            put_char(p, ':');
        }
        if (at->child && depth < JSON_DEPTH_MAX) {
            put_char(p, cJSON_IsObject(at) ? '{' : '[');
            outer[depth++] = at;
            at = at->child;
            continue;
        }
        p->failed |= at->child != NULL;
        put_single(p, at);
        while (depth > 0 && !at->next) {
            at = outer[--depth];
            put_char(p, cJSON_IsObject(at) ? '}' : ']');
        }
        if (depth == 0)
            return;
        put_char(p, ',');
        at = at->next;
    }
}

mls_err json_print_value(arena *a, bytes *out, const cJSON *value)
{
    printer p = {0};
    *out = (bytes){0};
    print_all(&p, value);
    if (p.failed)
        return MLS_ERR_INVALID_ARGUMENT;
    p = (printer){.out = arena_alloc(a, p.len + 1)};
    if (!p.out)
        return MLS_ERR_NO_MEMORY;
    print_all(&p, value);
    *out = bytes_of(p.out, p.len);
    return MLS_OK;
}
