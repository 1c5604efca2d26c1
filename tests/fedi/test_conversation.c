/* A few devices of one conversation, whose messages come in the orders that the tests choose. */
#include "documents.h"
#include "net.h"

#include <stdio.h>
#include <string.h>

static void test_start_and_talk(void **state)
{
    net *n = *state;
    start(n, "ABC");
    assert_together(n, "ABC", 3);
    say(n, 'B', "hello");
    deliver(n, "ABC");
    assert_string_equal(n->devices[0].heard, "hello ");
    assert_string_equal(n->devices[2].heard, "hello ");
    assert_string_equal(n->devices[1].heard, "");
}

/* Two commits at once, which each device sees in another order. */
static void test_concurrent_commits(void **state)
{
    net *n = *state;
    start(n, "ABC");
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    assert_ok(conversation_update(conv(n, 'B'), n->now));
    tick(n, "AB");
    deliver(n, "BC");
    deliver(n, "A");
    pass_time(n, "ABC", 100);
    assert_together(n, "ABC", 3);
    say(n, 'A', "a");
    say(n, 'B', "b");
    deliver(n, "ABC");
    assert_string_equal(n->devices[2].heard, "a b ");
}

/* What was said in the epoch that lost is said again, and shown once. */
static void test_message_in_lost_epoch(void **state)
{
    net *n = *state;
    start(n, "ABC");
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    assert_ok(conversation_update(conv(n, 'B'), n->now));
    tick(n, "B");
    n->now += 40;
    tick(n, "B"); /* B's commit is applied by B */
    say(n, 'B', "early");
    tick(n, "A"); /* A's wins, since its leaf comes first */
    deliver(n, "ABC");
    pass_time(n, "ABC", 200);
    assert_together(n, "ABC", 3);
    assert_non_null(strstr(n->devices[0].heard, "early"));
    assert_non_null(strstr(n->devices[2].heard, "early"));
}

/* An addition that lost is made again. */
static void test_lost_addition(void **state)
{
    net *n = *state;
    start(n, "ABC");
    bytes key_package = view(&n->devices[3].key_package);
    assert_ok(conversation_add(conv(n, 'C'), &key_package, 1, n->now));
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    tick(n, "AC");
    pass_time(n, "ABCD", 200);
    assert_together(n, "ABCD", 4);
    assert_int_equal(n->devices[3].removals, 0);
}

/* More than fit into the list of wishes. */
static void test_many_at_once(void **state)
{
    enum { MANY = 70 };
    net *n = *state;
    char identities[MANY][16];
    bytes key_packages[MANY];
    start(n, "AB");
    for (int i = 0; i < MANY; i++) {
        package_options options = {.identity = identities[i],
                                   .suite = 1,
                                   .not_before = n->now - 10,
                                   .not_after = n->now + 100000};
        snprintf(identities[i], sizeof identities[i], "new-%d", i);
        key_packages[i] = package_of(n->a, &options);
    }
    assert_ok(conversation_add(conv(n, 'A'), key_packages, MANY, n->now));
    pass_time(n, "AB", 100);
    assert_together(n, "AB", MANY + 2);
}

static void test_removal(void **state)
{
    net *n = *state;
    start(n, "ABC");
    assert_ok(conversation_remove(conv(n, 'B'), bytes_of("actor-C", NAME_LEN), n->now));
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    tick(n, "AB"); /* the removal wins over the senior's update */
    pass_time(n, "ABC", 300);
    assert_together(n, "AB", 2);
    assert_true(conversation_is_removed(conv(n, 'C')));
    assert_int_equal(n->devices[2].removals, 1);
}

/* A removal that a second actor wants wins over the senior's who answers with one of its own. */
static void test_endorsed_removal(void **state)
{
    net *n = *state;
    conversation_effects fx;
    start(n, "ABC");
    assert_ok(conversation_effects_init(&fx));
    assert_ok(conversation_endorse(conv(n, 'B'), &fx, bytes_of("actor-A", NAME_LEN), n->now));
    carry_out(n, &n->devices[1], &fx);
    conversation_effects_cleanup(&fx);
    deliver(n, "ABC");
    assert_ok(conversation_remove(conv(n, 'C'), bytes_of("actor-A", NAME_LEN), n->now));
    assert_ok(conversation_remove(conv(n, 'A'), bytes_of("actor-C", NAME_LEN), n->now));
    tick(n, "AC");
    pass_time(n, "ABC", 300);
    assert_together(n, "BC", 2);
    assert_true(conversation_is_removed(conv(n, 'A')));
}

