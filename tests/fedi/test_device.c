/* A device of an actor: from wishes and activities to posts and events. What the checklist of an
 * interoperable client asks for is in test_checklist_*.c. */
#include "fediverse.h"

#include <stdio.h>
#include <string.h>

static const char *last_id(site *s, char actor, const char *words)
{
    return event_text(s, dev(s, actor), "'type':'message'", words, "id");
}

static void reactions_replies_announcements_and_undo(void **state)
{
    site *s = *state;
    begin(s, "AB");
    act(s, 'A', "{'wish':'send','conversation':'%','content':'good news'}");
    char wanted[300];
    const char *id = last_id(s, 'B', "good news");
    snprintf(wanted, sizeof wanted,
             "{'wish':'react','conversation':'%%','object':'%s','reaction':'\xE2\x9D\xA4'}", id);
    act(s, 'B', wanted);
    find_event(s, dev(s, 'A'), "'type':'reaction'", "\xE2\x9D\xA4");
    const char *activity = event_text(s, dev(s, 'B'), "'type':'reaction'", NULL, "activity");
    snprintf(wanted, sizeof wanted,
             "{'wish':'undo','conversation':'%%','object':'%s','undone':'%s'}", activity, id);
    act(s, 'B', wanted);
    find_event(s, dev(s, 'A'), "'type':'undo'", activity);
    snprintf(wanted, sizeof wanted, "{'wish':'announce','conversation':'%%','object':'%s'}", id);
    act(s, 'B', wanted);
    find_event(s, dev(s, 'A'), "'type':'announce'", id);
}

static void receipts_go_to_the_author_alone(void **state)
{
    site *s = *state;
    begin(s, "ABC");
    act(s, 'A', "{'wish':'send','conversation':'%','content':'did it come'}");
    const char *id = last_id(s, 'B', "did it come");
    pass(s, 10);
    assert_int_equal(count_events(s, dev(s, 'A'), "'receipt':'delivered'", id), 2);
    assert_int_equal(count_events(s, dev(s, 'B'), "'receipt'", NULL), 0);
    char wanted[300];
    snprintf(wanted, sizeof wanted,
             "{'wish':'read','conversation':'%%','objects':[{'actor':'%s','object':'%s'}]}",
             actor_id('A'), id);
    size_t since = s->num_mail;
    act(s, 'B', wanted);
    find_event(s, dev(s, 'A'), "'receipt':'read'", id);
    assert_null(strchr(s->mail[since].to, 'C'));
    wish(s, dev(s, 'C'), NULL, "{'wish':'settings','receipts':false}");
    unsigned posts = s->num_posts;
    act(s, 'C', wanted);
    assert_int_equal(s->num_posts, posts);
}

static void evidence_is_kept_and_goes_after_90_days(void **state)
{
    site *s = *state;
    begin(s, "AB");
    act(s, 'B', "{'wish':'send','conversation':'%','content':'a threat'}");
    site_device *a = dev(s, 'A');
    size_t messages = 0, contexts = 0, leaves = 0;
    for (size_t i = 0; i < SITE_RECORDS; i++) {
        bytes name = a->records[i].name;
        if (name.len < 40 || memcmp(name.data, "evidence/", 9) != 0)
            continue;
        messages += name.data[35] == 'm';
        contexts += name.data[35] == 'c';
        leaves += name.data[35] == 'l';
    }
    assert_int_equal(messages, 1);
    assert_int_equal(contexts, 1);
    assert_int_equal(leaves, 1);
    site_restart(s, a);
    s->now += 92 * 24 * (uint64_t)3600;
    pass(s, 60);
    for (size_t i = 0; i < SITE_RECORDS; i++)
        if (a->records[i].name.len > 9)
            assert_memory_not_equal(a->records[i].name.data, "evidence/", 9);
}

static void requests_wait_send_nothing_and_can_be_accepted(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    site_device *b = device_new(s, 'B');
    wish(s, dev(s, 'A'), NULL, "{'wish':'start','job':1,'actors':['https://b.example/users/b']}");
    settle(s);
    act(s, 'A', "{'wish':'send','conversation':'%','content':'who are you'}");
    find_event(s, b, "'type':'conversation'", "'state':'request'");
    find_event(s, b, "'type':'message'", "who are you");
    pass(s, 3 * 3600);
    act(s, 'A', "{'wish':'send','conversation':'%','content':'hello?'}");
    pass(s, 20);
    for (size_t i = 0; i < s->num_mail; i++)
        assert_int_not_equal(s->mail[i].from, 'B'); /* no receipt, no beacon, no commit */
    assert_err(try_wish(s, b, chat_of(s, b), "{'wish':'send','conversation':'%','content':'no'}"),
               MLS_ERR_NOT_ACCEPTED);
    act(s, 'B', "{'wish':'accept','conversation':'%'}");
    find_event(s, b, "'type':'conversation'", "'state':'active'");
    act(s, 'B', "{'wish':'send','conversation':'%','content':'B it is'}");
    find_event(s, dev(s, 'A'), "'type':'message'", "B it is");
    /* From now on A's invitations are no requests. */
    wish(s, dev(s, 'A'), NULL, "{'wish':'start','job':2,'actors':['https://b.example/users/b']}");
    forget_events(s);
    settle(s);
    find_event(s, b, "'type':'conversation'", "'state':'active'");
}

