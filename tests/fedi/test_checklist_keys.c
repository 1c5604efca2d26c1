/* The checklist of an interoperable client (shared/design/fediverse-profile.md), points 1 to 9:
 * keys and KeyPackages. Each test has the number of its point. */
#include "fediverse.h"

#include "fedi/as2.h"
#include "fedi/key_package_object.h"

#include <stdio.h>
#include <string.h>

/* ---- What is published ---- */

static size_t count_listed(const site *s, char actor)
{
    size_t count = 0;
    for (size_t i = 0; i < s->num_objects; i++)
        count += s->objects[i].actor == actor && s->objects[i].listed && !s->objects[i].deleted;
    return count;
}

static const site_object *listed(const site *s, char actor, const char *name)
{
    for (size_t i = 0; i < s->num_objects; i++)
        if (s->objects[i].actor == actor && s->objects[i].listed && !s->objects[i].deleted &&
            strstr(s->objects[i].json, name))
            return &s->objects[i];
    fail_msg("%c has no KeyPackage with %s", actor, name);
    return NULL;
}

static mls_key_package_info info_of(site *s, const site_object *object, bytes *octets)
{
    const json *document;
    published_package found;
    mls_key_package_info info;
    assert_ok(json_parse(s->a, &document, text(object->json), JSON_SIZE_MAX));
    assert_ok(key_package_object_read(s->a, &found, document));
    assert_ok(mls_key_package_check(&info, found.octets, s->now));
    if (octets)
        *octets = found.octets;
    return info;
}

static void point_1_suite_1_always_others_where_all_devices_list_them(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    device_new(s, 'B');
    bytes octets;
    assert_int_equal(info_of(s, listed(s, 'B', "X25519_AES128GCM"), NULL).suite, 1);
    assert_int_equal(info_of(s, listed(s, 'B', "X25519_CHACHA20"), NULL).suite, 3);
    start_chat(s, "B");
    /* Where somebody lists suite 3 alone, that is it. */
    for (size_t i = 0; i < s->num_objects; i++)
        if (s->objects[i].actor == 'B' && strstr(s->objects[i].json, "AES128GCM"))
            s->objects[i].listed = false;
    wish(s, device_at(s, 'A', 1), NULL,
         "{'wish':'start','job':2,'actors':['https://b.example/users/b']}");
    settle(s);
    find_event(s, device_at(s, 'A', 1), "'type':'done'", "'job':2");
    info_of(s, listed(s, 'B', "CHACHA20"), &octets);
}

static void point_2_identity_is_the_exact_actor_and_devices_share_it(void **state)
{
    site *s = *state;
    device_new(s, 'B');
    device_new(s, 'B');
    mls_key_package_info info = info_of(s, listed(s, 'B', "AES128GCM"), NULL);
    assert_text(info.identity, actor_id('B'));
    device_new(s, 'A');
    start_chat(s, "B");
    const char *told = find_event(s, device_at(s, 'A', 1), "'type':'conversation'", NULL);
    const json *event;
    assert_ok(json_parse(s->a, &event, text(told), JSON_SIZE_MAX));
    const json *members = json_get(json_get(event, "conversation"), "members");
    size_t keys = 0;
    for (const json *m = json_first(members); m; m = json_next(m))
        if (bytes_equal(json_string(json_get(m, "actor")), text(actor_id('B'))))
            for (const json *k = json_first(json_get(m, "keys")); k; k = json_next(k))
                keys++;
    assert_int_equal(keys, 2);
}

static void point_3_group_id_is_text(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    device_new(s, 'B');
    start_chat(s, "B");
    const char *group = event_text(s, device_at(s, 'B', 1), "'type':'conversation'", NULL, "group");
    assert_memory_equal(group, "uri:uuid:", 9);
    assert_int_equal(strlen(group), 45);
}

