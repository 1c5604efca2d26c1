#include "fedi/content.h"

#include "crypto/base64.h"

#include <string.h>

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

mls_err content_decode(arena *a, bytes *out, bytes text, size_t max)
{
    size_t digits = 0, len;
    *out = (bytes){0};
    for (size_t i = 0; i < text.len; i++)
        digits += !is_space(text.data[i]) && text.data[i] != '=';
    size_t expected = digits / 4 * 3 + digits % 4 * 3 / 4;
    if (expected > max)
        return MLS_ERR_TOO_LARGE;
    uint8_t *octets = arena_alloc(a, expected + 1);
    if (!octets)
        return MLS_ERR_NO_MEMORY;
    if (!base64_decode(octets, expected, &len, text))
        return MLS_ERR_BAD_CONTENT;
    *out = bytes_of(octets, len);
    return MLS_OK;
}

/* Base64 after a text that stands in front of it. */
static mls_err encode_after(arena *a, bytes *out, bytes head, bytes octets)
{
    *out = (bytes){0};
    if (octets.len > SIZE_MAX / 4)
        return MLS_ERR_TOO_LARGE;
    size_t len = head.len + base64_len(octets.len);
    char *text = arena_alloc(a, len + 1);
    if (!text)
        return MLS_ERR_NO_MEMORY;
    if (head.len)
        memcpy(text, head.data, head.len);
    base64_encode(text + head.len, octets);
    *out = bytes_of(text, len);
    return MLS_OK;
}

mls_err content_encode(arena *a, bytes *out, bytes octets)
{
    return encode_after(a, out, (bytes){0}, octets);
}

content_encoding content_encoding_of(const json *object)
{
    const json *encodings = as2_get(object, "encoding");
    content_encoding result = CONTENT_BASE64;
    for (const json *item = as2_first(encodings); item; item = as2_next(encodings, item)) {
        bytes name = json_string(item);
        if (bytes_equal(name, BYTES_LITERAL("gzip")))
            result = CONTENT_GZIP;
        else if (!bytes_equal(name, BYTES_LITERAL("base64")) &&
                 !bytes_equal(name, BYTES_LITERAL("base64url")))
            return CONTENT_OTHER;
    }
    return result;
}

/* ---- data: URLs ---- */

/* Compares without regard to case with a literal in small letters. */
static bool same_word(bytes found, const char *word)
{
    if (found.len != strlen(word))
        return false;
    for (size_t i = 0; i < found.len; i++) {
        uint8_t c = found.data[i];
        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != (uint8_t)word[i])
            return false;
    }
    return true;
}

bool content_is_data_url(bytes url)
{
    return url.len >= 5 && same_word(bytes_of(url.data, 5), "data:");
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decodes; max is checked by the caller, since the result is never longer. */
static mls_err decode_percent(arena *a, bytes *out, bytes in)
{
    uint8_t *octets = arena_alloc(a, in.len + 1);
    size_t len = 0;
    if (!octets)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < in.len; i++) {
        octets[len] = in.data[i];
        if (in.data[i] == '%') {
            int high = i + 2 < in.len ? hex_digit(in.data[i + 1]) : -1;
            int low = i + 2 < in.len ? hex_digit(in.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return MLS_ERR_BAD_CONTENT;
            octets[len] = (uint8_t)(high << 4 | low);
            i += 2;
        }
        len++;
    }
    *out = bytes_of(octets, len);
    return MLS_OK;
}

/* Up to a separator, which is dropped; all that is left where there is none. */
static bytes until(bytes *in, char separator)
{
    const uint8_t *at = in->len ? memchr(in->data, separator, in->len) : NULL;
    bytes head = at ? bytes_of(in->data, (size_t)(at - in->data)) : *in;
    size_t skip = at ? head.len + 1 : head.len;
    *in = bytes_of(in->data + skip, in->len - skip);
    return head;
}

mls_err content_decode_data_url(arena *a, bytes *out, bytes *media_type, bytes url, size_t max)
{
    *out = *media_type = (bytes){0};
    if (!content_is_data_url(url) || !memchr(url.data, ',', url.len))
        return MLS_ERR_BAD_CONTENT;
    bytes data = bytes_of(url.data + 5, url.len - 5);
    bytes head = until(&data, ','), last = {0};
    *media_type = until(&head, ';');
    while (head.len > 0)
        last = until(&head, ';');
    bool is_base64 = same_word(last, "base64");
    /* Each octet takes three characters at most, and base64 more than one. */
    if (data.len / 3 > max)
        return MLS_ERR_TOO_LARGE;
    if (!is_base64 || memchr(data.data, '%', data.len))
        TRY(decode_percent(a, &data, data));
    if (is_base64)
        return content_decode(a, out, data, max);
    if (data.len > max)
        return MLS_ERR_TOO_LARGE;
    *out = data;
    return MLS_OK;
}

/* type "/" subtype (RFC 6838 section 4.2) */
static bool is_media_type(bytes text)
{
    size_t slashes = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i], lower = c | 0x20;
        bool is_name = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
        if (c == '/')
            slashes++;
        else if (!is_name && (c == 0 || !strchr("!#$&-^_.+", c)))
            return false;
    }
    return slashes == 1 && text.data[0] != '/' && text.data[text.len - 1] != '/';
}

mls_err content_encode_data_url(arena *a, bytes *out, bytes media_type, bytes octets)
{
    static const char scheme[] = "data:", marker[] = ";base64,";
    *out = (bytes){0};
    if (!is_media_type(media_type))
        return MLS_ERR_INVALID_ARGUMENT;
    size_t len = sizeof scheme - 1 + media_type.len + sizeof marker - 1;
    char *head = arena_alloc(a, len);
    if (!head)
        return MLS_ERR_NO_MEMORY;
    memcpy(head, scheme, sizeof scheme - 1);
    memcpy(head + sizeof scheme - 1, media_type.data, media_type.len);
    memcpy(head + sizeof scheme - 1 + media_type.len, marker, sizeof marker - 1);
    return encode_after(a, out, bytes_of(head, len), octets);
}
