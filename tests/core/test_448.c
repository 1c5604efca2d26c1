/* X448 and Ed448: known answers, and the inputs that must be refused. */
#include "helpers.h"

#include <string.h>

enum { X448_LEN = 56, ED448_LEN = 57, ED448_SIGNATURE_LEN = 114 };

static const suite *fourth(void)
{
    const suite *s = suite_find(MLS_SUITE_X448_AES256GCM_SHA512_ED448);
    assert_non_null(s);
    return s;
}

static void check_x448(arena *a, const char *scalar, const char *u, const char *expected)
{
    uint8_t out[X448_LEN];
    assert_ok(fourth()->dh->shared(out, unhex(a, scalar).data, unhex(a, u).data));
    assert_bytes(bytes_of(out, X448_LEN), unhex(a, expected));
}

/* RFC 7748 section 5.2: two multiplications, and the iterated test */
static void test_x448(void **state)
{
    arena *a = *state;
    check_x448(a,
               "3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121"
               "700a779c984c24f8cdd78fbff44943eba368f54b29259a4f1c600ad3",
               "06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9"
               "814dc031ddbdc38c19c6da2583fa5429db94ada18aa7a7fb4ef8a086",
               "ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239f"
               "e14fbaadeb445fc66a01b0779d98223961111e21766282f73dd96b6f");
    check_x448(a,
               "203d494428b8399352665ddca42f9de8fef600908e0d461cb021f8c5"
               "38345dd77c3e4806e25f46d3315c44e0a5b4371282dd2c8d5be3095f",
               "0fbcc2f993cd56d3305b0b7d9e55d4c1a8fb5dbb52f8e9a1e9b6201b"
               "165d015894e56c4d3570bee52fe205e28a78b91cdfbde71ce8d157db",
               "884a02576239ff7a2f2f63b2db6a9ff37047ac13568e1e30fe63c4a7"
               "ad1b3ee3a5700df34321d62077e63633c575c1c954514e99da7c179d");
    uint8_t k[X448_LEN] = {5}, u[X448_LEN] = {5}, out[X448_LEN];
    for (int i = 1; i <= 1000; i++) {
        assert_ok(fourth()->dh->shared(out, k, u));
        memcpy(u, k, X448_LEN);
        memcpy(k, out, X448_LEN);
        if (i == 1)
            assert_bytes(bytes_of(k, X448_LEN),
                         unhex(a, "3f482c8a9f19b01e6c46ee9711d9dc14fd4bf67af30765c2ae2b846a"
                                  "4d23a8cd0db897086239492caf350b51f833868b9bc2b3bca9cf4113"));
    }
    assert_bytes(bytes_of(k, X448_LEN),
                 unhex(a, "aa3b4749d55b9daf1e5b00288826c467274ce3ebbdd5c17b975e09d4"
                          "af6c67cf10d087202db88286e2b79fceea3ec353ef54faa26e219f38"));
}

/* RFC 7748 section 6.2. libdecaf computes public keys in another way than shared secrets. */
static void test_x448_key_pairs(void **state)
{
    arena *a = *state;
    const dh_ops *dh = fourth()->dh;
    bytes alice = unhex(a, "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28d"
                           "d9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b");
    bytes alice_public = unhex(a, "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c"
                                  "22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0");
    bytes bob_public = unhex(a, "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b430"
                                "27d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609");
    uint8_t out[X448_LEN], again[X448_LEN], base[X448_LEN] = {5};
    uint8_t private_key[X448_LEN], public_key[X448_LEN];
    assert_ok(dh->public_of(out, alice.data));
    assert_bytes(bytes_of(out, X448_LEN), alice_public);
    assert_ok(dh->shared(out, alice.data, bob_public.data));
    assert_bytes(bytes_of(out, X448_LEN),
                 unhex(a, "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282b"
                          "b60c0b56fd2464c335543936521c24403085d59a449a5037514a879d"));
    dh->generate(private_key, public_key);
    assert_memory_not_equal(private_key, alice.data, X448_LEN);
    assert_ok(dh->shared(again, private_key, base));
    assert_memory_equal(again, public_key, X448_LEN);
    assert_ok(dh->shared(out, private_key, alice_public.data));
    assert_ok(dh->shared(again, alice.data, public_key));
    assert_memory_equal(out, again, X448_LEN);
}

