/* A device of an actor: from wishes and activities to posts and events. */
#include "fediverse.h"

static void alice_writes_to_bob(void **state)
{
    site *s = *state;
    site_device *a = device_new(s, 'A'), *b = device_new(s, 'B');
    const char *chat = start_chat(s, "B");
    find_event(s, a, "'type':'done'", "'job':1");
    find_event(s, b, "'type':'conversation'", "'state':'request'");
    wish(s, a, chat, "{'wish':'send','conversation':'%','content':'<p>Hello</p>'}");
    settle(s);
    find_event(s, b, "'type':'message'", "<p>Hello</p>");
    find_event(s, a, "'type':'posted'", NULL);
    wish(s, b, chat_of(s, b), "{'wish':'send','conversation':'%','content':'<p>Hi</p>'}");
    settle(s);
    find_event(s, a, "'type':'message'", "<p>Hi</p>");
    assert_int_equal(count_events(s, a, "'type':'error'", NULL), 0);
    assert_int_equal(count_events(s, b, "'type':'error'", NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        site_test(alice_writes_to_bob),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
