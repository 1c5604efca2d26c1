/* The secret tree: order, bounds, deletion, and its record. Key values have their vectors. */
#define _POSIX_C_SOURCE 200809L

#include "helpers.h"

#include "base/codec.h"
#include "mls/secret_tree.h"

#include <string.h>
#include <unistd.h>

#define SCOPED_SECRET_TREE __attribute__((cleanup(secret_tree_cleanup)))

enum { NUM_LEAVES = 8, LEAF = 5, TYPE = RATCHET_APPLICATION };
static const uint8_t encryption_secret[HASH_MAX] = "an encryption secret of 32 octets";

static void start(secret_tree *st)
{
    assert_ok(secret_tree_init(st, suite_find(mls_suite_at(0)), NUM_LEAVES, encryption_secret));
}

static mls_err peek(secret_tree *st, uint32_t generation)
{
    message_keys keys;
    return secret_tree_peek(st, &keys, LEAF, TYPE, generation);
}

static mls_err peek_and_use(secret_tree *st, uint32_t generation)
{
    TRY(peek(st, generation));
    return secret_tree_use(st, LEAF, TYPE, generation);
}

static void test_sender_and_receiver_agree(void **state)
{
    (void)state;
    secret_tree sender SCOPED_SECRET_TREE = {0}, receiver SCOPED_SECRET_TREE = {0};
    start(&sender);
    start(&receiver);
    for (uint32_t leaf = 0; leaf < NUM_LEAVES; leaf++) {
        for (int type = 0; type < 2; type++) {
            for (uint32_t i = 0; i < 3; i++) {
                message_keys sent = {0}, received = {0};
                uint32_t generation;
                assert_ok(secret_tree_next(&sender, &generation, &sent, leaf, type));
                assert_int_equal(generation, i);
                assert_ok(secret_tree_peek(&receiver, &received, leaf, type, generation));
                assert_memory_equal(&sent, &received, sizeof sent);
                assert_false(all_zero(sent.key, 16));
                assert_ok(secret_tree_use(&receiver, leaf, type, generation));
                assert_ok(secret_tree_next(&sender, &generation, &received, leaf, type));
                assert_int_equal(generation, i); /* not used up yet */
                assert_memory_equal(&sent, &received, sizeof sent);
                assert_ok(secret_tree_sent(&sender, leaf, type));
            }
        }
    }
    assert_int_equal(receiver.num_nodes, 0); /* every leaf has its ratchets: no node is left */
}

static void test_peek_changes_nothing(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    message_keys first = {0}, second = {0};
    start(&st);
    assert_ok(secret_tree_peek(&st, &first, LEAF, TYPE, 900));
    assert_ok(peek(&st, 0));
    assert_ok(secret_tree_peek(&st, &second, LEAF, TYPE, 900));
    assert_memory_equal(&first, &second, sizeof first);
}

static void test_out_of_order(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    static const uint32_t order[] = {3, 0, 7, 2, 6, 1, 5, 4};
    start(&st);
    for (size_t i = 0; i < 8; i++)
        assert_ok(peek_and_use(&st, order[i]));
    for (uint32_t generation = 0; generation < 8; generation++)
        assert_err(peek(&st, generation), MLS_ERR_GENERATION_REUSED);
    assert_ok(peek_and_use(&st, 8));
}

/* At most 64 keys of skipped messages: the oldest are gone. */
static void test_skipped_bound(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    start(&st);
    assert_ok(peek_and_use(&st, 100));
    assert_err(peek(&st, 35), MLS_ERR_GENERATION_REUSED);
    assert_ok(peek(&st, 36));
    assert_ok(peek(&st, 99));
    assert_ok(peek_and_use(&st, 110)); /* skips nine more */
    assert_err(peek(&st, 44), MLS_ERR_GENERATION_REUSED);
    assert_ok(peek(&st, 45));
    assert_ok(peek_and_use(&st, 50));
    assert_ok(peek(&st, 45)); /* using one makes none disappear */
}

