/* The labelled functions, against inputs put together by hand. */
#include "helpers.h"

#include "crypto/labels.h"

#include <string.h>

static const suite *s;

static int find_suite(void **state)
{
    (void)state;
    assert_int_equal(mls_init(), MLS_OK);
    s = suite_find(MLS_SUITE_X25519_AES128GCM_SHA256_ED25519);
    return s ? 0 : -1;
}

/* KDFLabel: uint16 length, "MLS 1.0 x" with its length, the context with its length. */
static void expect_expand(const uint8_t *secret, const uint8_t *context, size_t context_len)
{
    uint8_t info[2048], expected[40], out[40], *p = info;
    *p++ = 0;
    *p++ = sizeof out;
    *p++ = 9;
    memcpy(p, "MLS 1.0 x", 9);
    p += 9;
    p += codec_put_length(p, context_len);
    memcpy(p, context, context_len);
    p += context_len;
    s->hash->hkdf_expand(expected, sizeof expected, secret, bytes_of(info, (size_t)(p - info)));
    assert_int_equal(
        expand_with_label(s, out, sizeof out, secret, "x", bytes_of(context, context_len)), MLS_OK);
    assert_memory_equal(out, expected, sizeof out);
}

/* Short inputs are encoded on the stack, long ones in an arena: the change between must not show.
 */
static void test_expand_every_length(void **state)
{
    uint8_t secret[32], context[1000];
    (void)state;
    memset(secret, 7, sizeof secret);
    memset(context, 'c', sizeof context);
    for (size_t len = 0; len <= sizeof context; len++)
        expect_expand(secret, context, len);
}

static void test_expand_too_long(void **state)
{
    static uint8_t out[255 * 32 + 1];
    uint8_t secret[32] = {1};
    (void)state;
    assert_int_equal(expand_with_label(s, out, sizeof out - 1, secret, "x", (bytes){0}), MLS_OK);
    assert_int_equal(expand_with_label(s, out, sizeof out, secret, "x", (bytes){0}),
                     MLS_ERR_INVALID_ARGUMENT);
}

static void test_derive_in_place(void **state)
{
    uint8_t secret[HASH_MAX] = {1, 2, 3}, derived[HASH_MAX];
    (void)state;
    assert_int_equal(derive_secret(s, derived, secret, "path"), MLS_OK);
    assert_int_equal(derive_secret(s, secret, secret, "path"), MLS_OK);
    assert_memory_equal(secret, derived, 32);
}

/* DeriveTreeSecret is ExpandWithLabel with the generation, big-endian, as context. */
static void test_tree_secret(void **state)
{
    uint8_t secret[32] = {9}, a[16], b[16];
    const uint8_t generation[] = {0x01, 0x02, 0x03, 0x04};
    (void)state;
    assert_int_equal(derive_tree_secret(s, a, sizeof a, secret, "key", 0x01020304), MLS_OK);
    assert_int_equal(expand_with_label(s, b, sizeof b, secret, "key", bytes_of(generation, 4)),
                     MLS_OK);
    assert_memory_equal(a, b, sizeof a);
}

static void test_signature_names_its_purpose(void **state)
{
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[SIGN_PUBLIC_MAX];
    bytes signature, content = BYTES_LITERAL("content");
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    (void)state;
    s->sign->generate(private_key, public_key);
    bytes own = bytes_of(private_key, s->sign->private_len);
    bytes key = bytes_of(public_key, s->sign->public_len);
    assert_int_equal(sign_with_label(s, a, &signature, own, "A", content), MLS_OK);
    assert_int_equal(verify_with_label(s, key, "A", content, signature), MLS_OK);
    assert_int_equal(verify_with_label(s, key, "B", content, signature), MLS_ERR_BAD_SIGNATURE);
    assert_int_equal(verify_with_label(s, key, "A", BYTES_LITERAL("contenu"), signature),
                     MLS_ERR_BAD_SIGNATURE);
}

/* One prepared info for many recipients gives what EncryptWithLabel gives; label and context bind.
 */
static void test_encrypt_prepared(void **state)
{
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    hpke_info info;
    hpke_ciphertext sealed;
    bytes opened, context = BYTES_LITERAL("context"), text = BYTES_LITERAL("path secret");
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    (void)state;
    hpke_generate(s, private_key, public_key);
    bytes key = bytes_of(public_key, s->dh->public_len);
    assert_int_equal(encrypt_prepare(s, &info, "UpdatePathNode", context), MLS_OK);
    assert_int_equal(hpke_seal_prepared(s, a, &sealed, key, &info, text), MLS_OK);
    assert_int_equal(decrypt_with_label(s, a, &opened, private_key, (bytes){0}, "UpdatePathNode",
                                        context, &sealed),
                     MLS_OK);
    assert_true(bytes_equal(opened, text));
    assert_int_equal(
        decrypt_with_label(s, a, &opened, private_key, (bytes){0}, "Welcome", context, &sealed),
        MLS_ERR_DECRYPT_FAILED);
    assert_int_equal(
        decrypt_with_label(s, a, &opened, private_key, (bytes){0}, "UpdatePathNode", text, &sealed),
        MLS_ERR_DECRYPT_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expand_every_length),
        cmocka_unit_test(test_expand_too_long),
        cmocka_unit_test(test_derive_in_place),
        cmocka_unit_test(test_tree_secret),
        cmocka_unit_test(test_signature_names_its_purpose),
        cmocka_unit_test(test_encrypt_prepared),
    };
    return cmocka_run_group_tests(tests, find_suite, NULL);
}
