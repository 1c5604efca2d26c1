/* Extensions and capabilities of the application's (RFC 9420 sections 7.2, 10 and 13). */
#include "custom.h"
#include "rogue.h"

/* ---- What a device says of itself ---- */

static key_package read_key_package(world *w, bytes octets)
{
    key_package kp = {0};
    assert_ok(key_package_decode(w->a, &kp, octets));
    return kp;
}

static void assert_types(bytes list, const uint16_t *types, size_t count)
{
    assert_int_equal(u16_list_count(list), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(u16_list_at(list, i), types[i]);
}

/* Our own types, those of the extensions and those named, each once and no default ones. */
static void test_capabilities(void **state)
{
    world *w = *state;
    const mls_extension leaf[] = {{EXTENSION_APPLICATION_ID, BYTES_LITERAL("id")},
                                  {0xF003, BYTES_LITERAL("three")}};
    const mls_extension of_package[] = {{0xF004, BYTES_LITERAL("four")}};
    const uint16_t types[] = {0xF003, 1, 2, 3, 4, 5, EXTENSION_LAST_RESORT, 0xF005, 0xF005, 6};
    const uint16_t proposals[] = {1, 2, 3, 4, 5, 6, 7, MLS_PROPOSAL_SELF_REMOVE, 8, 0xF006, 8};
    w->more = (mls_member_params){
        .leaf_extensions = leaf,
        .num_leaf_extensions = 2,
        .key_package_extensions = of_package,
        .num_key_package_extensions = 1,
        .extension_types = types,
        .num_extension_types = 10,
        .proposal_types = proposals,
        .num_proposal_types = 11,
        .last_resort = true,
    };
    bytes octets = fresh_key_package(w, dev(w, 'A'));
    const capabilities caps = read_key_package(w, octets).leaf.caps;
    assert_types(caps.extensions,
                 (const uint16_t[]){EXTENSION_LAST_RESORT, 0xF003, 0xF004, 0xF005, 6}, 5);
    assert_types(caps.proposals, (const uint16_t[]){MLS_PROPOSAL_SELF_REMOVE, 8, 0xF006}, 3);
    mls_key_package_info info;
    assert_ok(mls_key_package_check(&info, octets, NOW));
    assert_true(info.last_resort);
    assert_bytes(extension_data(info.leaf_extensions, EXTENSION_APPLICATION_ID),
                 BYTES_LITERAL("id"));
    assert_bytes(extension_data(info.leaf_extensions, 0xF003), BYTES_LITERAL("three"));
    assert_bytes(extension_data(info.extensions, 0xF004), BYTES_LITERAL("four"));
    assert_bytes(extension_data(info.extensions, EXTENSION_LAST_RESORT), (bytes){0});
}

static void refuse_params(world *w, mls_member_params more, mls_err err)
{
    mls_buf out[2];
    mls_group *group;
    w->more = more;
    mls_member_params params = member_params_of(w, dev(w, 'A'));
    assert_err(mls_key_package_new(&out[0], &out[1], &params), err);
    assert_null(out[0].data);
    assert_null(out[1].data);
    assert_err(mls_group_create(&group, BYTES_LITERAL("g"), &params), err);
    assert_null(group);
}

static void test_bad_params(void **state)
{
    world *w = *state;
    static const mls_extension twice[] = {{CUSTOM, {0}}, {CUSTOM, {0}}};
    static const uint16_t reserved[] = {0}, many[257] = {CUSTOM};
    static const uint16_t elsewhere[] = {0, EXTENSION_RATCHET_TREE, EXTENSION_REQUIRED_CAPABILITIES,
                                         EXTENSION_EXTERNAL_PUB, EXTENSION_EXTERNAL_SENDERS};
    refuse_params(w, (mls_member_params){.leaf_extensions = twice, .num_leaf_extensions = 2},
                  MLS_ERR_DUPLICATE);
    refuse_params(
        w, (mls_member_params){.key_package_extensions = twice, .num_key_package_extensions = 2},
        MLS_ERR_DUPLICATE);
    refuse_params(w, (mls_member_params){.leaf_extensions = twice, .num_leaf_extensions = 257},
                  MLS_ERR_DECODE_TOO_LARGE);
    refuse_params(w, (mls_member_params){.extension_types = many, .num_extension_types = 257},
                  MLS_ERR_DECODE_TOO_LARGE);
    refuse_params(w, (mls_member_params){.proposal_types = many, .num_proposal_types = 257},
                  MLS_ERR_DECODE_TOO_LARGE);
    refuse_params(w, (mls_member_params){.extension_types = reserved, .num_extension_types = 1},
                  MLS_ERR_INVALID_ARGUMENT);
    refuse_params(w, (mls_member_params){.proposal_types = reserved, .num_proposal_types = 1},
                  MLS_ERR_INVALID_ARGUMENT);
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        const mls_extension one = {elsewhere[i], {0}};
        refuse_params(w, (mls_member_params){.leaf_extensions = &one, .num_leaf_extensions = 1},
                      MLS_ERR_INVALID_ARGUMENT);
        refuse_params(
            w, (mls_member_params){.key_package_extensions = &one, .num_key_package_extensions = 1},
            MLS_ERR_INVALID_ARGUMENT);
    }
    const mls_extension id = {EXTENSION_APPLICATION_ID, {0}};
    refuse_params(
        w, (mls_member_params){.key_package_extensions = &id, .num_key_package_extensions = 1},
        MLS_ERR_INVALID_ARGUMENT);
}

