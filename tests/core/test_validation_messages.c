/* Framing (RFC 9420 section 6): messages that are wrong in one field, and right in all tags and
 * signatures that cover it. */
#include "rogue.h"

#include <string.h>

static const mls_proposal own_update = {.type = MLS_PROPOSAL_UPDATE};

static bytes public_proposal(world *w)
{
    return make_proposal(w, dev(w, 'A'), &own_update, MLS_AS_PUBLIC_MESSAGE);
}

/* A tag that differs from the right one: empty, cut, longer, and changed in one bit. */
static bytes spoilt(world *w, bytes tag, int way)
{
    uint8_t *out = arena_alloc(w->a, tag.len + 1);
    memcpy(out, tag.data, tag.len);
    switch (way) {
    case 0:
        return bytes_of(out, 0);
    case 1:
        return bytes_of(out, 1);
    case 2:
        return bytes_of(out, tag.len - 1);
    case 3:
        return bytes_of(out, tag.len + 1);
    default:
        out[tag.len - 1] ^= 1;
        return bytes_of(out, tag.len);
    }
}

enum { WAYS = 5 };

static void test_membership_tag(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes good = public_proposal(w);
    for (int way = 0; way < WAYS; way++) {
        public_message m = take_apart(w, good);
        m.membership_tag = spoilt(w, m.membership_tag, way);
        refuse(dev(w, 'B'), put_together_untagged(w, &m), MLS_ERR_BAD_MEMBERSHIP_TAG);
    }
    /* Without the tag's field the message is cut short. */
    size_t tag_len = 1 + suite_find(w->suite)->hash->len;
    refuse(dev(w, 'B'), bytes_of(good.data, good.len - tag_len), MLS_ERR_DECODE_TRUNCATED);
    deliver_one(dev(w, 'B'), good, MLS_EVENT_PROPOSAL);
}

static void test_confirmation_tag(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes good = make_rogue_commit(w, dev(w, 'A'), &(rogue_commit){0});
    for (int way = 0; way < WAYS; way++) {
        public_message m = take_apart(w, good);
        m.auth.confirmation_tag = spoilt(w, m.auth.confirmation_tag, way);
        refuse(dev(w, 'B'), put_together(w, dev(w, 'A'), m), MLS_ERR_BAD_CONFIRMATION_TAG);
    }
    deliver(w, "BC", good, MLS_EVENT_COMMIT);
}

static void test_signature(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes good = public_proposal(w);
    for (int way = 0; way < WAYS; way++) {
        public_message m = take_apart(w, good);
        m.auth.signature = spoilt(w, m.auth.signature, way);
        refuse(dev(w, 'B'), put_together(w, dev(w, 'A'), m), MLS_ERR_BAD_SIGNATURE);
    }
    /* Signed by B, and said to be of A. */
    authenticated_content ac = rogue_content(dev(w, 'A'), MLS_CONTENT_PROPOSAL);
    ac.content.proposal = (proposal){.type = MLS_PROPOSAL_REMOVE, .removed = 2};
    refuse(dev(w, 'C'), rogue_frame(w, dev(w, 'B'), &ac), MLS_ERR_BAD_SIGNATURE);
}

/* ---- Senders ---- */

/* 3 is blank, 4 past the end; the others reach further with every bit. */
static const uint32_t nobody[] = {3, 4, 7, UINT32_C(1) << 30, UINT32_C(1) << 31, UINT32_MAX};
enum { NUM_NOBODY = sizeof nobody / sizeof nobody[0] };

static void test_public_sender(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    for (size_t i = 0; i < NUM_NOBODY; i++) {
        authenticated_content ac = rogue_content(dev(w, 'A'), MLS_CONTENT_PROPOSAL);
        ac.content.proposal = (proposal){.type = MLS_PROPOSAL_REMOVE, .removed = 2};
        ac.content.sender.index = nobody[i];
        refuse(dev(w, 'B'), rogue_frame(w, dev(w, 'A'), &ac), MLS_ERR_UNKNOWN_SENDER);
    }
}

