/* The checklist, points 10 to 20: invitations, envelopes, commits, leaving. */
#include "fediverse.h"

#include "fedi/as2.h"
#include "fedi/content.h"
#include "fedi/conversation.h"
#include "fedi/envelope.h"
#include "fedi/key_package_object.h"

#include <stdio.h>
#include <string.h>

static envelope envelope_of(site *s, const site_mail *m)
{
    envelope e;
    const json *document;
    assert_ok(json_parse(s->a, &document, text(m->activity), JSON_SIZE_MAX));
    assert_ok(envelope_read(s->a, &e, document, NULL));
    return e;
}

/* How many MLSMessages of a kind were posted to several actors since: one commit that is sent again
 * to somebody who missed it is not another. */
static size_t count_posted(site *s, size_t since, mls_wire_format format, int content_type)
{
    size_t count = 0;
    for (size_t i = since; i < s->num_mail; i++) {
        envelope e = envelope_of(s, &s->mail[i]);
        count += strlen(s->mail[i].to) > 1 && e.kind == ENVELOPE_MESSAGE &&
                 e.message.wire_format == format &&
                 (!content_type || (int)e.message.content_type == content_type);
    }
    return count;
}

static const site_mail *find_mail(site *s, size_t since, mls_wire_format format)
{
    for (size_t i = since; i < s->num_mail; i++) {
        envelope e = envelope_of(s, &s->mail[i]);
        if (e.kind == ENVELOPE_MESSAGE && e.message.wire_format == format)
            return &s->mail[i];
    }
    fail_msg("no such mail");
    return NULL;
}

static void send(site *s, site_device *d, const char *words)
{
    char what[200] = "{'wish':'send','conversation':'%','content':'";
    strcat(what, words);
    strcat(what, "'}");
    wish(s, d, chat_of(s, d), what);
    settle(s);
}

static void assert_all_read(site *s, const char *words)
{
    for (size_t i = 0; i < s->num_devices; i++)
        if (count_events(s, &s->devices[i], "'type':'message'", words) != 1)
            fail_msg("device %u (%c) has read %s %u times", (unsigned)i, s->devices[i].actor, words,
                     (unsigned)count_events(s, &s->devices[i], "'type':'message'", words));
}

static void point_10_one_commit_adds_all_devices_of_all_and_the_own_others(void **state)
{
    site *s = *state;
    for (const char *name = "AABBC"; *name; name++)
        device_new(s, *name);
    size_t since = s->num_mail;
    start_chat(s, "BC");
    assert_int_equal(count_posted(s, since, MLS_WIRE_WELCOME, 0), 1);
    assert_int_equal(count_posted(s, since, MLS_WIRE_PRIVATE_MESSAGE, MLS_CONTENT_COMMIT), 0);
    send(s, device_at(s, 'A', 1), "to all five");
    assert_all_read(s, "to all five");
    send(s, device_at(s, 'B', 2), "from the second");
    assert_all_read(s, "from the second");
}

static void point_10_adding_later_is_one_commit_too(void **state)
{
    site *s = *state;
    for (const char *name = "ABCCDD"; *name; name++)
        device_new(s, *name);
    const char *chat = start_chat(s, "B");
    size_t since = s->num_mail;
    wish(s, device_at(s, 'A', 1), chat,
         "{'wish':'add','job':2,'conversation':'%',"
         "'actors':['https://c.example/users/c','https://d.example/users/d']}");
    settle(s);
    pass(s, 100);
    assert_int_equal(count_posted(s, since, MLS_WIRE_PRIVATE_MESSAGE, MLS_CONTENT_COMMIT), 1);
    assert_int_equal(count_posted(s, since, MLS_WIRE_WELCOME, 0), 1);
    for (const char *name = "CD"; *name; name++)
        for (int n = 1; n <= 2; n++)
            wish(s, device_at(s, *name, n), chat_of(s, device_at(s, *name, n)),
                 "{'wish':'accept','conversation':'%'}");
    send(s, device_at(s, 'D', 2), "hello from D");
    assert_all_read(s, "hello from D");
    find_event(s, device_at(s, 'B', 1), "'code':'member-added'", actor_id('C'));
}

