/* How little a device stores for a message, and that it is enough. */
#include "fediverse.h"

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
        site_test(of_a_deleted_conversation_nothing_is_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
