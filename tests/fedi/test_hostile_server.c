/* What a server can try that wants to read, forge, or confuse: each attempt is refused or harmless,
 * and what the user sees is a sentence. */
#include "fediverse.h"

#include "fedi/as2.h"
#include "fedi/envelope.h"

#include "crypto/base64.h"

#include <stdio.h>
#include <string.h>

static void assert_no_errors(site *s)
{
    for (size_t i = 0; i < s->num_devices; i++)
        assert_int_equal(count_events(s, &s->devices[i], "'type':'error'", NULL), 0);
}

/* ---- KeyPackages ---- */

/* The server makes a KeyPackage in an actor's name; *key: its signature key in hex. */
static void insert_package(site *s, char actor, char key[65])
{
    mls_key_package_info info;
    package_options options = {.identity = actor_id(actor), .suite = 1};
    bytes octets = package_of(s->a, &options);
    assert_ok(mls_key_package_check(&info, octets, s->now));
    for (size_t i = 0; i < 32; i++)
        sprintf(key + 2 * i, "%02x", info.signature_key.data[i]);
    char *content = arena_alloc(s->a, base64_len(octets.len) + 1);
    base64_encode(content, octets);
    site_object *o = &s->objects[s->num_objects++];
    o->actor = actor;
    o->listed = true;
    o->address = written(s, NULL, "https://b.example/objects/inserted");
    char *what = arena_alloc(s->a, strlen(content) + 400);
    sprintf(what,
            "{\"id\":\"%s\",\"type\":\"KeyPackage\",\"mediaType\":\"message/mls\","
            "\"encoding\":\"base64\",\"attributedTo\":\"%s\",\"content\":\"%s\"}",
            o->address, actor_id(actor), content);
    o->json = what;
}

static void unlist(site *s, char actor)
{
    for (size_t i = 0; i < s->num_objects; i++)
        if (s->objects[i].actor == actor)
            s->objects[i].listed = false;
}

static void swapped_at_the_first_contact_it_shows_in_the_fingerprint_alone(void **state)
{
    site *s = *state;
    char key[65];
    device_new(s, 'A');
    device_new(s, 'B');
    unlist(s, 'B');
    insert_package(s, 'B', key);
    wish(s, dev(s, 'A'), NULL, "{'wish':'start','job':1,'actors':['https://b.example/users/b']}");
    settle(s);
    assert_int_equal(count_events(s, dev(s, 'A'), "'type':'keys'", NULL), 0);
    find_event(s, dev(s, 'A'), "'type':'contact'", key); /* what is shown is not B's key */
    assert_int_equal(count_events(s, dev(s, 'B'), "'type':'conversation'", NULL), 0);
}

static void swapped_later_it_alerts_against_the_stored_keys(void **state)
{
    site *s = *state;
    char key[65];
    begin(s, "AB");
    unlist(s, 'B');
    insert_package(s, 'B', key);
    site_restart(s, dev(s, 'A'));
    wish(s, dev(s, 'A'), NULL, "{'wish':'start','job':2,'actors':['https://b.example/users/b']}");
    settle(s);
    find_event(s, dev(s, 'A'), "'alert':'key-changed'", key);
    find_event(s, dev(s, 'A'), "'alert':'key-changed'", "Ask them another way");
}

static void a_device_slipped_in_alerts(void **state)
{
    site *s = *state;
    char key[65];
    begin(s, "AB");
    insert_package(s, 'B', key);
    wish(s, dev(s, 'A'), chat_of(s, dev(s, 'A')),
         "{'wish':'add','job':2,'conversation':'%','actors':['https://b.example/users/b']}");
    settle(s);
    find_event(s, dev(s, 'A'), "'alert':'new-device'", key);
    find_event(s, dev(s, 'A'), "'alert':'new-device'", "ask them whether it is theirs");
    find_event(s, dev(s, 'B'), "'alert':'new-device'", key); /* its owner sees it too */
}

