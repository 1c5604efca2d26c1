/* Activity Streams in all its shapes, times, base64 and data: URLs. */
#include "documents.h"

#include "fedi/content.h"
#include "fedi/time.h"

#include <string.h>

/* ---- Names and values ---- */

static void test_names(void **state)
{
    static const char *const documents[] = {
        "{'keyPackages':'x'}",
        "{'mls:keyPackages':'x'}",
        "{'https://purl.archive.org/socialweb/mls#keyPackages':'x'}",
        "{'as:keyPackages':'x'}",
        "{'https://www.w3.org/ns/activitystreams#keyPackages':'x'}",
        "{'mls:keyPackages':'y','keyPackages':'x'}", /* the plain one counts */
        "{'keyPackages':null,'mls:keyPackages':'x'}",
        "{'keyPackages':[],'mls:keyPackages':'x'}",
    };
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        assert_text(as2_get_id(parsed(*state, documents[i]), "keyPackages"), "x");
    assert_null(
        as2_get(parsed(*state, "{'KeyPackages':1,'x:keyPackages':2,'mls:':3,'@keyPackages':4}"),
                "keyPackages"));
    assert_null(as2_get(NULL, "keyPackages"));
}

static void test_ids(void **state)
{
    static const char *const documents[] = {
        "{'actor':'x'}",           "{'actor':{'id':'x'}}",
        "{'actor':['x','y']}",     "{'actor':[{'id':'x'}]}",
        "{'actor':{'@id':'x'}}",   "{'actor':[null,'x']}",
        "{'actor':{'as:id':'x'}}", "{'as:actor':{'id':'x','type':'Person'}}",
    };
    static const char *const none[] = {
        "{}",           "{'actor':null}",     "{'actor':[]}", "{'actor':[null]}",
        "{'actor':{}}", "{'actor':{'id':1}}", "{'actor':5}",  "{'actor':true}",
    };
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        assert_text(as2_get_id(parsed(*state, documents[i]), "actor"), "x");
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(as2_get_id(parsed(*state, none[i]), "actor").len, 0);
}

static void test_types(void **state)
{
    static const char *const documents[] = {
        "{'type':'Note'}",
        "{'type':['Object','Note']}",
        "{'@type':'Note'}",
        "{'type':'as:Note'}",
        "{'type':'https://www.w3.org/ns/activitystreams#Note'}",
    };
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        assert_true(as2_has_type(parsed(*state, documents[i]), "Note"));
        assert_false(as2_has_type(parsed(*state, documents[i]), "Not"));
    }
    assert_false(as2_has_type(parsed(*state, "{'type':['note','Notes',{'id':'Note'},1]}"), "Note"));
    assert_false(as2_has_type(NULL, "Note"));
}

static void test_public(void **state)
{
    (void)state;
    assert_true(as2_is_public(text("https://www.w3.org/ns/activitystreams#Public")));
    assert_true(as2_is_public(text("as:Public")));
    assert_true(as2_is_public(text("Public")));
    assert_false(as2_is_public(text("public")));
    assert_false(as2_is_public(text("https://www.w3.org/ns/activitystreams#Publi")));
    assert_false(as2_is_public((bytes){0}));
}

static void test_items(void **state)
{
    const json *value = as2_get(parsed(*state, "{'to':[null,'a',null,{'id':'b'},null]}"), "to");
    const json *item = as2_first(value);
    assert_text(as2_id_of(item), "a");
    item = as2_next(value, item);
    assert_text(as2_id_of(item), "b");
    assert_null(as2_next(value, item));
    value = as2_get(parsed(*state, "{'to':'a','cc':'b'}"), "to");
    assert_text(as2_id_of(as2_first(value)), "a");
    assert_null(as2_next(value, as2_first(value))); /* a neighbour is no item */
}

