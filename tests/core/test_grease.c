/* GREASE (RFC 9420 section 13.5): sent on request, and ignored. */
#include "custom.h"
#include "rogue.h"

static void make_greased(world *w)
{
    w->more = (mls_member_params){.grease = true};
}

static uint16_t grease_in(bytes list)
{
    uint16_t found = 0;
    for (size_t i = 0; i < u16_list_count(list); i++) {
        if (!u16_is_grease(u16_list_at(list, i)))
            continue;
        assert_int_equal(found, 0);
        found = u16_list_at(list, i);
    }
    assert_int_not_equal(found, 0);
    return found;
}

static void test_values(void **state)
{
    (void)state;
    size_t count = 0;
    for (uint32_t value = 0; value <= UINT16_MAX; value++)
        count += u16_is_grease((uint16_t)value);
    assert_int_equal(count, 15);
    for (uint32_t i = 0; i < 15; i++)
        assert_true(u16_is_grease((uint16_t)(0x0A0A + 0x1010 * i)));
}

/* Everywhere that the section names in leaf and KeyPackage; not always the same, and what is in the
 * leaf is listed. */
static void test_sent(void **state)
{
    world *w = *state;
    bool varies = false;
    uint16_t first = 0;
    make_greased(w);
    for (int i = 0; i < 40; i++) {
        key_package kp = {0};
        mls_key_package_info info;
        bytes octets = fresh_key_package(w, dev(w, 'A'));
        assert_ok(key_package_decode(w->a, &kp, octets));
        assert_ok(mls_key_package_check(&info, octets, NOW));
        grease_in(kp.leaf.caps.suites);
        grease_in(kp.leaf.caps.proposals);
        grease_in(kp.leaf.caps.credentials);
        uint16_t type = grease_in(kp.leaf.caps.extensions);
        assert_int_equal(kp.leaf.extensions.list.count, 1);
        assert_int_equal(kp.leaf.extensions.list.items[0].type, type);
        assert_int_equal(kp.extensions.list.count, 1);
        assert_int_equal(kp.extensions.list.items[0].type, type);
        assert_int_equal(u16_list_count(kp.leaf.caps.versions), 1);
        first = first ? first : type;
        varies |= type != first;
    }
    assert_true(varies);
}

static size_t greased_extensions(const extension_list *extensions)
{
    size_t count = 0;
    for (size_t i = 0; i < extensions->list.count; i++)
        count += u16_is_grease(extensions->list.items[i].type);
    return count;
}

static group_info info_of(world *w, char name, bool with_tree)
{
    mls_buf out;
    message m = {0};
    assert_ok(mls_group_info_make(dev(w, name)->group, &out, with_tree));
    assert_ok(message_decode(w->a, &m, keep(w, &out)));
    return m.group_info;
}

/* And in the GroupInfos of those who have it in their leaves. */
static void test_sent_in_group_info(void **state)
{
    world *w = *state;
    make_greased(w);
    make_group(w, "A");
    support_nothing(w);
    bytes invitation;
    mls_proposal add = add_of(w, dev(w, 'B'));
    deliver(w, "A", make_commit(w, dev(w, 'A'), &invitation, &add, 1, 0), MLS_EVENT_COMMIT);
    join(dev(w, 'B'), invitation, (bytes){0});
    for (int with_tree = 0; with_tree < 2; with_tree++) {
        group_info greased = info_of(w, 'A', with_tree), plain = info_of(w, 'B', with_tree);
        assert_int_equal(greased_extensions(&greased.extensions), 1);
        assert_int_equal(greased_extensions(&plain.extensions), 0);
        assert_int_equal(greased_extensions(&greased.context.extensions), 0);
    }
}

/* An extension of the application's that has the type already is not there twice. */
static void test_beside_own(void **state)
{
    world *w = *state;
    mls_extension all[15];
    for (uint16_t i = 0; i < 15; i++)
        all[i] = (mls_extension){(uint16_t)(0x0A0A + 0x1010 * i), {0}};
    w->more =
        (mls_member_params){.leaf_extensions = all, .num_leaf_extensions = 15, .grease = true};
    mls_key_package_info info;
    key_package kp = {0};
    bytes octets = fresh_key_package(w, dev(w, 'A'));
    assert_ok(mls_key_package_check(&info, octets, NOW));
    assert_ok(key_package_decode(w->a, &kp, octets));
    assert_int_equal(kp.leaf.extensions.list.count, 15);
    assert_int_equal(u16_list_count(kp.leaf.caps.extensions), 16);
}

static void come_in(world *w, char name, const char *members)
{
    mls_buf out;
    device *d = dev(w, name);
    mls_member_params params = member_params_of(w, d);
    assert_ok(mls_group_info_make(dev(w, members[0])->group, &out, true));
    bytes info = keep(w, &out);
    assert_ok(trusting_join_external(&d->group, &out, info, &params, (bytes){0}, (bytes){0}));
    deliver(w, members, keep(w, &out), MLS_EVENT_COMMIT);
}

/* Members with and without, added and entering, who update, propose and commit. */
static void test_ignored(void **state)
{
    world *w = *state;
    const mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    make_greased(w);
    make_group(w, "AB");
    support_nothing(w);
    come_in(w, 'C', "AB");
    make_greased(w);
    come_in(w, 'D', "ABC");
    bytes invitation;
    mls_proposal add = add_of(w, dev(w, 'E'));
    deliver(w, "ABCD", make_commit(w, dev(w, 'C'), &invitation, &add, 1, 0), MLS_EVENT_COMMIT);
    join(dev(w, 'E'), invitation, (bytes){0});
    deliver(w, "ABCD", make_proposal(w, dev(w, 'E'), &update, 0), MLS_EVENT_PROPOSAL);
    restart_all(w, "ABCDE");
    deliver(w, "ABCDE", make_commit(w, dev(w, 'D'), NULL, NULL, 0, 0), MLS_EVENT_COMMIT);
    assert_agree(w, "ABCDE", 5);
    assert_all_talk(w, "ABCDE");
    grease_in(leaf_of(dev(w, 'E'))->caps.extensions);
    assert_int_equal(leaf_of(dev(w, 'E'))->source, LEAF_UPDATE);
    grease_in(leaf_of(dev(w, 'D'))->caps.credentials);
    assert_int_equal(leaf_of(dev(w, 'D'))->source, LEAF_COMMIT);
}

/* "MUST NOT be sent" in the GroupContext: though all list the type, nobody supports it. */
static void test_not_in_group_context(void **state)
{
    world *w = *state;
    mls_buf list, out, none;
    support_custom(w);
    make_group(w, "AB");
    assert_true(u16_list_has(leaf_of(dev(w, 'B'))->caps.extensions, GREASE));
    assert_ok(mls_extensions(&list, &(mls_extension){GREASE, {0}}, 1));
    const mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                                 .data = keep(w, &list)};
    assert_err(mls_group_commit(dev(w, 'A')->group, &out, &none, &change, 1, (bytes){0}, 0, NOW),
               MLS_ERR_CAPABILITIES);
    extension greased = {.type = GREASE};
    proposal p = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .extensions = {{&greased, 1}}};
    rogue_commit r = {.proposals = &p, .num_proposals = 1};
    refuse(dev(w, 'B'), make_rogue_commit(w, dev(w, 'A'), &r), MLS_ERR_CAPABILITIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(test_values),
        group_test(test_sent),
        group_test(test_sent_in_group_info),
        group_test(test_beside_own),
        group_test(test_ignored),
        group_test(test_not_in_group_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
