/* Kind message-protection: PublicMessage and PrivateMessage (RFC 9420 sections 6.1 to 6.3). */
#include "vectors.h"

#include "mls/group_context.h"
#include "mls/message.h"

#define SCOPED_SECRET_TREE __attribute__((cleanup(secret_tree_cleanup)))

enum { SENDER = 1, NUM_LEAVES = 2 };

/* What both members of the vector's group know. */
typedef struct keys {
    bytes context, signature_priv, signature_pub;
    const uint8_t *encryption_secret, *sender_data_secret, *membership_key;
} keys;

static bool read_keys(test *t, keys *k)
{
    size_t nh = t->suite->hash->len;
    group_context context = {
        .version = MLS_VERSION_10,
        .suite = t->suite->id,
        .group_id = field_hex(t, t->json, "group_id"),
        .epoch = field_number(t, t->json, "epoch"),
        .tree_hash = field_hex(t, t->json, "tree_hash"),
        .confirmed_transcript_hash = field_hex(t, t->json, "confirmed_transcript_hash"),
    };
    k->signature_priv = field_private_key(t, t->json, "signature_priv");
    k->signature_pub = field_hex(t, t->json, "signature_pub");
    k->encryption_secret = field_octets(t, t->json, "encryption_secret", nh);
    k->sender_data_secret = field_octets(t, t->json, "sender_data_secret", nh);
    k->membership_key = field_octets(t, t->json, "membership_key", nh);
    CHECK_OK(t, "encoding the GroupContext", group_context_encode(t->a, &k->context, &context));
    return true;
}

/* The body of a content as the vector has it: Proposal, Commit, or application data. */
static bool body_is(test *t, const char *name, const framed_content *content)
{
    bytes body = content->application;
    if (content->content_type == MLS_CONTENT_PROPOSAL)
        CHECK_OK(t, "encoding the proposal", proposal_encode(t->a, &body, &content->proposal));
    if (content->content_type == MLS_CONTENT_COMMIT)
        CHECK_OK(t, "encoding the commit", commit_encode(t->a, &body, &content->commit));
    return field_is(t, t->json, name, body);
}

static bool unprotect_private(test *t, const keys *k, bytes in, const char *name,
                              authenticated_content *ac)
{
    message m = {0};
    sender_data from;
    secret_tree st SCOPED_SECRET_TREE = {0};
    CHECK_OK(t, "decoding a PrivateMessage", message_decode(t->a, &m, in));
    CHECK(t, "wire format", m.wire_format == MLS_WIRE_PRIVATE_MESSAGE);
    CHECK_OK(t, "secret tree", secret_tree_init(&st, t->suite, NUM_LEAVES, k->encryption_secret));
    CHECK_OK(t, "sender data",
             private_message_sender(t->suite, &from, &m.private, k->sender_data_secret));
    CHECK(t, "sender", from.leaf_index == SENDER);
    CHECK_OK(t, "unprotecting",
             private_message_unprotect(t->suite, t->a, ac, &m.private, &from, &st));
    CHECK_OK(t, "signature", framing_verify(t->suite, ac, k->signature_pub, k->context));
    return body_is(t, name, &ac->content);
}

static bool unprotect_public(test *t, const keys *k, bytes in, const char *name,
                             authenticated_content *ac)
{
    message m = {0};
    uint8_t tag[HASH_MAX];
    CHECK_OK(t, "decoding a PublicMessage", message_decode(t->a, &m, in));
    CHECK(t, "wire format", m.wire_format == MLS_WIRE_PUBLIC_MESSAGE);
    CHECK(t, "content type", m.public.content.content_type != MLS_CONTENT_APPLICATION);
    CHECK(t, "sender",
          m.public.content.sender.type == SENDER_MEMBER && m.public.content.sender.index == SENDER);
    *ac = (authenticated_content){MLS_WIRE_PUBLIC_MESSAGE, m.public.content, m.public.auth};
    CHECK_OK(t, "membership tag",
             framing_membership_tag(t->suite, tag, ac, k->membership_key, k->context));
    CHECK(t, "membership tag",
          secret_equal(m.public.membership_tag, bytes_of(tag, t->suite->hash->len)));
    CHECK_OK(t, "signature", framing_verify(t->suite, ac, k->signature_pub, k->context));
    return body_is(t, name, &ac->content);
}