/* 1,000 generations ahead, counted from the next one; not one more. */
static void test_forward_bound(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    start(&st);
    assert_err(peek(&st, 1001), MLS_ERR_GENERATION_TOO_FAR);
    assert_ok(peek_and_use(&st, 1000));
    assert_ok(peek(&st, 2001));
    assert_err(peek(&st, 2002), MLS_ERR_GENERATION_TOO_FAR);
}

/* Far generations are refused before anything is derived: 2^32 derivations would take hours. */
static void test_far_generations_in_bounded_time(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    start(&st);
    alarm(20); /* ends the program */
    for (int i = 0; i < 1000; i++) {
        assert_err(peek(&st, INT32_MAX), MLS_ERR_GENERATION_TOO_FAR);
        assert_err(peek(&st, UINT32_MAX), MLS_ERR_GENERATION_TOO_FAR);
    }
    alarm(0);
    assert_ok(peek(&st, 0));
}

/* The last generation there is can be used once; the ratchet does not wrap around. */
static void test_last_generation(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    message_keys keys;
    uint32_t generation;
    start(&st);
    assert_ok(peek(&st, 0));
    st.leaves[0].ratchets[TYPE].generation = UINT32_MAX - 1;
    assert_ok(secret_tree_next(&st, &generation, &keys, LEAF, TYPE));
    assert_ok(secret_tree_sent(&st, LEAF, TYPE));
    assert_int_equal(generation, UINT32_MAX - 1);
    assert_ok(secret_tree_next(&st, &generation, &keys, LEAF, TYPE));
    assert_ok(secret_tree_sent(&st, LEAF, TYPE));
    assert_int_equal(generation, UINT32_MAX);
    assert_err(secret_tree_next(&st, &generation, &keys, LEAF, TYPE), MLS_ERR_GENERATION_TOO_FAR);
    assert_err(peek(&st, UINT32_MAX), MLS_ERR_GENERATION_REUSED);
    assert_err(peek(&st, 0), MLS_ERR_GENERATION_REUSED);
}

static void test_unknown_sender(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    message_keys keys;
    start(&st);
    static const uint32_t leaves[] = {NUM_LEAVES, NUM_LEAVES + 1, 1U << 30, 1U << 31, UINT32_MAX};
    for (size_t i = 0; i < 5; i++)
        assert_err(secret_tree_peek(&st, &keys, leaves[i], TYPE, 0), MLS_ERR_UNKNOWN_SENDER);
}

/* ---- Deletion ---- */

static bool contains(const void *memory, size_t len, const uint8_t *secret)
{
    const uint8_t *p = memory;
    for (size_t i = 0; i + 32 <= len; i++)
        if (memcmp(p + i, secret, 32) == 0)
            return true;
    return false;
}

static bool holds(const secret_tree *st, const uint8_t *secret)
{
    return contains(st->nodes, st->max_nodes * sizeof *st->nodes, secret) ||
           contains(st->leaves, st->max_leaf_ratchets * sizeof *st->leaves, secret);
}

/* What was derived from is nowhere in the tree's memory, used entries or not. */
static void test_used_secrets_are_deleted(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    uint8_t node_11[HASH_MAX], ratchet_secret[HASH_MAX];
    const suite *s = suite_find(mls_suite_at(0));
    start(&st);
    assert_true(holds(&st, encryption_secret));
    assert_ok(expand_with_label(s, node_11, 32, encryption_secret, "tree", BYTES_LITERAL("right")));
    assert_ok(peek(&st, 0));
    assert_false(holds(&st, encryption_secret));
    assert_false(holds(&st, node_11));
    memcpy(ratchet_secret, st.leaves[0].ratchets[TYPE].secret, 32);
    assert_true(holds(&st, ratchet_secret));
    assert_ok(secret_tree_use(&st, LEAF, TYPE, 0));
    assert_false(holds(&st, ratchet_secret));
}