/* SenderData: leaf_index, generation, reuse_guard; sealed again with another leaf_index. */
static bytes with_sender(world *w, const device *from, bytes octets, uint32_t leaf_index)
{
    const epoch *e = from->group->current;
    const suite *s = e->suite;
    message m = {0};
    sender_data data;
    message_keys keys;
    bytes out;
    assert_ok(message_decode(w->a, &m, octets));
    assert_ok(private_message_sender(s, &data, &m.private, e->secrets.sender_data_secret));
    uint8_t plain[12] = {(uint8_t)(leaf_index >> 24), (uint8_t)(leaf_index >> 16),
                         (uint8_t)(leaf_index >> 8), (uint8_t)leaf_index};
    for (int i = 0; i < 4; i++)
        plain[4 + i] = (uint8_t)(data.generation >> (24 - 8 * i));
    memcpy(plain + 8, data.reuse_guard, 4);
    /* SenderDataAAD: group_id, epoch, content_type */
    size_t id_len = m.private.group_id.len;
    uint8_t aad[64] = {(uint8_t)id_len};
    assert_true(id_len < 50);
    memcpy(aad + 1, m.private.group_id.data, id_len);
    aad[1 + id_len + 7] = (uint8_t)m.private.epoch;
    aad[1 + id_len + 8] = m.private.content_type;
    assert_ok(sender_data_keys(s, &keys, e->secrets.sender_data_secret, m.private.ciphertext));
    uint8_t *sealed = arena_alloc(w->a, sizeof plain + AEAD_TAG_LEN);
    s->aead->seal(sealed, keys.key, keys.nonce, bytes_of(aad, 1 + id_len + 9),
                  bytes_of(plain, sizeof plain));
    m.private.encrypted_sender_data = bytes_of(sealed, sizeof plain + AEAD_TAG_LEN);
    assert_ok(message_encode(w->a, &out, &m));
    return out;
}

static void test_private_sender(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes good = say(w, dev(w, 'A'), "hello");
    for (size_t i = 0; i < NUM_NOBODY; i++)
        refuse(dev(w, 'B'), with_sender(w, dev(w, 'A'), good, nobody[i]), MLS_ERR_UNKNOWN_SENDER);
    refuse(dev(w, 'B'), with_sender(w, dev(w, 'A'), good, 2), MLS_ERR_DECRYPT_FAILED);
    refuse(dev(w, 'B'), with_sender(w, dev(w, 'A'), good, 1), MLS_ERR_OWN_MESSAGE);
    hear(dev(w, 'B'), with_sender(w, dev(w, 'A'), good, 0), "hello");
}

/* ---- Content ---- */

static void test_application_in_the_clear(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    authenticated_content ac = rogue_content(dev(w, 'A'), MLS_CONTENT_APPLICATION);
    ac.content.application = BYTES_LITERAL("hello");
    refuse(dev(w, 'B'), rogue_frame(w, dev(w, 'A'), &ac), MLS_ERR_BAD_MESSAGE);
}

static void test_group_and_epoch(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    for (int i = 0; i < 4; i++) {
        static const mls_err errors[] = {MLS_ERR_WRONG_GROUP, MLS_ERR_EPOCH_AHEAD,
                                         MLS_ERR_EPOCH_TOO_OLD, MLS_ERR_WRONG_GROUP};
        authenticated_content ac = rogue_content(dev(w, 'A'), MLS_CONTENT_PROPOSAL);
        ac.content.proposal = (proposal){.type = MLS_PROPOSAL_REMOVE, .removed = 2};
        if (i == 0)
            ac.content.group_id = BYTES_LITERAL("another group");
        else if (i == 3)
            ac.content.group_id.len--;
        else
            ac.content.epoch += i == 1 ? 1 : UINT64_MAX;
        refuse(dev(w, 'B'), rogue_frame(w, dev(w, 'A'), &ac), errors[i]);
    }
}

/* The signature says how the message travels: what was signed for a PublicMessage is refused in a
 * PrivateMessage. */
