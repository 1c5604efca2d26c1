/*
 * A member who breaks the rules: Alice signs and frames whatever content the input describes, so
 * that it gets past the cryptography and reaches the validation of proposals and commits.
 *
 * Input: flags (1), content type (1), confirmation tag length (1), the body as in FramedContent.
 */
#include "fuzz.h"
#include "mls/send.h"
#include "trace.h"

static fuzz_group g;

static mls_err frame(mls_buf *out, bytes in, uint8_t flags, uint8_t content_type, size_t tag_len)
{
    static const uint8_t tag[64] = {0};
    authenticated_content ac;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    send_content(g.alice, &ac, content_type, (bytes){0}, flags & MLS_AS_PUBLIC_MESSAGE);
    codec c = {.mode = CODEC_READ, .in = in.data, .end = in.len, .arena = scratch};
    framed_body_codec(&c, &ac.content);
    if (c.err != MLS_OK)
        return c.err;
    TRY(send_sign(g.alice, scratch, &ac));
    ac.auth.confirmation_tag = bytes_of(tag, tag_len % sizeof tag);
    return send_frame(g.alice, scratch, out, &ac);
}

void fuzz_decode(const uint8_t *data, size_t size)
{
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (size < 3)
        return;
    framed_content content = {.content_type = 1 + data[1] % 3};
    codec c = {.mode = CODEC_READ, .in = data + 3, .end = size - 3, .arena = scratch};
    framed_body_codec(&c, &content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mls_event event;
    mls_buf out;
    if (!g.alice) {
        fuzz_begin();
        fuzz_group_init(&g);
    }
    if (size < 3 || frame(&out, bytes_of(data + 3, size - 3), data[0], 1 + data[1] % 3, data[2]))
        return 0;
    mls_group *bob = fuzz_bob(&g);
    mls_err err = trusting_receive(bob, &event, fuzz_view(&out), FUZZ_NOW);
    /* No commit is right: its confirmation tag is zeros. Only one that removes Bob needs none. */
    if (err == MLS_OK && data[1] % 3 == 2)
        FUZZ_CHECK(event.kind == MLS_EVENT_REMOVED);
    mls_event_free(&event);
    mls_buf_free(&out);
    mls_group_free(bob);
    return 0;
}
