/* The suite table, and its AEADs, X25519 and Ed25519 against the known answers of their
 * specifications; inputs that must be refused. Hashes: test_hash.c, P-256 and so on: test_nist.c,
 * X448 and Ed448: test_448.c. */
#include "helpers.h"

#include <string.h>

static const suite *first(void)
{
    return suite_find(MLS_SUITE_X25519_AES128GCM_SHA256_ED25519);
}

static const suite *third(void)
{
    return suite_find(MLS_SUITE_X25519_CHACHA20POLY1305_SHA256_ED25519);
}

static void test_table(void **state)
{
    (void)state;
    const suite *s;
    assert_int_equal(mls_suite_at(0), 1);
    assert_int_equal(mls_suite_at(1), 3);
    assert_int_not_equal(mls_suite_at(6), 0); /* native builds have all seven */
    assert_int_equal(mls_suite_at(7), 0);
    for (size_t i = 0; mls_suite_at(i); i++) {
        assert_int_equal(suite_find(mls_suite_at(i))->id, mls_suite_at(i));
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(mls_suite_at(i), mls_suite_at(j));
    }
    assert_string_equal(mls_suite_name(1), "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519");
    assert_string_equal(mls_suite_name(3), "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519");
    assert_null(mls_suite_name(8));
    assert_int_equal(mls_suite_signature_scheme(1), 0x0807);
    assert_int_equal(mls_suite_signature_scheme(2), 0x0403);
    assert_int_equal(mls_suite_signature_scheme(3), 0x0807);
    assert_int_equal(mls_suite_signature_scheme(8), 0);
    for (size_t i = 0; mls_suite_at(i); i++)
        assert_int_not_equal(mls_suite_signature_scheme(mls_suite_at(i)), 0);
    assert_null(suite_find(0));
    assert_err(suite_get(&s, 8), MLS_ERR_UNSUPPORTED_SUITE);
}

typedef struct aead_vector {
    const char *key, *nonce, *aad, *plaintext, *ciphertext;
} aead_vector;

static void check_aead(arena *a, const aead_ops *aead, const aead_vector *v)
{
    bytes key = unhex(a, v->key), nonce = unhex(a, v->nonce), aad = unhex(a, v->aad);
    bytes plaintext = unhex(a, v->plaintext), ciphertext = unhex(a, v->ciphertext);
    uint8_t *out = arena_alloc(a, ciphertext.len);
    assert_int_equal(key.len, aead->key_len);
    aead->seal(out, key.data, nonce.data, aad, plaintext);
    assert_bytes(bytes_of(out, ciphertext.len), ciphertext);
    memset(out, 0xff, ciphertext.len);
    assert_ok(aead->open(out, key.data, nonce.data, aad, ciphertext));
    assert_bytes(bytes_of(out, plaintext.len), plaintext);

    /* Any flipped bit of ciphertext or tag, another aad, another nonce. */
    for (size_t i = 0; i < 8 * ciphertext.len; i++) {
        uint8_t *changed = copy_of(a, ciphertext);
        changed[i / 8] ^= (uint8_t)(1 << i % 8);
        memset(out, 0xff, ciphertext.len);
        assert_err(aead->open(out, key.data, nonce.data, aad, bytes_of(changed, ciphertext.len)),
                   MLS_ERR_DECRYPT_FAILED);
        assert_true(all_zero(out, plaintext.len));
    }
    assert_err(aead->open(out, key.data, nonce.data, BYTES_LITERAL("other"), ciphertext),
               MLS_ERR_DECRYPT_FAILED);
    uint8_t *other = copy_of(a, nonce);
    other[11] ^= 1;
    assert_err(aead->open(out, key.data, other, aad, ciphertext), MLS_ERR_DECRYPT_FAILED);
}

/* McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 1 and 4 */
static void test_aes128gcm(void **state)
{
    check_aead(*state, first()->aead,
               &(aead_vector){"00000000000000000000000000000000", "000000000000000000000000", "",
                              "", "58e2fccefa7e3061367f1d57a4e7455a"});
    check_aead(*state, first()->aead,
               &(aead_vector){"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
                              "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                              "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                              "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                              "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                              "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                              "5bc94fbc3221a5db94fae95ae7121a47"});
}

/* The same, test cases 13 and 16 */
static void test_aes256gcm(void **state)
{
    const aead_ops *aead = suite_find(MLS_SUITE_P384_AES256GCM_SHA384_P384)->aead;
    check_aead(*state, aead,
               &(aead_vector){"0000000000000000000000000000000000000000000000000000000000000000",
                              "000000000000000000000000", "", "",
                              "530f8afbc74536b9a963b4f1c4cb738b"});
    check_aead(*state, aead,
               &(aead_vector){"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
                              "cafebabefacedbaddecaf888",
                              "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                              "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                              "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                              "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                              "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                              "76fc6ece0f4e1768cddf8853bb2d551b"});
}

/* RFC 8439 section 2.8.2 */
static void test_chacha20poly1305(void **state)
{
    check_aead(*state, third()->aead,
               &(aead_vector){"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
                              "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
                              "4c616469657320616e642047656e746c656d656e206f662074686520636c6173"
                              "73206f66202739393a204966204920636f756c64206f6666657220796f75206f"
                              "6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73"
                              "637265656e20776f756c642062652069742e",
                              "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                              "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                              "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                              "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd060"
                              "0691"});
}

/* RFC 7748 section 5.2: one multiplication, and the iterated test */
static void test_x25519(void **state)
{
    arena *a = *state;
    const dh_ops *dh = first()->dh;
    uint8_t k[32] = {9}, u[32] = {9}, out[32];
    assert_ok(dh->shared(
        out, unhex(a, "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4").data,
        unhex(a, "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c").data));
    assert_bytes(bytes_of(out, 32),
                 unhex(a, "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
    for (int i = 1; i <= 1000; i++) {
        assert_ok(dh->shared(out, k, u));
        memcpy(u, k, 32);
        memcpy(k, out, 32);
        if (i == 1)
            assert_bytes(
                bytes_of(k, 32),
                unhex(a, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"));
    }
    assert_bytes(bytes_of(k, 32),
                 unhex(a, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
}

static void test_x25519_key_pairs(void **state)
{
    (void)state;
    const dh_ops *dh = first()->dh;
    uint8_t private_a[32], public_a[32], private_b[32], public_b[32], ab[32], ba[32];
    dh->generate(private_a, public_a);
    dh->generate(private_b, public_b);
    assert_memory_not_equal(private_a, private_b, 32);
    assert_ok(dh->shared(ab, private_a, public_b));
    assert_ok(dh->shared(ba, private_b, public_a));
    assert_memory_equal(ab, ba, 32);
    assert_ok(dh->public_of(ba, private_a));
    assert_memory_equal(ba, public_a, 32);
}

/* The points of small order, which make the result zero whatever the private key. */
static void test_x25519_refuses_zero(void **state)
{
    arena *a = *state;
    const dh_ops *dh = first()->dh;
    static const char *const points[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    uint8_t private_key[32], public_key[32], out[32];
    dh->generate(private_key, public_key);
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        assert_err(dh->shared(out, private_key, unhex(a, points[i]).data), MLS_ERR_BAD_KEY);
}

static void check_ed25519(arena *a, const char *seed, const char *public_key, const char *message,
                          const char *signature)
{
    const sign_ops *sign = first()->sign;
    uint8_t found[SIGNATURE_MAX], found_public[SIGN_PUBLIC_MAX];
    size_t len;
    assert_ok(sign->public_of(found_public, unhex(a, seed)));
    assert_bytes(bytes_of(found_public, 32), unhex(a, public_key));
    assert_ok(sign->sign(found, &len, unhex(a, seed), unhex(a, message)));
    assert_bytes(bytes_of(found, len), unhex(a, signature));
    assert_ok(sign->verify(bytes_of(found, len), unhex(a, public_key), unhex(a, message)));
}

/* RFC 8032 section 7.1, tests 1 and 3 */
static void test_ed25519(void **state)
{
    check_ed25519(*state, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    check_ed25519(*state, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
}

static void test_ed25519_refuses_changes(void **state)
{
    arena *a = *state;
    const sign_ops *sign = first()->sign;
    uint8_t private_key[64], public_key[32], signature[SIGNATURE_MAX];
    size_t len;
    bytes message = BYTES_LITERAL("a message");
    sign->generate(private_key, public_key);
    bytes pk = bytes_of(public_key, 32);
    assert_ok(sign->sign(signature, &len, bytes_of(private_key, 64), message));
    assert_int_equal(len, 64);
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
    assert_err(sign->verify(bytes_of(signature, len), bytes_of(public_key, 31), message),
               MLS_ERR_BAD_SIGNATURE);
    assert_err(sign->sign(signature, &len, bytes_of(private_key, 31), message),
               MLS_ERR_INVALID_ARGUMENT);
}

/* S and S + L satisfy the same equation; only S < L is allowed. */
static void test_ed25519_refuses_s_plus_l(void **state)
{
    arena *a = *state;
    const sign_ops *sign = first()->sign;
    bytes order = unhex(a, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    uint8_t private_key[64], public_key[32], signature[SIGNATURE_MAX];
    size_t len;
    unsigned carry = 0;
    sign->generate(private_key, public_key);
    assert_ok(sign->sign(signature, &len, bytes_of(private_key, 64), BYTES_LITERAL("m")));
    for (size_t i = 0; i < 32; i++) {
        carry += signature[32 + i] + (unsigned)order.data[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_err(sign->verify(bytes_of(signature, len), bytes_of(public_key, 32), BYTES_LITERAL("m")),
               MLS_ERR_BAD_SIGNATURE);
}

/* With A and R the neutral element and S = 0 the equation holds for every message. */
static void test_ed25519_refuses_small_order(void **state)
{
    (void)state;
    const sign_ops *sign = first()->sign;
    uint8_t neutral[32] = {1}, signature[64] = {1};
    assert_err(sign->verify(bytes_of(signature, 64), bytes_of(neutral, 32), BYTES_LITERAL("any")),
               MLS_ERR_BAD_SIGNATURE);
    uint8_t order_four[32] = {0};
    assert_err(
        sign->verify(bytes_of(signature, 64), bytes_of(order_four, 32), BYTES_LITERAL("any")),
        MLS_ERR_BAD_SIGNATURE);
}

static void test_secret_equal(void **state)
{
    (void)state;
    assert_true(secret_equal(BYTES_LITERAL("tag"), BYTES_LITERAL("tag")));
    assert_false(secret_equal(BYTES_LITERAL("tag"), BYTES_LITERAL("tak")));
    assert_false(secret_equal(BYTES_LITERAL("tag"), BYTES_LITERAL("ta")));
    assert_false(secret_equal(BYTES_LITERAL("tag"), (bytes){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_table),
        test(test_aes128gcm),
        test(test_aes256gcm),
        test(test_chacha20poly1305),
        test(test_x25519),
        test(test_x25519_key_pairs),
        test(test_x25519_refuses_zero),
        test(test_ed25519),
        test(test_ed25519_refuses_changes),
        test(test_ed25519_refuses_s_plus_l),
        test(test_ed25519_refuses_small_order),
        test(test_secret_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
