/* ECDH and ECDSA on the NIST curves: known answers, and the inputs that must be refused. */
#include "helpers.h"

#include <string.h>

typedef struct curve {
    uint16_t suite;
    const char *order, *prime;
    /* RFC 6979 appendices A.2.5, A.2.6, A.2.7: the key, and the signature of "sample" with the
     * suite's hash */
    const char *private_key, *public_x, *public_y, *r, *s;
} curve;

static const curve curves[] = {
    {
        MLS_SUITE_P256_AES128GCM_SHA256_P256,
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
        "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    },
    {
        MLS_SUITE_P384_AES256GCM_SHA384_P384,
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
        "581a0db248b0a77aecec196accc52973",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
        "ffffffff0000000000000000ffffffff",
        "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8"
        "96d5724e4c70a825f872c9ea60d2edf5",
        "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64"
        "def8f0ea9055866064a254515480bc13",
        "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1"
        "288b231c3ae0d4fe7344fd2533264720",
        "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c"
        "81a648152e44acf96e36dd1e80fabe46",
        "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f"
        "a329c145786e679e7b82c71a38628ac8",
    },
    {
        MLS_SUITE_P521_AES256GCM_SHA512_P521,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
        "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa8"
        "96eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538",
        "01894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd3711"
        "23d46e45db6b5d5370a7f20fb633155d38ffa16d2bd761dcac474b9a2f5023a4",
        "00493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0"
        "db25741b5b34a828008b22acc23f924faafbd4d33f81ea66956dfeaa2bfdfcf5",
        "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e"
        "25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa",
        "00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af2826"
        "23eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a",
    },
};

typedef void check(arena *a, const suite *s, const curve *c);

static void for_each_curve(arena *a, check *function)
{
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        function(a, suite_find(curves[i].suite), &curves[i]);
}

static bytes join(arena *a, bytes head, bytes x, bytes y)
{
    uint8_t *out = arena_alloc(a, head.len + x.len + y.len);
    memcpy(out, head.data, head.len);
    memcpy(out + head.len, x.data, x.len);
    memcpy(out + head.len + x.len, y.data, y.len);
    return bytes_of(out, head.len + x.len + y.len);
}

static bytes public_key_of(arena *a, const curve *c)
{
    return join(a, BYTES_LITERAL("\x04"), unhex(a, c->public_x), unhex(a, c->public_y));
}

/* A number plus a small one, in as many octets. */
static bytes plus(arena *a, bytes number, int addend)
{
    uint8_t *out = copy_of(a, number);
    for (size_t i = number.len; i-- > 0;) {
        addend += out[i];
        out[i] = (uint8_t)addend;
        addend >>= 8;
    }
    return bytes_of(out, number.len);
}

/* ---- DER, in every form that a test wants ---- */

/* INTEGER with `padding` zero octets more than DER has. */
static bytes der_integer(arena *a, bytes number, size_t padding)
{
    while (number.len > 1 && number.data[0] == 0)
        number = bytes_of(number.data + 1, number.len - 1);
    if (number.data[0] & 0x80)
        padding++;
    uint8_t *zeros = arena_alloc(a, padding + 1);
    memset(zeros, 0, padding + 1);
    uint8_t head[] = {0x02, (uint8_t)(padding + number.len)};
    return join(a, bytes_of(head, 2), bytes_of(zeros, padding), number);
}

static bytes der_sequence(arena *a, bytes r, bytes s)
{
    uint8_t head[] = {0x30, 0x81, (uint8_t)(r.len + s.len)};
    if (r.len + s.len >= 0x80)
        return join(a, bytes_of(head, 3), r, s);
    head[1] = head[2];
    return join(a, bytes_of(head, 2), r, s);
}

static bytes der(arena *a, bytes r, bytes s)
{
    return der_sequence(a, der_integer(a, r, 0), der_integer(a, s, 0));
}

/* ---- Tests ---- */

static void check_key_pair(arena *a, const suite *s, const curve *c)
{
    uint8_t found[KEM_PUBLIC_MAX];
    bytes private_key = unhex(a, c->private_key), expected = public_key_of(a, c);
    assert_int_equal(private_key.len, s->dh->private_len);
    assert_int_equal(expected.len, s->dh->public_len);
    assert_ok(s->dh->public_of(found, private_key.data));
    assert_bytes(bytes_of(found, expected.len), expected);
    memset(found, 0, sizeof found);
    assert_ok(s->sign->public_of(found, private_key));
    assert_bytes(bytes_of(found, expected.len), expected);
}

static void test_key_pair(void **state)
{
    for_each_curve(*state, check_key_pair);
}

static void check_agreement(arena *a, const suite *s, const curve *c)
{
    (void)c;
    uint8_t *keys[4];
    uint8_t ab[DH_SHARED_MAX], ba[DH_SHARED_MAX];
    for (size_t i = 0; i < 4; i++)
        keys[i] = arena_alloc(a, KEM_PUBLIC_MAX);
    s->dh->generate(keys[0], keys[1]);
    s->dh->generate(keys[2], keys[3]);
    assert_memory_not_equal(keys[0], keys[2], s->dh->private_len);
    assert_ok(s->dh->shared(ab, keys[0], keys[3]));
    assert_ok(s->dh->shared(ba, keys[2], keys[1]));
    assert_memory_equal(ab, ba, s->dh->shared_len);
}

static void test_agreement(void **state)
{
    for_each_curve(*state, check_agreement);
}

/* With the private keys 1 and n - 1, whose results are known: the point itself, and -P. */
static void check_scalars(arena *a, const suite *s, const curve *c)
{
    uint8_t found[DH_SHARED_MAX], public_key[KEM_PUBLIC_MAX];
    bytes order = unhex(a, c->order), x = unhex(a, c->public_x), point = public_key_of(a, c);
    bytes zero = bytes_of(memset(arena_alloc(a, order.len), 0, order.len), order.len);
    bytes good[] = {plus(a, zero, 1), plus(a, order, -1)};
    bytes bad[] = {zero, order, plus(a, order, 1),
                   bytes_of(memset(arena_alloc(a, order.len), 0xff, order.len), order.len)};
    for (size_t i = 0; i < 2; i++) {
        assert_ok(s->dh->shared(found, good[i].data, point.data));
        assert_bytes(bytes_of(found, x.len), x);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t signature[SIGNATURE_MAX];
        size_t len;
        assert_err(s->dh->shared(found, bad[i].data, point.data), MLS_ERR_BAD_KEY);
        assert_err(s->dh->public_of(public_key, bad[i].data), MLS_ERR_BAD_KEY);
        assert_err(s->sign->public_of(public_key, bad[i]), MLS_ERR_BAD_KEY);
        assert_err(s->sign->sign(signature, &len, bad[i], BYTES_LITERAL("m")), MLS_ERR_BAD_KEY);
    }
}

static void test_scalars(void **state)
{
    for_each_curve(*state, check_scalars);
}

static void refuse_point(arena *a, const suite *s, const curve *c, bytes point)
{
    uint8_t found[DH_SHARED_MAX];
    bytes signature = der(a, unhex(a, c->r), unhex(a, c->s));
    assert_err(s->dh->shared(found, unhex(a, c->private_key).data, point.data), MLS_ERR_BAD_KEY);
    assert_err(s->sign->verify(signature, point, BYTES_LITERAL("sample")), MLS_ERR_BAD_SIGNATURE);
}

static void check_points(arena *a, const suite *s, const curve *c)
{
    bytes x = unhex(a, c->public_x), y = unhex(a, c->public_y), head = BYTES_LITERAL("\x04");
    bytes prime = unhex(a, c->prime), good = public_key_of(a, c);
    bytes zero = bytes_of(memset(arena_alloc(a, x.len), 0, x.len), x.len);
    refuse_point(a, s, c, join(a, head, x, plus(a, y, 1)));
    refuse_point(a, s, c, join(a, head, plus(a, x, 1), y));
    refuse_point(a, s, c, join(a, head, zero, zero));
    refuse_point(a, s, c, join(a, head, prime, y));
    refuse_point(a, s, c, join(a, head, x, prime));
    refuse_point(a, s, c, join(a, BYTES_LITERAL("\0"), zero, zero));
    /* compressed and hybrid forms, in as many octets */
    for (uint8_t first = 0; first < 8; first++)
        if (first != 4)
            refuse_point(a, s, c, join(a, bytes_of(&first, 1), x, y));
    bytes signature = der(a, unhex(a, c->r), unhex(a, c->s));
    assert_err(
        s->sign->verify(signature, bytes_of(good.data, good.len - 1), BYTES_LITERAL("sample")),
        MLS_ERR_BAD_SIGNATURE);
}

static void test_points(void **state)
{
    for_each_curve(*state, check_points);
}

static void check_signature(arena *a, const suite *s, const curve *c)
{
    uint8_t found[SIGNATURE_MAX];
    size_t len;
    bytes private_key = unhex(a, c->private_key), public_key = public_key_of(a, c);
    bytes expected = der(a, unhex(a, c->r), unhex(a, c->s)), message = BYTES_LITERAL("sample");
    assert_ok(s->sign->sign(found, &len, private_key, message));
    assert_bytes(bytes_of(found, len), expected);
    assert_ok(s->sign->verify(expected, public_key, message));
    assert_err(s->sign->verify(expected, public_key, BYTES_LITERAL("Sample")),
               MLS_ERR_BAD_SIGNATURE);
    for (size_t i = 0; i < 8 * expected.len; i += 7) {
        uint8_t *changed = copy_of(a, expected);
        changed[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_err(s->sign->verify(bytes_of(changed, expected.len), public_key, message),
                   MLS_ERR_BAD_SIGNATURE);
    }
    for (size_t cut = 0; cut < expected.len; cut++)
        assert_err(s->sign->verify(bytes_of(expected.data, cut), public_key, message),
                   MLS_ERR_BAD_SIGNATURE);
    assert_err(s->sign->sign(found, &len, bytes_of(private_key.data, private_key.len - 1), message),
               MLS_ERR_INVALID_ARGUMENT);
}

static void test_signature(void **state)
{
    for_each_curve(*state, check_signature);
}

/* The right numbers in forms that are not DER, and numbers out of range in DER. */
static void check_encodings(arena *a, const suite *s, const curve *c)
{
    bytes r = unhex(a, c->r), t = unhex(a, c->s), order = unhex(a, c->order);
    bytes rd = der_integer(a, r, 0), sd = der_integer(a, t, 0), good = der(a, r, t);
    bytes zero = BYTES_LITERAL("\0"), none = BYTES_LITERAL("\x02\0");
    uint8_t long_length[] = {0x30, 0x81, (uint8_t)(rd.len + sd.len)};
    uint8_t longer_length[] = {0x30, 0x82, 0x00, (uint8_t)(rd.len + sd.len)};
    uint8_t indefinite[] = {0x30, 0x80};
    bytes bad[] = {
        der_sequence(a, der_integer(a, r, 1), sd),
        der_sequence(a, rd, der_integer(a, t, 1)),
        join(a, bytes_of(longer_length, 4), rd, sd),
        join(a, bytes_of(indefinite, 2), join(a, rd, sd, BYTES_LITERAL("")), BYTES_LITERAL("\0\0")),
        join(a, good, BYTES_LITERAL("\0"), BYTES_LITERAL("")),
        join(a, r, t, BYTES_LITERAL("")),
        der(a, zero, t),
        der(a, r, zero),
        der(a, zero, zero),
        der_sequence(a, none, sd),
        der_sequence(a, rd, none),
        der(a, order, t),
        der(a, r, order),
        der_sequence(a, rd, BYTES_LITERAL("")),
        join(a, bytes_of(long_length, rd.len + sd.len < 0x80 ? 3 : 0), rd, sd),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_err(s->sign->verify(bad[i], public_key_of(a, c), BYTES_LITERAL("sample")),
                   MLS_ERR_BAD_SIGNATURE);
    assert_ok(s->sign->verify(good, public_key_of(a, c), BYTES_LITERAL("sample")));
}

static void test_encodings(void **state)
{
    for_each_curve(*state, check_encodings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_key_pair), test(test_agreement), test(test_scalars),
        test(test_points),   test(test_signature), test(test_encodings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
