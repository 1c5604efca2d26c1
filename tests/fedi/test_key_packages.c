/* KeyPackages as objects, in activities and in collections: checklist points 4, 5, 6 and 9. */
#include "documents.h"

#include "fedi/key_packages.h"

#include <stdio.h>
#include <string.h>

#define MLS_OBJECT "'type':'KeyPackage','mediaType':'message/mls','encoding':'base64'"
#define LIST       "https://b.example/users/bob/keyPackages"

/* ---- Points 4 and 5: the object ---- */

static void test_point_4_forms(void **state)
{
    static const char *const cases[] = {
        "{" MLS_OBJECT ",'content':'$K'}",
        "{" MLS_OBJECT ",'content':'$X'}",
        "{" MLS_OBJECT ",'content':'$k'}",
        "{" MLS_OBJECT ",'content':'$x'}",
        "{" MLS_OBJECT ",'content':' $K\\n'}",
        "{'type':['Object','KeyPackage'],'mediaType':'message/mls','content':'$K'}",
        "{'type':'Object','mediaType':'message/mls','content':'$K'}", /* Fedify's */
        "{'type':'mls:KeyPackage','content':'$K'}",
        "{'@type':'https://purl.archive.org/socialweb/mls#KeyPackage','mls:mediaType':'message/"
        "mls',"
        "'mls:encoding':'base64','as:content':'$K'}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        published_package p;
        assert_ok(key_package_object_read(*state, &p, parsed(*state, cases[i])));
        assert_bytes(p.octets, sample()->key_package);
    }
}

static void test_not_a_package(void **state)
{
    static const char *const cases[] = {
        "{}",
        "{" MLS_OBJECT ",'content':''}",
        "{" MLS_OBJECT ",'content':'$P'}",
        "{" MLS_OBJECT ",'content':'$T'}",
        "{" MLS_OBJECT ",'content':'$KAAAA'}",
        "{" MLS_OBJECT ",'content':'*'}",
        "{'type':'Note','content':'$K'}",
        "{'type':'KeyPackage','mediaType':'text/html','content':'$K'}",
        "{'type':'KeyPackage','mediaType':'message/mls','encoding':'gzip','content':'$K'}",
        "{'type':'KeyPackage','content':7}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        published_package p;
        assert_err(key_package_object_read(*state, &p, parsed(*state, cases[i])),
                   MLS_ERR_BAD_CONTENT);
        assert_int_equal(p.octets.len, 0);
    }
}

