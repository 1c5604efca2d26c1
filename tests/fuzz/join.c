/* A hostile invitation. Even inputs are a tree beside a Welcome without one; odd inputs a Welcome.
 * Whatever lets Dave in leads to the epoch that Alice meant: the list of secrets in a Welcome is
 * not signed, so that a stranger can add to it, and take away what is for others. */
#include "fuzz.h"
#include "mls/tree_check.h"
#include "mls/tree_wire.h"
#include "trace.h"

#include <string.h>

static fuzz_group g;

static void check_tree(bytes in)
{
    tree t;
    extension_list none = {0};
    if (tree_decode(&t, suite_find(1), in) != MLS_OK)
        return;
    tree_check(&t, BYTES_LITERAL("group"), &none, (bytes){0});
    tree_cleanup(&t);
}

void fuzz_decode(const uint8_t *data, size_t size)
{
    tree t;
    message m = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (size == 0)
        return;
    if (data[0] % 2 == 1)
        message_decode(scratch, &m, bytes_of(data + 1, size - 1));
    else if (tree_decode(&t, suite_find(1), bytes_of(data + 1, size - 1)) == MLS_OK)
        tree_cleanup(&t);
}

static void check_epoch(const mls_group *group)
{
    static uint8_t expected[HASH_MAX];
    static size_t len;
    mls_group_info info;
    if (len == 0) { /* from what Alice made */
        mls_group *dave;
        FUZZ_CHECK(trusting_join(&dave, fuzz_view(&g.welcome), fuzz_view(&g.dave_secret),
                                 (bytes){0}, NULL, 0) == MLS_OK);
        mls_group_describe(dave, &info);
        len = info.epoch_authenticator.len;
        memcpy(expected, info.epoch_authenticator.data, len);
        mls_group_free(dave);
    }
    mls_group_describe(group, &info);
    FUZZ_CHECK(bytes_equal(info.epoch_authenticator, bytes_of(expected, len)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mls_group *group;
    if (!g.alice) {
        fuzz_begin();
        fuzz_group_init(&g);
    }
    if (size == 0)
        return 0;
    bytes in = bytes_of(data + 1, size - 1);
    if (data[0] % 2 == 0) {
        check_tree(in);
        return 0;
    }
    mls_err err = trusting_join(&group, in, fuzz_view(&g.dave_secret), (bytes){0}, NULL, 0);
    if (bytes_equal(in, fuzz_view(&g.welcome)))
        FUZZ_CHECK(err == MLS_OK);
    if (err == MLS_OK)
        check_epoch(group);
    mls_group_free(group);
    return 0;
}