/* A device that slept longer than the window, while others went on. */
static void test_asleep(void **state)
{
    net *n = *state;
    start(n, "ABC");
    for (int i = 0; i < 6; i++) {
        assert_ok(conversation_update(conv(n, i % 2 ? 'A' : 'B'), n->now));
        pass_time(n, "AB", 300);
    }
    say(n, 'A', "good morning");
    pass_time(n, "ABC", 100);
    assert_together(n, "ABC", 3);
    assert_string_equal(n->devices[2].heard, "good morning ");
}

/* A part of the group that goes on by itself for longer than the window comes back. */
static void test_partition(void **state)
{
    net *n = *state;
    n->params.beacon_every = 60;
    start(n, "ABCD");
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    assert_ok(conversation_update(conv(n, 'C'), n->now));
    for (int i = 0; i < 100; i++) {
        n->now += 10;
        tick(n, "ABCD");
        deliver(n, i < 95 ? "A" : "ABCD"); /* A hears; the mails of others are late */
        if (i % 20 == 0)
            say(n, 'A', "x");
    }
    pass_time(n, "ABCD", 3000);
    assert_together(n, "ABCD", 4);
    say(n, 'D', "again");
    deliver(n, "ABCD");
    assert_non_null(strstr(n->devices[0].heard, "again"));
}

/* Two who can't read a message ask for it, and one answer serves both; nobody asks after that. */
static void test_one_answer_for_many(void **state)
{
    net *n = *state;
    start(n, "ABC");
    size_t before = n->num_mails;
    for (int i = 0; i < 2; i++) { /* B and C don't get these commits */
        assert_ok(conversation_update(conv(n, 'A'), n->now));
        for (int k = 0; k < 5; k++) {
            n->now += 10;
            tick(n, "A");
        }
        if (i == 0)
            say(n, 'A', "hello");
    }
    mail held[64];
    size_t num_held = n->num_mails - before;
    assert_in_range(num_held, 3, 64);
    memcpy(held, n->mails + before, num_held * sizeof *held);
    for (size_t i = 0; i < num_held; i++)
        if (held[i].kind != CONVERSATION_MESSAGE)
            memset(n->mails[before + i].to, 0, sizeof held[i].to);
    pass_time(n, "ABC", 300);
    assert_int_equal(count_posts(n, CONVERSATION_MESSAGE), 2);
    assert_string_equal(n->devices[1].heard, "");
    for (size_t i = 0; i < num_held; i++)
        n->mails[n->num_mails++] = held[i];
    pass_time(n, "ABC", 3000);
    assert_together(n, "ABC", 3);
    assert_non_null(strstr(n->devices[1].heard, "hello"));
    assert_non_null(strstr(n->devices[2].heard, "hello"));
    assert_int_equal(count_posts(n, CONVERSATION_MESSAGE), 3); /* with the one put in above */
}

enum { MANY = 1000 };

/* A conversation of A and 999 others, who are nowhere. */
static void start_large(net *n)
{
    mls_group *group = large_group(bytes_of("actor-A", NAME_LEN),
                                   view(&n->devices[0].signature_key), MANY, n->now);
    assert_ok(conversation_new(&n->devices[0].c, group, &n->params, n->now));
}

static size_t stored_by_saying(net *n, const char *text)
{
    conversation_effects fx;
    size_t octets = 0;
    bytes content = bytes_of(text, strlen(text));
    assert_ok(conversation_effects_init(&fx));
    assert_ok(conversation_say(conv(n, 'A'), &fx, content, content));
    assert_ok(conversation_save(conv(n, 'A'), &fx));
    for (size_t i = 0; i < fx.count; i++)
        octets += fx.list[i].kind == CONVERSATION_STORE ? fx.list[i].octets.len : 0;
    conversation_effects_cleanup(&fx);
    return octets;
}

/* A message in a large group writes little, when its members' beacons are known too, each of which
 * has four octets in the main record. */
