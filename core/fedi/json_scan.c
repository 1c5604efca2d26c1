#include "fedi/json_scan.h"

#include "base/utf8.h"

#include <string.h>

typedef struct scan {
    bytes in;
    size_t pos;
    size_t num_values;
    size_t depth;
    bool in_object[JSON_DEPTH_MAX]; /* by depth: an object, or an array */
} scan;

/* The octet at the present place, or 0 at the end. NUL itself is wrong wherever it stands. */
static uint8_t peek(const scan *s)
{
    return s->pos < s->in.len ? s->in.data[s->pos] : 0;
}

static bool take(scan *s, char c)
{
    if (peek(s) != (uint8_t)c)
        return false;
    s->pos++;
    return true;
}

static void skip_space(scan *s)
{
    while (peek(s) == ' ' || peek(s) == '\t' || peek(s) == '\n' || peek(s) == '\r')
        s->pos++;
}

/* ---- Strings ---- */

/* Four hexadecimal digits. */
static mls_err scan_unit(scan *s, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t c = peek(s);
        uint8_t lower = c | 0x20;
        if (c >= '0' && c <= '9')
            *unit = *unit << 4 | (uint32_t)(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            *unit = *unit << 4 | (uint32_t)(lower - 'a' + 10);
        else
            return MLS_ERR_JSON_MALFORMED;
        s->pos++;
    }
    return MLS_OK;
}

/* What follows a backslash. Surrogates come in pairs, the high one first. */
static mls_err scan_escape(scan *s)
{
    uint32_t unit;
    uint8_t c = peek(s);
    if (c == 0 || !strchr("\"\\/bfnrtu", c))
        return MLS_ERR_JSON_MALFORMED;
    s->pos++;
    if (c != 'u')
        return MLS_OK;
    TRY(scan_unit(s, &unit));
    if (unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
        return MLS_ERR_JSON_BAD_TEXT;
    if (unit < 0xD800 || unit > 0xDFFF)
        return MLS_OK;
    if (!take(s, '\\') || !take(s, 'u'))
        return MLS_ERR_JSON_BAD_TEXT;
    TRY(scan_unit(s, &unit));
    return unit >= 0xDC00 && unit <= 0xDFFF ? MLS_OK : MLS_ERR_JSON_BAD_TEXT;
}

static mls_err scan_string(scan *s)
{
    if (!take(s, '"'))
        return MLS_ERR_JSON_MALFORMED;
    while (s->pos < s->in.len) {
        uint8_t c = peek(s);
        if (take(s, '"'))
            return MLS_OK;
        if (take(s, '\\')) {
            TRY(scan_escape(s));
            continue;
        }
        if (c < 0x20)
            return c == 0 ? MLS_ERR_JSON_BAD_TEXT : MLS_ERR_JSON_MALFORMED;
        size_t n = utf8_step(bytes_of(s->in.data + s->pos, s->in.len - s->pos));
        if (n == 0)
            return MLS_ERR_JSON_BAD_TEXT;
        s->pos += n;
    }
    return MLS_ERR_JSON_MALFORMED;
}

/* ---- Numbers and words ---- */

static size_t scan_digits(scan *s)
{
    size_t start = s->pos;
    while (peek(s) >= '0' && peek(s) <= '9')
        s->pos++;
    return s->pos - start;
}

/* number = [ minus ] int [ frac ] [ exp ] */
static mls_err scan_number(scan *s)
{
    size_t start = s->pos;
    take(s, '-');
    if (!take(s, '0') && scan_digits(s) == 0)
        return MLS_ERR_JSON_MALFORMED;
    if (take(s, '.') && scan_digits(s) == 0)
        return MLS_ERR_JSON_MALFORMED;
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+'))
            take(s, '-');
        if (scan_digits(s) == 0)
            return MLS_ERR_JSON_MALFORMED;
    }
    return s->pos - start > JSON_NUMBER_MAX ? MLS_ERR_JSON_TOO_LARGE : MLS_OK;
}

static mls_err scan_word(scan *s, const char *word)
{
    for (; *word; word++)
        if (!take(s, *word))
            return MLS_ERR_JSON_MALFORMED;
    return MLS_OK;
}

/* ---- The document ---- */

typedef enum place {
    VALUE,
    FIRST_NAME, /* or the end of the object */
    NAME,
    FIRST_ITEM, /* or the end of the array */
    AFTER_VALUE,
} place;

static mls_err open_container(scan *s, bool is_object)
{
    if (s->depth == JSON_DEPTH_MAX)
        return MLS_ERR_JSON_TOO_DEEP;
    s->in_object[s->depth++] = is_object;
    s->pos++;
    return MLS_OK;
}

static mls_err scan_value(scan *s, place *next)
{
    if (s->num_values++ == JSON_VALUES_MAX)
        return MLS_ERR_JSON_TOO_LARGE;
    *next = AFTER_VALUE;
    switch (peek(s)) {
    case '{':
        *next = FIRST_NAME;
        return open_container(s, true);
    case '[':
        *next = FIRST_ITEM;
        return open_container(s, false);
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    default:
        return scan_number(s);
    }
}

static mls_err scan_name(scan *s, place *next)
{
    TRY(scan_string(s));
    skip_space(s);
    *next = VALUE;
    return take(s, ':') ? MLS_OK : MLS_ERR_JSON_MALFORMED;
}

static mls_err scan_after(scan *s, place *next)
{
    bool in_object = s->in_object[s->depth - 1];
    if (take(s, ',')) {
        *next = in_object ? NAME : VALUE;
        return MLS_OK;
    }
    if (!take(s, in_object ? '}' : ']'))
        return MLS_ERR_JSON_MALFORMED;
    s->depth--;
    return MLS_OK;
}

static mls_err scan_step(scan *s, place *at)
{
    skip_space(s);
    if ((*at == FIRST_NAME && peek(s) == '}') || (*at == FIRST_ITEM && peek(s) == ']'))
        *at = AFTER_VALUE; /* of nothing */
    switch (*at) {
    case AFTER_VALUE:
        return scan_after(s, at);
    case FIRST_NAME:
    case NAME:
        return scan_name(s, at);
    case VALUE:
    case FIRST_ITEM:
        break;
    }
    return scan_value(s, at);
}

mls_err json_scan(bytes in)
{
    scan s = {.in = in};
    place at = VALUE;
    skip_space(&s);
    if (peek(&s) != '{')
        return MLS_ERR_JSON_NOT_OBJECT;
    do {
        TRY(scan_step(&s, &at));
    } while (s.depth > 0);
    skip_space(&s);
    return s.pos == in.len ? MLS_OK : MLS_ERR_JSON_TRAILING;
}
