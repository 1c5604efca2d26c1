/* A device whose memory fails at some place: it says so, nothing leaks, and what was stored before
 * is good to go on from. */
#include "fediverse.h"

#include "heap.h"

#include <string.h>

size_t heap_zero_from(const char *taker, size_t size)
{
    (void)taker;
    return size; /* this test does not look */
}

typedef mls_err input(fedi_device *d, fedi_effects *fx, const char *what, uint64_t now);

static mls_err do_receive(fedi_device *d, fedi_effects *fx, const char *what, uint64_t now)
{
    return fedi_receive(d, fx, text(what), now);
}

static mls_err do_wish(fedi_device *d, fedi_effects *fx, const char *what, uint64_t now)
{
    static const uint8_t octets[] = {1, 2, 3};
    bytes part = {octets, sizeof octets};
    return fedi_wish(d, fx, text(what), &part, 1, now);
}

static mls_err do_tick(fedi_device *d, fedi_effects *fx, const char *what, uint64_t now)
{
    (void)what;
    return fedi_tick(d, fx, now + 8 * 24 * (uint64_t)3600);
}

static mls_err load(site *s, const site_device *of, fedi_device **d, fedi_effects *fx)
{
    static fedi_record list[SITE_RECORDS];
    size_t count = 0;
    for (size_t i = 0; i < SITE_RECORDS; i++)
        if (of->records[i].name.len)
            list[count++] = of->records[i];
    return fedi_load(d, fx, list, count, s->now);
}

/* One run with the n-th allocation failing; false when it did not come to that. */
static bool fails_at(site *s, const site_device *of, input *run, const char *what, size_t n)
{
    fedi_device *d;
    fedi_effects fx;
    assert_ok(load(s, of, &d, &fx));
    fedi_effects_free(&fx);
    heap_begin(n);
    mls_err err = run(d, &fx, what, s->now);
    bool reached = heap_end();
    if (!reached || err != MLS_OK)
        assert_err(err, reached ? MLS_ERR_NO_MEMORY : MLS_OK);
    else
        assert_true(fx.count > 0 || fx.wake > 0);
    fedi_effects_free(&fx);
    fedi_free(d);
    return reached;
}

/* At each place in the beginning, then here and there. */
static size_t fail_everywhere(site *s, const site_device *of, input *run, const char *what)
{
    size_t n = 0, failed = 0;
    for (; fails_at(s, of, run, what, n); n += 1 + n / 40)
        failed++;
    return failed;
}

static void begin_offline(site *s)
{
    begin(s, "AB");
    device_at(s, 'B', 1)->offline = true;
}

static void activities(void **state)
{
    site *s = *state;
    begin_offline(s);
    site_device *a = device_at(s, 'A', 1), *b = device_at(s, 'B', 1);
    size_t since = s->num_mail, failed = 0;
    wish(s, a, chat_of(s, a), "{'wish':'send','conversation':'%','content':'x'}");
    wish(s, a, chat_of(s, a), "{'wish':'update','conversation':'%'}");
    wish(s, a, NULL, "{'wish':'start','job':2,'actors':['https://b.example/users/b']}");
    assert_true(s->num_mail >= since + 3);
    for (size_t i = since; i < s->num_mail; i++)
        failed += fail_everywhere(s, b, do_receive, s->mail[i].activity);
    assert_true(failed > 200);
    b->offline = false;
    settle(s);
    find_event(s, b, "'type':'message'", NULL);
}

static void wishes(void **state)
{
    static const char *const all[] = {
        "{'wish':'send','conversation':'%','content':'x','attachments':[{'type':'Image',"
        "'mediaType':'image/png','part':0}]}",
        "{'wish':'edit','conversation':'%','object':'urn:1','content':'x'}",
        "{'wish':'react','conversation':'%','object':'urn:1','reaction':'x'}",
        "{'wish':'read','conversation':'%','objects':[{'actor':'https://b.example/users/b',"
        "'object':'urn:1'}]}",
        "{'wish':'remove','conversation':'%','actors':['https://b.example/users/b']}",
        "{'wish':'update','conversation':'%'}",
        "{'wish':'leave','conversation':'%'}",
        "{'wish':'rename','conversation':'%','name':'x'}",
        "{'wish':'start','job':3,'actors':['https://b.example/users/b']}",
        "{'wish':'block','actor':'https://b.example/users/b'}",
        "{'wish':'withdraw'}",
    };
    site *s = *state;
    begin_offline(s);
    site_device *a = device_at(s, 'A', 1);
    size_t failed = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        failed += fail_everywhere(s, a, do_wish, written(s, chat_of(s, a), all[i]));
    assert_true(failed > 500);
}

static void time_passing(void **state)
{
    site *s = *state;
    begin_offline(s);
    assert_true(fail_everywhere(s, device_at(s, 'A', 1), do_tick, NULL) > 20);
}

static void loading(void **state)
{
    site *s = *state;
    fedi_device *d;
    fedi_effects fx;
    begin_offline(s);
    size_t n = 0, failed = 0;
    for (bool reached = true; reached; n += 1 + n / 40, failed++) {
        heap_begin(n);
        mls_err err = load(s, device_at(s, 'A', 1), &d, &fx);
        reached = heap_end();
        if (!reached || err != MLS_OK)
            assert_err(err, reached ? MLS_ERR_NO_MEMORY : MLS_OK);
        fedi_effects_free(&fx);
        fedi_free(d);
    }
    assert_true(failed > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        site_test(activities),
        site_test(wishes),
        site_test(time_passing),
        site_test(loading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