static bool protect_private(test *t, const keys *k, authenticated_content *ac, bytes *out)
{
    message m = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_PRIVATE_MESSAGE};
    secret_tree st SCOPED_SECRET_TREE = {0};
    ac->wire_format = MLS_WIRE_PRIVATE_MESSAGE;
    CHECK_OK(t, "signing", framing_sign(t->suite, t->a, ac, k->signature_priv, k->context));
    CHECK_OK(t, "secret tree", secret_tree_init(&st, t->suite, NUM_LEAVES, k->encryption_secret));
    CHECK_OK(t, "protecting",
             private_message_protect(t->suite, t->a, &m.private, ac, &st, k->sender_data_secret));
    CHECK_OK(t, "encoding", message_encode(t->a, out, &m));
    return true;
}

static bool protect_public(test *t, const keys *k, authenticated_content *ac, bytes *out)
{
    message m = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_PUBLIC_MESSAGE};
    uint8_t tag[HASH_MAX];
    ac->wire_format = MLS_WIRE_PUBLIC_MESSAGE;
    CHECK_OK(t, "signing", framing_sign(t->suite, t->a, ac, k->signature_priv, k->context));
    CHECK_OK(t, "membership tag",
             framing_membership_tag(t->suite, tag, ac, k->membership_key, k->context));
    m.public = (public_message){ac->content, ac->auth, bytes_of(tag, t->suite->hash->len)};
    CHECK_OK(t, "encoding", message_encode(t->a, out, &m));
    return true;
}

typedef bool protect_fn(test *, const keys *, authenticated_content *, bytes *);
typedef bool unprotect_fn(test *, const keys *, bytes, const char *, authenticated_content *);

/* Opens the vector's message, and one that we make of the same content. */
static bool both_ways(test *t, const keys *k, const char *name, const char *protected_name,
                      protect_fn *protect, unprotect_fn *unprotect)
{
    authenticated_content ac;
    bytes own;
    return unprotect(t, k, field_hex(t, t->json, protected_name), name, &ac) &&
           protect(t, k, &ac, &own) && unprotect(t, k, own, name, &ac);
}

/* Application data in a PublicMessage is refused by sender and receiver. */
static bool refuses_public_application(test *t, const keys *k)
{
    authenticated_content ac = {
        .wire_format = MLS_WIRE_PUBLIC_MESSAGE,
        .content = {.group_id = field_hex(t, t->json, "group_id"),
                    .epoch = field_number(t, t->json, "epoch"),
                    .sender = {SENDER_MEMBER, SENDER},
                    .content_type = MLS_CONTENT_APPLICATION,
                    .application = field_hex(t, t->json, "application")},
    };
    CHECK(t, "refusing to protect an application message as PublicMessage",
          framing_sign(t->suite, t->a, &ac, k->signature_priv, k->context) == MLS_ERR_BAD_MESSAGE);
    ac.auth.signature = field_hex(t, t->json, "signature_pub");
    CHECK(t, "refusing an application message as PublicMessage",
          framing_verify(t->suite, &ac, k->signature_pub, k->context) == MLS_ERR_BAD_MESSAGE);
    return true;
}

bool run_message_protection(test *t)
{
    keys k;
    return read_keys(t, &k) &&
           both_ways(t, &k, "proposal", "proposal_priv", protect_private, unprotect_private) &&
           both_ways(t, &k, "proposal", "proposal_pub", protect_public, unprotect_public) &&
           both_ways(t, &k, "commit", "commit_priv", protect_private, unprotect_private) &&
           both_ways(t, &k, "commit", "commit_pub", protect_public, unprotect_public) &&
           both_ways(t, &k, "application", "application_priv", protect_private,
                     unprotect_private) &&
           refuses_public_application(t, &k);
}