static void point_11_the_tree_is_in_the_welcome(void **state)
{
    site *s = *state;
    device_new(s, 'A');
    device_new(s, 'B');
    size_t since = s->num_mail;
    start_chat(s, "B");
    /* Joined without any other object: it was there. */
    assert_non_null(find_mail(s, since, MLS_WIRE_WELCOME));
    find_event(s, device_at(s, 'B', 1), "'type':'conversation'", "'state':'active'");
}

/* What old clients of Bonfire post: a Welcome without a tree, and the tree as an object of its own.
 */
static void post_apart(site *s, const char *type, const mls_buf *octets)
{
    bytes content;
    assert_ok(content_encode(s->a, &content, view(octets)));
    char *json_text = arena_alloc(s->a, content.len + 400);
    assert_non_null(json_text);
    sprintf(json_text,
            "{\"id\":\"https://c.example/%s\",\"type\":\"%s\",\"attributedTo\":\"%s\","
            "\"mediaType\":\"message/mls\",\"encoding\":\"base64\",\"content\":\"%s\"}",
            type, type, actor_id('C'), (const char *)content.data);
    give(s, device_at(s, 'B', 1), json_text);
}

static void invite_with_tree_apart(site *s, bool tree_first)
{
    mls_group *group;
    mls_buf signature_key, public_key, commit_octets, welcome, tree;
    mls_event applied;
    const json *object;
    published_package found;
    const site_object *o = s->objects;
    while (!o->listed || !strstr(o->json, "AES128GCM"))
        o++;
    assert_ok(json_parse(s->a, &object, text(o->json), JSON_SIZE_MAX));
    assert_ok(key_package_object_read(s->a, &found, object));
    assert_ok(mls_signature_key_new(&signature_key, &public_key, 1));
    mls_member_params params = {.suite = 1,
                                .identity = text(actor_id('C')),
                                .signature_key = view(&signature_key),
                                .not_before = s->now - 10,
                                .not_after = s->now + 1000};
    mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = found.octets};
    assert_ok(mls_group_create(&group, text("mls://g/1"), &params));
    mls_err err = mls_group_commit(group, &commit_octets, &welcome, &add, 1, (bytes){0},
                                   MLS_WELCOME_WITHOUT_TREE, s->now);
    if (err == MLS_ERR_UNDECIDED) {
        assert_ok(conversation_accept(group));
        err = mls_group_commit(group, &commit_octets, &welcome, &add, 1, (bytes){0},
                               MLS_WELCOME_WITHOUT_TREE, s->now);
    }
    assert_ok(err);
    assert_ok(mls_group_apply_pending(group, &applied, s->now));
    assert_ok(mls_group_tree(group, &tree));
    post_apart(s, tree_first ? "GroupInfo" : "Welcome", tree_first ? &tree : &welcome);
    site_restart(s, device_at(s, 'B', 1));
    assert_int_equal(count_events(s, device_at(s, 'B', 1), "'type':'conversation'", NULL), 0);
    post_apart(s, tree_first ? "Welcome" : "GroupInfo", tree_first ? &welcome : &tree);
    find_event(s, device_at(s, 'B', 1), "'type':'conversation'", "'group':'mls://g/1'");
    mls_event_free(&applied);
    mls_group_free(group);
    mls_buf_free(&signature_key);
    mls_buf_free(&public_key);
    mls_buf_free(&commit_octets);
    mls_buf_free(&welcome);
    mls_buf_free(&tree);
}

static void point_11_a_tree_that_comes_after_its_welcome(void **state)
{
    site *s = *state;
    device_new(s, 'B');
    invite_with_tree_apart(s, false);
}

static void point_11_a_tree_that_comes_before_its_welcome(void **state)
{
    site *s = *state;
    device_new(s, 'B');
    invite_with_tree_apart(s, true);
}

static void point_12_one_welcome_to_all_new_actors_and_self(void **state)
{
    site *s = *state;
    for (const char *name = "ABC"; *name; name++)
        device_new(s, *name);
    size_t since = s->num_mail;
    start_chat(s, "BC");
    const site_mail *m = find_mail(s, since, MLS_WIRE_WELCOME);
    assert_non_null(strchr(m->to, 'A'));
    assert_non_null(strchr(m->to, 'B'));
    assert_non_null(strchr(m->to, 'C'));
}