static void requests_can_be_deleted_and_people_blocked(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    site_device *b = device_new(s, 'B');
    wish(s, dev(s, 'A'), NULL, "{'wish':'start','job':1,'actors':['https://b.example/users/b']}");
    settle(s);
    const char *id = chat_of(s, b);
    wish(s, b, id, "{'wish':'reject','conversation':'%'}");
    find_event(s, b, "'type':'gone'", id);
    site_restart(s, b);
    forget_events(s);
    act(s, 'A', "{'wish':'send','conversation':'%','content':'anybody there'}");
    assert_int_equal(count_events(s, b, "anybody there", NULL), 0);
    wish(s, b, NULL, "{'wish':'block','actor':'https://a.example/users/a'}");
    find_event(s, b, "'type':'contact'", "'blocked':true");
    wish(s, dev(s, 'A'), NULL, "{'wish':'start','job':2,'actors':['https://b.example/users/b']}");
    settle(s);
    assert_int_equal(count_events(s, b, "'type':'conversation'", NULL), 0);
}

static void what_the_blocked_say_is_hidden_what_they_commit_is_followed(void **state)
{
    site *s = *state;
    begin(s, "ABC");
    device_new(s, 'D');
    wish(s, dev(s, 'B'), NULL, "{'wish':'block','actor':'https://a.example/users/a'}");
    act(s, 'A', "{'wish':'send','conversation':'%','content':'insult'}");
    act(s, 'A',
        "{'wish':'add','job':2,'conversation':'%',"
        "'actors':['https://d.example/users/d']}");
    pass(s, 60);
    act(s, 'C', "{'wish':'send','conversation':'%','content':'calm'}");
    assert_int_equal(count_events(s, dev(s, 'B'), "insult", NULL), 0);
    find_event(s, dev(s, 'C'), "'type':'message'", "insult");
    find_event(s, dev(s, 'B'), "'type':'message'", "calm");
}

static void who_left_can_be_invited_again(void **state)
{
    site *s = *state;
    begin(s, "ABC");
    act(s, 'B', "{'wish':'leave','conversation':'%'}");
    pass(s, 100);
    find_event(s, dev(s, 'A'), "'code':'member-removed'", actor_id('B'));
    act(s, 'A',
        "{'wish':'add','job':2,'conversation':'%',"
        "'actors':['https://b.example/users/b']}");
    pass(s, 100);
    find_event(s, dev(s, 'B'), "'code':'invited-again'", actor_id('A'));
    find_event(s, dev(s, 'B'), "'type':'conversation'", "'state':'active'");
    act(s, 'B', "{'wish':'send','conversation':'%','content':'back again'}");
    find_event(s, dev(s, 'C'), "'type':'message'", "back again");
}

static void what_the_server_refuses_is_told_and_can_be_posted_again(void **state)
{
    site *s = *state;
    begin(s, "AB");
    s->refuse = true;
    act(s, 'A', "{'wish':'send','conversation':'%','content':'refused'}");
    find_event(s, dev(s, 'A'), "'type':'refused'", "'sentence':'No.'");
    act(s, 'A', "{'wish':'update','conversation':'%'}");
    find_event(s, dev(s, 'A'), "'code':'change-refused'", "Try to send it again");
    site_restart(s, dev(s, 'A'));
    s->refuse = false;
    act(s, 'A', "{'wish':'retry','conversation':'%'}");
    find_event(s, dev(s, 'B'), "'type':'message'", "refused");
    find_event(s, dev(s, 'A'), "'type':'posted'", NULL);
}

static void the_name_of_a_conversation_is_for_all(void **state)
{
    site *s = *state;
    begin(s, "ABC");
    act(s, 'B', "{'wish':'rename','conversation':'%','name':'Reading circle'}");
    for (const char *name = "ABC"; *name; name++)
        find_event(s, dev(s, *name), "'type':'conversation'", "'name':'Reading circle'");
    find_event(s, dev(s, 'A'), "'code':'renamed'", actor_id('B'));
}

/* Everything once more, with each device started again from what it stored after each step. */
static void everything_is_stored(void **state)
{
    site *s = *state;
    for (const char *name = "ABC"; *name; name++)
        device_new(s, *name);
    start_chat(s, "B");
    for (int step = 0; step < 6; step++) {
        site_device *a = dev(s, 'A');
        for (size_t i = 0; i < s->num_devices; i++)
            site_restart(s, &s->devices[i]);
        if (step == 2)
            wish(s, a, chat_of(s, a),
                 "{'wish':'add','job':2,'conversation':'%',"
                 "'actors':['https://c.example/users/c']}");
        settle(s);
        if (step == 3)
            wish(s, device_at(s, 'C', 1), chat_of(s, device_at(s, 'C', 1)),
                 "{'wish':'accept','conversation':'%'}");
        talk(s, step % 2 ? 'A' : 'B', "step by step");
        pass(s, 60);
    }
    assert_int_equal(count_events(s, device_at(s, 'A', 1), "'type':'message'", "step by step"), 6);
    assert_int_equal(count_events(s, device_at(s, 'B', 1), "'type':'message'", "step by step"), 6);
    assert_int_equal(count_events(s, device_at(s, 'C', 1), "'type':'message'", "step by step"), 4);
    for (size_t i = 0; i < s->num_devices; i++)
        assert_int_equal(count_events(s, &s->devices[i], "'type':'error'", NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        site_test(reactions_replies_announcements_and_undo),
        site_test(receipts_go_to_the_author_alone),
        site_test(evidence_is_kept_and_goes_after_90_days),
        site_test(requests_wait_send_nothing_and_can_be_accepted),
        site_test(requests_can_be_deleted_and_people_blocked),
        site_test(what_the_blocked_say_is_hidden_what_they_commit_is_followed),
        site_test(who_left_can_be_invited_again),
        site_test(what_the_server_refuses_is_told_and_can_be_posted_again),
        site_test(the_name_of_a_conversation_is_for_all),
        site_test(everything_is_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
