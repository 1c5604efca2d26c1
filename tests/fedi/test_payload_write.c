/* The application data inside MLS, as it is written: checklist point 22, and what is written is
 * read again as it was meant. */
#include "documents.h"

#include "fedi/payload.h"

static payload base(payload_kind kind)
{
    return (payload){.kind = kind,
                     .id = text("uri:uuid:a"),
                     .object_id = text("uri:uuid:n"),
                     .actor = text(ALICE),
                     .has_published = true,
                     .published = NOW,
                     .conversation = text("uri:uuid:1")};
}

static void assert_attachments(const attachment_list *found, const attachment_list *expected)
{
    assert_int_equal(found->count, expected->count);
    for (size_t i = 0; i < found->count; i++) {
        const attachment *f = &found->items[i], *e = &expected->items[i];
        assert_int_equal(f->form, e->form);
        assert_bytes(f->type, e->type);
        assert_bytes(f->media_type, e->media_type);
        assert_bytes(f->name, e->name);
        assert_bytes(f->blurhash, e->blurhash);
        assert_bytes(f->octets, e->octets);
        assert_bytes(f->gzip, e->gzip);
        assert_bytes(f->url, e->url);
        assert_bytes(f->key, e->key);
        assert_bytes(f->sha256, e->sha256);
        assert_true(f->size == e->size && f->width == e->width && f->height == e->height);
    }
}

/* Writes and reads again. */
static payload assert_round_trip(arena *a, const payload *in)
{
    payload p;
    bytes out;
    assert_ok(payload_write(a, &out, in));
    assert_ok(payload_read(a, &p, out));
    assert_int_equal(p.kind, in->kind);
    assert_bytes(p.id, in->id);
    assert_bytes(p.object_id, in->object_id);
    assert_bytes(p.actor, in->actor);
    assert_true(p.has_published && p.published == in->published);
    assert_bytes(p.conversation, in->conversation);
    assert_bytes(p.type, in->type);
    assert_bytes(p.content, in->content);
    assert_bytes(p.media_type, in->media_type);
    assert_bytes(p.summary, in->summary);
    assert_bytes(p.in_reply_to, in->in_reply_to);
    assert_bytes(p.name, in->name);
    assert_bytes(p.reaction, in->reaction);
    assert_bytes(p.undone, in->undone);
    assert_bytes(p.reason, in->reason);
    assert_attachments(&p.attachments, &in->attachments);
    return p;
}

static void test_point_22_written(void **state)
{
    payload in = base(PAYLOAD_MESSAGE);
    bytes out;
    in.type = text("Note");
    in.content = text("<p>Hello</p>");
    in.in_reply_to = text("uri:uuid:m");
    assert_ok(payload_write(*state, &out, &in));
    assert_bytes(
        out,
        document(
            *state,
            "{'@context':'https://www.w3.org/ns/activitystreams','type':'Create','actor':'" ALICE
            "','id':'uri:uuid:a','attributedTo':'" ALICE "','published':"
            "'2025-06-15T15:06:40Z','context':'uri:uuid:1','object':{'id':'uri:uuid:n',"
            "'attributedTo':'" ALICE "','published':'2025-06-15T15:06:40Z','context':"
            "'uri:uuid:1','inReplyTo':'uri:uuid:m','type':'Note','content':"
            "'<p>Hello</p>'}}"));
}

static void test_write_messages(void **state)
{
    static uint8_t octets[32];
    attachment files[] = {
        {.form = ATTACHMENT_INLINE,
         .type = text("Image"),
         .media_type = text("image/png"),
         .name = text("cat"),
         .octets = text("hi"),
         .width = 3,
         .height = 4,
         .blurhash = text("LE")},
        {.form = ATTACHMENT_INLINE,
         .type = text("Audio"),
         .media_type = text("audio/ogg"),
         .octets = text("raw"),
         .gzip = text("compressed")},
        {.form = ATTACHMENT_INLINE,
         .type = text("Document"),
         .media_type = text("a/b"),
         .octets = text("x"),
         .compact = true},
        {.form = ATTACHMENT_BLOB,
         .type = text("Video"),
         .media_type = text("video/mp4"),
         .url = text("https://a.example/x"),
         .key = bytes_of(octets, 32),
         .sha256 = bytes_of(octets, 32),
         .size = UINT64_C(9007199254740991)},
    };
    payload in = base(PAYLOAD_MESSAGE);
    in.type = text("Article");
    in.content = text("<p>\"\xF0\x9F\x98\x80\"</p>");
    in.name = text("Title");
    in.summary = text("careful");
    in.media_type = text("text/html");
    in.attachments = (attachment_list){files, 4};
    assert_round_trip(*state, &in);
    in.kind = PAYLOAD_EDIT;
    assert_round_trip(*state, &in);
    for (size_t i = 0; i < 4; i++) {
        payload file = base(PAYLOAD_MESSAGE);
        file.type = files[i].type;
        file.attachments = (attachment_list){&files[i], 1};
        assert_round_trip(*state, &file);
    }
}

static void test_write_empty_file(void **state)
{
    attachment file = {.form = ATTACHMENT_INLINE};
    payload in = base(PAYLOAD_MESSAGE);
    file.type = text("Document");
    file.media_type = text("text/plain");
    in.type = text("Note");
    in.attachments = (attachment_list){&file, 1};
    assert_round_trip(*state, &in);
    file.compact = true;
    assert_round_trip(*state, &in);
}