/* ---- In a group ---- */

static bytes member_extensions(world *w, char by, uint32_t leaf)
{
    mls_buf out;
    assert_ok(mls_group_member_extensions(dev(w, by)->group, &out, leaf));
    return keep(w, &out);
}

static void assert_still_there(world *w, const char *names)
{
    for (const char *by = names; *by; by++)
        for (const char *of = names; *of; of++) {
            uint32_t leaf = describe(dev(w, *of)).own_leaf;
            assert_bytes(extension_data(member_extensions(w, *by, leaf), CUSTOM),
                         BYTES_LITERAL("of the leaf"));
            const leaf_node *node = tree_leaf(&dev(w, *by)->group->current->tree, leaf);
            assert_true(u16_list_has(node->caps.extensions, CUSTOM_2));
            assert_true(u16_list_has(node->caps.proposals, CUSTOM_2));
        }
}

static void enter(world *w, char name, const char *members)
{
    mls_buf info, out;
    device *d = dev(w, name);
    mls_member_params params = member_params_of(w, d);
    assert_ok(mls_group_info_make(dev(w, members[0])->group, &info, true));
    bytes kept = keep(w, &info);
    mls_group_free(d->group);
    d->group = NULL;
    assert_ok(trusting_join_external(&d->group, &out, kept, &params, (bytes){0}, (bytes){0}));
    deliver(w, members, keep(w, &out), MLS_EVENT_COMMIT);
}

