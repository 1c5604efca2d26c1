/*
 * Where in an input the structures of MLS lie: the decoders are run over it, and the linker passes
 * their calls of the codec through the functions of trace.c (--wrap).
 */
#ifndef WAXSEAL_TESTS_TRACE_H
#define WAXSEAL_TESTS_TRACE_H

#include "base/codec.h"

enum { TRACE_MAX = 4096 };

/* [header, body) is the length of [body, end): in the form of RFC 9420 section 2.1.2, or in `fixed`
 * octets. */
typedef struct traced_vector {
    size_t header, body, end, fixed;
} traced_vector;

/* An element of a list. */
typedef struct traced_item {
    size_t start, end;
} traced_item;

/* A number of 1, 2 or 4 octets. */
typedef struct traced_number {
    size_t at, size;
} traced_number;

typedef struct trace {
    traced_vector vectors[TRACE_MAX]; /* what is outside comes before what is inside */
    traced_item items[TRACE_MAX];
    traced_number numbers[TRACE_MAX];
    size_t num_vectors, num_items, num_numbers;
} trace;

/* Runs the target's fuzz_decode(). The result is valid until the next call. */
const trace *trace_input(const uint8_t *data, size_t size);

/* For fuzz_decode(): a length of two octets, big-endian, that is not the codec's. */
void trace_fixed_length(size_t header, size_t end);

/* In each target: decodes the input as the target does, without the rest. */
void fuzz_decode(const uint8_t *data, size_t size);

#endif
