/*
 * A random generator that fails: under every public function, at every draw, the call is
 * MLS_ERR_NO_RANDOMNESS and changes nothing, and then succeeds.
 */
#include "faults.h"

#include "crypto/hpke.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/random.h>

/* ---- The operating system's generator, which can be told to fail ---- */

static size_t draws_left; /* before the failure */
static bool armed, reached;

/* In place of the C library's, which the core calls. */
int getentropy(void *buffer, size_t len)
{
    if (armed && draws_left-- == 0) {
        armed = false;
        reached = true;
        memset(buffer, 0x5a, len / 2); /* what it left undone must not be used */
        errno = ENOSYS;
        return -1;
    }
    return getrandom(buffer, len, 0) == (ssize_t)len ? 0 : -1;
}

static void begin(size_t n)
{
    draws_left = n;
    armed = true;
    reached = false;
}

static bool end(void)
{
    armed = false;
    return reached;
}

static const fault no_randomness = {begin, end, MLS_ERR_NO_RANDOMNESS, false};

/* ---- Under every call ---- */

/* With a curve of each library: they draw their keys in their own ways. */
static const uint16_t suites[] = {MLS_SUITE_X25519_AES128GCM_SHA256_ED25519,
                                  MLS_SUITE_P256_AES128GCM_SHA256_P256,
                                  MLS_SUITE_X448_AES256GCM_SHA512_ED448};

/* libsodium fills its output at random before it computes it: what comes out does not depend on
 * that. */
static const fault harmless = {begin, end, MLS_ERR_NO_RANDOMNESS, true};

static const fault *fault_of(const public_call *call)
{
    return strcmp(call->name, "vault_passphrase_key") == 0 ? &harmless : &no_randomness;
}

static void test_calls(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof suites / sizeof suites[0]; k++) {
        for (size_t i = 0; i < num_public_calls; i++) {
            const public_call *call = &public_calls[i];
            size_t failures = fail_everywhere(call, suites[k], fault_of(call));
            if ((failures > 0) != call->random)
                fail_msg("%s drew %zu times", call->name, failures);
        }
    }
}

/* ---- random_bytes() itself ---- */

static void test_zeros(void **state)
{
    (void)state;
    uint8_t out[1000];
    for (size_t n = 0; n < 4; n++) { /* it is drawn in pieces of 256 */
        memset(out, 1, sizeof out);
        begin(n);
        assert_err(random_bytes(out, sizeof out), MLS_ERR_NO_RANDOMNESS);
        assert_true(end());
        assert_true(all_zero(out, sizeof out));
        assert_ok(random_bytes(out, sizeof out));
        for (size_t i = 0; i < sizeof out; i += 50)
            assert_false(all_zero(out + i, 50));
    }
    assert_ok(random_bytes(out, 0));
}

static void test_keys(arena *a, const suite *s)
{
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[SIGN_PUBLIC_MAX];
    (void)a;
    begin(0);
    assert_err(s->sign->generate(private_key, public_key), MLS_ERR_NO_RANDOMNESS);
    assert_true(end());
    begin(0);
    assert_err(hpke_generate(s, private_key, public_key), MLS_ERR_NO_RANDOMNESS);
    assert_true(end());
}

static void test_keys_of_each_suite(void **state)
{
    for_each_suite(*state, test_keys);
}

/* ---- Another generator in its place ---- */

static bool others_fail;

static const char *others_name(void)
{
    return "another";
}

static void others_fill(void *const out, const size_t len)
{
    memset(out, 7, len);
    if (others_fail)
        random_fail();
}

static uint32_t others_word(void)
{
    return 7;
}

static randombytes_implementation another = {
    .implementation_name = others_name, .random = others_word, .buf = others_fill};

/* mls_init() does not take back what a host has installed. This test is the last one: there is no
 * public way back to the first generator. */
static void test_replaced(void **state)
{
    (void)state;
    uint8_t out[32];
    randombytes_set_implementation(&another);
    assert_ok(mls_init());
    begin(0);
    assert_ok(random_bytes(out, sizeof out));
    assert_false(end());
    assert_int_equal(out[31], 7);
    others_fail = true;
    assert_err(random_bytes(out, sizeof out), MLS_ERR_NO_RANDOMNESS);
    assert_true(all_zero(out, sizeof out));
    others_fail = false;
    assert_ok(random_bytes(out, sizeof out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_zeros),
        test(test_keys_of_each_suite),
        test(test_calls),
        test(test_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
