/* AES-GCM of every length, with whichever code this build and this processor use (AES instructions,
 * or the vectors of the WebAssembly build), against BearSSL's in 64-bit words. */
#include "helpers.h"

#include <bearssl.h>
#include <string.h>

enum { MAX_LEN = 1300, LONG_LEN = 66560, GUARD = 0xee };

typedef struct texts {
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN];
    uint8_t plain[LONG_LEN], sealed[LONG_LEN + AEAD_TAG_LEN], out[LONG_LEN + AEAD_TAG_LEN + 1];
} texts;

static void reference_seal(texts *t, size_t key_len, bytes aad, size_t len)
{
    br_aes_ct64_ctr_keys keys;
    br_gcm_context gcm;
    br_aes_ct64_ctr_init(&keys, t->key, key_len);
    br_gcm_init(&gcm, &keys.vtable, br_ghash_ctmul64);
    br_gcm_reset(&gcm, t->nonce, sizeof t->nonce);
    br_gcm_aad_inject(&gcm, aad.data, aad.len);
    br_gcm_flip(&gcm);
    memcpy(t->sealed, t->plain, len);
    br_gcm_run(&gcm, 1, t->sealed, len);
    br_gcm_get_tag(&gcm, t->sealed + len);
}

static void check(const aead_ops *aead, texts *t, size_t aad_len, size_t len)
{
    bytes aad = bytes_of(t->plain + LONG_LEN - aad_len, aad_len);
    bytes sealed = bytes_of(t->sealed, len + AEAD_TAG_LEN);
    reference_seal(t, aead->key_len, aad, len);
    t->out[len + AEAD_TAG_LEN] = GUARD;
    aead->seal(t->out, t->key, t->nonce, aad, bytes_of(t->plain, len));
    assert_memory_equal(t->out, t->sealed, len + AEAD_TAG_LEN);
    assert_int_equal(t->out[len + AEAD_TAG_LEN], GUARD);

    t->out[len] = GUARD;
    assert_ok(aead->open(t->out, t->key, t->nonce, aad, sealed));
    assert_memory_equal(t->out, t->plain, len);
    assert_int_equal(t->out[len], GUARD);

    size_t at = (len * 7919 + aad_len) % sealed.len;
    t->sealed[at] ^= 4;
    assert_err(aead->open(t->out, t->key, t->nonce, aad, sealed), MLS_ERR_DECRYPT_FAILED);
    assert_true(all_zero(t->out, len));
}

static void fill(uint8_t *out, size_t len)
{
    uint32_t x = 1;
    for (size_t i = 0; i < len; i++) {
        x = x * 1664525 + 1013904223;
        out[i] = (uint8_t)(x >> 24);
    }
}

static texts *make_texts(arena *a)
{
    texts *t = arena_alloc(a, sizeof *t);
    assert_non_null(t);
    fill(t->key, sizeof t->key);
    fill(t->nonce, sizeof t->nonce);
    fill(t->plain, sizeof t->plain);
    return t;
}

static const uint16_t suites[] = {
    MLS_SUITE_X25519_AES128GCM_SHA256_ED25519,
    MLS_SUITE_P384_AES256GCM_SHA384_P384,
};

static void test_every_length(void **state)
{
    texts *t = make_texts(*state);
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        const aead_ops *aead = suite_find(suites[i])->aead;
        for (size_t len = 0; len <= MAX_LEN; len++) {
            t->key[len % aead->key_len]++;
            t->nonce[len % AEAD_NONCE_LEN]++;
            check(aead, t, len * 31 % MAX_LEN, len);
        }
    }
}

static void test_long(void **state)
{
    static const size_t about[] = {4096, 16384, 65536};
    texts *t = make_texts(*state);
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
        for (size_t j = 0; j < sizeof about / sizeof about[0]; j++)
            for (size_t len = about[j] - 257; len <= about[j] + 257; len += 8 + len % 3)
                check(suite_find(suites[i])->aead, t, len % 1024, len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_every_length),
        test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
