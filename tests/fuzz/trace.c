#include "trace.h"

static trace found;
static const uint8_t *base; /* of the input that is traced; NULL: none */
static size_t base_len;

static bool traced(const codec *c)
{
    uintptr_t at = (uintptr_t)c->in, start = (uintptr_t)base;
    return base && codec_reading(c) && c->err == MLS_OK && at >= start && at <= start + base_len;
}

/* An offset within the codec's input as one within ours. */
static size_t offset(const codec *c, size_t pos)
{
    return (size_t)(c->in - base) + pos;
}

/* The vector whose length starts at the codec's position. */
static void note_vector(const codec *c)
{
    size_t header = offset(c, c->pos), len = 0;
    if (!traced(c) || c->pos == c->end || found.num_vectors == TRACE_MAX)
        return;
    size_t size = (size_t)1 << (base[header] >> 6);
    if (size > 4 || size > c->end - c->pos)
        return;
    for (size_t i = 0; i < size; i++)
        len = len << 8 | base[header + i];
    len &= ((size_t)1 << (8 * size - 2)) - 1;
    if (len <= c->end - c->pos - size)
        found.vectors[found.num_vectors++] =
            (traced_vector){header, header + size, header + size + len, 0};
}

void trace_fixed_length(size_t header, size_t end)
{
    if (base)
        found.vectors[found.num_vectors++] = (traced_vector){header, header + 2, end, 2};
}

const trace *trace_input(const uint8_t *data, size_t size)
{
    found.num_vectors = found.num_items = found.num_numbers = 0;
    base = data;
    base_len = size;
    fuzz_decode(data, size);
    base = NULL;
    return &found;
}

/* ---- In place of the codec's ---- */

#define WRAP_NUMBER(bits)                                                                          \
    void __real_codec_u##bits(codec *c, uint##bits##_t *v);                                        \
    void __wrap_codec_u##bits(codec *c, uint##bits##_t *v);                                        \
    void __wrap_codec_u##bits(codec *c, uint##bits##_t *v)                                         \
    {                                                                                              \
        size_t at = c->pos;                                                                        \
        __real_codec_u##bits(c, v);                                                                \
        if (traced(c) && found.num_numbers < TRACE_MAX)                                            \
            found.numbers[found.num_numbers++] = (traced_number){offset(c, at), (bits) / 8};       \
    }
WRAP_NUMBER(8)
WRAP_NUMBER(16)
WRAP_NUMBER(32)

size_t __real_codec_open(codec *c);
size_t __wrap_codec_open(codec *c);
void __real_codec_opaque(codec *c, bytes *v);
void __wrap_codec_opaque(codec *c, bytes *v);
void __real_codec_u16_list(codec *c, bytes *v);
void __wrap_codec_u16_list(codec *c, bytes *v);
void *__real_codec_list(codec *c, void *items, size_t *count, size_t item_size, codec_fn *item);
void *__wrap_codec_list(codec *c, void *items, size_t *count, size_t item_size, codec_fn *item);

size_t __wrap_codec_open(codec *c)
{
    note_vector(c);
    return __real_codec_open(c);
}

void __wrap_codec_opaque(codec *c, bytes *v)
{
    note_vector(c);
    __real_codec_opaque(c, v);
}

/* Its elements are lists of u16: versions, ciphersuites, types. */
void __wrap_codec_u16_list(codec *c, bytes *v)
{
    note_vector(c);
    __real_codec_u16_list(c, v);
    if (!traced(c))
        return;
    size_t at = offset(c, c->pos) - v->len;
    for (size_t i = 0; i < v->len && found.num_items < TRACE_MAX; i += 2) {
        found.items[found.num_items++] = (traced_item){at + i, at + i + 2};
        if (found.num_numbers < TRACE_MAX)
            found.numbers[found.num_numbers++] = (traced_number){at + i, 2};
    }
}

static codec_fn *item_fn; /* of the list that is being read */

static void traced_item_any(codec *c, void *object)
{
    codec_fn *fn = item_fn;
    size_t start = c->pos;
    fn(c, object);
    item_fn = fn; /* lists inside have set their own */
    if (traced(c) && found.num_items < TRACE_MAX)
        found.items[found.num_items++] = (traced_item){offset(c, start), offset(c, c->pos)};
}

void *__wrap_codec_list(codec *c, void *items, size_t *count, size_t item_size, codec_fn *item)
{
    if (!traced(c))
        return __real_codec_list(c, items, count, item_size, item);
    note_vector(c);
    codec_fn *outer = item_fn;
    item_fn = item;
    items = __real_codec_list(c, items, count, item_size, traced_item_any);
    item_fn = outer;
    return items;
}