static void point_4_packages_are_raw_in_standard_base64(void **state)
{
    site *s = *state;
    bytes octets;
    device_new(s, 'B');
    info_of(s, listed(s, 'B', "AES128GCM"), &octets);
    assert_int_equal(octets.data[0] << 8 | octets.data[1], 1); /* version; wrapped ones: 1, 5 */
    assert_int_equal(octets.data[2] << 8 | octets.data[3], 1); /* the suite */
    const json *object;
    assert_ok(json_parse(s->a, &object, text(listed(s, 'B', "AES128GCM")->json), JSON_SIZE_MAX));
    bytes content = as2_get_text(object, "content");
    assert_int_equal(content.len % 4, 0);
    assert_null(memchr(content.data, '_', content.len));
    assert_null(memchr(content.data, '-', content.len));
}

static void point_5_package_objects_are_complete(void **state)
{
    site *s = *state;
    device_new(s, 'B');
    const json *object;
    assert_ok(json_parse(s->a, &object, text(listed(s, 'B', "AES128GCM")->json), JSON_SIZE_MAX));
    assert_true(as2_has_type(object, "KeyPackage"));
    assert_text(as2_get_text(object, "mediaType"), "message/mls");
    assert_text(as2_get_text(object, "encoding"), "base64");
    assert_text(as2_get_text(object, "ciphersuite"),
                "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519");
    assert_text(as2_get_id(object, "generator"), "urn:test");
    assert_text(as2_get_text(as2_object(as2_get(object, "generator")), "name"), "Test");
    assert_true(as2_get_text(object, "summary").len > 20);
}

static void point_6_create_then_add_and_withdrawn_after_use(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    device_new(s, 'B');
    size_t before = count_listed(s, 'B');
    assert_int_equal(before, 22); /* 20 for one use, one of last resort for each suite */
    start_chat(s, "B");
    assert_int_equal(count_listed(s, 'B'), before - 1);
    size_t deleted = 0;
    for (size_t i = 0; i < s->num_objects; i++)
        deleted += s->objects[i].actor == 'B' && s->objects[i].deleted;
    assert_int_equal(deleted, 1);
}

static void point_6_a_server_without_add_gets_an_update_of_the_actor(void **state)
{
    site *s = *state;
    s->no_add = true;
    device_new(s, 'B');
    assert_int_equal(count_listed(s, 'B'), 22);
}

static void point_6_withdrawn_before_signing_out(void **state)
{
    site *s = *state;
    site_device *b = device_new(s, 'B');
    wish(s, b, NULL, "{'wish':'withdraw'}");
    assert_int_equal(count_listed(s, 'B'), 0);
    pass(s, 3 * 24 * 3600);
    assert_int_equal(count_listed(s, 'B'), 0);
}

static void start_many(site *s, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char wanted[120];
        snprintf(wanted, sizeof wanted,
                 "{'wish':'start','job':%u,'actors':['https://b.example/users/b']}", i + 1);
        wish(s, device_at(s, 'A', 1), NULL, wanted);
        settle(s);
    }
}

static void point_7_refilled_below_10(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    site_device *b = device_new(s, 'B');
    start_many(s, 10);
    assert_int_equal(count_listed(s, 'B'), 12); /* 10 and the two of last resort */
    start_many(s, 1);
    pass(s, 5);
    assert_int_equal(count_listed(s, 'B'), 22);
    assert_true(count_events(s, b, "'type':'conversation'", "'state':'request'") > 10);
}

static void point_7_the_last_resort_serves_when_all_are_used(void **state)
{
    site *s = *state;
    site_device *a = device_new(s, 'A'), *b = device_new(s, 'B');
    b->offline = true; /* so that nothing is withdrawn */
    start_many(s, 23);
    b->offline = false;
    settle(s);
    assert_int_equal(count_events(s, a, "'type':'done'", NULL), 23);
    size_t chats = 0;
    for (size_t i = 0; i < SITE_RECORDS; i++)
        chats += b->records[i].name.len > 6 &&
                 memcmp(b->records[i].name.data + b->records[i].name.len - 6, "/state", 6) == 0;
    assert_int_equal(chats, 23);
}