static void test_point_5_properties(void **state)
{
    published_package p;
    assert_ok(key_package_object_read(
        *state, &p,
        parsed(*state, "{'id':'https://b.example/kp/1','attributedTo':{'id':'" BOB "'}," MLS_OBJECT
                       ",'generator':{'type':'Application','id':'app','name':'App'},"
                       "'mls:ciphersuite':'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',"
                       "'content':'$K'}")));
    assert_text(p.id, "https://b.example/kp/1");
    assert_text(p.attributed_to, BOB);
    assert_text(p.generator, "app");
    assert_text(p.suite, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519");
    assert_ok(key_package_object_read(
        *state, &p, parsed(*state, "{" MLS_OBJECT ",'generator':'app','content':'$K'}")));
    assert_text(p.generator, "app");
    assert_ok(
        key_package_object_read(/* Bonfire's has no id */
                                *state, &p,
                                parsed(*state, "{" MLS_OBJECT
                                               ",'generator':{'name':'App'},'content':'$K'}")));
    assert_text(p.generator, "App");
}

/* ---- Point 6: the activities ---- */

static key_package_params params_of(void)
{
    return (key_package_params){.actor = text(BOB),
                                .object = text("https://b.example/kp/1"),
                                .collection = text(LIST),
                                .octets = sample()->key_package,
                                .generator_id = text("https://w.example/app"),
                                .generator_name = text("Waxseal")};
}

static void test_point_5_written(void **state)
{
    key_package_params params = params_of();
    bytes out;
    assert_ok(key_package_activity(*state, &out, KEY_PACKAGE_CREATE, &params));
    assert_bytes(
        out,
        document(*state,
                 "{'@context':['https://www.w3.org/ns/activitystreams',"
                 "'https://purl.archive.org/socialweb/mls'],'type':'Create','actor':'" BOB
                 "','to':['" AS2_PUBLIC
                 "'],'object':{'type':['Object','KeyPackage'],'attributedTo':'" BOB
                 "','to':['" AS2_PUBLIC
                 "'],'mediaType':'message/mls','encoding':'base64','content':"
                 "'$K','ciphersuite':'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519','generator':{"
                 "'type':'Application','id':'https://w.example/app','name':'Waxseal'},'summary':"
                 "'A public key with which others can start an end-to-end encrypted conversation.'}"
                 "}"));
}

static void test_point_6_lifecycle(void **state)
{
    key_package_params params = params_of();
    for (int act = KEY_PACKAGE_CREATE; act <= KEY_PACKAGE_DELETE; act++) {
        const json *again;
        key_package_event e;
        bytes out;
        bool found;
        assert_ok(key_package_activity(*state, &out, (key_package_act)act, &params));
        assert_ok(json_parse(*state, &again, out, JSON_SIZE_MAX));
        assert_ok(key_package_activity_read(*state, &e, &found, again));
        assert_true(found);
        assert_int_equal(e.act, act);
        assert_text(e.actor, BOB);
        bool whole = act == KEY_PACKAGE_CREATE || act == KEY_PACKAGE_UPDATE;
        bool listed = act == KEY_PACKAGE_ADD || act == KEY_PACKAGE_REMOVE;
        assert_bytes(e.package.octets, whole ? sample()->key_package : (bytes){0});
        assert_text(e.package.id, act == KEY_PACKAGE_CREATE ? "" : "https://b.example/kp/1");
        assert_text(e.collection, listed ? LIST : "");
    }
}

static void test_point_6_others(void **state)
{
    static const struct {
        const char *in;
        bool found;
        mls_err err;
    } cases[] = {
        /* Bonfire adds and removes whole objects. */
        {"{'type':'Add','actor':'" BOB "','object':{'attributedTo':'" BOB "'," MLS_OBJECT
         ",'content':'$K'},'target':{'id':'" LIST "'}}",
         true, MLS_OK},
        {"{'type':'Remove','actor':'" BOB "','object':{" MLS_OBJECT
         ",'content':'$K'},'origin':'" LIST "'}",
         true, MLS_OK},
        {"{'type':'Create','actor':'" BOB "','object':{'type':'Note','content':'x'}}", false,
         MLS_OK},
        {"{'type':'Create','actor':'" BOB "','object':'https://b.example/kp/1'}", false, MLS_OK},
        {"{'type':'Like','actor':'" BOB "','object':'x'}", false, MLS_OK},
        {"{'type':'Delete','actor':'" BOB "'}", false, MLS_OK},
        {"{'type':'Add','actor':'" BOB "','object':{'type':'Note','content':'x'}}", false, MLS_OK},
        {"{'type':'Create','actor':'" BOB "','object':{'attributedTo':'" ALICE "'," MLS_OBJECT
         ",'content':'$K'}}",
         false, MLS_ERR_SENDER_MISMATCH},
        {"{'type':'Create','object':{" MLS_OBJECT ",'content':'$K'}}", false,
         MLS_ERR_SENDER_MISMATCH},
        {"{'type':'Create','actor':'" BOB "','object':{" MLS_OBJECT ",'content':'$P'}}", false,
         MLS_ERR_BAD_CONTENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        key_package_event e;
        bool found;
        assert_err(key_package_activity_read(*state, &e, &found, parsed(*state, cases[i].in)),
                   cases[i].err);
        assert_int_equal(found, cases[i].found);
        if (found)
            assert_text(e.collection, LIST);
    }
}

static void test_point_6_update_of_the_actor(void **state)
{
    key_package_params params = params_of();
    const published_package packages[] = {
        {.id = text("https://b.example/kp/1")},
        {.octets = sample()->key_package},
    };
    const json *again;
    key_package_list list;
    bytes out;
    assert_ok(key_package_update_actor(*state, &out, &params, text("Person"), packages, 2));
    assert_ok(json_parse(*state, &again, out, JSON_SIZE_MAX));
    assert_true(as2_has_type(again, "Update"));
    const json *actor = as2_object(as2_get(again, "object"));
    assert_true(as2_has_type(actor, "Person"));
    assert_ok(key_packages_of_actor(*state, &list, actor, text(BOB)));
    assert_int_equal(list.num_items, 2);
    assert_text(list.items[0].id, "https://b.example/kp/1");
    assert_bytes(list.items[1].octets, sample()->key_package);
}

static void test_not_written(void **state)
{
    key_package_params good = params_of(), bad;
    bytes out;
#define ASSERT_BAD(act, change)                                                                    \
    bad = good;                                                                                    \
    change;                                                                                        \
    assert_err(key_package_activity(*state, &out, act, &bad), MLS_ERR_INVALID_ARGUMENT);           \
    assert_int_equal(out.len, 0)
    ASSERT_BAD(KEY_PACKAGE_CREATE, bad.octets = sample()->wrapped); /* raw goes out */
    ASSERT_BAD(KEY_PACKAGE_CREATE, bad.octets = sample()->private_message);
    ASSERT_BAD(KEY_PACKAGE_CREATE, bad.actor.len = 0);
    ASSERT_BAD(KEY_PACKAGE_CREATE, bad.generator_id.len = 0);
    ASSERT_BAD(KEY_PACKAGE_CREATE, bad.generator_name.len = 0);
    ASSERT_BAD(KEY_PACKAGE_UPDATE, bad.object.len = 0);
    ASSERT_BAD(KEY_PACKAGE_ADD, bad.object.len = 0);
    ASSERT_BAD(KEY_PACKAGE_ADD, bad.collection.len = 0);
    ASSERT_BAD(KEY_PACKAGE_REMOVE, bad.collection.len = 0);
    ASSERT_BAD(KEY_PACKAGE_DELETE, bad.object.len = 0);
}

/* ---- Point 9: the list ---- */

static void test_point_9_of_actor(void **state)
{
    static const struct {
        const char *property;
        const char *next, *collection;
        size_t num_items, num_dropped;
    } cases[] = {
        {"'keyPackages':'" LIST "'", LIST, LIST, 0, 0},
        {"'mls:keyPackages':'" LIST "'", LIST, LIST, 0, 0},
        {"'mls:keyPackages':{'id':'" LIST "'}", LIST, LIST, 0, 0},
        {"'keyPackages':[]", "", "", 0, 0},
        {"'keyPackages':['a','b']", "", "", 2, 0},
        {"'keyPackages':['a',{" MLS_OBJECT ",'content':'$K'},{'type':'Note','content':'x'},null,7]",
         "", "", 2, 2},
        {"'keyPackages':{" MLS_OBJECT ",'content':'$K'}", "", "", 1, 0},
        {"'keyPackages':{'id':'" LIST "','type':'Collection','items':['a','b']}", "", LIST, 2, 0},
        {"'keyPackages':{'id':'" LIST "','type':'OrderedCollection','totalItems':3,'first':'" LIST
         "?page=1'}",
         LIST "?page=1", LIST, 0, 0},
        {"'keyPackages':{'id':'" LIST "','type':'OrderedCollection','totalItems':0}", "", LIST, 0,
         0},
        {"'keyPackages':[{'id':'" LIST "','type':'as:Collection','as:items':'a'}]", "", LIST, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char in[512];
        key_package_list list;
        snprintf(in, sizeof in, "{'id':'" BOB "','type':'Person',%s}", cases[i].property);
        mls_err err = key_packages_of_actor(*state, &list, parsed(*state, in), text(BOB));
        if (strstr(in, ":[]")) { /* an empty array is no property */
            assert_err(err, MLS_ERR_NO_KEY_PACKAGES);
            continue;
        }
        assert_ok(err);
        assert_text(list.next, cases[i].next);
        assert_text(list.collection, cases[i].collection);
        assert_int_equal(list.num_items, cases[i].num_items);
        assert_int_equal(list.num_dropped, cases[i].num_dropped);
    }
}

static void test_point_9_wrong_actor(void **state)
{
    key_package_list list;
    assert_err(key_packages_of_actor(*state, &list,
                                     parsed(*state, "{'id':'" ALICE "','keyPackages':'x'}"),
                                     text(BOB)),
               MLS_ERR_SENDER_MISMATCH);
    assert_err(
        key_packages_of_actor(*state, &list, parsed(*state, "{'keyPackages':'x'}"), text(BOB)),
        MLS_ERR_SENDER_MISMATCH);
    assert_err(key_packages_of_actor(*state, &list, parsed(*state, "{'id':'" BOB "'}"), text(BOB)),
               MLS_ERR_NO_KEY_PACKAGES);
}

static void test_point_9_pages(void **state)
{
    static const struct {
        const char *in;
        const char *next;
        size_t num_items;
    } cases[] = {
        {"{'type':'Collection','items':['a','b']}", "", 2},
        {"{'type':'OrderedCollection','orderedItems':'a'}", "", 1},
        {"{'type':'Collection','items':[]}", "", 0},
        {"{'type':'Collection','first':'p1'}", "p1", 0},
        {"{'type':'Collection','first':{'id':'p1'}}", "p1", 0},
        {"{'type':'Collection','first':{'type':'CollectionPage','items':['a'],'next':'p2'}}", "p2",
         1},
        {"{'type':'CollectionPage','items':['a'],'next':'p2'}", "p2", 1},
        {"{'type':'CollectionPage','partOf':'c','items':['a']}", "", 1},
        /* Pages may say where the first page is: going there would never end. */
        {"{'type':'OrderedCollectionPage','first':'p1','orderedItems':['a'],'next':'p2'}", "p2", 1},
        {"{'type':'OrderedCollectionPage','first':'p1','orderedItems':['a']}", "", 1},
        {"{'type':'OrderedCollectionPage','first':'p1'}", "", 0},
        {"{'type':'Collection','items':['a'],'first':'p1'}", "", 1},
        {"{'type':'Collection','as:first':{'as:items':['a'],'as:next':{'id':'p2'}}}", "p2", 1},
        {"{'first':{'items':['a'],'next':{'items':['b','c'],'next':{'id':'p3','items':['d']}}}}",
         "", 4},
        {"{'id':'kp'," MLS_OBJECT ",'content':'$K'}", "", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        key_package_list list;
        assert_ok(key_packages_of_page(*state, &list, parsed(*state, cases[i].in)));
        assert_text(list.next, cases[i].next);
        assert_int_equal(list.num_items, cases[i].num_items);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fedi_test(test_point_4_forms),
        fedi_test(test_not_a_package),
        fedi_test(test_point_5_properties),
        fedi_test(test_point_5_written),
        fedi_test(test_point_6_lifecycle),
        fedi_test(test_point_6_others),
        fedi_test(test_point_6_update_of_the_actor),
        fedi_test(test_not_written),
        fedi_test(test_point_9_of_actor),
        fedi_test(test_point_9_wrong_actor),
        fedi_test(test_point_9_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
