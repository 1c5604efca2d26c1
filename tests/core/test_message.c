/* PublicMessage and PrivateMessage: padding, and every flipped bit. Their octets have vectors. */
#include "helpers.h"

#include "mls/message.h"

#include <string.h>

#define SCOPED_SECRET_TREE __attribute__((cleanup(secret_tree_cleanup)))

enum { SENDER = 1, NUM_LEAVES = 2 };
static const uint8_t encryption_secret[HASH_MAX] = "encryption", sender_data_secret[HASH_MAX] = "s";
#define CONTEXT BYTES_LITERAL("an encoded GroupContext")

typedef struct party {
    const suite *s;
    uint8_t private_key[SIGN_PRIVATE_MAX], public_key[SIGN_PUBLIC_MAX];
} party;

static party make_party(const suite *s)
{
    party p = {.s = s};
    s->sign->generate(p.private_key, p.public_key);
    return p;
}

static authenticated_content make_content(arena *a, const party *p, bytes application)
{
    authenticated_content ac = {
        .wire_format = MLS_WIRE_PRIVATE_MESSAGE,
        .content = {.group_id = BYTES_LITERAL("group"),
                    .epoch = 3,
                    .sender = {SENDER_MEMBER, SENDER},
                    .authenticated_data = BYTES_LITERAL("seen by all"),
                    .content_type = MLS_CONTENT_APPLICATION,
                    .application = application},
    };
    assert_ok(
        framing_sign(p->s, a, &ac, bytes_of(p->private_key, p->s->sign->private_len), CONTEXT));
    return ac;
}

static bytes protect(arena *a, const party *p, bytes application, secret_tree *st)
{
    authenticated_content ac = make_content(a, p, application);
    message m = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_PRIVATE_MESSAGE};
    bytes out;
    assert_ok(private_message_protect(p->s, a, &m.private, &ac, st, sender_data_secret));
    assert_ok(secret_tree_sent(st, SENDER, RATCHET_APPLICATION));
    assert_ok(message_encode(a, &out, &m));
    return out;
}

/* All that a receiver does, in order. */
static mls_err unprotect(arena *a, const party *p, bytes in, secret_tree *st,
                         authenticated_content *ac)
{
    message m = {0};
    sender_data from;
    TRY(message_decode(a, &m, in));
    if (m.wire_format != MLS_WIRE_PRIVATE_MESSAGE)
        return MLS_ERR_DECODE_WRONG_KIND;
    TRY(private_message_sender(p->s, &from, &m.private, sender_data_secret));
    TRY(private_message_unprotect(p->s, a, ac, &m.private, &from, st));
    TRY(framing_verify(p->s, ac, bytes_of(p->public_key, p->s->sign->public_len), CONTEXT));
    return secret_tree_use(st, from.leaf_index, private_message_ratchet(m.private.content_type),
                           from.generation);
}

static void start(secret_tree *st, const suite *s)
{
    assert_ok(secret_tree_init(st, s, NUM_LEAVES, encryption_secret));
}

static void check_round_trip(arena *a, const suite *s)
{
    secret_tree from_us SCOPED_SECRET_TREE = {0}, receiver SCOPED_SECRET_TREE = {0};
    party p = make_party(s);
    bytes texts[] = {{0}, BYTES_LITERAL("hello"), bytes_of(arena_alloc(a, 5000), 5000)};
    start(&from_us, s);
    start(&receiver, s);
    for (size_t i = 0; i < 3; i++) {
        authenticated_content ac;
        bytes sealed = protect(a, &p, texts[i], &from_us);
        assert_ok(unprotect(a, &p, sealed, &receiver, &ac));
        assert_bytes(ac.content.application, texts[i]);
        assert_bytes(ac.content.authenticated_data, BYTES_LITERAL("seen by all"));
        assert_int_equal(ac.content.sender.index, SENDER);
        assert_err(unprotect(a, &p, sealed, &receiver, &ac), MLS_ERR_GENERATION_REUSED);
    }
}

static void test_round_trip(void **state)
{
    for_each_suite(*state, check_round_trip);
}

