/* Kind messages: every structure decodes and encodes to the same octets. */
#include "vectors.h"

#include "mls/message.h"
#include "mls/tree_wire.h"

#include <string.h>

#define SCOPED_TREE __attribute__((cleanup(tree_cleanup)))

static bool check_structure(test *t, const char *name, codec_fn *fn, void *object, bytes in)
{
    bytes out;
    mls_err err = codec_decode(t->a, object, fn, in);
    if (err == MLS_OK)
        err = codec_encode(t->a, &out, fn, object);
    if (err != MLS_OK)
        return test_fail(t, name, NO_INDEX, err);
    return bytes_equal(in, out) || test_fail(t, name, NO_INDEX, MLS_OK);
}

static bool check_message(test *t, const char *name, uint16_t wire_format, uint8_t content_type)
{
    message m = {0};
    if (!check_structure(t, name, message_any, &m, field_hex(t, t->json, name)))
        return false;
    CHECK(t, name, m.wire_format == wire_format);
    CHECK(t, name, content_type == 0 || m.public.content.content_type == content_type);
    return true;
}

/* The vector leaves the proposal type out; it stands in front of a Proposal. */
static bool check_proposal(test *t, const char *name, uint16_t type)
{
    proposal p = {0};
    bytes body = field_hex(t, t->json, name);
    uint8_t *in = arena_alloc(t->a, body.len + 2);
    CHECK(t, "memory", in);
    in[0] = (uint8_t)(type >> 8);
    in[1] = (uint8_t)type;
    memcpy(in + 2, body.data, body.len);
    return check_structure(t, name, proposal_any, &p, bytes_of(in, body.len + 2));
}

static bool check_tree(test *t)
{
    tree tr SCOPED_TREE = {0};
    bytes in = field_hex(t, t->json, "ratchet_tree"), out;
    /* The case names no suite; the form of a tree does not depend on it. */
    CHECK_OK(t, "ratchet_tree", tree_decode(&tr, suite_find(mls_suite_at(0)), in));
    CHECK_OK(t, "ratchet_tree", tree_encode(&tr, t->a, &out));
    CHECK(t, "ratchet_tree", bytes_equal(in, out));
    return true;
}

bool run_messages(test *t)
{
    group_secrets secrets = {0};
    commit c = {0};
    return check_message(t, "mls_welcome", MLS_WIRE_WELCOME, 0) &&
           check_message(t, "mls_group_info", MLS_WIRE_GROUP_INFO, 0) &&
           check_message(t, "mls_key_package", MLS_WIRE_KEY_PACKAGE, 0) &&
           check_message(t, "public_message_application", MLS_WIRE_PUBLIC_MESSAGE,
                         MLS_CONTENT_APPLICATION) &&
           check_message(t, "public_message_proposal", MLS_WIRE_PUBLIC_MESSAGE,
                         MLS_CONTENT_PROPOSAL) &&
           check_message(t, "public_message_commit", MLS_WIRE_PUBLIC_MESSAGE, MLS_CONTENT_COMMIT) &&
           check_message(t, "private_message", MLS_WIRE_PRIVATE_MESSAGE, 0) &&
           check_proposal(t, "add_proposal", MLS_PROPOSAL_ADD) &&
           check_proposal(t, "update_proposal", MLS_PROPOSAL_UPDATE) &&
           check_proposal(t, "remove_proposal", MLS_PROPOSAL_REMOVE) &&
           check_proposal(t, "pre_shared_key_proposal", MLS_PROPOSAL_PSK) &&
           check_proposal(t, "re_init_proposal", MLS_PROPOSAL_REINIT) &&
           check_proposal(t, "external_init_proposal", MLS_PROPOSAL_EXTERNAL_INIT) &&
           check_proposal(t, "group_context_extensions_proposal",
                          MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS) &&
           check_structure(t, "group_secrets", group_secrets_any, &secrets,
                           field_hex(t, t->json, "group_secrets")) &&
           check_structure(t, "commit", commit_any, &c, field_hex(t, t->json, "commit")) &&
           check_tree(t);
}