static void test_used_keys_are_deleted(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    message_keys keys;
    start(&st);
    assert_ok(peek_and_use(&st, 10));
    assert_ok(secret_tree_peek(&st, &keys, LEAF, TYPE, 4));
    const ratchet *r = &st.leaves[0].ratchets[TYPE];
    size_t room = RATCHET_SKIPPED_MAX * sizeof *r->skipped;
    assert_int_equal(r->num_skipped, 10);
    assert_ok(secret_tree_use(&st, LEAF, TYPE, 4));
    assert_int_equal(r->num_skipped, 9);
    const uint8_t *p = (const uint8_t *)r->skipped;
    for (size_t i = 0; i + 16 <= room; i++)
        assert_memory_not_equal(p + i, keys.key, 16);
    assert_true(all_zero(&r->skipped[9], room - 9 * sizeof *r->skipped));
}

static void test_forget(void **state)
{
    (void)state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    message_keys keys;
    uint32_t generation;
    start(&st);
    assert_ok(peek_and_use(&st, 3));
    assert_ok(secret_tree_forget(&st, LEAF));
    for (int type = 0; type < 2; type++) {
        assert_int_not_equal(secret_tree_next(&st, &generation, &keys, LEAF, type), MLS_OK);
        for (uint32_t g = 0; g < 6; g++)
            assert_int_not_equal(secret_tree_peek(&st, &keys, LEAF, type, g), MLS_OK);
    }
    assert_ok(secret_tree_peek(&st, &keys, LEAF - 1, TYPE, 0));
}

/* ---- The record ---- */

static void any(codec *c, void *object)
{
    secret_tree_codec(c, object);
}

static void test_save_and_load(void **state)
{
    arena *a = *state;
    secret_tree st SCOPED_SECRET_TREE = {0}, back SCOPED_SECRET_TREE = {0};
    bytes record, again;
    start(&st);
    assert_ok(peek_and_use(&st, 5));
    assert_ok(secret_tree_forget(&st, 2));
    assert_ok(codec_encode(a, &record, any, &st));
    back.suite = st.suite;
    assert_ok(codec_decode(a, &back, any, record));
    assert_ok(codec_encode(a, &again, any, &back));
    assert_bytes(again, record);
    assert_err(peek(&back, 5), MLS_ERR_GENERATION_REUSED);
    for (uint32_t leaf = 0; leaf < NUM_LEAVES; leaf++) {
        for (uint32_t generation = 0; generation < 8; generation++) {
            message_keys x = {0}, y = {0};
            assert_int_equal(secret_tree_peek(&st, &x, leaf, TYPE, generation),
                             secret_tree_peek(&back, &y, leaf, TYPE, generation));
            assert_memory_equal(&x, &y, sizeof x);
        }
    }
}

/* Cut records are refused without a leak (AddressSanitizer looks), hostile counts without a large
 * allocation. */
static void test_broken_records(void **state)
{
    arena *a = *state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    bytes record;
    start(&st);
    assert_ok(peek_and_use(&st, 5));
    assert_ok(codec_encode(a, &record, any, &st));
    for (size_t len = 0; len < record.len; len++) {
        secret_tree back SCOPED_SECRET_TREE = {.suite = st.suite};
        assert_int_not_equal(codec_decode(a, &back, any, bytes_of(record.data, len)), MLS_OK);
    }
    static const char *const hostile[] = {
        "00000000"
        "00000000"
        "00000000", /* no leaves */
        "00000003"
        "00000000"
        "00000000", /* not a power of two */
        "80000000"
        "00000000"
        "00000000", /* too many */
        "00000008"
        "00ffffff"
        "00000000", /* nodes that are not there */
        "00000008"
        "00000000"
        "007fffff", /* ratchets that are not there */
    };
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        secret_tree back SCOPED_SECRET_TREE = {.suite = st.suite};
        assert_int_not_equal(codec_decode(a, &back, any, unhex(a, hostile[i])), MLS_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_sender_and_receiver_agree),
        test(test_peek_changes_nothing),
        test(test_out_of_order),
        test(test_skipped_bound),
        test(test_forward_bound),
        test(test_far_generations_in_bounded_time),
        test(test_last_generation),
        test(test_unknown_sender),
        test(test_used_secrets_are_deleted),
        test(test_used_keys_are_deleted),
        test(test_forget),
        test(test_save_and_load),
        test(test_broken_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
