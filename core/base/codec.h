/*
 * The TLS presentation language (RFC 8446 section 3, RFC 9420 section 2.1).
 *
 * Each structure is described once, by a function that visits its fields in wire order:
 *
 *     void thing_codec(codec *c, thing *t)
 *     {
 *         codec_u16(c, &t->type);
 *         codec_opaque(c, &t->data);
 *     }
 *
 * The codec's mode decides whether a visit measures, writes or reads. The first error sticks and
 * later visits do nothing, so descriptions need no error checks. Decoded opaque fields are views
 * of the input; decoded lists live in the codec's arena.
 */
#ifndef WAXSEAL_BASE_CODEC_H
#define WAXSEAL_BASE_CODEC_H

#include "base/arena.h"

typedef enum codec_mode { CODEC_MEASURE, CODEC_WRITE, CODEC_READ } codec_mode;

typedef struct codec {
    codec_mode mode;
    mls_err err;       /* the first error */
    const uint8_t *in; /* READ */
    uint8_t *out;      /* WRITE */
    size_t pos, end;   /* offsets into in or out */
    arena *arena;      /* READ: owner of decoded lists */
} codec;

typedef void codec_fn(codec *c, void *object);

static inline bool codec_reading(const codec *c)
{
    return c->mode == CODEC_READ;
}

/* Records an error unless there is one already; MLS_OK changes nothing. */
void codec_fail(codec *c, mls_err err);

void codec_u8(codec *c, uint8_t *v);
void codec_u16(codec *c, uint16_t *v);
void codec_u32(codec *c, uint32_t *v);
void codec_u64(codec *c, uint64_t *v);

/* One octet, 0 or 1: a flag, or the presence octet of optional<T>. */
void codec_bool(codec *c, bool *v);

/* Exactly len octets, copied. */
void codec_fixed(codec *c, uint8_t *data, size_t len);

/* opaque v<V>: a variable-size vector of octets (section 2.1.2). */
void codec_opaque(codec *c, bytes *v);

/* A view of octets that are encoded already, without a length of their own: READ takes all that is
 * left in the scope. */
void codec_rest(codec *c, bytes *v);

/* uint16 v<V>, kept as a view of its octets: an even number of them. */
void codec_u16_list(codec *c, bytes *v);

/* T v<V>: begins and ends a length-prefixed scope. */
size_t codec_open(codec *c);
void codec_close(codec *c, size_t scope);

/* T items<V> */
#define LIST(type)                                                                                 \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count;                                                                              \
    }
void *codec_list(codec *c, void *items, size_t *count, size_t item_size, codec_fn *item);
#define CODEC_LIST(c, list, fn)                                                                    \
    ((list)->items = codec_list(c, (list)->items, &(list)->count, sizeof *(list)->items, fn))

mls_err codec_encode(arena *a, bytes *out, codec_fn *fn, const void *object);
/* The same, and zeros up to padded(its length). */
mls_err codec_encode_padded(arena *a, bytes *out, codec_fn *fn, const void *object,
                            size_t padded(size_t len));
mls_err codec_encode_buf(mls_buf *out, codec_fn *fn, const void *object);
mls_err codec_decode(arena *a, void *object, codec_fn *fn, bytes in);

/* Declares, for a structure with a description NAME_codec, the type-checked
 * NAME_any(codec, void *), NAME_encode(arena, out, object) and NAME_decode(arena, object, in).
 * decode fails with MLS_ERR_DECODE_TRAILING when octets are left over. */
#define CODEC_TYPED(name)                                                                          \
    void name##_codec(codec *c, name *object);                                                     \
    static inline void name##_any(codec *c, void *object)                                          \
    {                                                                                              \
        name##_codec(c, object);                                                                   \
    }                                                                                              \
    static inline mls_err name##_encode(arena *a, bytes *out, const name *object)                  \
    {                                                                                              \
        return codec_encode(a, out, name##_any, object);                                           \
    }                                                                                              \
    static inline mls_err name##_decode(arena *a, name *object, bytes in)                          \
    {                                                                                              \
        return codec_decode(a, object, name##_any, in);                                            \
    }

/* The variable-length header alone: writes `len` in its shortest form (1, 2 or 4 octets) and
 * returns how many it took. len < 2^30. */
size_t codec_put_length(uint8_t out[4], size_t len);

#endif
