/*
 * No memory: in every call of core/fedi, at every allocation, the result is MLS_ERR_NO_MEMORY and
 * an empty output. And whatever was taken is wiped before it is given back.
 */
#include "documents.h"

#include "fedi/envelope.h"
#include "fedi/key_package_choice.h"
#include "fedi/key_packages.h"
#include "fedi/payload.h"

#include "heap.h"

#include <string.h>

/* What stands in front of the octets of an arena's block: see base/arena.c. */
enum { ARENA_HEADER = 32 };

size_t heap_zero_from(const char *taker, size_t size)
{
    if (!taker)
        return 0;
    if (strcmp(taker, "arena_alloc") == 0)
        return ARENA_HEADER;
    bool is_public = strcmp(taker, "arena_new") == 0; /* the address of its first block */
    return is_public ? size : 0;
}

/* ---- The calls. `in`: a parsed document, unless the call parses it itself. ---- */

typedef mls_err call_fn(arena *a, const json *in, bytes octets);

#define ASSERT_EMPTY_UNLESS_OK(err, out)                                                           \
    assert_true((err) == MLS_OK || all_zero(&(out), sizeof(out)))

static mls_err call_parse(arena *a, const json *in, bytes octets)
{
    const json *out;
    (void)in;
    mls_err err = json_parse(a, &out, octets, JSON_SIZE_MAX);
    ASSERT_EMPTY_UNLESS_OK(err, out);
    return err;
}

static mls_err call_print(arena *a, const json *in, bytes octets)
{
    json_maker m = {.arena = a};
    bytes out;
    (void)octets;
    mls_err err = json_print(&m, &out, in);
    ASSERT_EMPTY_UNLESS_OK(err, out);
    return err;
}

static mls_err call_envelope_read(arena *a, const json *in, bytes octets)
{
    envelope out;
    (void)octets;
    mls_err err = envelope_read(a, &out, in, NULL);
    ASSERT_EMPTY_UNLESS_OK(err, out);
    assert_true(err != MLS_OK || (out.kind != ENVELOPE_NONE && out.octets.len > 100));
    return err;
}

static mls_err call_envelope_write(arena *a, const json *in, bytes octets)
{
    const bytes to[] = {text(ALICE), text(BOB)};
    bytes out;
    (void)in;
    (void)octets;
    mls_err err = envelope_write(a, &out,
                                 &(envelope_params){.actor = to[0],
                                                    .to = to,
                                                    .num_to = 2,
                                                    .octets = sample()->welcome,
                                                    .conversation = text("uri:uuid:1"),
                                                    .in_reply_to = text("x"),
                                                    .generator_id = text("app"),
                                                    .generator_name = text("App")});
    ASSERT_EMPTY_UNLESS_OK(err, out);
    return err;
}

static key_package_params package_params(void)
{
    return (key_package_params){.actor = text(BOB),
                                .object = text("kp"),
                                .collection = text("list"),
                                .octets = sample()->key_package,
                                .generator_id = text("app"),
                                .generator_name = text("App")};
}

static mls_err call_package_write(arena *a, const json *in, bytes octets)
{
    key_package_params params = package_params();
    bytes out;
    (void)in;
    (void)octets;
    mls_err err = MLS_OK;
    for (int act = KEY_PACKAGE_CREATE; act <= KEY_PACKAGE_DELETE && err == MLS_OK; act++) {
        err = key_package_activity(a, &out, (key_package_act)act, &params);
        ASSERT_EMPTY_UNLESS_OK(err, out);
    }
    return err;
}

static mls_err call_update_actor(arena *a, const json *in, bytes octets)
{
    key_package_params params = package_params();
    const published_package list[] = {{.id = text("kp")}, {.octets = params.octets}};
    bytes out;
    (void)in;
    (void)octets;
    mls_err err = key_package_update_actor(a, &out, &params, text("Person"), list, 2);
    ASSERT_EMPTY_UNLESS_OK(err, out);
    return err;
}

static mls_err call_package_read(arena *a, const json *in, bytes octets)
{
    key_package_event out;
    bool found;
    (void)octets;
    mls_err err = key_package_activity_read(a, &out, &found, in);
    ASSERT_EMPTY_UNLESS_OK(err, out);
    assert_true(err != MLS_OK || (found && out.package.octets.len > 100));
    return err;
}

static mls_err call_packages(arena *a, const json *in, bytes octets)
{
    const uint16_t suites[] = {1};
    const bytes actor = text(BOB);
    key_package_list list;
    offered_packages offers;
    key_package_choice choice;
    (void)octets;
    mls_err err = key_packages_of_actor(a, &list, in, actor);
    ASSERT_EMPTY_UNLESS_OK(err, list);
    TRY(err);
    assert_true(list.num_items == 3 && list.num_dropped == 0);
    err = key_package_check_all(a, &offers, actor, list.items, list.num_items, NOW);
    ASSERT_EMPTY_UNLESS_OK(err, offers);
    TRY(err);
    assert_int_equal(offers.count, 1); /* the other one has the same key */
    err = key_package_choose(a, &choice, &offers, &actor, 1, suites, 1, 0);
    ASSERT_EMPTY_UNLESS_OK(err, choice);
    return err;
}

