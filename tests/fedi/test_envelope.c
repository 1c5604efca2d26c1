/* Envelopes: checklist points 8, 14, 15, 16, 21 and the table of practice, as far as the envelope
 * shows them. */
#include "documents.h"

#include "base/codec.h"
#include "fedi/envelope.h"

#include <stdio.h>
#include <string.h>

#define MLS_OBJECT "'mediaType':'message/mls','encoding':'base64'"

static envelope read_ok(arena *a, const char *in)
{
    envelope e;
    mls_err err = envelope_read(a, &e, parsed(a, in), NULL);
    if (err != MLS_OK)
        print_message("case: %s\n", in);
    assert_ok(err);
    return e;
}

static void assert_refused(arena *a, const char *in, mls_err expected)
{
    envelope e;
    mls_err err = envelope_read(a, &e, parsed(a, in), NULL);
    if (err != expected)
        print_message("case: %s\n", in);
    assert_err(err, expected);
    assert_int_equal(e.kind, ENVELOPE_NONE);
    assert_int_equal(e.octets.len, 0);
}

/* ---- Point 14: the wire format says what it is ---- */

static void test_point_14_wire_format(void **state)
{
    static const struct {
        const char *content;
        envelope_kind kind;
        mls_wire_format wire_format;
    } cases[] = {
        {"$P", ENVELOPE_MESSAGE, MLS_WIRE_PRIVATE_MESSAGE},
        {"$U", ENVELOPE_MESSAGE, MLS_WIRE_PUBLIC_MESSAGE},
        {"$W", ENVELOPE_MESSAGE, MLS_WIRE_WELCOME},
        {"$G", ENVELOPE_MESSAGE, MLS_WIRE_GROUP_INFO},
        {"$K", ENVELOPE_KEY_PACKAGE, 0},
        {"$X", ENVELOPE_KEY_PACKAGE, 0},
        {"$T", ENVELOPE_TREE, 0},
    };
    static const char *const types[] = {
        "'GroupInfo'", "'PrivateMessage'", "'Object'", "['Object','Welcome']",
        "'Note'",      "'as:Image'",       "[]"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t j = 0; j < sizeof types / sizeof types[0]; j++) {
            char in[512];
            snprintf(in, sizeof in,
                     "{'id':'x','type':'Create','actor':'" ALICE "','object':{'type':%s," MLS_OBJECT
                     ",'content':'%s'}}",
                     types[j], cases[i].content);
            envelope e = read_ok(*state, in);
            assert_int_equal(e.kind, cases[i].kind);
            assert_int_equal(e.message.wire_format, cases[i].wire_format);
        }
    }
}

static void test_point_14_what_is_inside(void **state)
{
    const samples *s = sample();
    envelope e = read_ok(*state, "{'actor':'" ALICE "','object':{" MLS_OBJECT ",'content':'$P'}}");
    assert_bytes(e.octets, s->private_message);
    assert_text(e.message.group_id, "uri:uuid:1");
    assert_int_equal(e.message.epoch, 1);
    e = read_ok(*state, "{'actor':'" ALICE "','object':{" MLS_OBJECT ",'content':'$X'}}");
    assert_bytes(e.octets, s->key_package); /* unwrapped */
    e = read_ok(*state, "{'actor':'" ALICE "','object':{" MLS_OBJECT ",'content':'$T'}}");
    assert_bytes(e.octets, s->tree);
}

static void test_forms_of_base64(void **state)
{
    static const char *const contents[] = {"$P", "$p", " $P\\n", "\\t$p"};
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        char in[256];
        snprintf(in, sizeof in,
                 "{'actor':'" ALICE "','object':{'mediaType':'message/mls',"
                 "'content':'%s'}}",
                 contents[i]);
        assert_bytes(read_ok(*state, in).octets, sample()->private_message);
    }
}

/* ---- What is not ours ---- */

