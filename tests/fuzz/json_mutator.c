/*
 * Mutations that keep JSON JSON: values take the place of others, members and items come twice or
 * go, names and values become telling ones. In between, libFuzzer's own mutations break it.
 */
#include "pick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* ---- Where the values are: found by their brackets and quotation marks ---- */

enum { SPANS_MAX = 2048, OPEN_MAX = 64, INPUT_MAX = 1 << 17 };

typedef struct span {
    size_t start, end;
    bool is_name;
} span;

static span spans[SPANS_MAX];
static size_t num_spans;

static void add(size_t start, size_t end)
{
    if (num_spans < SPANS_MAX)
        spans[num_spans++] = (span){start, end, false};
}

static size_t end_of_string(const uint8_t *in, size_t at, size_t size)
{
    for (at++; at < size && in[at] != '"'; at++)
        at += in[at] == '\\';
    return at < size ? at + 1 : size;
}

static bool is_plain(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '+' ||
           c == 'E';
}

static void find_spans(const uint8_t *in, size_t size)
{
    size_t open[OPEN_MAX], depth = 0, at = 0;
    num_spans = 0;
    while (at < size) {
        size_t start = at;
        if (in[at] == '"') {
            at = end_of_string(in, at, size);
            add(start, at);
        } else if (is_plain(in[at])) {
            while (at < size && is_plain(in[at]))
                at++;
            add(start, at);
        } else {
            if ((in[at] == '{' || in[at] == '[') && depth < OPEN_MAX)
                open[depth++] = at;
            if ((in[at] == '}' || in[at] == ']') && depth > 0)
                add(open[--depth], at + 1);
            if (in[at] == ':' && num_spans > 0)
                spans[num_spans - 1].is_name = true;
            at++;
        }
    }
}

/* ---- Mutations ---- */

static const char *const names[] = {
    "\"id\"",
    "\"type\"",
    "\"actor\"",
    "\"attributedTo\"",
    "\"object\"",
    "\"content\"",
    "\"mediaType\"",
    "\"encoding\"",
    "\"context\"",
    "\"conversation\"",
    "\"attachment\"",
    "\"url\"",
    "\"key\"",
    "\"sha256\"",
    "\"size\"",
    "\"items\"",
    "\"first\"",
    "\"next\"",
    "\"keyPackages\"",
    "\"orderedItems\"",
    "\"as:actor\"",
    "\"mls:content\"",
    "\"published\"",
    "\"inReplyTo\"",
    "\"target\"",
    "\"name\"",
    "\"href\"",
    "\"generator\"",
    "\"@id\"",
    "\"@value\"",
    "\"https://www.w3.org/ns/activitystreams#object\"",
};

static const char *const values[] = {
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "9007199254740992",
    "\"\"",
    "[]",
    "{}",
    "[null]",
    "\"Create\"",
    "\"Update\"",
    "\"Delete\"",
    "\"Undo\"",
    "\"Like\"",
    "\"Announce\"",
    "\"Read\"",
    "\"Failure\"",
    "\"EmojiReact\"",
    "\"IntransitiveActivity\"",
    "\"Note\"",
    "\"Image\"",
    "\"Collection\"",
    "\"KeyPackage\"",
    "\"gzip\"",
    "\"base64\"",
    "\"message/mls\"",
    "\"data:image/png;base64,aGk=\"",
    "\"as:Public\"",
    "\"https://a.example/users/alice\"",
    "\"https://b.example/users/bob\"",
    "\"2025-06-15T15:06:40Z\"",
    "\"\\ud83d\\ude00\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"",
};

/* Replaces [start, end) by other octets, if there is room. */
static size_t splice(uint8_t *data, size_t size, size_t max_size, span at, const uint8_t *with,
                     size_t len)
{
    static uint8_t copy[INPUT_MAX];
    size_t out = size - (at.end - at.start) + len;
    if (out > max_size || len > sizeof copy)
        return size;
    memcpy(copy, with, len); /* it may be part of the input */
    memmove(data + at.start + len, data + at.end, size - at.end);
    memcpy(data + at.start, copy, len);
    return out;
}

/* A member or item once more, or taken out, with the comma that belongs to it. */
static size_t repeat(uint8_t *data, size_t size, size_t max_size, span at, bool take_out)
{
    span whole = at;
    while (whole.end < size && data[whole.end] != ',' && data[whole.end] != '}' &&
           data[whole.end] != ']')
        whole.end++;
    if (whole.end == size || data[whole.end] != ',')
        return size;
    whole.end++;
    if (take_out)
        return splice(data, size, max_size, whole, data, 0);
    span before = {whole.start, whole.start, false};
    return splice(data, size, max_size, before, data + whole.start, whole.end - whole.start);
}

static size_t mutate(uint8_t *data, size_t size, size_t max_size)
{
    span at = spans[pick(num_spans)], other = spans[pick(num_spans)];
    const char *word = at.is_name ? names[pick(sizeof names / sizeof names[0])]
                                  : values[pick(sizeof values / sizeof values[0])];
    switch (pick(5)) {
    case 0:
    case 1:
        return splice(data, size, max_size, at, (const uint8_t *)word, strlen(word));
    case 2:
        return at.is_name != other.is_name
                   ? size
                   : splice(data, size, max_size, at, data + other.start, other.end - other.start);
    case 3:
        return repeat(data, size, max_size, at, true);
    default:
        return repeat(data, size, max_size, at, false);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    find_spans(data, size);
    if (num_spans == 0 || pick(4) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    for (size_t i = pick(3) + 1; i > 0 && num_spans > 0; i--) {
        size = mutate(data, size, max_size);
        find_spans(data, size);
    }
    return size;
}