static void point_13_commits_are_private_messages_to_old_and_removed_members_and_self(void **state)
{
    site *s = *state;
    for (const char *name = "ABC"; *name; name++)
        device_new(s, *name);
    const char *chat = start_chat(s, "BC");
    size_t since = s->num_mail;
    wish(s, device_at(s, 'A', 1), chat,
         "{'wish':'remove','conversation':'%','actors':['https://c.example/users/c']}");
    const site_mail *m = find_mail(s, since, MLS_WIRE_PRIVATE_MESSAGE);
    assert_int_equal(envelope_of(s, m).message.content_type, MLS_CONTENT_COMMIT);
    assert_int_equal(strlen(m->to), 3);
    settle(s);
    find_event(s, device_at(s, 'C', 1), "'code':'removed'", NULL);
    find_event(s, device_at(s, 'C', 1), "'type':'conversation'", "'state':'removed'");
    find_event(s, device_at(s, 'B', 1), "'code':'member-removed'", actor_id('C'));
    send(s, device_at(s, 'B', 1), "without C");
    assert_int_equal(count_events(s, device_at(s, 'C', 1), "without C", NULL), 0);
    assert_err(try_wish(s, device_at(s, 'C', 1), chat_of(s, device_at(s, 'C', 1)),
                        "{'wish':'send','conversation':'%','content':'x'}"),
               MLS_ERR_CONVERSATION_ENDED);
}

/* All types that servers and clients put there. */
static char *mislabel(site *s, const site_mail *m, char *activity)
{
    (void)m;
    static const char *const types[] = {"Welcome", "PrivateMessage"};
    for (size_t i = 0; i < 2; i++) {
        char from[60] = "[\"Object\",\"";
        strcat(from, types[i]);
        strcat(from, "\"]");
        if (strstr(activity, from))
            return replaced(s, activity, from, i ? "\"GroupInfo\"" : "\"Object\"");
    }
    return activity;
}

static void point_14_the_wire_format_decides_not_the_type(void **state)
{
    site *s = *state;
    for (const char *name = "AB"; *name; name++)
        device_new(s, *name);
    s->change = mislabel;
    start_chat(s, "B");
    send(s, device_at(s, 'A', 1), "mislabelled");
    assert_all_read(s, "mislabelled");
}

static void point_15_envelopes_are_creates_with_all_that_readers_want(void **state)
{
    site *s = *state;
    const json *activity;
    for (const char *name = "AB"; *name; name++)
        device_new(s, *name);
    start_chat(s, "B");
    send(s, device_at(s, 'A', 1), "x");
    size_t i = s->num_mail;
    while (i-- > 0 && s->mail[i].from != 'A')
        ;
    assert_ok(json_parse(s->a, &activity, text(s->mail[i].activity), JSON_SIZE_MAX));
    const json *object = as2_object(as2_get(activity, "object"));
    bytes group = text(event_text(s, device_at(s, 'A', 1), "'type':'conversation'", NULL, "group"));
    assert_true(as2_has_type(activity, "Create"));
    assert_text(as2_get_id(activity, "actor"), actor_id('A'));
    assert_text(as2_get_id(object, "attributedTo"), actor_id('A'));
    assert_text(as2_get_text(object, "mediaType"), "message/mls");
    assert_text(as2_get_text(object, "encoding"), "base64");
    assert_bytes(as2_get_id(object, "context"), group);
    assert_bytes(as2_get_id(object, "conversation"), group);
    assert_text(as2_get_id(activity, "instrument"), "urn:test");
    assert_true(as2_get_text(object, "summary").len > 20);
    assert_non_null(strchr(s->mail[i].to, 'A'));
}

/* Bonfire's: the object alone, as it lies on the server. */
static char *bare(site *s, const site_mail *m, char *activity)
{
    (void)m;
    const json *document;
    bytes printed;
    json_maker maker = {.arena = s->a};
    assert_ok(json_parse(s->a, &document, text(activity), JSON_SIZE_MAX));
    assert_ok(json_print(&maker, &printed, as2_object(as2_get(document, "object"))));
    return replaced(s, (const char *)printed.data, "{", "{\"id\":\"https://x.example/bare\",");
}

