/* The application data inside MLS, as it is read: checklist points 21 and 22. */
#include "documents.h"

#include "fedi/payload.h"

#include <stdio.h>

static payload read_ok(arena *a, const char *in)
{
    payload p;
    mls_err err = payload_read(a, &p, document(a, in));
    if (err != MLS_OK)
        print_message("case: %s\n", in);
    assert_ok(err);
    return p;
}

static void assert_refused(arena *a, const char *in, mls_err expected)
{
    payload p;
    mls_err err = payload_read(a, &p, document(a, in));
    if (err != expected)
        print_message("case: %s\n", in);
    assert_err(err, expected);
    assert_int_equal(p.kind, PAYLOAD_UNKNOWN);
    assert_int_equal(p.id.len, 0);
}

/* ---- Point 22: both forms of a message ---- */

static void test_point_22_emissary(void **state)
{
    payload p = read_ok(
        *state,
        "{'@context':'https://www.w3.org/ns/activitystreams','id':'uri:uuid:a','type':'Create',"
        "'actor':'" ALICE "','context':'uri:uuid:1','object':{'id':'uri:uuid:n','type':'Note',"
        "'attributedTo':'" ALICE "','content':'<p>Hello</p>','inReplyTo':'uri:uuid:m',"
        "'context':'uri:uuid:1','published':'2025-06-15T15:06:40Z'}}");
    assert_int_equal(p.kind, PAYLOAD_MESSAGE);
    assert_text(p.id, "uri:uuid:a");
    assert_text(p.object_id, "uri:uuid:n");
    assert_text(p.actor, ALICE);
    assert_text(p.type, "Note");
    assert_text(p.content, "<p>Hello</p>");
    assert_text(p.in_reply_to, "uri:uuid:m");
    assert_text(p.conversation, "uri:uuid:1");
    assert_true(p.has_published);
    assert_int_equal(p.published, NOW);
    assert_int_equal(p.attachments.count, 0);
}

static void test_point_22_bonfire(void **state)
{
    payload p =
        read_ok(*state, "{'id':'mls://m/01H','type':'Note','name':'Plans','content':'Hello',"
                        "'summary':'careful'}");
    assert_int_equal(p.kind, PAYLOAD_MESSAGE);
    assert_text(p.id, "mls://m/01H");
    assert_text(p.object_id, "mls://m/01H");
    assert_int_equal(p.actor.len, 0); /* names nobody: the leaf tells */
    assert_ok(payload_check_sender(&p, text(BOB)));
    assert_text(p.name, "Plans");
    assert_text(p.summary, "careful");
    assert_text(p.content, "Hello");
    assert_false(p.has_published);
    p = read_ok(*state, "{'id':'m','type':'Note','attributedTo':'" BOB "','content':'Hello'}");
    assert_text(p.actor, BOB);
}

static void test_point_22_shapes(void **state)
{
    static const char *const cases[] = {
        "{'type':'Note','id':'n','content':'x'}",
        "{'type':['Object','as:Note'],'id':'n','as:content':'x'}",
        "{'type':'Article','id':'n','name':'T','content':'x','mediaType':'text/html'}",
        "{'@id':'n','@type':'https://www.w3.org/ns/activitystreams#Note','content':{'@value':'x'}}",
        "{'type':'Create','id':'c','object':[{'type':'Note','id':'n','content':['x']}]}",
        "{'type':['Create'],'as:object':{'type':'Note','id':'n','content':'x'}}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        payload p = read_ok(*state, cases[i]);
        assert_int_equal(p.kind, PAYLOAD_MESSAGE);
        assert_text(p.object_id, "n");
        assert_text(p.content, "x");
    }
}

static void test_point_22_ignored(void **state)
{
    static const char *const unknown[] = {
        "{}",
        "{'type':'Travel','actor':'" ALICE "'}",
        "{'type':'Create','object':{'type':'Question','content':'x'}}",
        "{'type':'Create','object':'n'}",
        "{'type':'Create'}",
        "{'type':'note','content':'x'}",
        "{'type':'Leave','actor':'" ALICE "','object':'x'}",
        "{'type':'Update','id':'u','object':{'id':'x','type':'Object'}}",
        "{'content':'x'}",
    };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_int_equal(read_ok(*state, unknown[i]).kind, PAYLOAD_UNKNOWN);
    assert_int_equal(read_ok(*state, "{'type':'IntransitiveActivity','actor':'" ALICE "'}").kind,
                     PAYLOAD_DUMMY);
    assert_refused(*state, "[]", MLS_ERR_JSON_NOT_OBJECT);
    assert_refused(*state, "hello", MLS_ERR_JSON_NOT_OBJECT);
}

