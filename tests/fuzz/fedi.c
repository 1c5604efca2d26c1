/* Documents of the Fediverse: all that reads activities, collections and payloads, on any JSON.
 * What is read is written again where that can be, and is then read as the same. */
#include "fuzz.h"

#include "fedi/envelope.h"
#include "fedi/key_package_choice.h"
#include "fedi/key_packages.h"
#include "fedi/payload.h"

#define ACTOR "https://a.example/users/alice"

/* The scan and cJSON agree on what JSON is, and printing ends in one form. */
static void check_json(arena *a, const json *document)
{
    json_maker first = {.arena = a}, second = {.arena = a};
    const json *again;
    bytes once, twice;
    if (json_print(&first, &once, document) != MLS_OK)
        return; /* it has fractions */
    FUZZ_CHECK(json_parse(a, &again, once, 2 * JSON_SIZE_MAX) == MLS_OK);
    FUZZ_CHECK(json_print(&second, &twice, again) == MLS_OK);
    FUZZ_CHECK(bytes_equal(once, twice));
}

static void check_envelope(arena *a, const json *document)
{
    envelope e, again;
    mls_message_info info;
    const json *reread;
    bytes out;
    if (envelope_read(a, &e, document, NULL) != MLS_OK)
        return;
    FUZZ_CHECK(e.num_aliases <= ENVELOPE_ALIASES_MAX);
    FUZZ_CHECK(e.kind <= ENVELOPE_FETCH || (e.actor.len > 0 && e.octets.len > 0));
    FUZZ_CHECK(e.kind != ENVELOPE_FETCH || e.object_id.len > 0);
    if (e.kind != ENVELOPE_MESSAGE)
        return;
    FUZZ_CHECK(mls_message_read(&info, e.octets) == MLS_OK);
    envelope_params params = {.actor = e.actor,
                              .to = &e.actor,
                              .num_to = 1,
                              .octets = e.octets,
                              .conversation = BYTES_LITERAL("uri:uuid:1"),
                              .in_reply_to = e.in_reply_to,
                              .generator_id = BYTES_LITERAL("app"),
                              .generator_name = BYTES_LITERAL("App")};
    if (envelope_write(a, &out, &params) != MLS_OK)
        return;
    FUZZ_CHECK(json_parse(a, &reread, out, JSON_SIZE_MAX) == MLS_OK);
    FUZZ_CHECK(envelope_read(a, &again, reread, NULL) == MLS_OK);
    FUZZ_CHECK(again.kind == e.kind && bytes_equal(again.octets, e.octets));
    FUZZ_CHECK(bytes_equal(again.actor, e.actor) && bytes_equal(again.in_reply_to, e.in_reply_to));
}

static void check_packages(arena *a, const json *document)
{
    static const uint16_t suites[] = {1, 2, 3};
    const bytes actor = BYTES_LITERAL(ACTOR);
    key_package_list list;
    key_package_event event;
    offered_packages offers;
    key_package_choice choice;
    bool found;
    key_package_activity_read(a, &event, &found, document);
    if (key_packages_of_actor(a, &list, document, as2_get_id(document, "id")) != MLS_OK &&
        key_packages_of_page(a, &list, document) != MLS_OK)
        return;
    for (size_t i = 0; i < list.num_items; i++)
        FUZZ_CHECK(list.items[i].octets.len > 0 || list.items[i].id.len > 0);
    FUZZ_CHECK(key_package_check_all(a, &offers, actor, list.items, list.num_items, FUZZ_NOW) ==
               MLS_OK);
    if (key_package_choose(a, &choice, &offers, &actor, 1, suites, 3, 5) == MLS_OK)
        FUZZ_CHECK(choice.count > 0 && choice.count <= offers.count);
}

static void check_payload(arena *a, const json *document)
{
    payload p, again;
    bytes out;
    if (payload_read_json(a, &p, document) != MLS_OK)
        return;
    FUZZ_CHECK(p.num_objects == 0 || bytes_equal(p.objects[0], p.object_id));
    if (payload_write(a, &out, &p) != MLS_OK)
        return;
    FUZZ_CHECK(payload_read(a, &again, out) == MLS_OK);
    FUZZ_CHECK(again.kind == p.kind && again.published == p.published);
    FUZZ_CHECK(bytes_equal(again.id, p.id) && bytes_equal(again.actor, p.actor));
    FUZZ_CHECK(bytes_equal(again.content, p.content) && bytes_equal(again.name, p.name));
    FUZZ_CHECK(bytes_equal(again.object_id, p.object_id) && again.num_objects == p.num_objects);
    FUZZ_CHECK(again.attachments.count == p.attachments.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    const json *document;
    bytes in = bytes_of(data, size);
    if (!ready) {
        fuzz_begin();
        json_init();
    }
    ready = true;
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_err err = json_parse(a, &document, in, JSON_SIZE_MAX);
    FUZZ_CHECK(json_scan(in) != MLS_OK || err == MLS_OK || err == MLS_ERR_JSON_DUPLICATE_NAME);
    if (err != MLS_OK)
        return 0;
    check_json(a, document);
    check_envelope(a, document);
    check_packages(a, document);
    check_payload(a, document);
    return 0;
}
