/* The suites' hashes, with HMAC and HKDF, against known answers. */
#include "helpers.h"

#include <string.h>

typedef struct vector {
    uint16_t suite;
    const char *digest_abc, *digest_empty; /* FIPS 180-4 */
    const char *hmac_short, *hmac_long;    /* RFC 4231 sections 4.3 and 4.7 */
    /* The inputs of RFC 5869 appendices A.1 and A.3; its outputs for SHA-256, those of Python's
     * hmac module for the other two. */
    const char *prk, *okm, *prk_plain, *okm_plain;
} vector;

static const vector vectors[] = {
    {
        MLS_SUITE_X25519_AES128GCM_SHA256_ED25519,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    },
    {
        MLS_SUITE_P384_AES256GCM_SHA384_P384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
        "8086072ba1e7cc2358baeca134c825a7",
        "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
        "274edebfe76f65fbd51ad2f14898b95b",
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
        "8e2240ca5e69e2c78b3239ecfab21649",
        "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6"
        "0c2ef6ab4030fe8296248df163f44952",
        "704b39990779ce1dc548052c7dc39f303570dd13fb39f7acc564680bef80e8de"
        "c70ee9a7e1f3e293ef68eceb072a5ade",
        "9b5097a86038b805309076a44b3a9f38063e25b516dcbf369f394cfab43685f748b6457763e4f0204fc5",
        "10e40cf072a4c5626e43dd22c1cf727d4bb140975c9ad0cbc8e45b40068f8f0b"
        "a57cdb598af9dfa6963a96899af047e5",
        "c8c96e710f89b0d7990bca68bcdec8cf854062e54c73a7abc743fade9b242daacc1cea5670415b52849c",
    },
    {
        MLS_SUITE_P521_AES256GCM_SHA512_P521,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
        "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
        "665799823737ded04a88e47e54a5890bb2c3d247c7a4254a8e61350723590a26"
        "c36238127d8661b88cf80ef802d57e2f7cebcf1e00e083848be19929c61b4237",
        "832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9f925d7cb",
        "fd200c4987ac491313bd4a2a13287121247239e11c9ef82802044b66ef357e5b"
        "194498d0682611382348572a7b1611de54764094286320578a863f36562b0df6",
        "f5fa02b18298a72a8c23898a8703472c6eb179dc204c03425c970e3b164bf90fff22d04836d0e2343bac",
    },
};

typedef void check(arena *a, const hash_ops *hash, const vector *v);

static void for_each_vector(arena *a, check *function)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        function(a, suite_find(vectors[i].suite)->hash, &vectors[i]);
}

static void check_digest(arena *a, const hash_ops *hash, const vector *v)
{
    uint8_t out[HASH_MAX];
    bytes parts[] = {BYTES_LITERAL("a"), {0}, BYTES_LITERAL("bc")};
    hash->digest(out, parts, 3);
    assert_bytes(bytes_of(out, hash->len), unhex(a, v->digest_abc));
    hash->digest(out, NULL, 0);
    assert_bytes(bytes_of(out, hash->len), unhex(a, v->digest_empty));
}

static void test_digest(void **state)
{
    for_each_vector(*state, check_digest);
}

static void check_hmac(arena *a, const hash_ops *hash, const vector *v)
{
    uint8_t out[HASH_MAX], key[131];
    bytes parts[] = {BYTES_LITERAL("what do ya want "), BYTES_LITERAL("for nothing?")};
    hash->hmac(out, BYTES_LITERAL("Jefe"), parts, 2);
    assert_bytes(bytes_of(out, hash->len), unhex(a, v->hmac_short));
    memset(key, 0xaa, sizeof key);
    parts[0] = BYTES_LITERAL("Test Using Larger Than Block-Size Key - Hash Key First");
    hash->hmac(out, bytes_of(key, sizeof key), parts, 1);
    assert_bytes(bytes_of(out, hash->len), unhex(a, v->hmac_long));
}

static void test_hmac(void **state)
{
    for_each_vector(*state, check_hmac);
}

static void check_hkdf_of(arena *a, const hash_ops *hash, const char *salt, const char *info,
                          const char *prk, const char *okm)
{
    uint8_t out[HASH_MAX], expanded[42];
    bytes ikm = unhex(a, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
    hash->hkdf_extract(out, unhex(a, salt), &ikm, 1);
    assert_bytes(bytes_of(out, hash->len), unhex(a, prk));
    hash->hkdf_expand(expanded, sizeof expanded, out, unhex(a, info));
    assert_bytes(bytes_of(expanded, sizeof expanded), unhex(a, okm));
}

static void check_hkdf(arena *a, const hash_ops *hash, const vector *v)
{
    check_hkdf_of(a, hash, "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", v->prk, v->okm);
    check_hkdf_of(a, hash, "", "", v->prk_plain, v->okm_plain);
}

static void test_hkdf(void **state)
{
    for_each_vector(*state, check_hkdf);
}

/* Every length that HKDF-Expand allows near its block boundaries, against its definition: block i
 * is HMAC(PRK, block i - 1 || info || i). */
static void check_expand_blocks(arena *a, const hash_ops *hash, const vector *v)
{
    enum { BLOCKS = 255 };
    uint8_t *expected = arena_alloc(a, BLOCKS * hash->len);
    uint8_t *found = arena_alloc(a, BLOCKS * hash->len + 1);
    const uint8_t *prk = unhex(a, v->prk).data;
    bytes info = BYTES_LITERAL("info");
    for (size_t i = 0; i < BLOCKS; i++) {
        uint8_t number = (uint8_t)(i + 1);
        bytes parts[] = {
            i ? bytes_of(expected + (i - 1) * hash->len, hash->len) : (bytes){0},
            info,
            {&number, 1},
        };
        hash->hmac(expected + i * hash->len, bytes_of(prk, hash->len), parts, 3);
    }
    size_t lengths[] = {1,
                        hash->len - 1,
                        hash->len,
                        hash->len + 1,
                        2 * hash->len,
                        2 * hash->len + 1,
                        BLOCKS * hash->len};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        memset(found, 0xee, BLOCKS * hash->len + 1);
        hash->hkdf_expand(found, lengths[i], prk, info);
        assert_memory_equal(found, expected, lengths[i]);
        assert_int_equal(found[lengths[i]], 0xee);
    }
}

static void test_expand_blocks(void **state)
{
    for_each_vector(*state, check_expand_blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_digest),
        test(test_hmac),
        test(test_hkdf),
        test(test_expand_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