/* Updates, commits, entering from outside and coming back leave a leaf what it says. */
static void test_leaves_keep_them(void **state)
{
    world *w = *state;
    const mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    support_custom(w);
    make_group(w, "ABC");
    assert_still_there(w, "ABC");
    deliver(w, "AB", make_proposal(w, dev(w, 'C'), &update, 0), MLS_EVENT_PROPOSAL);
    deliver(w, "ABC", make_commit(w, dev(w, 'B'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_int_equal(leaf_of(dev(w, 'C'))->source, LEAF_UPDATE);
    assert_int_equal(leaf_of(dev(w, 'B'))->source, LEAF_COMMIT);
    assert_still_there(w, "ABC");
    enter(w, 'D', "ABC");
    enter(w, 'C', "ABD");
    restart_all(w, "ABCD");
    assert_still_there(w, "ABCD");
    assert_all_talk(w, "ABCD");
    mls_buf out;
    assert_err(mls_group_member_extensions(dev(w, 'A')->group, &out, 7), MLS_ERR_UNKNOWN_SENDER);
    assert_null(out.data);
}

static bytes encode(world *w, const mls_extension *list, size_t count)
{
    mls_buf out;
    assert_ok(mls_extensions(&out, list, count));
    return keep(w, &out);
}

static bytes group_extensions(world *w, char name)
{
    mls_buf out;
    assert_ok(mls_group_extensions(dev(w, name)->group, &out));
    return keep(w, &out);
}

/* Section 13.4: in the GroupContext where all members support it, and then from all who come. */
static void test_group_context(void **state)
{
    world *w = *state;
    mls_buf out, none;
    device *a = dev(w, 'A'), *e = dev(w, 'E');
    support_custom(w);
    make_group(w, "ABC");
    assert_int_equal(group_extensions(w, 'A').len, 1);
    mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                           .data = encode(w, &(mls_extension){CUSTOM_2, BYTES_LITERAL("g")}, 1)};
    deliver(w, "ABC", make_commit(w, a, NULL, &change, 1, 0), MLS_EVENT_COMMIT);
    restart(dev(w, 'B'));
    for (const char *p = "ABC"; *p; p++) {
        assert_bytes(group_extensions(w, *p), change.data);
        assert_bytes(extension_data(group_extensions(w, *p), CUSTOM_2), BYTES_LITERAL("g"));
    }
    enter(w, 'D', "ABC");
    assert_bytes(group_extensions(w, 'D'), change.data);

    support_nothing(w);
    mls_proposal add = add_of(w, e);
    assert_err(trusting_commit(a->group, &out, &none, &add, 1, (bytes){0}, 0, NOW),
               MLS_ERR_CAPABILITIES);
    mls_member_params params = member_params_of(w, e);
    assert_ok(mls_group_info_make(a->group, &out, true));
    bytes info = keep(w, &out);
    assert_err(trusting_join_external(&e->group, &out, info, &params, (bytes){0}, (bytes){0}),
               MLS_ERR_CAPABILITIES);
    const uint16_t type = CUSTOM_2;
    w->more = (mls_member_params){.extension_types = &type, .num_extension_types = 1};
    bytes invitation;
    add = add_of(w, e);
    deliver(w, "ABCD", make_commit(w, a, &invitation, &add, 1, 0), MLS_EVENT_COMMIT);
    join(e, invitation, (bytes){0});
    assert_agree(w, "ABCDE", 5);
}

static bytes requirement(world *w, const mls_required *required)
{
    mls_buf data;
    assert_ok(mls_required_capabilities(&data, required));
    return encode(w, &(mls_extension){MLS_EXTENSION_REQUIRED_CAPABILITIES, keep(w, &data)}, 1);
}

static void test_required_capabilities(void **state)
{
    world *w = *state;
    mls_buf out, none;
    device *a = dev(w, 'A');
    static const uint16_t type = CUSTOM, other = 0x7777, grease = GREASE, x509 = 2;
    const mls_required all = {&type, 1, &type, 1, &x509, 1};
    const mls_required unsupported[] = {
        {.extension_types = &other, .num_extension_types = 1},
        {.proposal_types = &other, .num_proposal_types = 1},
        {.credential_types = &other, .num_credential_types = 1},
        {.extension_types = &grease, .num_extension_types = 1},
        {.proposal_types = &grease, .num_proposal_types = 1},
    };
    support_custom(w);
    make_group(w, "ABC");
    mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS};
    for (size_t i = 0; i < sizeof unsupported / sizeof unsupported[0]; i++) {
        change.data = requirement(w, &unsupported[i]);
        assert_err(trusting_commit(a->group, &out, &none, &change, 1, (bytes){0}, 0, NOW),
                   MLS_ERR_CAPABILITIES);
    }
    change.data = requirement(w, &all);
    assert_bytes(change.data, BYTES_LITERAL("\x0C\0\3\x09\2\xF0\1\2\xF0\1\2\0\2"));
    deliver(w, "ABC", make_commit(w, a, NULL, &change, 1, 0), MLS_EVENT_COMMIT);
    support_nothing(w);
    mls_proposal add = add_of(w, dev(w, 'D'));
    assert_err(trusting_commit(a->group, &out, &none, &add, 1, (bytes){0}, 0, NOW),
               MLS_ERR_CAPABILITIES);
}

/* ---- Reading ---- */

static void test_next(void **state)
{
    (void)state;
    mls_extension e;
    size_t cursor = 0;
    bytes list = BYTES_LITERAL("\x0A\xF0\x01\0\xF0\x02\x04"
                               "data");
    list.len = 11;
    assert_true(mls_extension_next(&e, list, &cursor));
    assert_int_equal(e.type, CUSTOM);
    assert_int_equal(e.data.len, 0);
    assert_true(mls_extension_next(&e, list, &cursor));
    assert_int_equal(e.type, CUSTOM_2);
    assert_bytes(e.data, BYTES_LITERAL("data"));
    for (int i = 0; i < 2; i++) {
        assert_false(mls_extension_next(&e, list, &cursor));
        assert_int_equal(e.type, 0);
        assert_null(e.data.data);
    }
    for (size_t len = 0; len < list.len; len++) {
        cursor = 0;
        assert_false(mls_extension_next(&e, bytes_of(list.data, len), &cursor));
    }
    cursor = 0;
    assert_false(mls_extension_next(&e, BYTES_LITERAL("\3\xF0\1\5"), &cursor));
    cursor = SIZE_MAX;
    assert_false(mls_extension_next(&e, list, &cursor));
}

/* ---- KeyPackages ---- */

static void unlisted(key_package *kp)
{
    static extension unknown[] = {{.type = 0xF0F0, .data = {(const uint8_t *)"any", 3}}};
    kp->extensions.list.items = unknown;
    kp->extensions.list.count = 1;
}

/* Section 10.1 asks nothing of a KeyPackage's extensions, and sections 13.4 and 13.5 that unknown
 * ones be ignored: only those of the leaf must be listed. */
static void test_unlisted_in_key_package(void **state)
{
    world *w = *state;
    bytes encoded;
    mls_key_package_info info;
    make_group(w, "AB");
    key_package kp = rogue_key_package(w, dev(w, 'C'), unlisted);
    assert_ok(key_package_encode(w->a, &encoded, &kp));
    assert_ok(mls_key_package_check(&info, encoded, NOW));
    assert_bytes(extension_data(info.extensions, 0xF0F0), BYTES_LITERAL("any"));
    const mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = encoded};
    deliver(w, "AB", make_commit(w, dev(w, 'A'), NULL, &add, 1, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "AB", 3);
}

/* draft-ietf-mls-extensions: component 4 of an app_data_dictionary, in its order, once and empty.
 */
static void test_last_resort_component(void **state)
{
    world *w = *state;
    static const struct {
        bytes data;
        bool last_resort;
    } cases[] = {
        {{(const uint8_t *)"\3\0\4\0", 4}, true},
        {{(const uint8_t *)"\x0A\0\1\1x\0\4\0\0\5\0", 11}, true},
        {{(const uint8_t *)"\0", 1}, false},
        {{(const uint8_t *)"", 0}, false},
        {{(const uint8_t *)"\3\0\5\0", 4}, false},
        {{(const uint8_t *)"\4\0\4\1x", 5}, false},      /* not empty */
        {{(const uint8_t *)"\6\0\4\0\0\4\0", 7}, false}, /* twice */
        {{(const uint8_t *)"\6\0\5\0\0\4\0", 7}, false}, /* not in order */
        {{(const uint8_t *)"\3\0\4\0x", 5}, false},      /* trailing */
        {{(const uint8_t *)"\5\0\4\0\0\5", 6}, false},   /* the next one is cut off */
        {{(const uint8_t *)"\4\0\4\0", 4}, false},       /* too short */
        {{(const uint8_t *)"\5\0\0\0\4\0", 6}, false},   /* numbers of an older draft */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mls_extension dictionary = {EXTENSION_APP_DATA_DICTIONARY, cases[i].data};
        mls_key_package_info info;
        w->more = (mls_member_params){.key_package_extensions = &dictionary,
                                      .num_key_package_extensions = 1};
        assert_ok(mls_key_package_check(&info, fresh_key_package(w, dev(w, 'A')), NOW));
        assert_int_equal(info.last_resort, cases[i].last_resort);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        group_test(test_capabilities),
        group_test(test_bad_params),
        group_test(test_leaves_keep_them),
        group_test(test_group_context),
        group_test(test_required_capabilities),
        group_test(test_next),
        group_test(test_unlisted_in_key_package),
        group_test(test_last_resort_component),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