static size_t sealed_len(arena *a, const party *p, secret_tree *st, size_t len)
{
    message m = {0};
    bytes text = bytes_of(arena_alloc(a, len + 1), len);
    assert_ok(message_decode(a, &m, protect(a, p, text, st)));
    return m.private.ciphertext.len - AEAD_TAG_LEN;
}

/* Powers of two from 256 octets; above 4 KiB Padmé, which adds at most 12 %. The content's own
 * overhead is the two length headers and the signature. */
static void test_padding(void **state)
{
    arena *a = *state;
    secret_tree st SCOPED_SECRET_TREE = {0};
    party p = make_party(suite_find(mls_suite_at(0)));
    start(&st, p.s);
    const size_t signature = 2 + 64;
    assert_int_equal(sealed_len(a, &p, &st, 0), 256);
    assert_int_equal(sealed_len(a, &p, &st, 63), 256);
    assert_int_equal(sealed_len(a, &p, &st, 256 - signature - 2), 256);
    assert_int_equal(sealed_len(a, &p, &st, 256 - signature - 1), 512);
    assert_int_equal(sealed_len(a, &p, &st, 512 - signature - 2), 512);
    assert_int_equal(sealed_len(a, &p, &st, 2048 - signature - 1), 4096);
    assert_int_equal(sealed_len(a, &p, &st, 4096 - signature - 2), 4096);
    /* 4097: E = 12, S = 4, so the low 8 bits are rounded up. */
    assert_int_equal(sealed_len(a, &p, &st, 4096 - signature - 1), 4096 + 256);
    assert_int_equal(sealed_len(a, &p, &st, 4096 + 256 - signature - 2), 4096 + 256);
    for (size_t len = 4100; len < 80000; len += 997) {
        size_t padded = sealed_len(a, &p, &st, len), inner = len + signature + 4;
        assert_true(padded >= len + signature + 2);
        assert_true(padded <= inner + inner * 12 / 100 + 1);
    }
}

static void test_padding_must_be_zero(void **state)
{
    arena *a = *state;
    secret_tree from_us SCOPED_SECRET_TREE = {0}, receiver SCOPED_SECRET_TREE = {0};
    party p = make_party(suite_find(mls_suite_at(0)));
    authenticated_content ac;
    message m = {0};
    sender_data from;
    message_keys keys;
    start(&from_us, p.s);
    start(&receiver, p.s);
    assert_ok(message_decode(a, &m, protect(a, &p, BYTES_LITERAL("hello"), &from_us)));

    /* Opened and sealed again with the same keys, the last octet of the padding changed. */
    bytes aad = unhex(a, "0567726f7570"
                         "0000000000000003"
                         "01"
                         "0b7365656e20627920616c6c");
    assert_ok(private_message_sender(p.s, &from, &m.private, sender_data_secret));
    assert_ok(secret_tree_peek(&receiver, &keys, SENDER, RATCHET_APPLICATION, from.generation));
    for (size_t i = 0; i < 4; i++)
        keys.nonce[i] ^= from.reuse_guard[i];
    size_t len = m.private.ciphertext.len - AEAD_TAG_LEN;
    uint8_t *plaintext = arena_alloc(a, len), *sealed = arena_alloc(a, m.private.ciphertext.len);
    assert_ok(p.s->aead->open(plaintext, keys.key, keys.nonce, aad, m.private.ciphertext));
    p.s->aead->seal(sealed, keys.key, keys.nonce, aad, bytes_of(plaintext, len));
    assert_bytes(bytes_of(sealed, m.private.ciphertext.len), m.private.ciphertext);
    for (size_t at = len - 1; at > len - 3; at--) {
        plaintext[at] = 1;
        p.s->aead->seal(sealed, keys.key, keys.nonce, aad, bytes_of(plaintext, len));
        private_message changed = m.private;
        changed.ciphertext = bytes_of(sealed, m.private.ciphertext.len);
        assert_err(private_message_unprotect(p.s, a, &ac, &changed, &from, &receiver),
                   MLS_ERR_BAD_MESSAGE);
        plaintext[at] = 0;
    }
    assert_ok(private_message_unprotect(p.s, a, &ac, &m.private, &from, &receiver));
}

