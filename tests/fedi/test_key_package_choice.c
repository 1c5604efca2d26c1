/* Which KeyPackages are good, and one of them for each device: checklist points 1, 2, 8 and 9. */
#include "documents.h"

#include "fedi/key_package_choice.h"
#include "mls/key_package.h"

#include <string.h>

/* ---- Points 2 and 9: which are good ---- */

static offered_packages check_all(arena *a, const published_package *found, size_t count)
{
    offered_packages out;
    assert_ok(key_package_check_all(a, &out, text(BOB), found, count, NOW));
    return out;
}

static void test_point_9_valid_only(void **state)
{
    static const struct {
        package_options options;
        bool good;
    } cases[] = {
        {{.identity = BOB}, true},
        {{.identity = BOB, .suite = 3}, true},
        {{.identity = BOB, .last_resort = true}, true},
        {{.identity = BOB, .not_after = NOW + 360 * 86400}, true}, /* ts-mls's */
        {{.identity = BOB, .not_before = NOW + 3500}, true},       /* a clock that is ahead */
        {{.identity = BOB, .not_before = NOW + 3700}, false},
        {{.identity = BOB, .not_after = NOW - 1}, false},
        {{.identity = ALICE}, false},
        {{.identity = BOB "/"}, false},
        {{.identity = "https://B.example/users/bob"}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        published_package found = {.octets = package_of(*state, &cases[i].options)};
        offered_packages out = check_all(*state, &found, 1);
        assert_int_equal(out.count, cases[i].good);
        if (out.count)
            assert_text(out.items[0].actor, BOB);
    }
}

static void test_point_9_broken(void **state)
{
    bytes good = package_of(*state, &(package_options){.identity = BOB});
    uint8_t *broken = copy_of(*state, good);
    broken[good.len - 1] ^= 1; /* of the signature */
    const published_package found[] = {
        {.octets = bytes_of(broken, good.len)},
        {.octets = bytes_of(good.data, good.len - 1)},
        {.octets = sample()->private_message},
        {.id = text("https://b.example/kp/1")},
        {.octets = good, .attributed_to = text(ALICE)},
        {.octets = good, .attributed_to = text(BOB), .id = text("the first")},
        {.octets = good, .id = text("the same again")},
    };
    offered_packages out = check_all(*state, found, sizeof found / sizeof found[0]);
    assert_int_equal(out.count, 1);
    assert_text(out.items[0].id, "the first");
}

/* ---- Point 8: what others put into theirs ---- */

/* A list of uint16 with GREASE (RFC 9420 section 13.5) and a value that nobody knows in front. */
static bytes greased(arena *a, bytes list)
{
    static const uint8_t more[] = {0x0A, 0x0A, 0xEA, 0xEA, 0xF0, 0x0D};
    uint8_t *out = arena_alloc(a, list.len + sizeof more);
    memcpy(out, more, sizeof more);
    if (list.len)
        memcpy(out + sizeof more, list.data, list.len);
    return bytes_of(out, list.len + sizeof more);
}

static bytes greased_package(arena *a)
{
    extension extensions[] = {{.type = 0x1A1A, .data = text("whatever")}};
    key_package kp = {0};
    mls_buf key = {0};
    bytes out, tbs;
    const suite *s = suite_find(1);
    package_options o = {.identity = BOB, .signature_key = &key, .not_after = NOW + 360 * 86400};
    assert_ok(key_package_decode(a, &kp, package_of(a, &o)));
    kp.leaf.caps.versions = greased(a, kp.leaf.caps.versions);
    kp.leaf.caps.suites = greased(a, kp.leaf.caps.suites);
    kp.leaf.caps.extensions = greased(a, kp.leaf.caps.extensions);
    kp.leaf.caps.proposals = greased(a, kp.leaf.caps.proposals);
    kp.leaf.caps.credentials = greased(a, kp.leaf.caps.credentials);
    kp.extensions.list.items = extensions;
    kp.extensions.list.count = 1;
    assert_ok(leaf_node_sign(s, a, &kp.leaf, view(&key), NULL));
    kp.signature = (bytes){0};
    assert_ok(key_package_encode(a, &tbs, &kp));
    tbs.len--; /* the empty signature's length */
    assert_ok(sign_with_label(s, a, &kp.signature, view(&key), "KeyPackageTBS", tbs));
    assert_ok(key_package_encode(a, &out, &kp));
    mls_buf_free(&key);
    return out;
}

static void test_point_8_grease(void **state)
{
    published_package found = {.octets = greased_package(*state)};
    offered_packages out = check_all(*state, &found, 1);
    assert_int_equal(out.count, 1);
    assert_int_equal(out.items[0].info.suite, 1);
}

/* ---- Points 1 and 2: one suite, one package for each device ---- */

typedef struct device {
    const char *actor;
    uint16_t suites[3];
} device;

/* Packages of devices, each with a key of its own. */
static offered_packages offers_of(arena *a, const device *devices, size_t count)
{
    offered_packages all = {.items = arena_array(a, 3 * count, sizeof *all.items)};
    for (size_t i = 0; i < count; i++) {
        mls_buf key = {0};
        for (size_t j = 0; j < 3 && devices[i].suites[j]; j++) {
            package_options o = {
                .identity = devices[i].actor, .suite = devices[i].suites[j], .signature_key = &key};
            published_package found = {.octets = package_of(a, &o)};
            offered_packages one;
            assert_ok(key_package_check_all(a, &one, text(devices[i].actor), &found, 1, NOW));
            all.items[all.count++] = one.items[0];
        }
        mls_buf_free(&key);
    }
    return all;
}

static void test_point_1_suites(void **state)
{
    static const uint16_t suites[] = {3, 1};
    static const struct {
        device devices[3];
        uint16_t suite;
        size_t count;
    } cases[] = {
        {{{ALICE, {1, 3}}, {BOB, {1, 3}}}, 3, 2},             /* our best that all have */
        {{{ALICE, {1, 3}}, {BOB, {1}}}, 1, 2},                /* and not a better one */
        {{{ALICE, {1, 3}}, {BOB, {1, 3}}, {BOB, {1}}}, 1, 3}, /* all devices before the best */
        {{{ALICE, {1, 3}}, {BOB, {3}}, {BOB, {1, 3}}}, 3, 3},
        {{{ALICE, {1}}, {BOB, {3}}, {BOB, {1}}}, 1, 2}, /* one of Bob's devices stays out */
        {{{ALICE, {1, 3}}, {BOB, {3}}, {BOB, {1}}}, 3, 2},
    };
    const bytes actors[] = {text(ALICE), text(BOB)};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t num = cases[i].devices[2].actor ? 3 : 2;
        offered_packages offers = offers_of(*state, cases[i].devices, num);
        key_package_choice choice;
        assert_ok(key_package_choose(*state, &choice, &offers, actors, 2, suites, 2, 0));
        assert_int_equal(choice.suite, cases[i].suite);
        assert_int_equal(choice.count, cases[i].count);
        for (size_t j = 0; j < choice.count; j++)
            assert_int_equal(choice.items[j]->info.suite, choice.suite);
    }
}

