/* HPKE against RFC 9180 appendices A.1.1 and A.2.1 (base mode). */
#include "helpers.h"

#include "crypto/hpke.h"

#include <string.h>

typedef struct vector {
    uint16_t suite;
    const char *ikm_r, *sk_r, *pk_r, *enc, *key, *base_nonce, *ct;
    const char *exported[3]; /* with contexts "", 00 and "TestContext" */
} vector;

static const vector vectors[] = {
    {
        MLS_SUITE_X25519_AES128GCM_SHA256_ED25519,
        "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037",
        "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
        "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
        "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
        "4531685d41d65f03dc48f6b8302c05b0",
        "56d890e5accaaf011cff4b7d",
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c51"
        "2a",
        {"3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee",
         "2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5",
         "e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931"},
    },
    {
        MLS_SUITE_X25519_CHACHA20POLY1305_SHA256_ED25519,
        "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
        "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
        "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
        "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91",
        "5c4d98150661b848853b547f",
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a"
        "28",
        {"4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e",
         "8c1df14732580e5501b00f82b10a1647b40713191b7c1240ac80e2b68808ba69",
         "5acb09211139c43b3090489a9da433e8a30ee7188ba8b0a9a1ccf0c229283e53"},
    },
};
static const char info_hex[] = "4f6465206f6e2061204772656369616e2055726e";
static const char plaintext_hex[] = "4265617574792069732074727574682c20747275746820626561757479";

static void for_each_vector(arena *a, void (*function)(arena *, const suite *, const vector *))
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        function(a, suite_find(vectors[i].suite), &vectors[i]);
}

static void check_derive(arena *a, const suite *s, const vector *v)
{
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    assert_ok(hpke_derive_key_pair(s, private_key, public_key, unhex(a, v->ikm_r)));
    assert_bytes(bytes_of(private_key, 32), unhex(a, v->sk_r));
    assert_bytes(bytes_of(public_key, 32), unhex(a, v->pk_r));
}

static void test_derive_key_pair(void **state)
{
    for_each_vector(*state, check_derive);
}

/* The RFC's ciphertext has associated data, which MLS never has. So: the RFC's key and nonce open
 * the RFC's ciphertext; and hpke_open() opens what was sealed with that key and nonce without
 * associated data, which it only does when it derives the same. */
static void check_open(arena *a, const suite *s, const vector *v)
{
    const uint8_t *key = unhex(a, v->key).data, *nonce = unhex(a, v->base_nonce).data;
    bytes expected = unhex(a, plaintext_hex), found;
    uint8_t *out = arena_alloc(a, 100);
    assert_ok(s->aead->open(out, key, nonce, BYTES_LITERAL("Count-0"), unhex(a, v->ct)));
    assert_bytes(bytes_of(out, expected.len), expected);
    s->aead->seal(out, key, nonce, (bytes){0}, expected);
    hpke_ciphertext in = {unhex(a, v->enc), bytes_of(out, expected.len + AEAD_TAG_LEN)};
    assert_ok(hpke_open(s, a, &found, unhex(a, v->sk_r).data, unhex(a, info_hex), &in));
    assert_bytes(found, expected);
}

static void test_open(void **state)
{
    for_each_vector(*state, check_open);
}

static void check_export(arena *a, const suite *s, const vector *v)
{
    bytes contexts[] = {{0}, bytes_of("", 1), BYTES_LITERAL("TestContext")};
    uint8_t out[32];
    for (size_t i = 0; i < 3; i++) {
        assert_ok(hpke_open_export(s, out, sizeof out, unhex(a, v->sk_r).data, unhex(a, info_hex),
                                   unhex(a, v->enc), contexts[i]));
        assert_bytes(bytes_of(out, sizeof out), unhex(a, v->exported[i]));
    }
}

static void test_export(void **state)
{
    for_each_vector(*state, check_export);
}

static void check_both_ways(arena *a, const suite *s, const vector *v)
{
    bytes info = BYTES_LITERAL("info"), text = BYTES_LITERAL("text"), found, enc;
    const uint8_t *private_key = unhex(a, v->sk_r).data;
    hpke_ciphertext sealed, again;
    uint8_t sent[48], received[48];
    assert_ok(hpke_seal(s, a, &sealed, unhex(a, v->pk_r), info, text));
    assert_ok(hpke_open(s, a, &found, private_key, info, &sealed));
    assert_bytes(found, text);
    assert_ok(hpke_seal(s, a, &again, unhex(a, v->pk_r), info, text));
    assert_false(bytes_equal(sealed.kem_output, again.kem_output));
    assert_ok(hpke_seal_export(s, a, &enc, sent, 48, unhex(a, v->pk_r), info, text));
    assert_ok(hpke_open_export(s, received, 48, private_key, info, enc, text));
    assert_memory_equal(sent, received, 48);
}

static void test_both_ways(void **state)
{
    for_each_vector(*state, check_both_ways);
}

static void assert_not_opened(arena *a, const suite *s, const uint8_t *private_key, bytes info,
                              hpke_ciphertext in)
{
    bytes found = {0};
    assert_err(hpke_open(s, a, &found, private_key, info, &in), MLS_ERR_DECRYPT_FAILED);
    assert_null(found.data);
}

static void check_refusals(arena *a, const suite *s, const vector *v)
{
    bytes info = BYTES_LITERAL("info");
    const uint8_t *private_key = unhex(a, v->sk_r).data;
    uint8_t zero[32] = {0}, other_private[32], other_public[32];
    hpke_ciphertext sealed;
    assert_ok(hpke_seal(s, a, &sealed, unhex(a, v->pk_r), info, BYTES_LITERAL("text")));
    hpke_generate(s, other_private, other_public);
    assert_not_opened(a, s, private_key, BYTES_LITERAL("other"), sealed);
    assert_not_opened(a, s, other_private, info, sealed);
    for (size_t i = 0; i < sealed.ciphertext.len; i++) {
        uint8_t *changed = copy_of(a, sealed.ciphertext);
        changed[i] ^= 0x80;
        assert_not_opened(
            a, s, private_key, info,
            (hpke_ciphertext){sealed.kem_output, bytes_of(changed, sealed.ciphertext.len)});
        assert_not_opened(
            a, s, private_key, info,
            (hpke_ciphertext){sealed.kem_output, bytes_of(sealed.ciphertext.data, i)});
    }
    for (size_t i = 0; i < 32; i++) {
        uint8_t *changed = copy_of(a, sealed.kem_output);
        changed[i] ^= 1;
        assert_not_opened(a, s, private_key, info,
                          (hpke_ciphertext){bytes_of(changed, 32), sealed.ciphertext});
        assert_not_opened(a, s, private_key, info,
                          (hpke_ciphertext){bytes_of(changed, i), sealed.ciphertext});
    }
    assert_not_opened(a, s, private_key, info,
                      (hpke_ciphertext){bytes_of(zero, 32), sealed.ciphertext});
    assert_err(hpke_seal(s, a, &sealed, bytes_of(zero, 32), info, info), MLS_ERR_BAD_KEY);
    assert_err(hpke_seal(s, a, &sealed, bytes_of(other_public, 31), info, info), MLS_ERR_BAD_KEY);
}

static void test_refusals(void **state)
{
    for_each_vector(*state, check_refusals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_derive_key_pair), test(test_open),     test(test_export),
        test(test_both_ways),       test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