/* Whatever bit is flipped, the message is refused, and the true one still opens afterwards. */
static void check_every_bit(arena *a, const suite *s)
{
    secret_tree from_us SCOPED_SECRET_TREE = {0}, receiver SCOPED_SECRET_TREE = {0};
    party p = make_party(s);
    authenticated_content ac;
    start(&from_us, s);
    start(&receiver, s);
    bytes in = protect(a, &p, BYTES_LITERAL("hello"), &from_us);
    for (size_t i = 0; i < 8 * in.len; i++) {
        arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        uint8_t *changed = copy_of(scratch, in);
        changed[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_int_not_equal(unprotect(scratch, &p, bytes_of(changed, in.len), &receiver, &ac),
                             MLS_OK);
    }
    for (size_t len = 0; len < in.len; len++) {
        arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        assert_int_not_equal(unprotect(scratch, &p, bytes_of(in.data, len), &receiver, &ac),
                             MLS_OK);
    }
    assert_ok(unprotect(a, &p, in, &receiver, &ac));
    assert_bytes(ac.content.application, BYTES_LITERAL("hello"));
}

static void test_every_bit(void **state)
{
    for_each_suite(*state, check_every_bit);
}

static void test_signature_covers_context(void **state)
{
    arena *a = *state;
    party p = make_party(suite_find(mls_suite_at(0))), other = make_party(p.s);
    authenticated_content ac = make_content(a, &p, BYTES_LITERAL("hello"));
    bytes key = bytes_of(p.public_key, 32);
    assert_ok(framing_verify(p.s, &ac, key, CONTEXT));
    assert_err(framing_verify(p.s, &ac, key, BYTES_LITERAL("another context")),
               MLS_ERR_BAD_SIGNATURE);
    assert_err(framing_verify(p.s, &ac, bytes_of(other.public_key, 32), CONTEXT),
               MLS_ERR_BAD_SIGNATURE);
    ac.content.epoch++;
    assert_err(framing_verify(p.s, &ac, key, CONTEXT), MLS_ERR_BAD_SIGNATURE);
}

/* Application data in the clear: neither signed nor accepted. */
static void test_no_public_application(void **state)
{
    arena *a = *state;
    party p = make_party(suite_find(mls_suite_at(0)));
    authenticated_content ac = make_content(a, &p, BYTES_LITERAL("hello"));
    ac.wire_format = MLS_WIRE_PUBLIC_MESSAGE;
    assert_err(framing_sign(p.s, a, &ac, bytes_of(p.private_key, 64), CONTEXT),
               MLS_ERR_BAD_MESSAGE);
    assert_err(framing_verify(p.s, &ac, bytes_of(p.public_key, 32), CONTEXT), MLS_ERR_BAD_MESSAGE);
}

static void test_membership_tag(void **state)
{
    arena *a = *state;
    party p = make_party(suite_find(mls_suite_at(0)));
    uint8_t key[HASH_MAX] = "key", tag[HASH_MAX], other[HASH_MAX];
    authenticated_content ac = make_content(a, &p, BYTES_LITERAL("hello"));
    assert_ok(framing_membership_tag(p.s, tag, &ac, key, CONTEXT));
    ac.auth.signature = BYTES_LITERAL("another signature");
    assert_ok(framing_membership_tag(p.s, other, &ac, key, CONTEXT));
    assert_memory_not_equal(tag, other, 32);
    ac = make_content(a, &p, BYTES_LITERAL("hello"));
    key[0] ^= 1;
    assert_ok(framing_membership_tag(p.s, other, &ac, key, CONTEXT));
    assert_memory_not_equal(tag, other, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_round_trip),
        test(test_padding),
        test(test_padding_must_be_zero),
        test(test_every_bit),
        test(test_signature_covers_context),
        test(test_no_public_application),
        test(test_membership_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