static void test_signed_for_other_framing(void **state)
{
    world *w = *state;
    device *a = dev(w, 'A');
    bytes out;
    make_group(w, "ABC");
    epoch *e = a->group->current;
    authenticated_content ac = rogue_content(a, MLS_CONTENT_PROPOSAL);
    ac.content.proposal = (proposal){.type = MLS_PROPOSAL_REMOVE, .removed = 2};
    rogue_frame(w, a, &ac);
    message m = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_PRIVATE_MESSAGE};
    assert_ok(private_message_protect(e->suite, w->a, &m.private, &ac, &e->secret_tree,
                                      e->secrets.sender_data_secret));
    assert_ok(message_encode(w->a, &out, &m));
    refuse(dev(w, 'B'), out, MLS_ERR_BAD_SIGNATURE);
}

/* A commit of PublicMessage with application data's content type, and so on: nothing is read as
 * what it is not. */
static void test_octets(void **state)
{
    world *w = *state;
    make_group(w, "ABC");
    bytes good = public_proposal(w);
    const size_t content_type = 4 + 1 + strlen("a group") + 8 + 5 + 1;
    static const struct {
        size_t at;
        uint8_t value;
        mls_err err;
    } cases[] = {
        {1, 2, MLS_ERR_DECODE_VERSION},    {3, 0, MLS_ERR_DECODE_WRONG_KIND},
        {3, 6, MLS_ERR_DECODE_WRONG_KIND}, {2, 0x0A, MLS_ERR_DECODE_WRONG_KIND},
        {20, 0, MLS_ERR_DECODE_BAD_VALUE}, {20, 5, MLS_ERR_DECODE_BAD_VALUE},
        {26, 0, MLS_ERR_DECODE_BAD_VALUE}, {26, 4, MLS_ERR_DECODE_BAD_VALUE},
        {28, 0, MLS_ERR_DECODE_BAD_VALUE},
    };
    assert_int_equal(content_type, 26);
    assert_int_equal(good.data[20], SENDER_MEMBER);
    assert_int_equal(good.data[26], MLS_CONTENT_PROPOSAL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *changed = copy_of(w->a, good);
        changed[cases[i].at] = cases[i].value;
        refuse(dev(w, 'B'), bytes_of(changed, good.len), cases[i].err);
    }
}

static bytes with_trailing(world *w, bytes in)
{
    uint8_t *out = arena_alloc(w->a, in.len + 1);
    memcpy(out, in.data, in.len);
    return bytes_of(out, in.len + 1);
}

static void test_trailing_octets(void **state)
{
    world *w = *state;
    bytes invitation;
    mls_key_package_info info;
    make_group(w, "ABC");
    refuse(dev(w, 'B'), with_trailing(w, public_proposal(w)), MLS_ERR_DECODE_TRAILING);
    refuse(dev(w, 'B'), with_trailing(w, say(w, dev(w, 'A'), "hello")), MLS_ERR_DECODE_TRAILING);
    mls_proposal add = add_of(w, dev(w, 'D'));
    assert_err(mls_key_package_check(&info, with_trailing(w, add.data), NOW),
               MLS_ERR_DECODE_TRAILING);
    bytes m = make_commit(w, dev(w, 'A'), &invitation, &add, 1, MLS_AS_PUBLIC_MESSAGE);
    refuse(dev(w, 'B'), with_trailing(w, m), MLS_ERR_DECODE_TRAILING);
    device *d = dev(w, 'D');
    assert_err(trusting_join(&d->group, with_trailing(w, invitation), view(&d->secret), (bytes){0},
                             NULL, 0),
               MLS_ERR_DECODE_TRAILING);
    join(d, invitation, (bytes){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_membership_tag),  group_test(test_confirmation_tag),
        group_test(test_signature),       group_test(test_public_sender),
        group_test(test_private_sender),  group_test(test_application_in_the_clear),
        group_test(test_group_and_epoch), group_test(test_signed_for_other_framing),
        group_test(test_octets),          group_test(test_trailing_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