/* ---- Activities about messages ---- */

static void test_activities(void **state)
{
    static const struct {
        const char *in;
        payload_kind kind;
        const char *reaction, *undone;
    } cases[] = {
        {"{'type':'Delete','id':'d','actor':'" ALICE "','object':'n'}", PAYLOAD_DELETE, "", ""},
        {"{'type':'Delete','object':{'id':'n','type':'Tombstone'}}", PAYLOAD_DELETE, "", ""},
        {"{'type':'Like','object':'n'}", PAYLOAD_REACTION, "", ""},
        {"{'type':'Like','object':{'id':'n','attributedTo':'" BOB "'},'actor':'" ALICE
         "','content':'\xF0\x9F\x91\x8D'}",
         PAYLOAD_REACTION, "\xF0\x9F\x91\x8D", ""},
        {"{'type':'EmojiReact','object':'n','content':'!'}", PAYLOAD_REACTION, "!", ""},
        {"{'type':'litepub:EmojiReact','object':'n','content':'!'}", PAYLOAD_REACTION, "!", ""},
        {"{'type':'Undo','object':'n'}", PAYLOAD_UNDO, "", ""},
        {"{'type':'Undo','actor':'" ALICE "','object':{'id':'n','type':'Like','actor':'" ALICE
         "','object':'m'}}",
         PAYLOAD_UNDO, "", "m"},
        {"{'type':'Announce','object':'n'}", PAYLOAD_ANNOUNCE, "", ""},
        {"{'type':'Read','object':'n'}", PAYLOAD_READ, "", ""},
        {"{'type':'View','object':{'id':'n'}}", PAYLOAD_VIEW, "", ""},
        {"{'type':'Listen','object':['n']}", PAYLOAD_LISTEN, "", ""},
        {"{'type':'Acknowledge','object':'n'}", PAYLOAD_ACKNOWLEDGE, "", ""},
        {"{'type':'Failure','object':'n','summary':'why'}", PAYLOAD_FAILURE, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        payload p = read_ok(*state, cases[i].in);
        assert_int_equal(p.kind, cases[i].kind);
        assert_text(p.object_id, "n");
        assert_text(p.reaction, cases[i].reaction);
        assert_text(p.undone, cases[i].undone);
    }
    assert_text(read_ok(*state, "{'type':'Failure','object':'n','content':'why'}").reason, "why");
    payload p = read_ok(*state, "{'type':'Undo','object':{'type':'Like','object':'m'}}");
    assert_int_equal(p.object_id.len, 0);
    assert_text(p.undone, "m");
}

static void test_receipts_of_several(void **state)
{
    payload p = read_ok(*state, "{'type':'Read','object':['a',{'id':'b'},null,5,'c']}");
    assert_int_equal(p.num_objects, 3);
    assert_text(p.objects[0], "a");
    assert_text(p.objects[1], "b");
    assert_text(p.objects[2], "c");
    assert_text(p.object_id, "a");
}

static void test_too_many_receipts(void **state)
{
    char *in = arena_alloc(*state, 8 * PAYLOAD_OBJECTS_MAX), *at = in;
    payload p;
    at += sprintf(at, "{\"type\":\"Read\",\"object\":[\"a\"");
    for (int i = 0; i < PAYLOAD_OBJECTS_MAX; i++)
        at += sprintf(at, ",\"a\"");
    sprintf(at, "]}");
    assert_err(payload_read(*state, &p, text(in)), MLS_ERR_TOO_LARGE);
}

static void test_incomplete(void **state)
{
    static const char *const cases[] = {
        "{'type':'Delete'}",
        "{'type':'Delete','object':{}}",
        "{'type':'Like','content':'x'}",
        "{'type':'Announce','object':null}",
        "{'type':'Undo','object':{}}",
        "{'type':'Read','object':[]}",
        "{'type':'Read','object':[1]}",
        "{'type':'Acknowledge'}",
        "{'type':'Update','object':{'type':'Note','content':'x'}}", /* which one? */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(*state, cases[i], MLS_ERR_BAD_PAYLOAD);
}

static void test_edit_and_rename(void **state)
{
    payload p = read_ok(*state, "{'type':'Update','id':'u','actor':'" ALICE "','object':{'id':'n',"
                                "'type':'Note','attributedTo':'" ALICE "','content':'y'}}");
    assert_int_equal(p.kind, PAYLOAD_EDIT);
    assert_text(p.object_id, "n");
    assert_text(p.content, "y");
    p = read_ok(*state,
                "{'type':'Update','id':'u','actor':'" ALICE "','context':'uri:uuid:1','object':"
                "{'id':'uri:uuid:1','type':'emissary:Context','name':'Trip','unread':true}}");
    assert_int_equal(p.kind, PAYLOAD_RENAME);
    assert_text(p.object_id, "uri:uuid:1");
    assert_text(p.name, "Trip");
}

/* ---- Point 21: one sender, and the leaf is it ---- */

static void test_point_21_sender(void **state)
{
    static const char *const cases[] = {
        "{'type':'Create','actor':'" ALICE "','object':{'type':'Note','attributedTo':'" BOB
        "','id':'n','content':'x'}}",
        "{'type':'Create','actor':'" ALICE "','object':{'type':'Note','actor':'" BOB
        "','id':'n','content':'x'}}",
        "{'type':'Note','actor':'" ALICE "','attributedTo':'" BOB "','id':'n','content':'x'}",
        "{'type':'Note','attributedTo':['" ALICE "','" BOB "'],'id':'n','content':'x'}",
        "{'type':'Create','actor':'" ALICE "','attributedTo':'" BOB "','object':'n'}",
        "{'type':'Update','actor':'" ALICE "','object':{'type':'Note','attributedTo':'" BOB
        "','id':'n','content':'x'}}",
        "{'type':'Delete','actor':'" ALICE "','object':{'id':'n','attributedTo':'" BOB "'}}",
        "{'type':'Undo','actor':'" ALICE "','object':{'id':'n','type':'Like','actor':'" BOB "'}}",
        "{'type':'Like','actor':'" ALICE "','as:actor':'" BOB "','object':'n'}",
        "{'type':'Travel','actor':['" ALICE "','" BOB "']}", /* even where it is ignored */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_refused(*state, cases[i], MLS_ERR_SENDER_MISMATCH);
}

static void test_point_21_leaf(void **state)
{
    payload p =
        read_ok(*state, "{'type':'Note','id':'n','attributedTo':'" ALICE "','content':'x'}");
    assert_ok(payload_check_sender(&p, text(ALICE)));
    assert_err(payload_check_sender(&p, text(BOB)), MLS_ERR_SENDER_MISMATCH);
    assert_err(payload_check_sender(&p, text(ALICE "/")), MLS_ERR_SENDER_MISMATCH);
    assert_err(payload_check_sender(&p, (bytes){0}), MLS_ERR_SENDER_MISMATCH);
}

/* A file that is a message of its own, with and without Create. */
static void test_point_22_media(void **state)
{
    static const char *const cases[] = {
        "{'type':'Image','id':'n','mediaType':'image/png','content':'aGk=','name':'cat'}",
        "{'type':'Create','actor':'" ALICE
        "','object':{'type':['Object','Image'],'id':'n','mediaType':"
        "'image/png','url':'data:image/png;base64,aGk=','name':'cat','attributedTo':'" ALICE "'}}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        payload p = read_ok(*state, cases[i]);
        assert_int_equal(p.kind, PAYLOAD_MESSAGE);
        assert_text(p.type, "Image");
        assert_int_equal(p.content.len, 0);
        assert_int_equal(p.attachments.count, 1);
        assert_text(p.attachments.items[0].octets, "hi");
        assert_text(p.attachments.items[0].name, "cat");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fedi_test(test_point_22_emissary), fedi_test(test_point_22_bonfire),
        fedi_test(test_point_22_shapes),   fedi_test(test_point_22_ignored),
        fedi_test(test_activities),        fedi_test(test_receipts_of_several),
        fedi_test(test_too_many_receipts), fedi_test(test_incomplete),
        fedi_test(test_edit_and_rename),   fedi_test(test_point_21_sender),
        fedi_test(test_point_21_leaf),     fedi_test(test_point_22_media),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