static void point_7_private_keys_stay_until_expiry_and_the_signature_key_for_good(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    site_device *b = device_new(s, 'B');
    mls_key_package_info before = info_of(s, listed(s, 'B', "AES128GCM"), NULL);
    bytes key = bytes_of(copy_of(s->a, before.signature_key), before.signature_key.len);
    site_restart(s, b);
    /* Eighty days later packages were renewed, by the same device; what is found still works. */
    pass(s, 80 * 24 * (uint64_t)3600);
    for (size_t i = 0; i < s->num_objects; i++)
        if (s->objects[i].actor == 'B' && s->objects[i].listed && !s->objects[i].deleted)
            assert_bytes(info_of(s, &s->objects[i], NULL).signature_key, key);
    start_chat(s, "B");
    find_event(s, b, "'type':'conversation'", "'state':'active'");
}

static void point_8_grease_and_long_lifetimes_are_accepted(void **state)
{
    site *s = *state;
    site_device *a = device_new(s, 'A');
    device_new(s, 'B');
    /* Ours carry GREASE themselves; a stranger's lives for 360 days. */
    package_options options = {.identity = actor_id('B'),
                               .suite = 1,
                               .not_before = s->now - 10,
                               .not_after = s->now + 360 * 24 * (uint64_t)3600};
    bytes octets = package_of(s->a, &options);
    mls_key_package_info info;
    assert_ok(mls_key_package_check(&info, octets, s->now));
    start_chat(s, "B");
    assert_int_equal(count_events(s, a, "'type':'error'", NULL), 0);
}

static void point_9_what_is_expired_foreign_or_twice_is_dropped(void **state)
{
    site *s = *state;
    site_device *a = device_new(s, 'A');
    device_new(s, 'B');
    device_new(s, 'C');
    for (size_t i = 0; i < s->num_objects; i++) /* all of B's are C's in truth */
        if (s->objects[i].actor == 'B')
            s->objects[i].listed = false;
    for (size_t i = 0; i < s->num_objects; i++)
        if (s->objects[i].actor == 'C')
            s->objects[i].actor = 'B';
    wish(s, a, NULL, "{'wish':'start','job':1,'actors':['https://b.example/users/b']}");
    find_event(s, a, "'type':'failed'", "'error':'NO_KEY_PACKAGES'");
    find_event(s, a, "'type':'failed'", "'actor':'https://b.example/users/b'");
}

static void point_9_expired_packages_are_not_used(void **state)
{
    site *s = *state;
    site_device *a = device_new(s, 'A'), *b = device_new(s, 'B');
    b->offline = true;
    pass(s, 90 * 24 * (uint64_t)3600);
    wish(s, a, NULL, "{'wish':'start','job':1,'actors':['https://b.example/users/b']}");
    find_event(s, a, "'type':'failed'", "'error':'NO_KEY_PACKAGES'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        site_test(point_1_suite_1_always_others_where_all_devices_list_them),
        site_test(point_2_identity_is_the_exact_actor_and_devices_share_it),
        site_test(point_3_group_id_is_text),
        site_test(point_4_packages_are_raw_in_standard_base64),
        site_test(point_5_package_objects_are_complete),
        site_test(point_6_create_then_add_and_withdrawn_after_use),
        site_test(point_6_a_server_without_add_gets_an_update_of_the_actor),
        site_test(point_6_withdrawn_before_signing_out),
        site_test(point_7_refilled_below_10),
        site_test(point_7_the_last_resort_serves_when_all_are_used),
        site_test(point_7_private_keys_stay_until_expiry_and_the_signature_key_for_good),
        site_test(point_8_grease_and_long_lifetimes_are_accepted),
        site_test(point_9_what_is_expired_foreign_or_twice_is_dropped),
        site_test(point_9_expired_packages_are_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
