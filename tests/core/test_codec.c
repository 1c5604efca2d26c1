/* The codec: RFC 9420 section 2.1, with strict lengths. */
#include "helpers.h"

#include "base/codec.h"

#include <string.h>

static void opaque_any(codec *c, void *object)
{
    codec_opaque(c, object);
}

/* A structure with everything that the codec knows. */
typedef struct sample {
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    bool flag;
    uint8_t fixed[3];
    bytes opaque, types;
    LIST(bytes) list;
    bytes rest;
} sample;

static void sample_any(codec *c, void *object)
{
    sample *s = object;
    codec_u8(c, &s->u8);
    codec_u16(c, &s->u16);
    codec_u32(c, &s->u32);
    codec_u64(c, &s->u64);
    codec_bool(c, &s->flag);
    codec_fixed(c, s->fixed, sizeof s->fixed);
    codec_opaque(c, &s->opaque);
    codec_u16_list(c, &s->types);
    CODEC_LIST(c, &s->list, opaque_any);
}

static const char sample_hex[] = "01"
                                 "0203"
                                 "04050607"
                                 "08090a0b0c0d0e0f"
                                 "01"
                                 "aabbcc"
                                 "03616263"
                                 "0400010002"
                                 "05"
                                 "0178"
                                 "00"
                                 "0179";

static sample make_sample(bytes items[3])
{
    items[0] = BYTES_LITERAL("x");
    items[1] = (bytes){0};
    items[2] = BYTES_LITERAL("y");
    return (sample){.u8 = 1,
                    .u16 = 0x0203,
                    .u32 = 0x04050607,
                    .u64 = 0x08090a0b0c0d0e0f,
                    .flag = true,
                    .fixed = {0xaa, 0xbb, 0xcc},
                    .opaque = BYTES_LITERAL("abc"),
                    .types = bytes_of("\0\1\0\2", 4),
                    .list = {items, 3}};
}