/* The points of small order, which make the result zero whatever the private key: 0, 1 and -1,
 * and the first two as p and p + 1. */
static void test_x448_refuses_zero(void **state)
{
    arena *a = *state;
    static const char *const points[] = {
        "00000000000000000000000000000000000000000000000000000000"
        "00000000000000000000000000000000000000000000000000000000",
        "01000000000000000000000000000000000000000000000000000000"
        "00000000000000000000000000000000000000000000000000000000",
        "feffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "feffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "feffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "00000000000000000000000000000000000000000000000000000000"
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    uint8_t private_key[X448_LEN], public_key[X448_LEN], out[X448_LEN];
    fourth()->dh->generate(private_key, public_key);
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        assert_err(fourth()->dh->shared(out, private_key, unhex(a, points[i]).data),
                   MLS_ERR_BAD_KEY);
}

static void check_ed448(arena *a, const char *seed, const char *public_key, const char *message,
                        const char *signature)
{
    const sign_ops *sign = fourth()->sign;
    uint8_t found[SIGNATURE_MAX], found_public[SIGN_PUBLIC_MAX];
    size_t len;
    assert_ok(sign->public_of(found_public, unhex(a, seed)));
    assert_bytes(bytes_of(found_public, ED448_LEN), unhex(a, public_key));
    assert_ok(sign->sign(found, &len, unhex(a, seed), unhex(a, message)));
    assert_bytes(bytes_of(found, len), unhex(a, signature));
    assert_ok(sign->verify(bytes_of(found, len), unhex(a, public_key), unhex(a, message)));
}

/* RFC 8032 section 7.4: "Blank", "1 octet", "11 octets" */
static void test_ed448(void **state)
{
    check_ed448(*state,
                "6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3"
                "528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b",
                "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778"
                "edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180",
                "",
                "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f"
                "2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a"
                "9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4db"
                "b61149f05a7363268c71d95808ff2e652600");
    check_ed448(*state,
                "c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463a"
                "fbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e",
                "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c086"
                "6aea01eb00742802b8438ea4cb82169c235160627b4c3a9480",
                "03",
                "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f435"
                "2541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cb"
                "cee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0f"
                "f3348ab21aa4adafd1d234441cf807c03a00");
    check_ed448(*state,
                "cd23d24f714274e744343237b93290f511f6425f98e64459ff203e8985083ffd"
                "f60500553abc0e05cd02184bdb89c4ccd67e187951267eb328",
                "dcea9e78f35a1bf3499a831b10b86c90aac01cd84b67a0109b55a36e9328b1e3"
                "65fce161d71ce7131a543ea4cb5f7e9f1d8b00696447001400",
                "0c3e544074ec63b0265e0c",
                "1f0a8888ce25e8d458a21130879b840a9089d999aaba039eaf3e3afa090a09d3"
                "89dba82c4ff2ae8ac5cdfb7c55e94d5d961a29fe0109941e00b8dbdeea6d3b05"
                "1068df7254c0cdc129cbe62db2dc957dbb47b51fd3f213fb8698f064774250a5"
                "028961c9bf8ffd973fe5d5c206492b140e00");
}

static void test_ed448_refuses_changes(void **state)
{
    arena *a = *state;
    const sign_ops *sign = fourth()->sign;
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[ED448_LEN], signature[SIGNATURE_MAX];
    size_t len;
    bytes message = BYTES_LITERAL("a message"), pk = bytes_of(public_key, ED448_LEN);
    sign->generate(private_key, public_key);
    bytes own = bytes_of(private_key, sign->private_len);
    assert_ok(sign->sign(signature, &len, own, message));
    assert_int_equal(len, ED448_SIGNATURE_LEN);
    assert_ok(sign->verify(bytes_of(signature, len), pk, message));
    for (size_t i = 0; i < 8 * len; i++) {
        uint8_t *changed = copy_of(a, bytes_of(signature, len));
        changed[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_err(sign->verify(bytes_of(changed, len), pk, message), MLS_ERR_BAD_SIGNATURE);
    }
    assert_err(sign->verify(bytes_of(signature, len), pk, BYTES_LITERAL("A message")),
               MLS_ERR_BAD_SIGNATURE);
    for (size_t cut = 0; cut < len; cut++)
        assert_err(sign->verify(bytes_of(signature, cut), pk, message), MLS_ERR_BAD_SIGNATURE);
    assert_err(sign->verify(bytes_of(signature, len), bytes_of(public_key, ED448_LEN - 1), message),
               MLS_ERR_BAD_SIGNATURE);
    assert_err(sign->sign(signature, &len, bytes_of(private_key, ED448_LEN - 1), message),
               MLS_ERR_INVALID_ARGUMENT);
}

/* S and S + L satisfy the same equation; only S < L is allowed. */
static void test_ed448_refuses_s_plus_l(void **state)
{
    arena *a = *state;
    const sign_ops *sign = fourth()->sign;
    bytes order = unhex(a, "f34458ab92c27823558fc58d72c26c219036d6ae49db4ec4e923ca7c"
                           "ffffffffffffffffffffffffffffffffffffffffffffffffffffff3f00");
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[ED448_LEN], signature[SIGNATURE_MAX];
    size_t len;
    unsigned carry = 0;
    sign->generate(private_key, public_key);
    assert_ok(
        sign->sign(signature, &len, bytes_of(private_key, sign->private_len), BYTES_LITERAL("m")));
    for (size_t i = 0; i < ED448_LEN; i++) {
        carry += signature[ED448_LEN + i] + (unsigned)order.data[i];
        signature[ED448_LEN + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_err(
        sign->verify(bytes_of(signature, len), bytes_of(public_key, ED448_LEN), BYTES_LITERAL("m")),
        MLS_ERR_BAD_SIGNATURE);
}

/* With A and R of small order and S = 0 the equation, which is times the cofactor, holds for every
 * message. */
static void test_ed448_refuses_small_order(void **state)
{
    arena *a = *state;
    const sign_ops *sign = fourth()->sign;
    const uint8_t *points[] = {
        unhex(a, "01000000000000000000000000000000000000000000000000000000"
                 "0000000000000000000000000000000000000000000000000000000000")
            .data, /* (0, 1) */
        unhex(a, "feffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                 "feffffffffffffffffffffffffffffffffffffffffffffffffffffff00")
            .data, /* (0, -1) */
        unhex(a, "00000000000000000000000000000000000000000000000000000000"
                 "0000000000000000000000000000000000000000000000000000000000")
            .data, /* (1, 0) or (-1, 0) */
        unhex(a, "00000000000000000000000000000000000000000000000000000000"
                 "0000000000000000000000000000000000000000000000000000000080")
            .data, /* the other */
    };
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            uint8_t signature[ED448_SIGNATURE_LEN] = {0};
            memcpy(signature, points[j], ED448_LEN);
            assert_err(sign->verify(bytes_of(signature, sizeof signature),
                                    bytes_of(points[i], ED448_LEN), BYTES_LITERAL("any")),
                       MLS_ERR_BAD_SIGNATURE);
        }
}

/* The same with A alone of small order: R is the base point and S = 1. */
static void test_ed448_refuses_small_order_key(void **state)
{
    arena *a = *state;
    uint8_t order_four[ED448_LEN] = {0}, signature[ED448_SIGNATURE_LEN] = {0};
    bytes base = unhex(a, "14fa30f25b790898adc8d74e2c13bdfdc4397ce61cffd33ad7c2a005"
                          "1e9c78874098a36c7373ea4b62c7c9563720768824bcb66e71463f6900");
    memcpy(signature, base.data, ED448_LEN);
    signature[ED448_LEN] = 1;
    assert_err(fourth()->sign->verify(bytes_of(signature, sizeof signature),
                                      bytes_of(order_four, ED448_LEN), BYTES_LITERAL("any")),
               MLS_ERR_BAD_SIGNATURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_x448),
        test(test_x448_key_pairs),
        test(test_x448_refuses_zero),
        test(test_ed448),
        test(test_ed448_refuses_changes),
        test(test_ed448_refuses_s_plus_l),
        test(test_ed448_refuses_small_order),
        test(test_ed448_refuses_small_order_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