static void point_15_bare_objects_are_read(void **state)
{
    site *s = *state;
    for (const char *name = "AB"; *name; name++)
        device_new(s, *name);
    start_chat(s, "B");
    s->change = bare;
    send(s, device_at(s, 'A', 1), "bare");
    find_event(s, device_at(s, 'B', 1), "'type':'message'", "bare");
}

static char *other_context(site *s, const site_mail *m, char *activity)
{
    (void)m;
    return replaced(s, replaced(s, activity, "\"context\":\"uri:uuid:", "\"context\":\"urn:other:"),
                    "\"conversation\":\"uri:uuid:", "\"conversation\":\"urn:another:");
}

static void point_16_the_group_is_found_by_its_id_in_the_ciphertext(void **state)
{
    site *s = *state;
    for (const char *name = "AB"; *name; name++)
        device_new(s, *name);
    start_chat(s, "B");
    s->change = other_context;
    send(s, device_at(s, 'A', 1), "elsewhere");
    assert_all_read(s, "elsewhere");
}

static void point_17_messages_before_their_welcome_wait_for_it(void **state)
{
    site *s = *state;
    for (const char *name = "AB"; *name; name++)
        device_new(s, *name);
    site_device *a = device_at(s, 'A', 1), *b = device_at(s, 'B', 1);
    b->offline = true;
    wish(s, a, NULL, "{'wish':'start','job':1,'actors':['https://b.example/users/b']}");
    send(s, a, "before the Welcome");
    const site_mail *welcome = find_mail(s, 0, MLS_WIRE_WELCOME);
    for (const site_mail *m = s->mail; m < s->mail + s->num_mail; m++)
        if (m != welcome && strchr(m->to, 'B'))
            give(s, b, m->activity);
    site_restart(s, b);
    assert_int_equal(count_events(s, b, "before the Welcome", NULL), 0);
    give(s, b, welcome->activity);
    find_event(s, b, "'type':'message'", "before the Welcome");
}

static void point_17_repeats_are_dropped(void **state)
{
    site *s = *state;
    for (const char *name = "AB"; *name; name++)
        device_new(s, *name);
    site_device *b = device_at(s, 'B', 1);
    start_chat(s, "B");
    send(s, device_at(s, 'A', 1), "once");
    size_t events = b->num_events;
    for (size_t i = 0; i < s->num_mail; i++)
        if (strchr(s->mail[i].to, 'B'))
            give(s, b, s->mail[i].activity);
    assert_int_equal(b->num_events, events);
    for (size_t i = 0; i < s->num_mail; i++) /* under other ids as well */
        if (strchr(s->mail[i].to, 'B'))
            give(s, b, replaced(s, s->mail[i].activity, "/activities/", "/again/"));
    assert_int_equal(count_events(s, b, "'type':'message'", "once"), 1);
    assert_int_equal(count_events(s, b, "'type':'error'", NULL), 0);
}

static void point_17_objects_that_are_only_named_are_fetched(void **state)
{
    site *s = *state;
    for (const char *name = "AB"; *name; name++)
        device_new(s, *name);
    s->by_name = true;
    start_chat(s, "B");
    send(s, device_at(s, 'A', 1), "by name");
    assert_all_read(s, "by name");
}

static void point_18_the_own_commit_holds_when_it_comes_back(void **state)
{
    site *s = *state;
    for (const char *name = "ABC"; *name; name++)
        device_new(s, *name);
    const char *chat = start_chat(s, "B");
    site_device *a = device_at(s, 'A', 1);
    forget_events(s);
    a->offline = true;
    wish(s, a, chat,
         "{'wish':'add','job':2,'conversation':'%','actors':['https://c.example/users/c']}");
    assert_int_equal(count_events(s, a, "'code':'member-added'", NULL), 0);
    find_event(s, a, "'type':'conversation'", "'changing':true");
    site_restart(s, a);
    a->offline = false;
    settle(s);
    find_event(s, a, "'code':'member-added'", actor_id('C'));
    find_event(s, a, "'type':'conversation'", "'changing':false");
    find_event(s, device_at(s, 'C', 1), "'type':'conversation'", NULL);
}