static void test_not_ours(void **state)
{
    static const char *const cases[] = {
        "{}",
        "{'id':'x','type':'Like','actor':'" ALICE "','object':'y'}",
        "{'id':'x','type':'Create','actor':'" ALICE "','object':{'type':'Note','content':'hello'}}",
        "{'id':'x','type':'Create','actor':'" ALICE "'}",
        "{'id':'x','type':'PrivateMessage','content':'$P'}", /* a type alone is nothing */
        "{'id':'x','type':'Create','object':{'mediaType':'text/html','content':'$P'}}",
        "{'id':'x','type':'Delete','actor':'" ALICE "','object':'y'}",
        "{'id':'x','type':'Create','actor':'" ALICE "','object':[]}",
        "{'object':{'object':{" MLS_OBJECT ",'content':'$P'}}}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(read_ok(*state, cases[i]).kind, ENVELOPE_NONE);
}

static void test_bad_envelopes(void **state)
{
    static const char *const cases[] = {
        "'content':''",
        "'content':'AAAA'",
        "'content':'!'",
        "'content':1",
        "'content':{}",
        "'other':1",
        "'content':'$P','encoding':'gzip'",
        "'content':'$P','encoding':'hex'",
        "'content':'AAEAAg'",
        "'content':'$PAAAA'",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char in[256];
        snprintf(in, sizeof in, "{'actor':'" ALICE "','object':{'mediaType':'message/mls',%s}}",
                 cases[i]);
        assert_refused(*state, in, MLS_ERR_BAD_ENVELOPE);
    }
}

/* ---- Point 15: what others write ---- */

static const char EMISSARY[] =
    "{'@context':['https://www.w3.org/ns/activitystreams','https://purl.archive.org/socialweb/"
    "mls'],"
    "'id':'https://a.example/1','type':'Create','actor':'" ALICE "','to':['" BOB "','" ALICE "'],"
    "'instrument':'https://emissary.example/app','context':'uri:uuid:1',"
    "'published':'2025-06-15T15:06:40.5Z',"
    "'object':{'type':'GroupInfo','attributedTo':'" ALICE "','to':['" BOB "'],'content':'$P',"
    "'context':'uri:uuid:1','mediaType':'message/mls','encoding':'base64'}}";

static void test_point_15_emissary(void **state)
{
    envelope e = read_ok(*state, EMISSARY);
    assert_int_equal(e.kind, ENVELOPE_MESSAGE);
    assert_text(e.id, "https://a.example/1");
    assert_int_equal(e.object_id.len, 0);
    assert_text(e.actor, ALICE);
    assert_int_equal(e.num_aliases, 1);
    assert_text(e.aliases[0], "uri:uuid:1");
    assert_text(e.generator, "https://emissary.example/app");
    assert_true(e.has_published);
    assert_int_equal(e.published, NOW);
}

static const char BONFIRE[] =
    "{'@context':['https://www.w3.org/ns/activitystreams','https://purl.archive.org/socialweb/"
    "mls'],"
    "'id':'https://b.example/2','type':'PrivateMessage','attributedTo':'" BOB "','to':['" ALICE
    "'],"
    "'summary':'encrypted','mediaType':'message/mls','encoding':'base64','content':'$P',"
    "'context':'https://b.example/1','inReplyTo':'https://b.example/1'}";

static void test_point_15_bonfire(void **state)
{
    envelope e = read_ok(*state, BONFIRE);
    assert_int_equal(e.kind, ENVELOPE_MESSAGE);
    assert_text(e.id, "https://b.example/2");
    assert_text(e.object_id, "https://b.example/2");
    assert_text(e.actor, BOB);
    assert_int_equal(e.num_aliases, 1);
    assert_text(e.aliases[0], "https://b.example/1");
    assert_text(e.in_reply_to, "https://b.example/1");
    assert_false(e.has_published);
    /* The first Welcome says context: null; wrapped by a server, it is the object of a Create. */
    e = read_ok(*state, "{'id':'https://b.example/c','type':'Create','actor':{'id':'" BOB "'},"
                        "'object':{'id':'https://b.example/1','type':'Welcome','attributedTo':'" BOB
                        "','context':null,'inReplyTo':null," MLS_OBJECT ",'content':'$W'}}");
    assert_int_equal(e.message.wire_format, MLS_WIRE_WELCOME);
    assert_text(e.object_id, "https://b.example/1");
    assert_int_equal(e.num_aliases, 0);
}

/* Old clients call a bare ratchet tree a GroupInfo. */
static void test_bonfire_tree(void **state)
{
    envelope e =
        read_ok(*state, "{'id':'https://b.example/3','type':'GroupInfo','attributedTo':'" BOB
                        "','context':'https://b.example/1'," MLS_OBJECT ",'content':'$T'}");
    assert_int_equal(e.kind, ENVELOPE_TREE);
    assert_text(e.aliases[0], "https://b.example/1");
    assert_refused(*state, "{'attributedTo':'" BOB "'," MLS_OBJECT ",'content':'AA=='}",
                   MLS_ERR_BAD_ENVELOPE); /* a tree of nobody */
}

static void test_shapes(void **state)
{
    static const char *const cases[] = {
        "{'actor':['" ALICE "'],'object':[{" MLS_OBJECT ",'content':'$P'}]}",
        "{'actor':{'id':'" ALICE "','type':'Person'},'object':['y',{" MLS_OBJECT
        ",'content':'$P'}]}",
        "{'as:actor':'" ALICE
        "','as:object':{'mls:mediaType':'message/mls','mls:encoding':'base64',"
        "'as:content':'$P'}}",
        "{'https://www.w3.org/ns/activitystreams#actor':{'@id':'" ALICE "'},'object':{'mediaType':"
        "'message/mls','https://www.w3.org/ns/activitystreams#content':'$P'}}",
        "{'actor':'" ALICE "','attributedTo':null,'object':{'attributedTo':['" ALICE
        "'],'actor':{'id':'" ALICE "'}," MLS_OBJECT ",'content':'$P'}}",
        "{'attributedTo':'" ALICE "','type':'Object'," MLS_OBJECT ",'content':'$P'}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        envelope e = read_ok(*state, cases[i]);
        assert_int_equal(e.kind, ENVELOPE_MESSAGE);
        assert_text(e.actor, ALICE);
        assert_bytes(e.octets, sample()->private_message);
    }
}

/* ---- Point 16: aliases ---- */

static void test_point_16_aliases(void **state)
{
    envelope e = read_ok(*state, "{'actor':'" ALICE "','context':'a','conversation':{'id':'b'},"
                                 "'object':{'context':['c'],'conversation':'a'," MLS_OBJECT
                                 ",'content':'$P'}}");
    assert_int_equal(e.num_aliases, 3);
    assert_text(e.aliases[0], "c");
    assert_text(e.aliases[1], "a");
    assert_text(e.aliases[2], "b");
}

static void test_generator(void **state)
{
    envelope e = read_ok(*state, "{'actor':'" ALICE "','object':{'generator':{'type':'Application',"
                                 "'id':'app','name':'App'}," MLS_OBJECT ",'content':'$P'}}");
    assert_text(e.generator, "app");
    e = read_ok(*state,
                "{'actor':'" ALICE "','object':{'generator':'app'," MLS_OBJECT ",'content':'$P'}}");
    assert_text(e.generator, "app");
}

/* ---- Point 21: one sender ---- */

static void test_point_21_sender(void **state)
{
    static const char *const cases[] = {
        "{'actor':'" ALICE "','object':{'attributedTo':'" BOB "'," MLS_OBJECT ",'content':'$P'}}",
        "{'actor':'" ALICE "','object':{'actor':'" BOB "'," MLS_OBJECT ",'content':'$P'}}",
        "{'actor':['" ALICE "','" BOB "'],'object':{" MLS_OBJECT ",'content':'$P'}}",
        "{'actor':'" ALICE "','object':{'attributedTo':['" ALICE "','" BOB "']," MLS_OBJECT
        ",'content':'$P'}}",
        "{'actor':'" ALICE "','as:actor':'" BOB "','object':{" MLS_OBJECT ",'content':'$P'}}",
        "{'actor':'" ALICE "','attributedTo':'" BOB "','object':{" MLS_OBJECT ",'content':'$P'}}",
        "{'attributedTo':'" ALICE "','actor':'" BOB "'," MLS_OBJECT ",'content':'$P'}",
        "{'object':{" MLS_OBJECT ",'content':'$P'}}",
        "{" MLS_OBJECT ",'content':'$P'}",
        "{'actor':{'type':'Person'},'object':{" MLS_OBJECT ",'content':'$P'}}",
        "{'actor':'','object':{" MLS_OBJECT ",'content':'$P'}}",
        "{'actor':1,'object':{'attributedTo':'" ALICE "'," MLS_OBJECT ",'content':'$P'}}",
        "{'actor':'" ALICE "/','object':{'attributedTo':'" ALICE "'," MLS_OBJECT
        ",'content':'$P'}}",
        "{'type':'Announce','actor':'" BOB "','object':{'attributedTo':'" ALICE "'," MLS_OBJECT
        ",'content':'$P'}}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(*state, cases[i], MLS_ERR_SENDER_MISMATCH);
}

/* ---- Objects that are only named ---- */

static void test_fetch(void **state)
{
    static const char *const named[] = {
        "{'type':'Create','actor':'" ALICE "','object':'https://a.example/o'}",
        "{'type':['Create'],'actor':'" ALICE "','object':{'id':'https://a.example/o'}}",
        "{'type':'as:Create','actor':'" ALICE
        "','object':[{'id':'https://a.example/o','type':'X'}]}",
    };
    const json *object = parsed(*state, "{'id':'https://a.example/o','attributedTo':'" ALICE
                                        "'," MLS_OBJECT ",'content':'$W'}");
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        envelope e = read_ok(*state, named[i]);
        assert_int_equal(e.kind, ENVELOPE_FETCH);
        assert_text(e.object_id, "https://a.example/o");
        assert_text(e.actor, ALICE);
        assert_ok(envelope_read(*state, &e, parsed(*state, named[i]), object));
        assert_int_equal(e.kind, ENVELOPE_MESSAGE);
        assert_text(e.object_id, "https://a.example/o");
        assert_bytes(e.octets, sample()->welcome);
    }
}

static void test_fetched_something_else(void **state)
{
    const json *activity =
        parsed(*state, "{'type':'Create','actor':'" ALICE "','object':'https://a.example/o'}");
    envelope e;
    assert_err(envelope_read(*state, &e, activity,
                             parsed(*state, "{'id':'https://a.example/p','attributedTo':'" ALICE
                                            "'," MLS_OBJECT ",'content':'$W'}")),
               MLS_ERR_BAD_ENVELOPE);
    assert_err(envelope_read(*state, &e, activity,
                             parsed(*state, "{'id':'https://a.example/o','attributedTo':'" BOB
                                            "'," MLS_OBJECT ",'content':'$W'}")),
               MLS_ERR_SENDER_MISMATCH);
    assert_ok(envelope_read(*state, &e, activity,
                            parsed(*state, "{'id':'https://a.example/o','type':'Note'}")));
    assert_int_equal(e.kind, ENVELOPE_NONE);
}

/* ---- Point 15: what is written ---- */

static envelope_params params_of(bytes octets)
{
    static const bytes to[] = {{(const uint8_t *)ALICE, sizeof ALICE - 1},
                               {(const uint8_t *)BOB, sizeof BOB - 1}};
    return (envelope_params){.actor = to[0],
                             .to = to,
                             .num_to = 2,
                             .octets = octets,
                             .conversation = text("uri:uuid:1"),
                             .generator_id = text("https://w.example/app"),
                             .generator_name = text("Waxseal")};
}

static void test_point_15_written(void **state)
{
    envelope_params params = params_of(sample()->private_message);
    bytes out;
    assert_ok(envelope_write(*state, &out, &params));
    bytes expected = document(
        *state,
        "{'@context':['https://www.w3.org/ns/activitystreams',"
        "'https://purl.archive.org/socialweb/mls'],'type':'Create','actor':'" ALICE
        "','to':['" ALICE "','" BOB
        "'],'instrument':'https://w.example/app','context':'uri:uuid:1',"
        "'conversation':'uri:uuid:1','object':{'type':['Object','PrivateMessage'],'attributedTo':"
        "'" ALICE "','to':['" ALICE "','" BOB
        "'],'context':'uri:uuid:1','conversation':'uri:uuid:1',"
        "'mediaType':'message/mls','encoding':'base64','content':'$P','generator':{'type':"
        "'Application','id':'https://w.example/app','name':'Waxseal'},'summary':'This is an "
        "end-to-end encrypted message. Open it with an app that supports MLS over ActivityPub.'}}");
    assert_bytes(out, expected);
}

static void test_round_trip(void **state)
{
    const samples *s = sample();
    const bytes messages[] = {s->private_message, s->public_message, s->welcome, s->group_info};
    static const char *const types[] = {"PrivateMessage", "PublicMessage", "Welcome", "GroupInfo"};
    for (size_t i = 0; i < 4; i++) {
        envelope_params params = params_of(messages[i]);
        const json *again;
        envelope e;
        bytes out;
        params.in_reply_to = text("https://b.example/1");
        assert_ok(envelope_write(*state, &out, &params));
        assert_ok(json_parse(*state, &again, out, JSON_SIZE_MAX));
        assert_true(as2_has_type(as2_get(again, "object"), types[i]));
        assert_ok(envelope_read(*state, &e, again, NULL));
        assert_int_equal(e.kind, ENVELOPE_MESSAGE);
        assert_bytes(e.octets, messages[i]);
        assert_text(e.actor, ALICE);
        assert_text(e.generator, "https://w.example/app");
        assert_text(e.in_reply_to, "https://b.example/1");
        assert_int_equal(e.num_aliases, 1);
        assert_text(e.aliases[0], "uri:uuid:1");
    }
}

static void test_not_written(void **state)
{
    const samples *s = sample();
    static const char *const publics[] = {AS2_PUBLIC, "as:Public", "Public", ""};
    envelope_params good = params_of(s->private_message), bad;
    bytes out;
#define ASSERT_BAD(change)                                                                         \
    bad = good;                                                                                    \
    change;                                                                                        \
    assert_err(envelope_write(*state, &out, &bad), MLS_ERR_INVALID_ARGUMENT);                      \
    assert_int_equal(out.len, 0)
    ASSERT_BAD(bad.octets = s->wrapped);
    ASSERT_BAD(bad.octets = s->key_package);
    ASSERT_BAD(bad.octets = s->tree);
    ASSERT_BAD(bad.octets = (bytes){0});
    ASSERT_BAD(bad.actor = (bytes){0});
    ASSERT_BAD(bad.num_to = 0);
    ASSERT_BAD(bad.conversation = (bytes){0});
    ASSERT_BAD(bad.generator_id = (bytes){0});
    ASSERT_BAD(bad.generator_name = (bytes){0});
    ASSERT_BAD(bad.conversation = text("\xFF"));
    for (size_t i = 0; i < 4; i++) {
        bytes to[] = {text(BOB), text(publics[i])};
        ASSERT_BAD(bad.to = to);
    }
}

/* A PrivateMessage of a given size, in the codec's form. */
static bytes large_message(arena *a, size_t ciphertext_len)
{
    static const uint8_t head[] = {0, 1, 0, 2, 1, 'g', 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0};
    uint8_t *out = arena_alloc(a, ciphertext_len + 64), len[4];
    size_t n = codec_put_length(len, ciphertext_len);
    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, len, n);
    return bytes_of(out, sizeof head + n + ciphertext_len);
}

