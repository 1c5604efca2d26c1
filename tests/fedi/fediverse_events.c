/* What devices of the test's Fediverse were told, and what tests do with them most. */
#include "fediverse.h"

#include <stdio.h>
#include <string.h>

/* ---- Events ---- */

void forget_events(site *s)
{
    for (size_t i = 0; i < s->num_devices; i++)
        s->devices[i].first_event = s->devices[i].num_events;
}

static bool has(site *s, const char *event, const char *what)
{
    return !what || strstr(event, written(s, NULL, what)) != NULL;
}

size_t count_events(site *s, const site_device *d, const char *a, const char *b)
{
    size_t count = 0;
    for (size_t i = d->first_event; i < d->num_events; i++)
        count += has(s, d->events[i], a) && has(s, d->events[i], b);
    return count;
}

const char *find_event(site *s, const site_device *d, const char *a, const char *b)
{
    for (size_t i = d->num_events; i-- > d->first_event;)
        if (has(s, d->events[i], a) && has(s, d->events[i], b))
            return d->events[i];
    for (size_t i = d->first_event; i < d->num_events; i++)
        print_message("%c: %s\n", d->actor, d->events[i]);
    fail_msg("no event with %s and %s", a, b ? b : "");
    return NULL;
}

const char *event_text(site *s, const site_device *d, const char *a, const char *b,
                       const char *name)
{
    const json *event;
    assert_ok(json_parse(s->a, &event, text(find_event(s, d, a, b)), JSON_SIZE_MAX));
    const json *value = json_get(event, name);
    if (!value)
        value = json_get(json_get(event, "conversation"), name);
    return copy_text(s, json_string(value));
}

const char *chat_of(site *s, site_device *d)
{
    size_t first = d->first_event;
    d->first_event = 0;
    const char *id = event_text(s, d, "'type':'conversation'", NULL, "id");
    d->first_event = first;
    return id;
}

const char *start_chat(site *s, const char *names)
{
    char list[400] = "";
    site_device *first = device_at(s, 'A', 1);
    for (const char *name = names; *name; name++) {
        strcat(list, name == names ? "'" : ",'");
        strcat(list, actor_id(*name));
        strcat(list, "'");
    }
    char *what = arena_alloc(s->a, strlen(list) + 60);
    assert_non_null(what);
    sprintf(what, "{'wish':'start','job':1,'actors':[%s]}", list);
    wish(s, first, NULL, what);
    settle(s);
    for (size_t i = 0; i < s->num_devices; i++) {
        site_device *d = &s->devices[i];
        if (strchr(names, d->actor))
            wish(s, d, chat_of(s, d), "{'wish':'accept','conversation':'%'}");
    }
    settle(s);
    return chat_of(s, first);
}

/* ---- What tests do most ---- */

site_device *dev(site *s, char actor)
{
    return device_at(s, actor, 1);
}

void begin(site *s, const char *names)
{
    for (const char *name = names; *name; name++)
        device_new(s, *name);
    start_chat(s, names + 1);
    forget_events(s);
}

void act(site *s, char actor, const char *what)
{
    wish(s, dev(s, actor), chat_of(s, dev(s, actor)), what);
    settle(s);
}

void talk(site *s, char actor, const char *words)
{
    char what[200];
    assert_true(strlen(words) < 100);
    snprintf(what, sizeof what, "{'wish':'send','conversation':'%%','content':'%s'}", words);
    act(s, actor, what);
}
