#include "fedi/attachment.h"

#include "fedi/content.h"

#include <string.h>

static const char *const media_types[] = {"Image", "Audio", "Video", "Document"};
enum { NUM_MEDIA_TYPES = sizeof media_types / sizeof media_types[0] };

/* ---- Reading ---- */

static bytes text_of(const char *s)
{
    return bytes_of(s, strlen(s));
}

static bytes media_type_name(const json *object)
{
    for (size_t i = 0; i < NUM_MEDIA_TYPES; i++)
        if (as2_has_type(object, media_types[i]))
            return text_of(media_types[i]);
    return (bytes){0};
}

bool attachment_is_media(const json *object)
{
    return media_type_name(object).len != 0;
}

/* A file of no known type by its media type. */
static bytes type_of(const json *object, bytes media_type)
{
    static const char *const starts[] = {"image/", "audio/", "video/"};
    bytes name = media_type_name(object);
    for (size_t i = 0; name.len == 0 && i < 3; i++)
        if (media_type.len > 6 && memcmp(media_type.data, starts[i], 6) == 0)
            name = text_of(media_types[i]);
    return name.len ? name : BYTES_LITERAL("Document");
}

/* The address that a file lies under: a string, a Link or an object of its own. */
static bytes url_of(const json *object)
{
    const json *url = as2_get(object, "url");
    if (!url)
        url = as2_get(object, "href");
    const json *first = as2_first(url);
    if (!json_is_object(first))
        return json_string(first);
    bytes href = as2_get_text(first, "href");
    return href.len ? href : as2_get_id(first, "id");
}

static bool starts_with(bytes text, const char *start)
{
    size_t len = strlen(start);
    return text.len > len && memcmp(text.data, start, len) == 0;
}

/* Bad content is no error here: the file is not readable then. */
static mls_err unless_bad(mls_err err, bool *good)
{
    *good = err == MLS_OK;
    return err == MLS_ERR_BAD_CONTENT ? MLS_OK : err;
}

static mls_err take(size_t *left, bytes octets)
{
    if (octets.len > *left)
        return MLS_ERR_TOO_LARGE;
    *left -= octets.len;
    return MLS_OK;
}

static mls_err read_data_url(arena *a, attachment *out, bytes url, size_t *left)
{
    bytes octets, media_type;
    bool good;
    TRY(unless_bad(content_decode_data_url(a, &octets, &media_type, url, *left), &good));
    if (!good)
        return MLS_OK;
    TRY(take(left, octets));
    if (out->media_type.len == 0)
        out->media_type = media_type;
    out->octets = octets;
    out->form = ATTACHMENT_INLINE;
    return MLS_OK;
}

/* Decodes base64 `content` beside what a data: URL gave. */
static mls_err read_content(arena *a, attachment *out, const json *object, bytes content,
                            size_t *left)
{
    content_encoding encoding = content_encoding_of(object);
    bool has_url = out->form == ATTACHMENT_INLINE, good;
    bytes octets;
    out->form = ATTACHMENT_UNREADABLE;
    if (encoding == CONTENT_OTHER)
        return MLS_OK;
    TRY(unless_bad(content_decode(a, &octets, content, ATTACHMENTS_SIZE_MAX), &good));
    if (!good || (has_url && encoding == CONTENT_BASE64 && !bytes_equal(octets, out->octets)))
        return MLS_OK;
    out->form = ATTACHMENT_INLINE;
    if (has_url && encoding == CONTENT_BASE64)
        return MLS_OK;
    *(encoding == CONTENT_GZIP ? &out->gzip : &out->octets) = octets;
    return take(left, octets);
}

static mls_err read_inline(arena *a, attachment *out, const json *object, size_t *left)
{
    bytes url = url_of(object), content = as2_get_text(object, "content");
    bool in_content = content_is_data_url(content);
    if (content_is_data_url(url) || in_content)
        TRY(read_data_url(a, out, in_content ? content : url, left));
    if (content.len && !in_content)
        TRY(read_content(a, out, object, content, left));
    return MLS_OK;
}

static mls_err read_blob(arena *a, attachment *out, const json *object)
{
    bytes url = url_of(object), key, sha256;
    bool good_key, good_hash;
    if (!starts_with(url, "https://") && !starts_with(url, "http://"))
        return MLS_OK;
    TRY(unless_bad(content_decode(a, &key, as2_get_text(object, "key"), 64), &good_key));
    TRY(unless_bad(content_decode(a, &sha256, as2_get_text(object, "sha256"), 64), &good_hash));
    if (!good_key || !good_hash || key.len != ATTACHMENT_KEY_LEN ||
        sha256.len != ATTACHMENT_HASH_LEN || !json_uint(as2_get(object, "size"), &out->size))
        return MLS_OK;
    out->form = ATTACHMENT_BLOB;
    out->url = url;
    out->key = key;
    out->sha256 = sha256;
    return MLS_OK;
}

