/* What is kept of a message shows to others, without any secret, who wrote it. */
#include "world.h"

#include "mls/framing.h"
#include "mls/group_context.h"
#include "mls/leaf.h"

#include <string.h>

/* What somebody does who has the evidence and nothing else. */
static mls_err verify(arena *a, const mls_evidence *e, bytes *identity, bytes *content)
{
    leaf_node leaf = {0};
    group_context context = {0};
    authenticated_content ac = {.wire_format = MLS_WIRE_PRIVATE_MESSAGE};
    TRY(leaf_node_decode(a, &leaf, e->leaf_node));
    TRY(group_context_decode(a, &context, e->group_context));
    TRY(framed_content_decode(a, &ac.content, e->framed_content));
    ac.auth.signature = e->signature;
    *identity = leaf.cred.identity;
    *content = ac.content.application;
    return framing_verify(suite_find(context.suite), &ac, leaf.signature_key, e->group_context);
}

static void assert_proves(world *w, const mls_evidence *e, const char *name, const char *words)
{
    bytes identity, content;
    assert_ok(verify(w->a, e, &identity, &content));
    assert_bytes(identity, bytes_of(name, strlen(name)));
    assert_bytes(content, bytes_of(words, strlen(words)));
}

static bytes flipped(world *w, bytes in, size_t at)
{
    uint8_t *out = copy_of(w->a, in);
    out[at] ^= 1;
    return bytes_of(out, in.len);
}

static void test_proof(void **state)
{
    world *w = *state;
    mls_buf message;
    mls_event event;
    mls_evidence e;
    bytes identity, content;
    make_group(w, "AB");
    assert_ok(mls_group_encrypt(dev(w, 'A')->group, &message, BYTES_LITERAL("a threat"),
                                BYTES_LITERAL("aad")));
    assert_ok(mls_group_receive_proven(dev(w, 'B')->group, &event, &e, view(&message), NOW));
    assert_proves(w, &e, "A", "a threat");
    mls_evidence changed = e;
    changed.signature = flipped(w, e.signature, 3);
    assert_err(verify(w->a, &changed, &identity, &content), MLS_ERR_BAD_SIGNATURE);
    changed = e;
    changed.framed_content = flipped(w, e.framed_content, e.framed_content.len - 1);
    assert_err(verify(w->a, &changed, &identity, &content), MLS_ERR_BAD_SIGNATURE);
    changed = e;
    changed.group_context = flipped(w, e.group_context, e.group_context.len - 4);
    assert_int_not_equal(verify(w->a, &changed, &identity, &content), MLS_OK);
    mls_event_free(&event);
    mls_buf_free(&message);
}

/* Of a message that came late, the evidence is that of its own epoch. */
static void test_late(void **state)
{
    world *w = *state;
    mls_buf message;
    mls_event event;
    mls_evidence e;
    make_group(w, "AB");
    assert_ok(mls_group_encrypt(dev(w, 'A')->group, &message, BYTES_LITERAL("late"), (bytes){0}));
    deliver(w, "AB", make_commit(w, dev(w, 'B'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_ok(mls_group_receive_proven(dev(w, 'B')->group, &event, &e, view(&message), NOW));
    assert_proves(w, &e, "A", "late");
    mls_event_free(&event);
    mls_buf_free(&message);
}

static void test_nothing_else_has_it(void **state)
{
    world *w = *state;
    mls_event event;
    mls_evidence e;
    make_group(w, "AB");
    bytes octets = make_commit(w, dev(w, 'A'), NULL, NULL, 0, 0);
    assert_ok(mls_group_receive_proven(dev(w, 'B')->group, &event, &e, octets, NOW));
    assert_int_equal(e.leaf_node.len + e.signature.len, 0);
    mls_event_free(&event);
    assert_int_not_equal(mls_group_receive_proven(dev(w, 'B')->group, &event, &e, octets, NOW),
                         MLS_OK);
    assert_int_equal(e.leaf_node.len + e.signature.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_proof),
        group_test(test_late),
        group_test(test_nothing_else_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
