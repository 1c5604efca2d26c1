/* Sealed records: waxseal/vault.h. */
#include "helpers.h"

#include <waxseal/vault.h>

#include <string.h>

enum { COUNTER = 7 };
#define NAME BYTES_LITERAL("group/1/epoch")
#define TEXT BYTES_LITERAL("state of a group")

static void assert_opens_to(mls_err expected, bytes key, bytes name, uint64_t counter, bytes sealed)
{
    mls_buf out = {(uint8_t *)1, 1};
    assert_err(vault_open(&out, key, name, counter, sealed), expected);
    assert_null(out.data);
    assert_int_equal(out.len, 0);
}

static void test_round_trip(void **state)
{
    (void)state;
    const bytes texts[] = {{0}, TEXT};
    mls_buf key, sealed, again, out;
    assert_ok(vault_key_new(&key));
    assert_int_equal(key.len, VAULT_KEY_LEN);
    for (size_t i = 0; i < 2; i++) {
        assert_ok(vault_seal(&sealed, view(&key), NAME, COUNTER, texts[i]));
        assert_int_equal(sealed.len, texts[i].len + VAULT_OVERHEAD);
        assert_ok(vault_open(&out, view(&key), NAME, COUNTER, view(&sealed)));
        assert_bytes(view(&out), texts[i]);
        assert_ok(vault_seal(&again, view(&key), NAME, COUNTER, texts[i]));
        assert_memory_not_equal(sealed.data + 1, again.data + 1, 24);
        mls_buf_free(&out);
        mls_buf_free(&again);
        mls_buf_free(&sealed);
    }
    mls_buf_free(&key);
}

static void test_wrong_key_name_counter(void **state)
{
    (void)state;
    mls_buf key, other, sealed;
    assert_ok(vault_key_new(&key));
    assert_ok(vault_key_new(&other));
    assert_memory_not_equal(key.data, other.data, VAULT_KEY_LEN);
    assert_ok(vault_seal(&sealed, view(&key), NAME, COUNTER, TEXT));
    bytes s = view(&sealed);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&other), NAME, COUNTER, s);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), BYTES_LITERAL("group/2/epoch"), COUNTER,
                    s);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), (bytes){0}, COUNTER, s);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER - 1, s);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER + (UINT64_C(1) << 32), s);
    assert_opens_to(MLS_ERR_INVALID_ARGUMENT, bytes_of(key.data, 31), NAME, COUNTER, s);
    mls_buf_free(&sealed);
    assert_err(vault_seal(&sealed, bytes_of(key.data, 16), NAME, COUNTER, TEXT),
               MLS_ERR_INVALID_ARGUMENT);
    mls_buf_free(&other);
    mls_buf_free(&key);
}

static void test_every_octet(void **state)
{
    (void)state;
    mls_buf key, sealed;
    assert_ok(vault_key_new(&key));
    assert_ok(vault_seal(&sealed, view(&key), NAME, COUNTER, TEXT));
    for (size_t i = 1; i < sealed.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            sealed.data[i] ^= (uint8_t)(1 << bit);
            assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER, view(&sealed));
            sealed.data[i] ^= (uint8_t)(1 << bit);
        }
    }
    for (size_t len = 0; len < sealed.len; len++) {
        mls_buf cut;
        assert_ok(buf_copy(&cut, bytes_of(sealed.data, len)));
        assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER, view(&cut));
        mls_buf_free(&cut);
    }
    mls_buf_free(&sealed);
    mls_buf_free(&key);
}

static void test_format_version(void **state)
{
    (void)state;
    mls_buf key, sealed;
    assert_ok(vault_key_new(&key));
    assert_ok(vault_seal(&sealed, view(&key), NAME, COUNTER, TEXT));
    assert_int_equal(sealed.data[0], 1);
    sealed.data[0] = 2;
    assert_opens_to(MLS_ERR_STATE_VERSION, view(&key), NAME, COUNTER, view(&sealed));
    sealed.data[0] = 0;
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER, view(&sealed));
    mls_buf_free(&sealed);
    mls_buf_free(&key);
}

/* The commitment belongs to one key and nonce, and record names do not run into counters. */
static void test_commitment(void **state)
{
    (void)state;
    mls_buf key, other, one, two;
    assert_ok(vault_key_new(&key));
    assert_ok(vault_key_new(&other));
    assert_ok(vault_seal(&one, view(&key), NAME, COUNTER, TEXT));
    assert_ok(vault_seal(&two, view(&other), NAME, COUNTER, TEXT));
    uint8_t *commitment_one = one.data + 25, *commitment_two = two.data + 25;
    assert_memory_not_equal(commitment_one, commitment_two, 32);
    memcpy(commitment_one, commitment_two, 32);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER, view(&one));
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&other), NAME, COUNTER, view(&one));
    mls_buf_free(&one);
    mls_buf_free(&two);
    mls_buf_free(&key);
    mls_buf_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_round_trip),  test(test_wrong_key_name_counter),
        test(test_every_octet), test(test_format_version),
        test(test_commitment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
