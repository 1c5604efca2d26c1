/* HPKE against RFC 9180 appendices A.1.1, A.2.1, A.3.1 and A.6.1 (base mode). */
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
    {
        MLS_SUITE_P256_AES128GCM_SHA256_P256,
        "668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550",
        "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
        "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f6"
        "2fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0",
        "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f95"
        "1c0900be863c403ce65c9bfcb9382657222d18c4",
        "868c066ef58aae6dc589b6cfdd18f97e",
        "4e0bc5018beba4bf004cca59",
        "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f3951343"
        "4",
        {"5e9bc3d236e1911d95e65b576a8a86d478fb827e8bdfe77b741b289890490d4d",
         "6cff87658931bda83dc857e6353efe4987a201b849658d9b047aab4cf216e796",
         "d8f1ea7942adbba7412c6d431c62d01371ea476b823eb697e1f6e6cae1dab85a"},
    },
    {
        MLS_SUITE_P521_AES256GCM_SHA512_P521,
        "2ad954bbe39b7122529f7dde780bff626cd97f850d0784a432784e69d86eccaade43b6c10a8ffdb94bf943c6da"
        "479db137914ec835a7e715e36e45e29b587bab3bf1",
        "01462680369ae375e4b3791070a7458ed527842f6a98a79ff5e0d4cbde83c27196a3916956655523a6a2556a7a"
        "f62c5cadabe2ef9da3760bb21e005202f7b2462847",
        "0401b45498c1714e2dce167d3caf162e45e0642afc7ed435df7902ccae0e84ba0f7d373f646b7738bbbdca11ed"
        "91bdeae3cdcba3301f2457be452f271fa6837580e661012af49583a62e48d44bed350c7118c0d8dc861c238c72"
        "a2bda17f64704f464b57338e7f40b60959480c0e58e6559b190d81663ed816e523b6b6a418f66d2451ec64",
        "040138b385ca16bb0d5fa0c0665fbbd7e69e3ee29f63991d3e9b5fa740aab8900aaeed46ed73a49055758425a0"
        "ce36507c54b29cc5b85a5cee6bae0cf1c21f2731ece2013dc3fb7c8d21654bb161b463962ca19e8c654ff24c94"
        "dd2898de12051f1ed0692237fb02b2f8d1dc1c73e9b366b529eb436e98a996ee522aef863dd5739d2f29b0",
        "751e346ce8f0ddb2305c8a2a85c70d5cf559c53093656be636b9406d4d7d1b70",
        "55ff7a7d739c69f44b25447b",
        "170f8beddfe949b75ef9c387e201baf4132fa7374593dfafa90768788b7b2b200aafcc6d80ea4c795a7c5b841"
        "a",
        {"05e2e5bd9f0c30832b80a279ff211cc65eceb0d97001524085d609ead60d0412",
         "fca69744bb537f5b7a1596dbf34eaa8d84bf2e3ee7f1a155d41bd3624aa92b63",
         "f389beaac6fcf6c0d9376e20f97e364f0609a88f1bc76d7328e9104df8477013"},
    },
};
static const char info_hex[] = "4f6465206f6e2061204772656369616e2055726e";
static const char plaintext_hex[] = "4265617574792069732074727574682c20747275746820626561757479";

static void for_each_vector(arena *a, void (*function)(arena *, const suite *, const vector *))
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        const suite *s = suite_find(vectors[i].suite);
        assert_non_null(s);
        function(a, s, &vectors[i]);
    }
}

static void check_derive(arena *a, const suite *s, const vector *v)
{
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    assert_ok(hpke_derive_key_pair(s, private_key, public_key, unhex(a, v->ikm_r)));
    assert_bytes(bytes_of(private_key, s->dh->private_len), unhex(a, v->sk_r));
    assert_bytes(bytes_of(public_key, s->dh->public_len), unhex(a, v->pk_r));
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
    assert_ok(hpke_open(s, a, &found, unhex(a, v->sk_r).data, (bytes){0}, unhex(a, info_hex), &in));
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
        assert_ok(hpke_open_export(s, out, sizeof out, unhex(a, v->sk_r).data, (bytes){0},
                                   unhex(a, info_hex), unhex(a, v->enc), contexts[i]));
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
    assert_ok(hpke_open(s, a, &found, private_key, (bytes){0}, info, &sealed));
    assert_bytes(found, text);
    assert_ok(hpke_seal(s, a, &again, unhex(a, v->pk_r), info, text));
    assert_false(bytes_equal(sealed.kem_output, again.kem_output));
    assert_ok(hpke_seal_export(s, a, &enc, sent, 48, unhex(a, v->pk_r), info, text));
    assert_ok(hpke_open_export(s, received, 48, private_key, (bytes){0}, info, enc, text));
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
    assert_err(hpke_open(s, a, &found, private_key, (bytes){0}, info, &in), MLS_ERR_DECRYPT_FAILED);
    assert_null(found.data);
}

static void check_refusals(arena *a, const suite *s, const vector *v)
{
    bytes info = BYTES_LITERAL("info");
    const uint8_t *private_key = unhex(a, v->sk_r).data;
    size_t enc_len = s->dh->public_len;
    uint8_t zero[KEM_PUBLIC_MAX] = {0}, other_private[KEM_PRIVATE_MAX];
    uint8_t other_public[KEM_PUBLIC_MAX];
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
    for (size_t i = 0; i < enc_len; i++) {
        uint8_t *changed = copy_of(a, sealed.kem_output);
        changed[i] ^= 1;
        assert_not_opened(a, s, private_key, info,
                          (hpke_ciphertext){bytes_of(changed, enc_len), sealed.ciphertext});
        assert_not_opened(a, s, private_key, info,
                          (hpke_ciphertext){bytes_of(changed, i), sealed.ciphertext});
    }
    assert_not_opened(a, s, private_key, info,
                      (hpke_ciphertext){bytes_of(zero, enc_len), sealed.ciphertext});
    assert_err(hpke_seal(s, a, &sealed, bytes_of(zero, enc_len), info, info), MLS_ERR_BAD_KEY);
    assert_err(hpke_seal(s, a, &sealed, bytes_of(other_public, enc_len - 1), info, info),
               MLS_ERR_BAD_KEY);
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
