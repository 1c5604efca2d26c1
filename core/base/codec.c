#include "base/codec.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTH_MAX = (1 << 30) - 1 };

void codec_fail(codec *c, mls_err err)
{
    if (c->err == MLS_OK)
        c->err = err;
}

/* Moves past the next n octets and returns their offset; false when they are not there. */
static bool claim(codec *c, size_t n, size_t *at)
{
    if (c->err != MLS_OK)
        return false;
    if (n > c->end - c->pos) {
        codec_fail(c, MLS_ERR_DECODE_TRUNCATED);
        return false;
    }
    *at = c->pos;
    c->pos += n;
    return true;
}

static void uint_be(codec *c, uint64_t *v, size_t n)
{
    size_t at;
    if (!claim(c, n, &at))
        return;
    if (c->mode == CODEC_WRITE) {
        for (size_t i = 0; i < n; i++)
            c->out[at + i] = (uint8_t)(*v >> (8 * (n - 1 - i)));
    } else if (c->mode == CODEC_READ) {
        *v = 0;
        for (size_t i = 0; i < n; i++)
            *v = *v << 8 | c->in[at + i];
    }
}

#define CODEC_UINT(bits)                                                                           \
    void codec_u##bits(codec *c, uint##bits##_t *v)                                                \
    {                                                                                              \
        uint64_t wide = *v;                                                                        \
        uint_be(c, &wide, (bits) / 8);                                                             \
        if (codec_reading(c))                                                                      \
            *v = (uint##bits##_t)wide;                                                             \
    }
CODEC_UINT(8)
CODEC_UINT(16)
CODEC_UINT(32)
CODEC_UINT(64)

void codec_bool(codec *c, bool *v)
{
    uint8_t octet = *v;
    codec_u8(c, &octet);
    if (octet > 1)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    if (codec_reading(c))
        *v = octet == 1;
}

void codec_fixed(codec *c, uint8_t *data, size_t len)
{
    size_t at;
    if (!claim(c, len, &at) || len == 0)
        return;
    if (c->mode == CODEC_WRITE)
        memcpy(c->out + at, data, len);
    else if (c->mode == CODEC_READ)
        memcpy(data, c->in + at, len);
}

static size_t length_size(uint64_t n)
{
    if (n < 1U << 6)
        return 1;
    return n < 1U << 14 ? 2 : 4;
}

/* The length header of RFC 9420 section 2.1.2: the two high bits say how many octets it has (1, 2
 * or 4; the value 3 is invalid); only the shortest form is allowed. */
static void length(codec *c, uint64_t *n)
{
    if (codec_reading(c)) {
        if (c->err != MLS_OK || c->pos == c->end) {
            codec_fail(c, MLS_ERR_DECODE_TRUNCATED);
            return;
        }
        size_t size = (size_t)1 << (c->in[c->pos] >> 6);
        if (size == 8) {
            codec_fail(c, MLS_ERR_DECODE_BAD_LENGTH);
            return;
        }
        uint_be(c, n, size);
        *n &= size == 1 ? 0x3F : size == 2 ? 0x3FFF : LENGTH_MAX;
        if (c->err == MLS_OK && length_size(*n) != size)
            codec_fail(c, MLS_ERR_DECODE_BAD_LENGTH);
    } else {
        if (*n > LENGTH_MAX) {
            codec_fail(c, MLS_ERR_DECODE_TOO_LARGE);
            return;
        }
        size_t size = length_size(*n);
        uint64_t tagged = *n | (uint64_t)(size >> 1) << (8 * size - 2);
        uint_be(c, &tagged, size);
    }
}

size_t codec_put_length(uint8_t out[4], size_t len)
{
    codec c = {.mode = CODEC_WRITE, .out = out, .end = 4};
    uint64_t n = len;
    length(&c, &n);
    return c.pos;
}

size_t codec_open(codec *c)
{
    if (!codec_reading(c)) {
        size_t at;
        claim(c, 1, &at); /* the header is written by codec_close, when the length is known */
        return c->pos;
    }
    size_t outer = c->end;
    uint64_t n = 0;
    length(c, &n);
    if (n > c->end - c->pos)
        codec_fail(c, MLS_ERR_DECODE_TRUNCATED);
    if (c->err == MLS_OK)
        c->end = c->pos + (size_t)n;
    return outer;
}

void codec_close(codec *c, size_t scope)
{
    if (codec_reading(c)) {
        if (c->pos != c->end)
            codec_fail(c, MLS_ERR_DECODE_TRAILING);
        c->end = scope;
        return;
    }
    if (c->err != MLS_OK)
        return;
    size_t body = c->pos - scope, extra = length_size(body) - 1, at;
    if (!claim(c, extra, &at))
        return;
    if (c->mode == CODEC_WRITE && extra && body)
        memmove(c->out + scope + extra, c->out + scope, body);
    size_t after = c->pos;
    uint64_t n = body;
    c->pos = scope - 1;
    length(c, &n);
    c->pos = after;
}

void codec_opaque(codec *c, bytes *v)
{
    uint64_t n = v->len;
    size_t at;
    length(c, &n);
    if (!claim(c, (size_t)n, &at))
        return;
    if (codec_reading(c))
        *v = bytes_of(c->in + at, (size_t)n);
    else if (c->mode == CODEC_WRITE && n)
        memcpy(c->out + at, v->data, (size_t)n);
}

void codec_rest(codec *c, bytes *v)
{
    size_t at, n = codec_reading(c) ? c->end - c->pos : v->len;
    if (!claim(c, n, &at))
        return;
    if (codec_reading(c))
        *v = bytes_of(c->in + at, n);
    else if (c->mode == CODEC_WRITE && n)
        memcpy(c->out + at, v->data, n);
}

void codec_u16_list(codec *c, bytes *v)
{
    codec_opaque(c, v);
    if (c->err == MLS_OK && v->len % 2)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
}

/* Makes room for one more item; capacity doubles, so a list costs at most twice its size. */
static void *list_grow(codec *c, void *items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? 2 * *capacity : 4;
    void *grown = arena_array(c->arena, *capacity, item_size);
    if (!grown)
        codec_fail(c, MLS_ERR_NO_MEMORY);
    else if (count)
        memcpy(grown, items, count * item_size);
    return grown;
}

void *codec_list(codec *c, void *items, size_t *count, size_t item_size, codec_fn *item)
{
    size_t scope = codec_open(c), capacity = 0;
    if (codec_reading(c)) {
        items = NULL;
        *count = 0;
        while (c->err == MLS_OK && c->pos < c->end) {
            items = list_grow(c, items, *count, &capacity, item_size);
            if (!items)
                break;
            item(c, (uint8_t *)items + *count * item_size);
            ++*count;
        }
        if (c->err != MLS_OK)
            *count = 0;
    } else {
        for (size_t i = 0; i < *count; i++)
            item(c, (uint8_t *)items + i * item_size);
    }
    codec_close(c, scope);
    return items;
}

/* MEASURE and WRITE only read the object, so this cast drops a const that they keep. */
static void *unconst(const void *object)
{
    union {
        const void *in;
        void *out;
    } u = {.in = object};
    return u.out;
}

static mls_err measure(size_t *size, codec_fn *fn, const void *object)
{
    codec c = {.mode = CODEC_MEASURE, .end = SIZE_MAX};
    fn(&c, unconst(object));
    *size = c.pos;
    return c.err;
}

static mls_err write_into(uint8_t *out, size_t size, codec_fn *fn, const void *object)
{
    codec c = {.mode = CODEC_WRITE, .out = out, .end = size};
    fn(&c, unconst(object));
    return c.err;
}

mls_err codec_encode_padded(arena *a, bytes *out, codec_fn *fn, const void *object,
                            size_t padded(size_t len))
{
    size_t size;
    TRY(measure(&size, fn, object));
    size_t len = padded(size);
    uint8_t *p = arena_alloc(a, len ? len : 1); /* of zeros */
    if (!p)
        return MLS_ERR_NO_MEMORY;
    TRY(write_into(p, size, fn, object));
    *out = bytes_of(p, len);
    return MLS_OK;
}

static size_t not_padded(size_t len)
{
    return len;
}

mls_err codec_encode(arena *a, bytes *out, codec_fn *fn, const void *object)
{
    return codec_encode_padded(a, out, fn, object, not_padded);
}

mls_err codec_encode_buf(mls_buf *out, codec_fn *fn, const void *object)
{
    size_t size;
    *out = (mls_buf){0};
    TRY(measure(&size, fn, object));
    mls_buf buf = {calloc(1, size ? size : 1), size};
    if (!buf.data)
        return MLS_ERR_NO_MEMORY;
    mls_err err = write_into(buf.data, size, fn, object);
    if (err != MLS_OK) {
        mls_buf_free(&buf);
        return err;
    }
    *out = buf;
    return MLS_OK;
}

mls_err codec_decode(arena *a, void *object, codec_fn *fn, bytes in)
{
    codec c = {.mode = CODEC_READ, .in = in.data, .end = in.len, .arena = a};
    fn(&c, object);
    if (c.pos != c.end)
        codec_fail(&c, MLS_ERR_DECODE_TRAILING);
    return c.err;
}
