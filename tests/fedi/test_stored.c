/* How little a device stores for a message, and that it is enough. */
#include "fedi/device_state.h"
#include "fediverse.h"

#include <stdio.h>
#include <string.h>

/* The stored record whose name begins and ends like this; fails without one. */
static fedi_record *record_of(site_device *d, const char *begin_of_name, const char *end)
{
    size_t begin_len = strlen(begin_of_name), end_len = strlen(end);
    for (size_t i = 0; i < SITE_RECORDS; i++) {
        bytes name = d->records[i].name;
        if (name.len >= begin_len + end_len && memcmp(name.data, begin_of_name, begin_len) == 0 &&
            memcmp(name.data + name.len - end_len, end, end_len) == 0)
            return &d->records[i];
    }
    fail_msg("there is no record %s...%s", begin_of_name, end);
    return NULL;
}

static bool holds(const fedi_record *r, const char *words)
{
    size_t len = strlen(words);
    for (size_t i = 0; i + len <= r->octets.len; i++)
        if (memcmp(r->octets.data + i, words, len) == 0)
            return true;
    return false;
}

/* A has said something that its server has refused: it is stored, and can be posted again. */
static site_device *begin_refused(site *s)
{
    begin(s, "ABC");
    s->refuse = true;
    talk(s, 'A', "again");
    s->refuse = false;
    return dev(s, 'A');
}

static void a_waiting_post_refers_to_the_members(void **state)
{
    site *s = *state;
    site_device *a = begin_refused(s);
    const fedi_record *waiting = record_of(a, "outbox/", "");
    assert_false(holds(waiting, actor_id('B')));
    assert_true(holds(record_of(a, "chat/", "/members"), actor_id('B')));
    site_restart(s, a);
    act(s, 'A', "{'wish':'retry','conversation':'%'}");
    find_event(s, dev(s, 'B'), "'type':'message'", "again");
    find_event(s, dev(s, 'C'), "'type':'message'", "again");
}

static void when_they_change_it_keeps_those_of_before(void **state)
{
    site *s = *state;
    site_device *a = begin_refused(s);
    char what[200] = "{'wish':'remove','conversation':'%','actors':['";
    strcat(strcat(what, actor_id('C')), "']}");
    act(s, 'A', what);
    pass(s, 120);
    assert_int_equal(count_events(s, a, "'code':'member-removed'", actor_id('C')), 1);
    const fedi_record *waiting = record_of(a, "outbox/", "");
    assert_true(holds(waiting, actor_id('B')));
    assert_true(holds(waiting, actor_id('C')));
    assert_false(holds(record_of(a, "chat/", "/members"), actor_id('C')));
    site_restart(s, a);
}

/* A record of version 1 had the members in it. */
static void the_state_of_a_conversation_of_version_1_is_read(void **state)
{
    site *s = *state;
    site_device *a = begin_refused(s);
    fedi_record *now = record_of(a, "chat/", "/state"),
                *members = record_of(a, "chat/", "/members");
    /* uint16 version || ... uint64 acknowledge_at || members || acknowledge: nothing to say */
    static const uint8_t none[4] = {0};
    uint8_t *old = arena_alloc(s->a, now->octets.len + members->octets.len);
    size_t head = now->octets.len - sizeof none;
    assert_memory_equal(now->octets.data + head, none, sizeof none);
    memcpy(old, now->octets.data, head);
    memcpy(old + head, members->octets.data, members->octets.len);
    memcpy(old + head + members->octets.len, none, sizeof none);
    assert_int_equal(old[1], 2);
    old[1] = 1;
    now->octets = bytes_of(old, head + members->octets.len + sizeof none);
    members->name = (bytes){0};
    site_restart(s, a);
    act(s, 'A', "{'wish':'retry','conversation':'%'}");
    find_event(s, dev(s, 'C'), "'type':'message'", "again");
    assert_int_equal(record_of(a, "chat/", "/state")->octets.data[1], 2);
    assert_true(holds(record_of(a, "chat/", "/members"), actor_id('B')));
}

