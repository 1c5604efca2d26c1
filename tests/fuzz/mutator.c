/*
 * Mutations that keep an input's structure: elements of lists come, go and change places, vectors
 * get other contents, numbers get telling values, and every length around a change is put right.
 * In between, libFuzzer's own mutations break the structure.
 */
#include "pick.h"
#include "trace.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* ---- An input that is being changed ---- */

enum { INPUT_MAX = 1 << 17 };

typedef struct input {
    uint8_t octets[INPUT_MAX];
    size_t size, max_size;
    const trace *t;
} input;

/* Replaces [from, to) by other octets; false when there is no room. */
static bool splice(input *in, size_t from, size_t to, const uint8_t *with, size_t len)
{
    if (in->size - (to - from) + len > in->max_size)
        return false;
    memmove(in->octets + from + len, in->octets + to, in->size - to);
    if (len)
        memcpy(in->octets + from, with, len);
    in->size = in->size - (to - from) + len;
    return true;
}

static size_t put_length(uint8_t out[4], size_t len, size_t fixed)
{
    if (fixed == 0)
        return codec_put_length(out, len);
    out[0] = (uint8_t)(len >> 8);
    out[1] = (uint8_t)len;
    return fixed;
}

/* Replaces [from, to), and puts the lengths of all vectors around it right. An empty place lies in
 * the vectors that go on after it, and in `self`, if there is one. */
static bool replace(input *in, size_t from, size_t to, const uint8_t *with, size_t len,
                    const traced_vector *self)
{
    static uint8_t copy[INPUT_MAX];
    if (len > sizeof copy)
        return false;
    if (len)
        memcpy(copy, with, len); /* it may be part of the input */
    if (!splice(in, from, to, copy, len))
        return false;
    size_t grown = len - (to - from); /* modulo 2^64 */
    for (size_t i = in->t->num_vectors; i-- > 0;) {
        const traced_vector *v = &in->t->vectors[i];
        uint8_t header[4];
        if (v != self && (v->body > from || v->end < to || v->end == from))
            continue;
        size_t header_len = put_length(header, v->end + grown - v->body, v->fixed);
        if (!splice(in, v->header, v->body, header, header_len))
            return false;
        grown += header_len - (v->body - v->header);
    }
    return true;
}

/* ---- Mutations ---- */

static const traced_item *some_item(const input *in)
{
    return &in->t->items[pick(in->t->num_items)];
}

static const traced_vector *some_vector(const input *in)
{
    return &in->t->vectors[pick(in->t->num_vectors)];
}

static bool remove_item(input *in)
{
    const traced_item *item = some_item(in);
    return replace(in, item->start, item->end, NULL, 0, NULL);
}

/* A copy of one, its own list's or another's, in front of another. */
static bool insert_item(input *in)
{
    const traced_item *item = some_item(in), *at = pick(2) ? item : some_item(in);
    return replace(in, at->start, at->start, in->octets + item->start, item->end - item->start,
                   NULL);
}

/* One becomes a copy of another. */
static bool overwrite_item(input *in)
{
    const traced_item *item = some_item(in), *at = some_item(in);
    return replace(in, at->start, at->end, in->octets + item->start, item->end - item->start, NULL);
}

/* Two next to each other change places: what follows them does not move. */
static bool swap_items(input *in)
{
    size_t first = pick(in->t->num_items);
    const traced_item *a = &in->t->items[first];
    for (size_t i = 0; i < in->t->num_items; i++) {
        const traced_item *b = &in->t->items[i];
        uint8_t copy[4096];
        size_t len = a->end - a->start;
        if (b->start != a->end || len > sizeof copy)
            continue;
        memcpy(copy, in->octets + a->start, len);
        memmove(in->octets + a->start, in->octets + b->start, b->end - b->start);
        memcpy(in->octets + b->end - len, copy, len);
        return true;
    }
    return false;
}

static bool change_number(input *in)
{
    static const uint32_t values[] = {
        0,      1,      2,      3,      4,      5,      6,    7,    8,         0x0a0a,    0x7fff,
        0xeaea, 0xf000, 0xffff, 0x00ff, 0x0100, 0x8000, 1000, 1001, 1U << 30U, UINT32_MAX};
    if (in->t->num_numbers == 0)
        return false;
    const traced_number *n = &in->t->numbers[pick(in->t->num_numbers)];
    uint32_t value = values[pick(sizeof values / sizeof values[0])];
    for (size_t i = 0; i < n->size; i++)
        in->octets[n->at + i] = (uint8_t)(value >> (8 * (n->size - 1 - i)));
    return true;
}

static bool empty_vector(input *in)
{
    const traced_vector *v = some_vector(in);
    return replace(in, v->body, v->end, NULL, 0, v);
}

static bool copy_vector(input *in)
{
    const traced_vector *from = some_vector(in), *to = some_vector(in);
    return replace(in, to->body, to->end, in->octets + from->body, from->end - from->body, to);
}

/* libFuzzer's mutations on a vector's body alone. */
static bool mutate_vector(input *in)
{
    static uint8_t body[INPUT_MAX];
    const traced_vector *v = some_vector(in);
    size_t len = v->end - v->body, room = in->max_size - in->size;
    memcpy(body, in->octets + v->body, len);
    size_t max = len + (room < 64 ? room : 64);
    if (max == 0)
        return false;
    len = LLVMFuzzerMutate(body, len, max);
    return replace(in, v->body, v->end, body, len, v);
}

typedef bool mutation(input *in);

static mutation *const of_items[] = {remove_item, insert_item, overwrite_item, swap_items};
static mutation *const of_vectors[] = {empty_vector, copy_vector, mutate_vector, mutate_vector};

static bool mutate(input *in)
{
    switch (pick(4)) {
    case 0:
        return in->t->num_items && of_items[pick(4)](in);
    case 1:
        return in->t->num_vectors && of_vectors[pick(4)](in);
    case 2:
        return change_number(in);
    default:
        return false; /* libFuzzer's turn, on the whole */
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    static input in;
    state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
    if (size <= INPUT_MAX && max_size <= INPUT_MAX) {
        memcpy(in.octets, data, size);
        in.size = size;
        in.max_size = max_size;
        in.t = trace_input(in.octets, size);
        if (mutate(&in)) {
            memcpy(data, in.octets, in.size);
            return in.size;
        }
    }
    return LLVMFuzzerMutate(data, size, max_size);
}
