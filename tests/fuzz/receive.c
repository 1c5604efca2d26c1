/* A stranger's octets as a message of the group: refused, and what was good is still read. */
#include "fuzz.h"
#include "trace.h"

static fuzz_group g;

void fuzz_decode(const uint8_t *data, size_t size)
{
    message m = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    message_decode(scratch, &m, bytes_of(data, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mls_event event;
    mls_buf epoch, ratchet;
    if (!g.alice) {
        fuzz_begin();
        fuzz_group_init(&g);
    }
    mls_group *bob = fuzz_bob(&g);
    bytes in = bytes_of(data, size);
    mls_err err = trusting_receive(bob, &event, in, FUZZ_NOW);
    bool genuine =
        bytes_equal(in, fuzz_view(&g.application)) || bytes_equal(in, fuzz_view(&g.commit));
    FUZZ_CHECK((err == MLS_OK) == genuine);
    mls_event_free(&event);
    if (!genuine) {
        FUZZ_CHECK(mls_group_save(bob, &epoch, &ratchet) == MLS_OK);
        FUZZ_CHECK(bytes_equal(fuzz_view(&epoch), fuzz_view(&g.bob_epoch)));
        mls_buf_free(&epoch);
        mls_buf_free(&ratchet);
        FUZZ_CHECK(trusting_receive(bob, &event, fuzz_view(&g.application), FUZZ_NOW) == MLS_OK);
        mls_event_free(&event);
    }
    mls_group_free(bob);
    return 0;
}