static void test_write_activities(void **state)
{
    static const payload_kind kinds[] = {PAYLOAD_DELETE,   PAYLOAD_REACTION,    PAYLOAD_UNDO,
                                         PAYLOAD_ANNOUNCE, PAYLOAD_READ,        PAYLOAD_VIEW,
                                         PAYLOAD_LISTEN,   PAYLOAD_ACKNOWLEDGE, PAYLOAD_FAILURE};
    const bytes several[] = {text("uri:uuid:n"), text("uri:uuid:o")};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        payload in = base(kinds[i]);
        assert_round_trip(*state, &in);
    }
    payload reaction = base(PAYLOAD_REACTION);
    reaction.reaction = text("\xF0\x9F\x91\x8D");
    assert_round_trip(*state, &reaction);
    payload undo = base(PAYLOAD_UNDO);
    undo.undone = text("uri:uuid:m");
    assert_round_trip(*state, &undo);
    payload failure = base(PAYLOAD_FAILURE);
    failure.reason = text("A key is missing.");
    assert_round_trip(*state, &failure);
    payload rename = base(PAYLOAD_RENAME);
    rename.name = text("Trip");
    assert_round_trip(*state, &rename);
    payload receipt = base(PAYLOAD_READ);
    receipt.objects = several;
    receipt.num_objects = 2;
    payload again = assert_round_trip(*state, &receipt);
    assert_int_equal(again.num_objects, 2);
    assert_text(again.objects[1], "uri:uuid:o");
    payload dummy = base(PAYLOAD_DUMMY);
    dummy.object_id = (bytes){0};
    assert_round_trip(*state, &dummy);
}

static void test_not_written(void **state)
{
    static attachment file = {.form = ATTACHMENT_INLINE};
    payload good = base(PAYLOAD_MESSAGE), bad;
    bytes out;
    good.type = text("Note");
    good.content = text("x");
    file.type = text("Image");
    file.media_type = text("image/png");
    file.octets = text("hi");
#define ASSERT_BAD(change)                                                                         \
    bad = good;                                                                                    \
    change;                                                                                        \
    assert_err(payload_write(*state, &out, &bad), MLS_ERR_INVALID_ARGUMENT);                       \
    assert_int_equal(out.len, 0)
#define ASSERT_BAD_FILE(change)                                                                    \
    ASSERT_BAD(attachment other = file; change; bad.attachments.items = &other;                    \
               bad.attachments.count = 1)
    ASSERT_BAD(bad.kind = PAYLOAD_UNKNOWN);
    ASSERT_BAD(bad.kind = (payload_kind)99);
    ASSERT_BAD(bad.id.len = 0);
    ASSERT_BAD(bad.actor.len = 0);
    ASSERT_BAD(bad.object_id.len = 0);
    ASSERT_BAD(bad.has_published = false);
    ASSERT_BAD(bad.published = UINT64_MAX);
    ASSERT_BAD(bad.type = text("Question"));
    ASSERT_BAD(bad.type = text("Image")); /* without a file */
    ASSERT_BAD(bad.content = text("\xFF"));
    ASSERT_BAD(bad.kind = PAYLOAD_RENAME);
    {
        ASSERT_BAD_FILE(other.form = ATTACHMENT_UNREADABLE);
    }
    {
        ASSERT_BAD_FILE(other.type = text("Note"));
    }
    {
        ASSERT_BAD_FILE(other.media_type = text("image/png;x"));
    }
    {
        ASSERT_BAD_FILE(other.form = ATTACHMENT_BLOB);
    }
}

/* As many files as are read, and not one more; a receipt for as many messages. */
static void test_limits(void **state)
{
    static attachment files[ATTACHMENTS_MAX + 1];
    payload in = base(PAYLOAD_MESSAGE);
    bytes out;
    for (size_t i = 0; i <= ATTACHMENTS_MAX; i++) {
        files[i] = (attachment){.form = ATTACHMENT_INLINE};
        files[i].type = text("Image");
        files[i].media_type = text("image/png");
    }
    in.type = text("Note");
    in.attachments = (attachment_list){files, ATTACHMENTS_MAX};
    assert_ok(payload_write(*state, &out, &in));
    in.attachments.count++;
    assert_err(payload_write(*state, &out, &in), MLS_ERR_TOO_LARGE);
    payload receipt = base(PAYLOAD_READ), again;
    bytes *objects = arena_array(*state, PAYLOAD_OBJECTS_MAX + 1, sizeof *objects);
    for (size_t i = 0; i <= PAYLOAD_OBJECTS_MAX; i++)
        objects[i] = text("uri:uuid:n");
    receipt.objects = objects;
    receipt.num_objects = PAYLOAD_OBJECTS_MAX;
    assert_ok(payload_write(*state, &out, &receipt));
    assert_ok(payload_read(*state, &again, out));
    assert_int_equal(again.num_objects, PAYLOAD_OBJECTS_MAX);
    receipt.num_objects++;
    assert_err(payload_write(*state, &out, &receipt), MLS_ERR_TOO_LARGE);
}

/* Files that are allowed alone, and too large together; the octets are never looked at. */
static void test_total(void **state)
{
    static const uint8_t octet = 0;
    attachment file = {.form = ATTACHMENT_INLINE, .compact = true};
    payload in = base(PAYLOAD_MESSAGE);
    bytes out;
    file.type = text("Image");
    file.media_type = text("image/png");
    file.octets = bytes_of(&octet, (size_t)ATTACHMENTS_SIZE_MAX + 1);
    in.type = text("Note");
    in.attachments = (attachment_list){&file, 1};
    assert_err(payload_write(*state, &out, &in), MLS_ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fedi_test(test_point_22_written),
        fedi_test(test_write_messages),
        fedi_test(test_write_empty_file),
        fedi_test(test_write_activities),
        fedi_test(test_not_written),
        fedi_test(test_limits),
        fedi_test(test_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