static void lost_members_are_those_of_the_group(void **state)
{
    site *s = *state;
    site_device *a = begin_refused(s);
    record_of(a, "chat/", "/members")->name = (bytes){0};
    site_restart(s, a);
    act(s, 'A', "{'wish':'retry','conversation':'%'}");
    find_event(s, dev(s, 'B'), "'type':'message'", "again");
    find_event(s, dev(s, 'C'), "'type':'message'", "again");
    assert_int_equal(count_events(s, a, "'code':'member-", NULL), 0);
}

/* What the engine wants stored for a wish: names and octets, with what sealing adds. */
static size_t stored_by(fedi_device *d, const char *what, uint64_t now)
{
    enum { SEALING = 73 };
    fedi_effects fx;
    size_t octets = 0;
    assert_ok(fedi_wish(d, &fx, text(what), NULL, 0, now));
    for (size_t i = 0; i < fx.count; i++)
        if (fx.list[i].kind == FEDI_STORE)
            octets += fx.list[i].name.len + fx.list[i].octets.len + SEALING;
    fedi_effects_free(&fx);
    return octets;
}

static void a_message_in_a_group_of_1000_writes_little(void **state)
{
    enum { MEMBERS = 1000, REST = 4500, BEACON = 4 };
    site *s = *state;
    chat *ch;
    site_device *a = device_new(s, 'A');
    mls_group *group =
        large_group(text(actor_id('A')), view(&a->fedi->signature_key), MEMBERS, s->now);
    assert_ok(chat_new(a->fedi, &ch, group, text(actor_id('A')), CHAT_ACTIVE, s->now));
    assert_ok(chat_members_recover(ch));
    char id[17], what[200];
    snprintf(id, sizeof id, "%016llx", (unsigned long long)ch->id);
    snprintf(what, sizeof what, "{\"wish\":\"send\",\"conversation\":\"%s\",\"content\":\"hello\"}",
             id);
    size_t first = stored_by(a->fedi, what, s->now);
    assert_in_range(first, 30000, 1000000); /* with everything that is stored once */
    for (int i = 0; i < 5; i++) {
        /* Beacons of members have so much each in what is written; what JavaScript writes for it,
         * and the server's answer and echo, is held to so much in tests/js/growth.test.mjs. */
        size_t octets = stored_by(a->fedi, what, s->now) + (size_t)MEMBERS * BEACON + REST;
        assert_in_range(octets, 1, 16000);
    }
}

static size_t octets_under(const site_device *d, const char *folder)
{
    size_t octets = 0, len = strlen(folder);
    for (size_t i = 0; i < SITE_RECORDS; i++) {
        const fedi_record *r = &d->records[i];
        if (r->name.len > len && memcmp(r->name.data, folder, len) == 0)
            octets += r->octets.len;
    }
    return octets;
}

static void a_long_conversation_stays_small(void **state)
{
    enum { ROUND = 300 };
    size_t sizes[2];
    site *s = *state;
    begin(s, "AB");
    for (size_t round = 0; round < 2; round++) {
        for (int i = 0; i < ROUND; i++)
            talk(s, 'A', "one of many messages");
        pass(s, 3600);
        forget_events(s);
        sizes[round] = octets_under(dev(s, 'A'), "chat/") + octets_under(dev(s, 'A'), "inbox/");
    }
    assert_in_range(sizes[1], 1, sizes[0] + sizes[0] / 10);
}

static void of_a_deleted_conversation_nothing_is_stored(void **state)
{
    site *s = *state;
    site_device *a = begin_refused(s);
    act(s, 'A', "{'wish':'leave','conversation':'%'}");
    pass(s, 300);
    act(s, 'A', "{'wish':'reject','conversation':'%'}");
    for (size_t i = 0; i < SITE_RECORDS; i++) {
        bytes name = a->records[i].name;
        bool is_of_chat = name.len > 5 && memcmp(name.data, "chat/", 5) == 0;
        bool waits = name.len > 7 && memcmp(name.data, "outbox/", 7) == 0;
        assert_false(is_of_chat || waits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        site_test(a_waiting_post_refers_to_the_members),
        site_test(when_they_change_it_keeps_those_of_before),
        site_test(the_state_of_a_conversation_of_version_1_is_read),
        site_test(lost_members_are_those_of_the_group),
        site_test(a_message_in_a_group_of_1000_writes_little),
        site_test(a_long_conversation_stays_small),
        site_test(of_a_deleted_conversation_nothing_is_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
