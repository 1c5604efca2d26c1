/* Sealed records: waxseal/vault.h. */
#include "helpers.h"

#include <waxseal/vault.h>

#include <string.h>

enum { COUNTER = 7 };
#define NAME    BYTES_LITERAL("group/1/epoch")
#define TEXT    BYTES_LITERAL("state of a group")
#define OWNER   BYTES_LITERAL("https://a.example/users/alice")
#define DEVICE  BYTES_LITERAL("device 1")
#define of(key) (&(vault){view(key), OWNER, DEVICE})

static void assert_opens_to(mls_err expected, bytes key, bytes name, uint64_t counter, bytes sealed)
{
    const vault v = {key, OWNER, DEVICE};
    mls_buf out = {(uint8_t *)1, 1};
    assert_err(vault_open(&out, &v, name, counter, sealed), expected);
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
        assert_ok(vault_seal(&sealed, of(&key), NAME, COUNTER, texts[i]));
        assert_int_equal(sealed.len, texts[i].len + VAULT_OVERHEAD);
        assert_ok(vault_open(&out, of(&key), NAME, COUNTER, view(&sealed)));
        assert_bytes(view(&out), texts[i]);
        assert_ok(vault_seal(&again, of(&key), NAME, COUNTER, texts[i]));
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
    assert_ok(vault_seal(&sealed, of(&key), NAME, COUNTER, TEXT));
    bytes s = view(&sealed);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&other), NAME, COUNTER, s);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), BYTES_LITERAL("group/2/epoch"), COUNTER,
                    s);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), (bytes){0}, COUNTER, s);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER - 1, s);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER + (UINT64_C(1) << 32), s);
    assert_opens_to(MLS_ERR_INVALID_ARGUMENT, bytes_of(key.data, 31), NAME, COUNTER, s);
    mls_buf_free(&sealed);
    assert_err(vault_seal(&sealed, &(vault){.key = bytes_of(key.data, 16)}, NAME, COUNTER, TEXT),
               MLS_ERR_INVALID_ARGUMENT);
    mls_buf_free(&other);
    mls_buf_free(&key);
}

static void test_every_octet(void **state)
{
    (void)state;
    mls_buf key, sealed;
    assert_ok(vault_key_new(&key));
    assert_ok(vault_seal(&sealed, of(&key), NAME, COUNTER, TEXT));
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
    assert_ok(vault_seal(&sealed, of(&key), NAME, COUNTER, TEXT));
    assert_int_equal(sealed.data[0], 2);
    sealed.data[0] = 1;
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER, view(&sealed));
    sealed.data[0] = 3;
    assert_opens_to(MLS_ERR_STATE_VERSION, view(&key), NAME, COUNTER, view(&sealed));
    sealed.data[0] = 0;
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, view(&key), NAME, COUNTER, view(&sealed));
    mls_buf_free(&sealed);
    mls_buf_free(&key);
}

static void test_owner_and_device(void **state)
{
    (void)state;
    mls_buf key, sealed, out;
    assert_ok(vault_key_new(&key));
    assert_ok(vault_seal(&sealed, of(&key), NAME, COUNTER, TEXT));
    const vault others[] = {
        {view(&key), OWNER, BYTES_LITERAL("device 2")},
        {view(&key), BYTES_LITERAL("https://a.example/users/bob"), DEVICE},
        {view(&key), BYTES_LITERAL("https://a.example/users/aliced"), BYTES_LITERAL("evice 1")},
        {view(&key), DEVICE, OWNER},
        {.key = view(&key)},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_err(vault_open(&out, &others[i], NAME, COUNTER, view(&sealed)),
                   MLS_ERR_VAULT_WRONG_KEY);
    mls_buf_free(&sealed);
    mls_buf_free(&key);
}

/* A record of version 1, made from the construction in the header by an independent program. */
static void test_version_1(void **state)
{
    (void)state;
    const bytes key = BYTES_LITERAL("0123456789abcdef0123456789ABCDEF");
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    bytes sealed =
        unhex(a, "010102030405060708090a0b0c0d0e0f101112131415161718c178d66c3f0db461bc49f2"
                 "43dd4abb019cca985fdad4aff370870e4a6e22748b2e3e7d003d76b5764fe29d84aa458c"
                 "655904e7701f3df1fa9ba848e94d34d772");
    mls_buf out;
    assert_ok(vault_open(&out, &(vault){key, OWNER, DEVICE}, NAME, COUNTER, sealed));
    assert_bytes(view(&out), TEXT);
    mls_buf_free(&out);
    assert_opens_to(MLS_ERR_VAULT_WRONG_KEY, key, NAME, COUNTER + 1, sealed);
}

/* The known answer is another implementation's. */
static void test_passphrase_key(void **state)
{
    (void)state;
    const bytes password = BYTES_LITERAL("password"), salt = BYTES_LITERAL("somesaltsomesalt");
    mls_buf key, again;
    assert_ok(vault_passphrase_key(&key, password, salt, 2, 256));
    assert_int_equal(key.len, VAULT_KEY_LEN);
    assert_ok(vault_passphrase_key(&again, password, BYTES_LITERAL("somesaltsomesal1"), 2, 256));
    assert_memory_not_equal(key.data, again.data, VAULT_KEY_LEN);
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    assert_bytes(view(&key),
                 unhex(a, "cab746b4621993fdc91ec50787980b414a90a692f0bc68dfe19f9c25b3cba9ec"));
    mls_buf_free(&again);
    mls_buf_free(&key);
    assert_err(vault_passphrase_key(&key, password, salt, 0, 256), MLS_ERR_INVALID_ARGUMENT);
    assert_err(vault_passphrase_key(&key, password, salt, 2, 7), MLS_ERR_INVALID_ARGUMENT);
    assert_err(vault_passphrase_key(&key, password, BYTES_LITERAL("somesalt"), 2, 256),
               MLS_ERR_INVALID_ARGUMENT);
    assert_null(key.data);
}

/* The commitment belongs to one key and nonce, and record names do not run into counters. */
static void test_commitment(void **state)
{
    (void)state;
    mls_buf key, other, one, two;
    assert_ok(vault_key_new(&key));
    assert_ok(vault_key_new(&other));
    assert_ok(vault_seal(&one, of(&key), NAME, COUNTER, TEXT));
    assert_ok(vault_seal(&two, of(&other), NAME, COUNTER, TEXT));
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
        test(test_commitment),  test(test_owner_and_device),
        test(test_version_1),   test(test_passphrase_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