static void test_largest(void **state)
{
    bytes out;
    size_t empty;
    envelope_params params = params_of(large_message(*state, 0));
    assert_ok(envelope_write(*state, &out, &params));
    empty = out.len - (params.octets.len + 2) / 3 * 4;
    size_t fits = (ACTIVITY_MAX - empty) / 4 * 3, most = fits - 17 - 4;
    params.octets = large_message(*state, most);
    assert_int_equal(params.octets.len, fits);
    assert_ok(envelope_write(*state, &out, &params));
    assert_in_range(out.len, ACTIVITY_MAX - 3, ACTIVITY_MAX);
    params.octets = large_message(*state, most + 3);
    assert_err(envelope_write(*state, &out, &params), MLS_ERR_TOO_LARGE);
    assert_int_equal(out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fedi_test(test_point_14_wire_format),
        fedi_test(test_point_14_what_is_inside),
        fedi_test(test_forms_of_base64),
        fedi_test(test_not_ours),
        fedi_test(test_bad_envelopes),
        fedi_test(test_point_15_emissary),
        fedi_test(test_point_15_bonfire),
        fedi_test(test_bonfire_tree),
        fedi_test(test_shapes),
        fedi_test(test_point_16_aliases),
        fedi_test(test_generator),
        fedi_test(test_point_21_sender),
        fedi_test(test_fetch),
        fedi_test(test_fetched_something_else),
        fedi_test(test_point_15_written),
        fedi_test(test_round_trip),
        fedi_test(test_not_written),
        fedi_test(test_largest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