static mls_err call_payload(arena *a, const json *in, bytes octets)
{
    payload p;
    bytes out;
    (void)in;
    mls_err err = payload_read(a, &p, octets);
    ASSERT_EMPTY_UNLESS_OK(err, p);
    TRY(err);
    err = payload_write(a, &out, &p);
    ASSERT_EMPTY_UNLESS_OK(err, out);
    return err;
}

static const struct call {
    const char *name;
    call_fn *run;
    const char *in;
} calls[] = {
    {"json_parse", call_parse, "{'a':[1,{'b':'x','c':-1.5e3},null],'d':true,'e':'\\u00e9'}"},
    {"json_print", call_print, "{'a':[1,{'b':'x','c':'\\u0001\\u0001\\u0001\\u0001'}],'d':true}"},
    {"envelope_read, a message", call_envelope_read,
     "{'actor':'" ALICE "','object':{'mediaType':'message/mls','content':'$W'}}"},
    {"envelope_read, a KeyPackage", call_envelope_read,
     "{'actor':'" ALICE "','object':{'mediaType':'message/mls','content':'$K'}}"},
    {"envelope_read, a tree", call_envelope_read,
     "{'actor':'" ALICE "','object':{'mediaType':'message/mls','content':'$T'}}"},
    {"envelope_write", call_envelope_write, "{}"},
    {"key_package_activity", call_package_write, "{}"},
    {"key_package_update_actor", call_update_actor, "{}"},
    {"key_package_activity_read", call_package_read,
     "{'type':'Create','actor':'" BOB "','object':{'mediaType':'message/mls','content':'$X'}}"},
    {"key_packages", call_packages,
     "{'id':'" BOB
     "','keyPackages':{'first':{'items':['x',{'mediaType':'message/mls','content':'$X'}]"
     ",'next':{'orderedItems':[{'mediaType':'message/mls','content':'$k'}]}}}}"},
    {"payload, a message", call_payload,
     "{'type':'Create','id':'a','actor':'" ALICE
     "','published':'2025-06-15T15:06:40Z','object':{'type':"
     "'Note','id':'n','content':'x','attachment':[{'type':'Image','mediaType':'image/png','url':"
     "'data:image/png;base64,aG%6b='},{'type':'Video','encoding':'gzip','content':'aGk='},{'type':"
     "'Video','url':'https://a.example/x','size':1,'key':"
     "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=','sha256':"
     "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='}]}}"},
    {"payload, a file", call_payload,
     "{'type':'Create','id':'a','actor':'" ALICE
     "','published':'2025-06-15T15:06:40Z','object':{'type':"
     "'Image','id':'n','mediaType':'a/b','content':'aGk='}}"},
    {"payload, a receipt", call_payload,
     "{'type':'Read','id':'a','actor':'" ALICE "','published':'2025-06-15T15:06:40Z','object':['a',"
     "'b']}"},
    {"payload, an undo", call_payload,
     "{'type':'Undo','id':'a','actor':'" ALICE
     "','published':'2025-06-15T15:06:40Z','object':{'id':'l',"
     "'type':'Like','object':'n'}}"},
    {"payload, a name", call_payload,
     "{'type':'Update','id':'a','actor':'" ALICE
     "','published':'2025-06-15T15:06:40Z','object':{'id':"
     "'c','name':'x'}}"},
};
enum { NUM_CALLS = sizeof calls / sizeof calls[0] };

static size_t failures;

/* One run with the n-th allocation failing; false when it did not come to that. Every allocation
 * from the arena is one from the heap, since its blocks are of one octet. */
static bool fails_at(const struct call *call, const json *in, bytes octets, size_t n)
{
    arena *a = arena_new(1);
    heap_begin(n);
    mls_err err = call->run(a, in, octets);
    bool reached = heap_end();
    if (!reached || err != MLS_OK) /* or it did all that it should without */
        assert_err(err, reached ? MLS_ERR_NO_MEMORY : MLS_OK);
    arena_free(a);
    return reached;
}

static void test_call(void **state)
{
    const struct call *const *call = *state;
    arena *a = arena_new(ARENA_SCRATCH);
    json_init();
    assert_ok(mls_init());
    bytes octets = document(a, (*call)->in);
    const json *in = parsed(a, (*call)->in);
    heap_look();
    size_t n = 0;
    while (fails_at(*call, in, octets, n))
        n++;
    failures += n;
    heap_report r = heap_look();
    assert_true(r.freed > n);
    if (r.dirty)
        fail_msg("%zu blocks were not wiped; the first of %zu octets, taken by %s", r.dirty, r.size,
                 r.taker ? r.taker : "somebody");
    arena_free(a);
}

/* That the tests above see anything. */
static void test_control(void **state)
{
    (void)state;
    assert_true(failures > 200);
}

int main(void)
{
    static const struct call *call_of[NUM_CALLS];
    struct CMUnitTest tests[NUM_CALLS + 1];
    for (size_t i = 0; i < NUM_CALLS; i++) {
        call_of[i] = &calls[i];
        tests[i] = (struct CMUnitTest){calls[i].name, test_call, NULL, NULL, &call_of[i]};
    }
    tests[NUM_CALLS] = (struct CMUnitTest){"control", test_control, NULL, NULL, NULL};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
