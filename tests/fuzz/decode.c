/* Every structure from the wire: what decodes must encode to the same octets. The first octet of an
 * input says which structure the rest is. */
#include "fuzz.h"
#include "mls/app_data.h"
#include "mls/message.h"
#include "mls/tree_wire.h"
#include "trace.h"

typedef struct kind {
    size_t size;
    codec_fn *fn;
} kind;

#define KIND(name)                                                                                 \
    {                                                                                              \
        sizeof(name), name##_any                                                                   \
    }

static const kind kinds[] = {
    KIND(message),       KIND(key_package),           KIND(proposal),           KIND(commit),
    KIND(group_info),    KIND(group_secrets),         KIND(leaf_node),          KIND(parent_node),
    KIND(update_path),   KIND(authenticated_content), KIND(private_message),    KIND(welcome),
    KIND(group_context), KIND(required_capabilities), KIND(key_package_secret),
};

static void round_trip(const kind *k, bytes in)
{
    bytes out;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    void *object = arena_alloc(scratch, k->size);
    if (codec_decode(scratch, object, k->fn, in) != MLS_OK)
        return;
    FUZZ_CHECK(codec_encode(scratch, &out, k->fn, object) == MLS_OK);
    FUZZ_CHECK(bytes_equal(in, out));
}

/* Reading one by one finds what reading at once does. */
static void read_extensions(bytes in)
{
    mls_extension e;
    bytes component;
    size_t cursor = 0, count = 0;
    extension_list list = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    bool valid = extension_list_decode(scratch, &list, in) == MLS_OK;
    app_data_find(&component, in, APP_DATA_LAST_RESORT);
    for (; mls_extension_next(&e, in, &cursor); count++)
        FUZZ_CHECK(!valid || (e.type == list.list.items[count].type &&
                              bytes_equal(e.data, list.list.items[count].data)));
    FUZZ_CHECK(!valid || count == list.list.count);
}

static void tree_round_trip(bytes in)
{
    tree t;
    bytes out;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (tree_decode(&t, suite_find(1), in) != MLS_OK)
        return;
    FUZZ_CHECK(tree_encode(&t, scratch, &out) == MLS_OK);
    FUZZ_CHECK(bytes_equal(in, out));
    tree_cleanup(&t);
}

enum { NUM_KINDS = sizeof kinds / sizeof kinds[0] };

void fuzz_decode(const uint8_t *data, size_t size)
{
    tree t;
    size_t which = size ? data[0] % (NUM_KINDS + 1) : 0;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (size == 0)
        return;
    bytes in = bytes_of(data + 1, size - 1);
    if (which < NUM_KINDS)
        codec_decode(scratch, arena_alloc(scratch, kinds[which].size), kinds[which].fn, in);
    else if (tree_decode(&t, suite_find(1), in) == MLS_OK)
        tree_cleanup(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t which = data[0] % (NUM_KINDS + 1);
    bytes in = bytes_of(data + 1, size - 1);
    read_extensions(in);
    if (which < NUM_KINDS)
        round_trip(&kinds[which], in);
    else
        tree_round_trip(in);
    return 0;
}