static void a_package_of_somebody_else_is_not_used(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    device_new(s, 'B');
    device_new(s, 'C');
    unlist(s, 'B');
    for (size_t i = 0; i < s->num_objects; i++)
        if (s->objects[i].actor == 'C')
            s->objects[i].actor = 'B';
    wish(s, dev(s, 'A'), NULL, "{'wish':'start','job':1,'actors':['https://b.example/users/b']}");
    find_event(s, dev(s, 'A'), "'type':'failed'", "published no keys that can be used");
}

/* ---- What it hands on ---- */

static void replays_show_nothing_twice(void **state)
{
    site *s = *state;
    begin(s, "ABC");
    talk(s, 'A', "one");
    wish(s, dev(s, 'A'), chat_of(s, dev(s, 'A')), "{'wish':'update','conversation':'%'}");
    settle(s);
    talk(s, 'C', "two");
    for (size_t i = 0; i < s->num_mail; i++)
        for (size_t k = 0; k < s->num_devices; k++) {
            char other[40];
            snprintf(other, sizeof other, "/replay/%u/", (unsigned)i);
            give(s, &s->devices[k], replaced(s, s->mail[i].activity, "/activities/", other));
        }
    settle(s);
    for (size_t k = 0; k < s->num_devices; k++) {
        assert_int_equal(count_events(s, &s->devices[k], "'type':'message'", "one"), 1);
        assert_int_equal(count_events(s, &s->devices[k], "'type':'message'", "two"), 1);
    }
    assert_no_errors(s);
    talk(s, 'B', "three");
    find_event(s, dev(s, 'A'), "'type':'message'", "three");
}

static void reordering_is_harmless(void **state)
{
    site *s = *state;
    begin(s, "ABC");
    site_device *c = dev(s, 'C');
    c->offline = true;
    size_t since = s->num_mail;
    talk(s, 'A', "first");
    wish(s, dev(s, 'B'), chat_of(s, dev(s, 'B')), "{'wish':'update','conversation':'%'}");
    settle(s);
    talk(s, 'A', "second");
    wish(s, dev(s, 'A'), chat_of(s, dev(s, 'A')), "{'wish':'update','conversation':'%'}");
    settle(s);
    talk(s, 'B', "third");
    for (size_t i = s->num_mail; i-- > since;)
        if (strchr(s->mail[i].to, 'C'))
            give(s, c, s->mail[i].activity);
    c->read = s->num_mail;
    c->offline = false;
    find_event(s, c, "'type':'message'", "first");
    find_event(s, c, "'type':'message'", "second");
    find_event(s, c, "'type':'message'", "third");
    assert_no_errors(s);
}

static void a_dropped_commit_is_asked_for(void **state)
{
    site *s = *state;
    begin(s, "ABC");
    site_device *c = dev(s, 'C');
    c->offline = true;
    wish(s, dev(s, 'A'), chat_of(s, dev(s, 'A')), "{'wish':'update','conversation':'%'}");
    settle(s);
    c->read = s->num_mail; /* it never comes */
    c->offline = false;
    talk(s, 'A', "after the commit");
    assert_int_equal(count_events(s, c, "after the commit", NULL), 0);
    pass(s, 4 * 3600);
    find_event(s, c, "'type':'message'", "after the commit");
    talk(s, 'C', "here again");
    find_event(s, dev(s, 'B'), "'type':'message'", "here again");
}

static void a_dropped_message_keeps_no_other_from_being_read(void **state)
{
    site *s = *state;
    begin(s, "AB");
    dev(s, 'B')->offline = true;
    talk(s, 'A', "dropped");
    dev(s, 'B')->read = s->num_mail;
    dev(s, 'B')->offline = false;
    talk(s, 'A', "next");
    find_event(s, dev(s, 'B'), "'type':'message'", "next");
}

/* ---- Whose it says that it is ---- */