static void test_small_writes(void **state)
{
    net *n = *state;
    start_large(n);
    stored_by_saying(n, "first");
    for (int i = 0; i < 20; i++) {
        char text[] = "message A";
        text[8] = (char)('A' + i);
        assert_in_range(stored_by_saying(n, text) + (size_t)4 * MANY, 1, 16000);
    }
}

/* What strangers post as messages of this group does not push out a member's. */
static void test_strangers(void **state)
{
    net *n = *state;
    char stranger[] = "stranger-000";
    conversation_effects fx;
    start(n, "ABC");
    assert_ok(conversation_update(conv(n, 'A'), n->now));
    n->now += 40;
    tick(n, "A");
    n->now += 40;
    tick(n, "A"); /* in the next epoch, of which C does not know */
    say(n, 'A', "early");
    const mail *last = &n->mails[n->num_mails - 1];
    uint8_t *junk = copy_of(n->a, last->octets);
    assert_ok(conversation_effects_init(&fx));
    assert_ok(conversation_receive(conv(n, 'C'), &fx, last->octets, last->from, n->now));
    for (int i = 0; i < 1200; i++) {
        memcpy(junk + last->octets.len - sizeof i, &i, sizeof i);
        stranger[9] = (char)('0' + i / 100 % 10);
        stranger[10] = (char)('0' + i / 10 % 10);
        assert_ok(conversation_receive(conv(n, 'C'), &fx, bytes_of(junk, last->octets.len),
                                       bytes_of(stranger, sizeof stranger - 1), n->now));
    }
    n->now += 1000;
    uint64_t wake;
    size_t before = fx.count;
    assert_ok(conversation_tick(conv(n, 'C'), &fx, &wake, n->now));
    for (size_t i = before; i < fx.count; i++) /* nobody is asked but members */
        for (size_t k = 0; k < fx.list[i].num_to; k++)
            assert_int_equal(fx.list[i].to[k].len, NAME_LEN);
    conversation_effects_cleanup(&fx);
    deliver(n, "C");
    assert_string_equal(n->devices[2].heard, "early ");
}

/* Records that are cut, missing, or of another conversation's epoch are refused. */
static void test_broken_records(void **state)
{
    net *n = *state;
    device *d = &n->devices[1];
    conversation *c;
    conversation_record records[RECORDS_MAX];
    bytes main_record = {NULL, 0};
    size_t count = 0;
    start(n, "ABC");
    say(n, 'B', "something");
    restart(n, d);
    for (size_t i = 0; i < d->num_records; i++) {
        if (bytes_equal(d->records[i].id, conversation_main_record))
            main_record = d->records[i].octets;
        else if (d->records[i].octets.len)
            records[count++] = (conversation_record){d->records[i].id, d->records[i].octets};
    }
    for (size_t len = 0; len < main_record.len; len++) {
        assert_err(
            conversation_load(&c, bytes_of(main_record.data, len), records, count, &n->params),
            MLS_ERR_STATE_BROKEN);
        assert_null(c);
    }
    for (size_t i = 0; i < count; i++) {
        conversation_record kept = records[i];
        records[i].octets.len--;
        assert_err(conversation_load(&c, main_record, records, count, &n->params),
                   MLS_ERR_STATE_BROKEN);
        records[i] = records[count - 1 - i];
        assert_true(conversation_load(&c, main_record, records, count, &n->params) != MLS_OK);
        records[i] = kept;
    }
    assert_err(conversation_load(&c, main_record, records, count - 1, &n->params),
               MLS_ERR_STATE_MISMATCH);
    uint8_t *newer = copy_of(n->a, main_record);
    newer[1]++;
    assert_err(conversation_load(&c, bytes_of(newer, main_record.len), records, count, &n->params),
               MLS_ERR_STATE_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        net_test(test_start_and_talk),
        net_test(test_concurrent_commits),
        net_test(test_message_in_lost_epoch),
        net_test(test_lost_addition),
        net_test(test_many_at_once),
        net_test(test_removal),
        net_test(test_endorsed_removal),
        net_test(test_asleep),
        net_test(test_partition),
        net_test(test_strangers),
        net_test(test_one_answer_for_many),
        net_test(test_small_writes),
        net_test(test_broken_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