static void test_media_type(void **state)
{
    static const char *const same[] = {
        "{'mediaType':'message/mls'}",     "{'mediaType':'Message/MLS'}",
        "{'mls:mediaType':'message/mls'}", "{'mediaType':'message/mls; charset=x'}",
        "{'mediaType':['message/mls']}",
    };
    static const char *const others[] = {"{'mediaType':'message/mlsx'}",
                                         "{'mediaType':'message/ml'}", "{'mediaType':1}", "{}"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_true(as2_has_media_type(parsed(*state, same[i]), "message/mls"));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(as2_has_media_type(parsed(*state, others[i]), "message/mls"));
}

/* Octets are compared: no Unicode form, no case, no slash is the same as another. */
static void test_ids_are_octets(void **state)
{
    bytes sender = {0};
    assert_ok(as2_claim(&sender, parsed(*state, "{'actor':'https://a.example/\xC3\xA9'}")));
    assert_err(as2_claim(&sender, parsed(*state, "{'actor':'https://a.example/e\xCC\x81'}")),
               MLS_ERR_SENDER_MISMATCH);
    assert_err(as2_claim(&sender, parsed(*state, "{'actor':'https://A.example/\xC3\xA9'}")),
               MLS_ERR_SENDER_MISMATCH);
    assert_err(as2_claim(&sender, parsed(*state, "{'actor':'https://a.example/\xC3\xA9/'}")),
               MLS_ERR_SENDER_MISMATCH);
    assert_ok(as2_claim(&sender, parsed(*state, "{'actor':'https://a.example/\\u00e9'}")));
}

/* ---- Times ---- */

static void test_times(void **state)
{
    static const struct {
        const char *text;
        uint64_t seconds;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-11-23T13:32:29Z", 1795440749},
        {"2026-11-23t13:32:29z", 1795440749},
        {"2026-11-23T13:32:29.999Z", 1795440749},
        {"2026-11-23T13:32:29.123456789012Z", 1795440749},
        {"2026-11-23T15:32:29+02:00", 1795440749},
        {"2026-11-23T03:02:29-10:30", 1795440749},
        {"2026-11-23T13:32Z", 1795440720},
        {"2000-02-29T23:59:59Z", 951868799},
        {"2100-03-01T00:00:00Z", 4107542400},
        {"2016-12-31T23:59:60Z", 1483228800},
        {"1970-01-01T01:00:00+01:00", 0},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t seconds;
        assert_true(time_parse(&seconds, text(cases[i].text)));
        assert_int_equal(seconds, cases[i].seconds);
    }
}

static void test_no_times(void **state)
{
    static const char *const cases[] = {
        "",
        "2026",
        "2026-11-23",
        "2026-11-23T13:32:29",
        "2026-11-23 13:32:29Z",
        "2026-11-23T13:32:29ZZ",
        "2026-11-23T13:32:29.Z",
        "2026-11-23T13:32:29+2:00",
        "2026-11-23T13:32:29+0200",
        "2026-11-23T24:00:00Z",
        "2026-11-23T13:60:00Z",
        "2026-11-23T13:32:61Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "0000-01-01T00:00:00Z",
        "+2026-11-23T13:32:29Z",
        "20260-11-23T13:32:29Z",
        "2026-11-23T13:32:29Z ",
        "2026-1a-23T13:32:29Z",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t seconds;
        assert_false(time_parse(&seconds, text(cases[i])));
        assert_int_equal(seconds, 0);
    }
}

static void test_time_round_trip(void **state)
{
    char out[TIME_LEN + 1];
    (void)state;
    for (uint64_t seconds = 0; seconds < UINT64_C(253402300800); seconds += 86399 * 37 + 1) {
        uint64_t again;
        assert_true(time_format(out, seconds));
        assert_int_equal(strlen(out), TIME_LEN);
        assert_true(time_parse(&again, text(out)));
        assert_int_equal(again, seconds);
    }
    assert_true(time_format(out, 951868799));
    assert_string_equal(out, "2000-02-29T23:59:59Z");
    assert_true(time_format(out, UINT64_C(253402300799)));
    assert_string_equal(out, "9999-12-31T23:59:59Z");
    assert_false(time_format(out, UINT64_C(253402300800)));
    assert_false(time_format(out, UINT64_MAX));
}

/* ---- Base64 ---- */

static void test_base64(void **state)
{
    static const struct {
        const char *in, *hex;
    } cases[] = {
        {"", ""},        {"+/8=", "fbff"}, {"-_8=", "fbff"},
        {"+/8", "fbff"}, {"-_8", "fbff"},  {" + /\t8\r\n=\f\v", "fbff"},
        {"AA==", "00"},  {"AA = =", "00"}, {"AAAA", "000000"},
        {" \n", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bytes out;
        assert_ok(content_decode(*state, &out, text(cases[i].in), 3));
        assert_bytes(out, unhex(*state, cases[i].hex));
    }
}

static void test_bad_base64(void **state)
{
    static const char *const cases[] = {
        "A",    "A===", "AAAAA", "+_8=",        "AA=",      "AAA==", "AA==A", "=AA=",
        "AB==", "AAB",  "A*==",  "AAA\xC2\xA0", "data:,AA", "AA,A",  "=",     "====",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bytes out;
        assert_err(content_decode(*state, &out, text(cases[i]), 100), MLS_ERR_BAD_CONTENT);
    }
}

static void test_base64_limits(void **state)
{
    bytes out;
    assert_ok(content_decode(*state, &out, text("AAAA"), 3));
    assert_err(content_decode(*state, &out, text("AAAA"), 2), MLS_ERR_TOO_LARGE);
    assert_err(content_decode(*state, &out, text("AAA="), 1), MLS_ERR_TOO_LARGE);
    assert_ok(content_decode(*state, &out, text("   A A   A   =   "), 2));
    for (size_t len = 0; len < 50; len++) {
        uint8_t octets[50] = {1, 2, 3, 250};
        bytes encoded, again;
        assert_ok(content_encode(*state, &encoded, bytes_of(octets, len)));
        assert_int_equal(strlen((const char *)encoded.data), encoded.len);
        assert_ok(content_decode(*state, &again, encoded, len));
        assert_bytes(again, bytes_of(octets, len));
    }
}

static void test_encodings(void **state)
{
    static const struct {
        const char *document;
        content_encoding encoding;
    } cases[] = {
        {"{}", CONTENT_BASE64},
        {"{'encoding':'base64'}", CONTENT_BASE64},
        {"{'mls:encoding':'base64url'}", CONTENT_BASE64},
        {"{'encoding':'gzip'}", CONTENT_GZIP},
        {"{'encoding':['gzip','base64']}", CONTENT_GZIP},
        {"{'encoding':'hex'}", CONTENT_OTHER},
        {"{'encoding':['base64','br']}", CONTENT_OTHER},
        {"{'encoding':1}", CONTENT_OTHER},
        {"{'encoding':''}", CONTENT_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(content_encoding_of(parsed(*state, cases[i].document)), cases[i].encoding);
}

/* ---- data: URLs ---- */

static void test_data_urls(void **state)
{
    static const struct {
        const char *url, *media_type, *octets;
    } cases[] = {
        {"data:image/png;base64,aGk=", "image/png", "hi"},
        {"DATA:image/png;BASE64,aGk", "image/png", "hi"},
        {"data:text/plain;charset=utf-8;base64,aGk=", "text/plain", "hi"},
        {"data:image/png;base64,aGk%3D", "image/png", "hi"},
        {"data:,hi", "", "hi"},
        {"data:text/plain,h%69%2C", "text/plain", "hi,"},
        {"data:;base64,aGk=", "", "hi"},
        {"data:text/plain;base64;x=y,hi", "text/plain", "hi"}, /* base64 is last, or data */
        {"data:,", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bytes out, media_type;
        assert_true(content_is_data_url(text(cases[i].url)));
        assert_ok(content_decode_data_url(*state, &out, &media_type, text(cases[i].url), 3));
        assert_text(media_type, cases[i].media_type);
        assert_text(out, cases[i].octets);
    }
}

static void test_bad_data_urls(void **state)
{
    static const char *const cases[] = {
        "data:image/png;base64",
        "data:image/png;base64,a*",
        "data:,%4",
        "data:,%zz",
        "data:,%",
        "https://a.example/,x",
        "dat:,x",
    };
    bytes out, media_type;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_err(content_decode_data_url(*state, &out, &media_type, text(cases[i]), 100),
                   MLS_ERR_BAD_CONTENT);
    assert_err(content_decode_data_url(*state, &out, &media_type, text("data:,abcd"), 3),
               MLS_ERR_TOO_LARGE);
    assert_err(content_decode_data_url(*state, &out, &media_type, text("data:;base64,AAAAAA"), 3),
               MLS_ERR_TOO_LARGE);
    assert_false(content_is_data_url(text("data")));
    assert_false(content_is_data_url((bytes){0}));
}

static void test_make_data_url(void **state)
{
    static const char *const bad[] = {
        "", "image", "/png", "image/", "a/b/c", "image/png;x", "a/b,c", "a/b c", "a/\xC3\xA9"};
    bytes out, again, media_type;
    assert_ok(content_encode_data_url(*state, &out, text("image/svg+xml"), text("hi")));
    assert_text(out, "data:image/svg+xml;base64,aGk=");
    assert_ok(content_decode_data_url(*state, &again, &media_type, out, 2));
    assert_text(again, "hi");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_err(content_encode_data_url(*state, &out, text(bad[i]), text("hi")),
                   MLS_ERR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fedi_test(test_names),           fedi_test(test_ids),           fedi_test(test_types),
        fedi_test(test_public),          fedi_test(test_items),         fedi_test(test_media_type),
        fedi_test(test_ids_are_octets),  fedi_test(test_times),         fedi_test(test_no_times),
        fedi_test(test_time_round_trip), fedi_test(test_base64),        fedi_test(test_bad_base64),
        fedi_test(test_base64_limits),   fedi_test(test_encodings),     fedi_test(test_data_urls),
        fedi_test(test_bad_data_urls),   fedi_test(test_make_data_url),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