static void a_welcome_in_another_name_is_refused(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    site_device *b = device_new(s, 'B');
    b->offline = true;
    wish(s, dev(s, 'A'), NULL, "{'wish':'start','job':1,'actors':['https://b.example/users/b']}");
    size_t i = 0;
    while (!strstr(s->mail[i].activity, "\"Welcome\""))
        i++;
    char *activity = s->mail[i].activity;
    activity = replaced(s, activity, "\"actor\":\"https://a.example/users/a\"",
                        "\"actor\":\"https://c.example/users/c\"");
    activity = replaced(s, activity, "\"attributedTo\":\"https://a.example/users/a\"",
                        "\"attributedTo\":\"https://c.example/users/c\"");
    give(s, b, replaced(s, activity, "/activities/", "/false/"));
    find_event(s, b, "'error':'WELCOME_FROM_STRANGER'", "somebody who is not in it");
    assert_int_equal(count_events(s, b, "'type':'conversation'", NULL), 0);
    b->offline = false; /* the true one still counts */
    settle(s);
    find_event(s, b, "'type':'conversation'", "'state':'request'");
}

static void an_envelope_with_two_senders_is_refused(void **state)
{
    site *s = *state;
    begin(s, "AB");
    dev(s, 'B')->offline = true;
    talk(s, 'A', "x");
    char *activity = s->mail[s->num_mail - 1].activity;
    give(s, dev(s, 'B'),
         replaced(s, replaced(s, activity, "/activities/", "/two/"),
                  "\"attributedTo\":\"https://a.example/users/a\"",
                  "\"attributedTo\":\"https://c.example/users/c\""));
    find_event(s, dev(s, 'B'), "'error':'SENDER_MISMATCH'", "or several of them");
    dev(s, 'B')->offline = false;
    settle(s);
    find_event(s, dev(s, 'B'), "'type':'message'", "x");
}

static void changed_octets_are_not_read(void **state)
{
    site *s = *state;
    begin(s, "AB");
    dev(s, 'B')->offline = true;
    talk(s, 'A', "x");
    char *copy = replaced(s, s->mail[s->num_mail - 1].activity, "/activities/", "/changed/");
    char *content = strstr(copy, "\"content\":\"") + 400;
    *content = *content == 'A' ? 'B' : 'A';
    give(s, dev(s, 'B'), copy);
    assert_int_equal(count_events(s, dev(s, 'B'), "'type':'message'", NULL), 0);
    dev(s, 'B')->offline = false;
    settle(s);
    find_event(s, dev(s, 'B'), "'type':'message'", "x");
}

static void nonsense_is_refused_with_a_sentence(void **state)
{
    site *s = *state;
    begin(s, "AB");
    site_device *b = dev(s, 'B');
    give(s, b, "");
    give(s, b, "{\"a\":1,\"a\":2}");
    give(s, b, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
    give(s, b,
         "{\"type\":\"Create\",\"actor\":\"https://a.example/users/a\",\"object\":{"
         "\"mediaType\":\"message/mls\",\"encoding\":\"base64\",\"content\":\"%%%\"}}");
    give(s, b,
         "{\"type\":\"Create\",\"actor\":\"https://a.example/users/a\",\"object\":{"
         "\"mediaType\":\"message/mls\",\"content\":\"AAAA\"}}");
    assert_int_equal(count_events(s, b, "'type':'error'", "'sentence':"), 5);
    talk(s, 'A', "and on");
    find_event(s, b, "'type':'message'", "and on");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        site_test(swapped_at_the_first_contact_it_shows_in_the_fingerprint_alone),
        site_test(swapped_later_it_alerts_against_the_stored_keys),
        site_test(a_device_slipped_in_alerts),
        site_test(a_package_of_somebody_else_is_not_used),
        site_test(replays_show_nothing_twice),
        site_test(reordering_is_harmless),
        site_test(a_dropped_commit_is_asked_for),
        site_test(a_dropped_message_keeps_no_other_from_being_read),
        site_test(a_welcome_in_another_name_is_refused),
        site_test(an_envelope_with_two_senders_is_refused),
        site_test(changed_octets_are_not_read),
        site_test(nonsense_is_refused_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