mls_err attachment_read(arena *a, attachment *out, const json *object, size_t *left)
{
    attachment file = {
        .media_type = as2_get_text(object, "mediaType"),
        .name = as2_get_text(object, "name"),
        .blurhash = as2_get_text(object, "blurhash"),
    };
    *out = (attachment){0};
    json_uint(as2_get(object, "width"), &file.width);
    json_uint(as2_get(object, "height"), &file.height);
    if (as2_get(object, "key"))
        TRY(read_blob(a, &file, object));
    else
        TRY(read_inline(a, &file, object, left));
    file.type = type_of(object, file.media_type);
    *out = file;
    return MLS_OK;
}

mls_err attachment_read_all(arena *a, attachment_list *out, const json *object)
{
    const json *value = as2_get(object, "attachment");
    size_t left = ATTACHMENTS_SIZE_MAX, num = 0;
    *out = (attachment_list){0};
    for (const json *item = as2_first(value); item; item = as2_next(value, item))
        num++;
    if (num > ATTACHMENTS_MAX)
        return MLS_ERR_TOO_LARGE;
    attachment_list list = {.items = arena_array(a, num, sizeof *list.items)};
    if (!list.items)
        return MLS_ERR_NO_MEMORY;
    for (const json *item = as2_first(value); item; item = as2_next(value, item))
        if (json_is_object(item))
            TRY(attachment_read(a, &list.items[list.count++], item, &left));
    *out = list;
    return MLS_OK;
}

/* ---- Writing ---- */

static json *encoded(json_maker *m, bytes octets)
{
    bytes text = {0};
    json_fail(m, content_encode(m->arena, &text, octets));
    return json_new_view(m, (const char *)text.data);
}

static void add_inline(json_maker *m, json *object, const attachment *in)
{
    bytes content = in->gzip.len ? in->gzip : in->octets, url = {0};
    json_add_literal(m, object, "encoding", in->gzip.len ? "gzip" : "base64");
    json_add(m, object, "content", encoded(m, content));
    /* An empty file is a data: URL, since empty content is none. */
    if (in->gzip.len ? in->compact || in->octets.len == 0 : in->compact && in->octets.len)
        return;
    json_fail(m, content_encode_data_url(m->arena, &url, in->media_type, in->octets));
    json_add(m, object, "url", json_new_view(m, (const char *)url.data));
}

static void add_blob(json_maker *m, json *object, const attachment *in)
{
    if (in->key.len != ATTACHMENT_KEY_LEN || in->sha256.len != ATTACHMENT_HASH_LEN ||
        (!starts_with(in->url, "https://") && !starts_with(in->url, "http://")))
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
    json_add_string(m, object, "url", in->url);
    json_add(m, object, "key", encoded(m, in->key));
    json_add(m, object, "sha256", encoded(m, in->sha256));
    json_add_uint(m, object, "size", in->size);
}

static const char *known_type(bytes type)
{
    for (size_t i = 0; i < NUM_MEDIA_TYPES; i++)
        if (bytes_equal(type, text_of(media_types[i])))
            return media_types[i];
    return NULL;
}

void attachment_add_to(json_maker *m, json *object, const attachment *in)
{
    const char *type = known_type(in->type);
    if (!type || in->form == ATTACHMENT_UNREADABLE)
        json_fail(m, MLS_ERR_INVALID_ARGUMENT);
    else if (in->octets.len + in->gzip.len > ATTACHMENTS_SIZE_MAX)
        json_fail(m, MLS_ERR_TOO_LARGE);
    if (m->err != MLS_OK)
        return;
    json_add_literal(m, object, "type", type);
    json_add_string(m, object, "mediaType", in->media_type);
    json_add_optional(m, object, "name", in->name);
    json_add_optional(m, object, "blurhash", in->blurhash);
    if (in->width)
        json_add_uint(m, object, "width", in->width);
    if (in->height)
        json_add_uint(m, object, "height", in->height);
    if (in->form == ATTACHMENT_BLOB)
        add_blob(m, object, in);
    else
        add_inline(m, object, in);
}

void attachment_add_all(json_maker *m, json *object, const attachment_list *list)
{
    if (list->count == 0)
        return;
    size_t total = 0;
    for (size_t i = 0; i < list->count; i++)
        total += list->items[i].octets.len + list->items[i].gzip.len;
    if (list->count > ATTACHMENTS_MAX || total > ATTACHMENTS_SIZE_MAX)
        json_fail(m, MLS_ERR_TOO_LARGE);
    json *files = json_new_array(m);
    for (size_t i = 0; i < list->count; i++) {
        json *file = json_new_object(m);
        attachment_add_to(m, file, &list->items[i]);
        json_push(m, files, file);
    }
    json_add(m, object, "attachment", files);
}