static void point_18_two_commits_at_once_both_come_about(void **state)
{
    site *s = *state;
    for (const char *name = "ABCD"; *name; name++)
        device_new(s, *name);
    start_chat(s, "B");
    site_device *a = device_at(s, 'A', 1), *b = device_at(s, 'B', 1);
    wish(s, a, chat_of(s, a),
         "{'wish':'add','job':2,'conversation':'%','actors':['https://c.example/users/c']}");
    wish(s, b, chat_of(s, b),
         "{'wish':'add','job':3,'conversation':'%','actors':['https://d.example/users/d']}");
    settle(s);
    pass(s, 1200);
    for (const char *name = "CD"; *name; name++)
        wish(s, device_at(s, *name, 1), chat_of(s, device_at(s, *name, 1)),
             "{'wish':'accept','conversation':'%'}");
    send(s, a, "all four");
    assert_all_read(s, "all four");
    send(s, device_at(s, 'D', 1), "and back");
    assert_all_read(s, "and back");
}

static void point_19_late_messages_of_four_epochs_ago_are_read(void **state)
{
    site *s = *state;
    for (const char *name = "AB"; *name; name++)
        device_new(s, *name);
    start_chat(s, "B");
    pass(s, 3 * 3600); /* B's own commit after joining is done */
    site_device *a = device_at(s, 'A', 1), *b = device_at(s, 'B', 1);
    b->offline = true;
    send(s, a, "late");
    size_t at = s->num_mail - 1;
    while (!strstr(s->mail[at].activity, "PrivateMessage"))
        at--;
    char *late = s->mail[at].activity;
    s->mail[at].activity = NULL;
    b->offline = false;
    for (int i = 0; i < 4; i++) {
        wish(s, a, chat_of(s, a), "{'wish':'update','conversation':'%'}");
        pass(s, 1000);
    }
    forget_events(s);
    give(s, b, late);
    find_event(s, b, "'type':'message'", "late");
}

static void point_20_leaving_others_commit_it_once(void **state)
{
    site *s = *state;
    for (const char *name = "ABCC"; *name; name++)
        device_new(s, *name);
    start_chat(s, "BC");
    pass(s, 3 * 3600);
    site_device *c = device_at(s, 'C', 1);
    size_t since = s->num_mail;
    wish(s, c, chat_of(s, c), "{'wish':'leave','conversation':'%'}");
    find_event(s, c, "'type':'conversation'", "'state':'left'");
    settle(s);
    pass(s, 300);
    assert_int_equal(count_posted(s, since, MLS_WIRE_PRIVATE_MESSAGE, MLS_CONTENT_COMMIT), 1);
    find_event(s, device_at(s, 'A', 1), "'code':'member-removed'", actor_id('C'));
    find_event(s, device_at(s, 'B', 1), "'code':'member-removed'", actor_id('C'));
    find_event(s, device_at(s, 'C', 2), "'code':'removed'", NULL);
    send(s, device_at(s, 'A', 1), "after C left");
    assert_int_equal(count_events(s, c, "after C left", NULL), 0);
    assert_int_equal(count_events(s, device_at(s, 'C', 2), "after C left", NULL), 0);
    wish(s, c, chat_of(s, c), "{'wish':'reject','conversation':'%'}");
    find_event(s, c, "'type':'gone'", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        site_test(point_10_one_commit_adds_all_devices_of_all_and_the_own_others),
        site_test(point_10_adding_later_is_one_commit_too),
        site_test(point_11_the_tree_is_in_the_welcome),
        site_test(point_11_a_tree_that_comes_after_its_welcome),
        site_test(point_11_a_tree_that_comes_before_its_welcome),
        site_test(point_12_one_welcome_to_all_new_actors_and_self),
        site_test(point_13_commits_are_private_messages_to_old_and_removed_members_and_self),
        site_test(point_14_the_wire_format_decides_not_the_type),
        site_test(point_15_envelopes_are_creates_with_all_that_readers_want),
        site_test(point_15_bare_objects_are_read),
        site_test(point_16_the_group_is_found_by_its_id_in_the_ciphertext),
        site_test(point_17_messages_before_their_welcome_wait_for_it),
        site_test(point_17_repeats_are_dropped),
        site_test(point_17_objects_that_are_only_named_are_fetched),
        site_test(point_18_the_own_commit_holds_when_it_comes_back),
        site_test(point_18_two_commits_at_once_both_come_about),
        site_test(point_19_late_messages_of_four_epochs_ago_are_read),
        site_test(point_20_leaving_others_commit_it_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