static void test_modes_agree(void **state)
{
    arena *a = *state;
    bytes items[3], out, expected = unhex(a, sample_hex);
    sample s = make_sample(items), back = {0};
    codec c = {.mode = CODEC_MEASURE, .end = SIZE_MAX};
    sample_any(&c, &s);
    assert_ok(c.err);
    assert_int_equal(c.pos, expected.len);
    assert_ok(codec_encode(a, &out, sample_any, &s));
    assert_bytes(out, expected);

    assert_ok(codec_decode(a, &back, sample_any, out));
    assert_int_equal(back.u8, s.u8);
    assert_int_equal(back.u16, s.u16);
    assert_int_equal(back.u32, s.u32);
    assert_true(back.u64 == s.u64);
    assert_true(back.flag);
    assert_memory_equal(back.fixed, s.fixed, 3);
    assert_bytes(back.opaque, s.opaque);
    assert_bytes(back.types, s.types);
    assert_int_equal(back.list.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_bytes(back.list.items[i], items[i]);
}

static void test_views_not_copies(void **state)
{
    bytes in = unhex(*state, "03616263"), out;
    assert_ok(codec_decode(*state, &out, opaque_any, in));
    assert_ptr_equal(out.data, in.data + 1);
}

/* Every proper prefix is refused, and one octet more. */
static void test_truncated_and_trailing(void **state)
{
    arena *a = *state;
    bytes in = unhex(a, sample_hex);
    for (size_t len = 0; len < in.len; len++) {
        sample s = {0};
        /* A copy of exactly this length, so that AddressSanitizer sees a read beyond it. */
        mls_buf cut;
        assert_ok(buf_copy(&cut, bytes_of(in.data, len)));
        assert_err(codec_decode(a, &s, sample_any, view(&cut)), MLS_ERR_DECODE_TRUNCATED);
        assert_int_equal(s.list.count, 0);
        mls_buf_free(&cut);
    }
    uint8_t *longer = copy_of(a, in);
    sample s = {0};
    longer[in.len] = 0;
    assert_err(codec_decode(a, &s, sample_any, bytes_of(longer, in.len + 1)),
               MLS_ERR_DECODE_TRAILING);
}

static void test_bad_values(void **state)
{
    arena *a = *state;
    bytes in = unhex(a, sample_hex);
    sample s = {0};
    uint8_t *changed = copy_of(a, in);
    changed[15] = 2; /* the flag */
    assert_err(codec_decode(a, &s, sample_any, bytes_of(changed, in.len)),
               MLS_ERR_DECODE_BAD_VALUE);
    /* A list of uint16 with half an item: 3 octets, and one less in the list after it. */
    changed = copy_of(a, unhex(a, "01"
                                  "0203"
                                  "04050607"
                                  "08090a0b0c0d0e0f"
                                  "01"
                                  "aabbcc"
                                  "00"
                                  "03000100"
                                  "00"));
    assert_err(codec_decode(a, &s, sample_any, bytes_of(changed, 24)), MLS_ERR_DECODE_BAD_VALUE);
    /* A list whose end cuts an item. */
    assert_err(codec_decode(a, &s, sample_any,
                            unhex(a, "01"
                                     "0203"
                                     "04050607"
                                     "08090a0b0c0d0e0f"
                                     "01"
                                     "aabbcc"
                                     "00"
                                     "00"
                                     "02"
                                     "0261"
                                     "62")),
               MLS_ERR_DECODE_TRUNCATED);
}

/* ---- Lengths (section 2.1.2) ---- */

static void assert_header(size_t len, const char *digits, arena *a)
{
    uint8_t out[4];
    bytes expected = unhex(a, digits), decoded;
    assert_bytes(bytes_of(out, codec_put_length(out, len)), expected);
    uint8_t *vector = arena_alloc(a, expected.len + len);
    memcpy(vector, expected.data, expected.len);
    assert_ok(codec_decode(a, &decoded, opaque_any, bytes_of(vector, expected.len + len)));
    assert_int_equal(decoded.len, len);
    bytes encoded;
    assert_ok(codec_encode(a, &encoded, opaque_any, &decoded));
    assert_int_equal(encoded.len, expected.len + len);
    assert_memory_equal(encoded.data, expected.data, expected.len);
}

static void test_length_edges(void **state)
{
    arena *a = *state;
    assert_header(0, "00", a);
    assert_header(63, "3f", a);
    assert_header(64, "4040", a);
    assert_header(16383, "7fff", a);
    assert_header(16384, "80004000", a);
    assert_header(1 << 20, "80100000", a);
}

static void assert_refused(arena *a, const char *digits, mls_err err)
{
    bytes out;
    mls_buf exact; /* of exactly this length, for AddressSanitizer */
    assert_ok(buf_copy(&exact, unhex(a, digits)));
    assert_err(codec_decode(a, &out, opaque_any, view(&exact)), err);
    mls_buf_free(&exact);
}

static void test_length_not_shortest(void **state)
{
    arena *a = *state;
    assert_refused(a, "4000", MLS_ERR_DECODE_BAD_LENGTH);
    assert_refused(a, "400161", MLS_ERR_DECODE_BAD_LENGTH);
    assert_refused(a, "403f", MLS_ERR_DECODE_BAD_LENGTH);
    assert_refused(a, "80000000", MLS_ERR_DECODE_BAD_LENGTH);
    assert_refused(a, "80003fff", MLS_ERR_DECODE_BAD_LENGTH);
    assert_refused(a, "8000003f", MLS_ERR_DECODE_BAD_LENGTH);
}

static void test_length_reserved_prefix(void **state)
{
    arena *a = *state;
    assert_refused(a, "c0", MLS_ERR_DECODE_BAD_LENGTH);
    assert_refused(a, "c000000000000000", MLS_ERR_DECODE_BAD_LENGTH);
    assert_refused(a, "ffffffffffffffff", MLS_ERR_DECODE_BAD_LENGTH);
}

static void test_length_cut(void **state)
{
    arena *a = *state;
    assert_refused(a, "", MLS_ERR_DECODE_TRUNCATED);
    assert_refused(a, "40", MLS_ERR_DECODE_TRUNCATED);
    assert_refused(a, "800040", MLS_ERR_DECODE_TRUNCATED);
    assert_refused(a, "bfffffff", MLS_ERR_DECODE_TRUNCATED); /* 2^30 - 1, nothing there */
    assert_refused(a, "7fff61", MLS_ERR_DECODE_TRUNCATED);
}

/* 2^30 - 1 can be written, 2^30 can't. Only measured: nothing of that size is touched. */
static void test_length_largest(void **state)
{
    (void)state;
    uint8_t octet = 0, out[4];
    bytes v = {&octet, (1 << 30) - 1};
    codec c = {.mode = CODEC_MEASURE, .end = SIZE_MAX};
    codec_opaque(&c, &v);
    assert_ok(c.err);
    assert_int_equal(c.pos, 4 + v.len);
    assert_int_equal(codec_put_length(out, v.len), 4);
    assert_memory_equal(out, "\xbf\xff\xff\xff", 4);

    v.len = 1 << 30;
    c = (codec){.mode = CODEC_MEASURE, .end = SIZE_MAX};
    codec_opaque(&c, &v);
    assert_err(c.err, MLS_ERR_DECODE_TOO_LARGE);
}

/* A scope's header grows with its contents: the octets already written move. */
static void list_of_opaque_any(codec *c, void *object)
{
    struct {
        LIST(bytes) list;
    } *l = object;
    CODEC_LIST(c, &l->list, opaque_any);
}

static void test_scope_edges(void **state)
{
    arena *a = *state;
    const size_t sizes[] = {0, 1, 61, 62, 63, 64, 65, 16380, 16381, 16382, 16383, 16384, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *data = arena_alloc(a, sizes[i] + 1);
        memset(data, 0x61, sizes[i]);
        bytes item = {data, sizes[i]}, out;
        struct {
            LIST(bytes) list;
        } l = {{&item, 1}}, back = {0};
        assert_ok(codec_encode(a, &out, list_of_opaque_any, &l));
        assert_ok(codec_decode(a, &back, list_of_opaque_any, out));
        assert_int_equal(back.list.count, 1);
        assert_bytes(back.list.items[0], item);
    }
}

static void test_scope_is_a_border(void **state)
{
    arena *a = *state;
    struct {
        LIST(bytes) list;
    } l = {0};
    /* The item claims an octet that belongs to what follows the list. */
    assert_err(codec_decode(a, &l, list_of_opaque_any,
                            unhex(a, "020261"
                                     "62")),
               MLS_ERR_DECODE_TRUNCATED);
}

static void one_octet_any(codec *c, void *object)
{
    size_t scope = codec_open(c);
    codec_u8(c, object);
    codec_close(c, scope);
}

static void one_octet_and_another_any(codec *c, void *object)
{
    one_octet_any(c, object);
    codec_u8(c, object);
}

/* What is in a scope must fill it, and what it leaves is not read as what follows. */
static void test_scope_is_filled(void **state)
{
    arena *a = *state;
    uint8_t octet;
    assert_ok(codec_decode(a, &octet, one_octet_any, unhex(a, "0107")));
    assert_int_equal(octet, 7);
    assert_err(codec_decode(a, &octet, one_octet_any, unhex(a, "020708")), MLS_ERR_DECODE_TRAILING);
    assert_err(codec_decode(a, &octet, one_octet_any, unhex(a, "00")), MLS_ERR_DECODE_TRUNCATED);
    assert_err(codec_decode(a, &octet, one_octet_and_another_any, unhex(a, "020708")),
               MLS_ERR_DECODE_TRAILING);
}

/* Hostile counts and lengths cost no more than the input is worth. */
static void test_no_large_allocation(void **state)
{
    (void)state;
    enum { LEN = 1000 };
    uint8_t in[LEN + 2] = {0x43, 0xe8}; /* a list of 1000 empty vectors */
    struct {
        LIST(bytes) list;
    } l = {0};
    arena *a = arena_new(64);
    assert_ok(codec_decode(a, &l, list_of_opaque_any, bytes_of(in, sizeof in)));
    assert_int_equal(l.list.count, LEN);
    arena_free(a);

    /* A length of 2^30 - 1 with little behind it: must fail before anything is allocated, which
     * an absent arena shows. */
    codec c = {.mode = CODEC_READ, .in = (const uint8_t *)"\xbf\xff\xff\xff\x00", .end = 5};
    list_of_opaque_any(&c, &l);
    assert_err(c.err, MLS_ERR_DECODE_TRUNCATED);
}

static void test_first_error_sticks(void **state)
{
    (void)state;
    uint16_t v = 7;
    codec c = {.mode = CODEC_READ, .in = (const uint8_t *)"\x01", .end = 1};
    codec_fail(&c, MLS_ERR_DECODE_BAD_VALUE);
    codec_u16(&c, &v);
    codec_fail(&c, MLS_ERR_DECODE_VERSION);
    assert_err(c.err, MLS_ERR_DECODE_BAD_VALUE);
    assert_int_equal(v, 7);
    assert_int_equal(c.pos, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_modes_agree),
        test(test_views_not_copies),
        test(test_truncated_and_trailing),
        test(test_bad_values),
        test(test_length_edges),
        test(test_length_not_shortest),
        test(test_length_reserved_prefix),
        test(test_length_cut),
        test(test_length_largest),
        test(test_scope_edges),
        test(test_scope_is_a_border),
        test(test_scope_is_filled),
        test(test_no_large_allocation),
        test(test_first_error_sticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
