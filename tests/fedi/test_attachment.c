/* Files in messages: checklist point 23. */
#include "documents.h"

#include "fedi/payload.h"

#include <stdio.h>
#include <string.h>

static payload read_ok(arena *a, const char *in)
{
    payload p;
    mls_err err = payload_read(a, &p, document(a, in));
    if (err != MLS_OK)
        print_message("case: %s\n", in);
    assert_ok(err);
    return p;
}

static attachment read_file(arena *a, const char *file)
{
    char in[2048];
    snprintf(in, sizeof in, "{'type':'Note','id':'n','content':'x','attachment':%s}", file);
    payload p = read_ok(a, in);
    assert_int_equal(p.attachments.count, 1);
    return p.attachments.items[0];
}

static void test_point_23_inline(void **state)
{
    static const struct {
        const char *file, *media_type, *type;
    } cases[] = {
        {"{'type':'Image','mediaType':'image/png','url':'data:image/png;base64,aGk='}", "image/png",
         "Image"}, /* Emissary's */
        {"{'type':'Image','url':'data:image/png;base64,aGk='}", "image/png", "Image"},
        {"{'type':'Image','content':'data:image/png;base64,aGk='}", "image/png", "Image"},
        {"{'type':'Document','mediaType':'a/b','encoding':'base64','content':'aGk='}", "a/b",
         "Document"}, /* the draft's */
        {"{'type':'Video','mediaType':'a/b','content':'aGk'}", "a/b", "Video"},
        {"{'type':'Link','mediaType':'audio/ogg','href':'data:;base64,aGk='}", "audio/ogg",
         "Audio"},
        {"{'type':'Image','mediaType':'image/png','url':{'type':'Link','href':'data:,hi'}}",
         "image/png", "Image"},
        {"{'type':'Image','mediaType':'image/png','url':['data:,hi']}", "image/png", "Image"},
        {"[{'mediaType':'image/png','url':'data:,hi','encoding':'base64','content':'aGk='}]",
         "image/png", "Image"}, /* ours */
        {"{'mediaType':'text/plain','content':'aGk='}", "text/plain", "Document"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attachment f = read_file(*state, cases[i].file);
        assert_int_equal(f.form, ATTACHMENT_INLINE);
        assert_text(f.octets, "hi");
        assert_int_equal(f.gzip.len, 0);
        assert_text(f.media_type, cases[i].media_type);
        assert_text(f.type, cases[i].type);
    }
}

static void test_point_23_gzip(void **state)
{
    attachment f = read_file(*state, "{'type':'Image','mediaType':'image/png','name':'cat',"
                                     "'encoding':'gzip','content':'H4sI','width':3,'height':4,"
                                     "'blurhash':'LE'}");
    assert_int_equal(f.form, ATTACHMENT_INLINE);
    assert_int_equal(f.octets.len, 0);
    assert_bytes(f.gzip, unhex(*state, "1f8b08"));
    assert_text(f.name, "cat");
    assert_text(f.blurhash, "LE");
    assert_true(f.width == 3 && f.height == 4);
}

static void test_point_23_unreadable(void **state)
{
    static const char *const cases[] = {
        "{'type':'Image','url':'https://evil.example/tracker.png'}", /* never fetched */
        "{'type':'Image','url':'file:///etc/passwd'}",
        "{'type':'Image'}",
        "{'type':'Image','encoding':'base64','content':'*'}",
        "{'type':'Image','encoding':'br','content':'aGk='}",
        "{'type':'Image','url':'data:image/png;base64'}",
        "{'type':'Image','url':'data:,hi','encoding':'base64','content':'aGo='}", /* two files */
        "{'type':'Image','url':'https://a.example/x','key':'AAAA','sha256':'AAAA','size':1}",
        "{'type':'Image','url':'https://a.example/x','key':'AAAA','sha256':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','size':1}",
        "{'type':'Image','url':'https://a.example/x','sha256':'AAAA','size':1,'key':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='}",
        "{'type':'Image','url':'https://a.example/x','key':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','size':1}",
        "{'type':'Image','url':'https://a.example/x','key':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','sha256':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='}",
        "{'type':'Image','url':'https://a.example/x','key':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','sha256':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','size':-1}",
        "{'type':'Image','url':'ftp://a.example/x','key':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','sha256':"
        "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','size':1}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attachment f = read_file(*state, cases[i]);
        assert_int_equal(f.form, ATTACHMENT_UNREADABLE);
        assert_int_equal(f.url.len, 0);
    }
}

static void test_point_23_blob(void **state)
{
    attachment f =
        read_file(*state, "{'type':'Video','mediaType':'video/mp4','name':'clip','url':"
                          "'https://a.example/x','key':"
                          "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','sha256':"
                          "'-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA','size':12345678}");
    assert_int_equal(f.form, ATTACHMENT_BLOB);
    assert_text(f.url, "https://a.example/x");
    assert_int_equal(f.key.len, ATTACHMENT_KEY_LEN);
    assert_int_equal(f.sha256.len, ATTACHMENT_HASH_LEN);
    assert_int_equal(f.size, 12345678);
    assert_text(f.name, "clip");
}

static void test_point_23_limits(void **state)
{
    char *in = arena_alloc(*state, 100000), *at = in;
    payload p;
    at += sprintf(at, "{\"type\":\"Note\",\"id\":\"n\",\"attachment\":[");
    for (int i = 0; i <= ATTACHMENTS_MAX; i++)
        at += sprintf(at, "%s{\"type\":\"Image\"}", i ? "," : "");
    sprintf(at, "]}");
    assert_err(payload_read(*state, &p, text(in)), MLS_ERR_TOO_LARGE);
    sprintf(at - strlen(",{\"type\":\"Image\"}"), "]}");
    assert_ok(payload_read(*state, &p, text(in)));
    assert_int_equal(p.attachments.count, ATTACHMENTS_MAX);
}

/* Two files that are allowed alone, and too large together. */
static void test_point_23_total(void **state)
{
    size_t digits = (size_t)ATTACHMENTS_SIZE_MAX / 6 * 4 + 4;
    char *in = arena_alloc(*state, 2 * digits + 1000), *at = in;
    payload p;
    at += sprintf(at, "{\"type\":\"Note\",\"id\":\"n\",\"attachment\":[");
    for (int i = 0; i < 2; i++) {
        at += sprintf(at, "%s{\"type\":\"Image\",\"content\":\"", i ? "," : "");
        memset(at, 'A', digits);
        at += digits;
        at += sprintf(at, "\"}");
    }
    at += sprintf(at, "]}");
    assert_err(payload_read(*state, &p, bytes_of(in, (size_t)(at - in))), MLS_ERR_TOO_LARGE);
}

/* What Emissary reads (a data: URL) and what Bonfire reads (content) stand side by side. */
static void test_point_23_written_for_both(void **state)
{
    attachment file = {.form = ATTACHMENT_INLINE,
                       .type = text("Image"),
                       .media_type = text("image/png"),
                       .octets = text("hi"),
                       .gzip = text("gz")};
    payload in = {.kind = PAYLOAD_MESSAGE,
                  .id = text("a"),
                  .object_id = text("n"),
                  .actor = text(ALICE),
                  .has_published = true,
                  .published = NOW};
    const json *out;
    bytes octets;
    in.type = text("Note");
    in.attachments = (attachment_list){&file, 1};
    assert_ok(payload_write(*state, &octets, &in));
    assert_ok(json_parse(*state, &out, octets, JSON_SIZE_MAX));
    const json *written = as2_object(as2_get(as2_get(out, "object"), "attachment"));
    assert_text(as2_get_text(written, "type"), "Image");
    assert_text(as2_get_text(written, "url"), "data:image/png;base64,aGk=");
    assert_text(as2_get_text(written, "encoding"), "gzip");
    assert_text(as2_get_text(written, "content"), "Z3o=");
    assert_text(as2_get_text(written, "mediaType"), "image/png");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fedi_test(test_point_23_inline),           fedi_test(test_point_23_gzip),
        fedi_test(test_point_23_unreadable),       fedi_test(test_point_23_blob),
        fedi_test(test_point_23_limits),           fedi_test(test_point_23_total),
        fedi_test(test_point_23_written_for_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