static void test_point_1_nothing_common(void **state)
{
    static const device devices[] = {{ALICE, {1}}, {BOB, {3}}};
    static const uint16_t suites[] = {1, 3};
    const bytes actors[] = {text(ALICE), text(BOB)};
    offered_packages offers = offers_of(*state, devices, 2), none = {0};
    key_package_choice choice;
    assert_err(key_package_choose(*state, &choice, &offers, actors, 2, suites, 2, 0),
               MLS_ERR_NO_KEY_PACKAGES);
    assert_text(choice.lacking, BOB);
    assert_err(key_package_choose(*state, &choice, &none, actors, 2, suites, 2, 0),
               MLS_ERR_NO_KEY_PACKAGES);
    assert_text(choice.lacking, ALICE);
    assert_err(key_package_choose(*state, &choice, &offers, actors, 2, suites, 0, 0),
               MLS_ERR_NO_KEY_PACKAGES);
}

/* Several leaves share an identity: each key is a device. */
static void test_point_2_devices(void **state)
{
    static const device devices[] = {{BOB, {1}}, {BOB, {1}}, {BOB, {1}}};
    static const uint16_t suites[] = {1};
    const bytes actors[] = {text(BOB)};
    offered_packages offers = offers_of(*state, devices, 3);
    key_package_choice choice;
    assert_ok(key_package_choose(*state, &choice, &offers, actors, 1, suites, 1, 0));
    assert_int_equal(choice.count, 3);
}

/* Of one device: for one use before last resort, then the newest, then as the random number says.
 */
static void test_point_9_newest(void **state)
{
    static const uint16_t suites[] = {1};
    const bytes actors[] = {text(BOB)};
    mls_buf key = {0};
    const package_options options[] = {
        {.identity = BOB, .signature_key = &key, .not_before = NOW - 10, .last_resort = true},
        {.identity = BOB, .signature_key = &key, .not_before = NOW - 200},
        {.identity = BOB, .signature_key = &key, .not_before = NOW - 100},
        {.identity = BOB, .signature_key = &key, .not_before = NOW - 300},
        {.identity = BOB, .signature_key = &key, .not_before = NOW - 100},
    };
    published_package found[5];
    for (size_t i = 0; i < 5; i++)
        found[i] = (published_package){.octets = package_of(*state, &options[i])};
    offered_packages offers = check_all(*state, found, 5);
    for (uint32_t pick = 0; pick < 4; pick++) {
        key_package_choice choice;
        assert_ok(key_package_choose(*state, &choice, &offers, actors, 1, suites, 1, pick));
        assert_int_equal(choice.count, 1);
        assert_bytes(choice.items[0]->octets, found[pick % 2 ? 4 : 2].octets);
    }
    offers.count = 1; /* nothing but the last resort */
    key_package_choice choice;
    assert_ok(key_package_choose(*state, &choice, &offers, actors, 1, suites, 1, 7));
    assert_true(choice.items[0]->info.last_resort);
    mls_buf_free(&key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fedi_test(test_point_9_valid_only),     fedi_test(test_point_9_broken),
        fedi_test(test_point_8_grease),         fedi_test(test_point_1_suites),
        fedi_test(test_point_1_nothing_common), fedi_test(test_point_2_devices),
        fedi_test(test_point_9_newest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
