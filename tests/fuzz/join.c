/* A hostile invitation. Even inputs are a tree beside a Welcome without one; odd inputs a Welcome.
 * Only what Alice made lets Dave in. */
#include "fuzz.h"
#include "mls/tree_check.h"

static fuzz_group g;

static void check_tree(bytes in)
{
    tree t;
    extension_list none = {0};
    if (tree_decode(&t, suite_find(1), in) != MLS_OK)
        return;
    tree_check(&t, BYTES_LITERAL("group"), &none);
    tree_cleanup(&t);
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
    mls_err err = mls_group_join(&group, in, fuzz_view(&g.dave_secret), (bytes){0}, NULL, 0);
    FUZZ_CHECK((err == MLS_OK) == bytes_equal(in, fuzz_view(&g.welcome)));
    mls_group_free(group);
    return 0;
}
