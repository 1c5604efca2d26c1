/*
 * A device in the Fediverse that already has a conversation, and whatever its server, another
 * member, and its user do next: each line of the input is a step, named by its first letter.
 *   R an activity from the server      P application data that the other member encrypts
 *   W a wish of the user               F the answer to the oldest fetch
 *   T time passes, in hours            S the device starts again from what it stored
 * Whatever comes: storage comes before posts and events, events are JSON, and what is stored can be
 * loaded again.
 */
#include "fuzz.h"

#include "../fedi/fediverse.h"
#include "fedi/device_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS = 4000, FETCHES = 64 };

static site *world; /* A and B in a conversation, as every run begins */

typedef struct run {
    arena *a;
    uint64_t now;
    fedi_device *device, *peer;
    fedi_record records[RECORDS];
    uint32_t fetches[FETCHES];
    size_t num_fetches;
} run;

/* ---- Effects ---- */

static void store(run *r, const fedi_effect *e)
{
    fedi_record *place = NULL;
    for (size_t i = 0; i < RECORDS; i++) {
        fedi_record *at = &r->records[i];
        if (at->name.len == 0 ? !place : bytes_equal(at->name, e->name))
            place = at;
        if (at->name.len && bytes_equal(at->name, e->name))
            break;
    }
    FUZZ_CHECK(place != NULL && e->name.len > 0);
    if (e->kind == FEDI_FORGET) {
        if (place->name.len)
            place->name = (bytes){0};
        return;
    }
    FUZZ_CHECK(arena_copy(r->a, &place->name, e->name) == MLS_OK);
    FUZZ_CHECK(arena_copy(r->a, &place->octets, e->octets) == MLS_OK);
}

static void carry_out(run *r, fedi_effects *fx)
{
    bool storing = true;
    for (size_t i = 0; i < fx->count; i++) {
        const fedi_effect *e = &fx->list[i];
        const json *event;
        bool is_storage = e->kind == FEDI_STORE || e->kind == FEDI_FORGET;
        FUZZ_CHECK(storing || !is_storage);
        storing = is_storage;
        if (is_storage)
            store(r, e);
        if (e->kind == FEDI_EVENT) {
            FUZZ_CHECK(json_parse(r->a, &event, e->octets, 4 * JSON_SIZE_MAX) == MLS_OK);
            FUZZ_CHECK(json_string(json_get(event, "type")).len > 0);
        }
        if (e->kind == FEDI_POST)
            FUZZ_CHECK(e->octets.len <= ACTIVITY_MAX);
        if (e->kind == FEDI_FETCH && r->num_fetches < FETCHES)
            r->fetches[r->num_fetches++] = e->id;
    }
    FUZZ_CHECK(fx->wake > 0);
    fedi_effects_free(fx);
}

/* ---- Steps ---- */

static fedi_device *load(run *r, const fedi_record *all, bool is_device)
{
    fedi_device *d;
    fedi_effects fx;
    size_t count = 0;
    fedi_record *list = arena_array(r->a, RECORDS, sizeof *list);
    FUZZ_CHECK(list != NULL);
    for (size_t i = 0; i < (all == r->records ? (size_t)RECORDS : (size_t)SITE_RECORDS); i++)
        if (all[i].name.len)
            list[count++] = all[i];
    FUZZ_CHECK(fedi_load(&d, &fx, list, count, r->now) == MLS_OK);
    for (size_t i = 0; i < fx.count; i++) /* an error would be a conversation left out */
        FUZZ_CHECK(fx.list[i].kind != FEDI_EVENT ||
                   !strstr((const char *)fx.list[i].octets.data, "\"type\":\"error\""));
    if (is_device)
        carry_out(r, &fx);
    else
        fedi_effects_free(&fx);
    return d;
}

/* The peer encrypts application data as it is; the device gets it. */
static void peer_says(run *r, bytes content)
{
    conversation_effects cfx;
    fedi_effects fx;
    chat *ch = r->peer->chats.items[0];
    FUZZ_CHECK(conversation_effects_init(&cfx) == MLS_OK && effects_init(&fx) == MLS_OK);
    mls_err err = conversation_say(ch->c, &cfx, content, BYTES_LITERAL("fuzz"));
    if (err != MLS_OK) {
        conversation_effects_cleanup(&cfx);
        fedi_effects_free(&fx);
        return;
    }
    FUZZ_CHECK(chat_settle(r->peer, &fx, ch, &cfx, r->now) == MLS_OK);
    for (size_t i = 0; i < fx.count; i++) {
        fedi_effects mine;
        if (fx.list[i].kind != FEDI_POST)
            continue;
        FUZZ_CHECK(fedi_receive(r->device, &mine, fx.list[i].octets, r->now) == MLS_OK);
        carry_out(r, &mine);
    }
    fedi_effects_free(&fx);
}

static void do_wish(run *r, bytes what)
{
    fedi_effects fx;
    static const uint8_t part[] = {1, 2, 3};
    bytes parts[] = {bytes_of(part, sizeof part)};
    if (fedi_wish(r->device, &fx, what, parts, 1, r->now) == MLS_OK)
        carry_out(r, &fx);
    else
        FUZZ_CHECK(fx.memory == NULL);
}

static void step(run *r, bytes line)
{
    fedi_effects fx;
    bytes rest = bytes_of(line.data + 1, line.len - 1);
    switch (line.data[0]) {
    case 'R':
        FUZZ_CHECK(fedi_receive(r->device, &fx, rest, r->now) == MLS_OK);
        carry_out(r, &fx);
        break;
    case 'P':
        peer_says(r, rest);
        break;
    case 'W':
        do_wish(r, rest);
        break;
    case 'F':
        if (r->num_fetches == 0)
            break;
        uint32_t id = r->fetches[0];
        memmove(r->fetches, r->fetches + 1, --r->num_fetches * sizeof r->fetches[0]);
        FUZZ_CHECK(fedi_fetched(r->device, &fx, id, rest, r->now) == MLS_OK);
        carry_out(r, &fx);
        break;
    case 'T':
        r->now += 3600 * (1 + (uint64_t)(line.len > 1 ? line.data[1] % 64 : 0));
        FUZZ_CHECK(fedi_tick(r->device, &fx, r->now) == MLS_OK);
        carry_out(r, &fx);
        break;
    case 'S':
        fedi_free(r->device);
        r->num_fetches = 0;
        r->device = load(r, r->records, true);
        break;
    default:
        break;
    }
}

/* ---- Seeds: what the world's server has handed on, and a wish of each kind ---- */

static void write_seed(const char *folder, const char *name, const char *line)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    FUZZ_CHECK(f != NULL);
    fputs(line, f);
    FUZZ_CHECK(fclose(f) == 0);
}

static void write_seeds(const char *folder, size_t first_mail)
{
    static const char *const wishes[] = {
        "{'wish':'send','conversation':'%','content':'<p>Hi</p>','summary':'s','inReplyTo':'urn:1',"
        "'attachments':[{'type':'Image','mediaType':'image/png','part':0,'name':'n'}]}",
        "{'wish':'edit','conversation':'%','object':'urn:1','content':'x'}",
        "{'wish':'react','conversation':'%','object':'urn:1','reaction':'x'}",
        "{'wish':'undo','conversation':'%','object':'urn:1','undone':'urn:2'}",
        "{'wish':'delete','conversation':'%','object':'urn:1'}",
        "{'wish':'read','conversation':'%','objects':[{'actor':'https://a.example/users/a',"
        "'object':'urn:1'}]}",
        "{'wish':'rename','conversation':'%','name':'x'}",
        "{'wish':'leave','conversation':'%'}",
        "{'wish':'update','conversation':'%'}",
        "{'wish':'remove','conversation':'%','actors':['https://a.example/users/a']}",
        "{'wish':'block','actor':'https://a.example/users/a'}",
        "{'wish':'start','job':1,'actors':['https://a.example/users/a'],'name':'x'}",
    };
    static const char *const payloads[] = {
        "{'type':'Create','id':'urn:1','actor':'https://a.example/users/a','published':"
        "'2025-06-15T15:06:40Z','object':{'type':'Note','id':'urn:2','content':'x','attachment':"
        "[{'type':'Image','mediaType':'image/png','url':'data:image/png;base64,aGk='}]}}",
        "{'type':'Update','id':'urn:3','object':{'type':'Note','id':'urn:2','content':'y'}}",
        "{'type':'Like','id':'urn:4','object':'urn:2','content':'x'}",
        "{'type':'Acknowledge','id':'urn:5','object':['urn:2','urn:3']}",
        "{'type':'Undo','id':'urn:6','object':{'type':'Like','id':'urn:4','object':'urn:2'}}",
    };
    char name[40];
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    for (size_t i = first_mail; i < world->num_mail; i++) {
        char *line = arena_alloc(a, strlen(world->mail[i].activity) + 2);
        FUZZ_CHECK(line != NULL);
        sprintf(line, "R%s", world->mail[i].activity);
        snprintf(name, sizeof name, "activity-%zu", i);
        write_seed(folder, name, line);
    }
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        char line[1000];
        const char *id = chat_of(world, device_at(world, 'B', 1));
        snprintf(line, sizeof line, "W%s\nT1\nS", written(world, id, wishes[i]));
        snprintf(name, sizeof name, "wish-%zu", i);
        write_seed(folder, name, line);
    }
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        char line[1000];
        snprintf(line, sizeof line, "P%s\nS\nT1", written(world, NULL, payloads[i]));
        snprintf(name, sizeof name, "payload-%zu", i);
        write_seed(folder, name, line);
    }
}

/* ---- The world ---- */

static void make_world(void)
{
    void *state;
    fuzz_begin();
    FUZZ_CHECK(site_setup(&state) == 0);
    world = state;
    device_new(world, 'A');
    device_new(world, 'B');
    start_chat(world, "B");
    /* What B has not had yet makes seeds that it can read. */
    device_at(world, 'B', 1)->offline = true;
    size_t first = world->num_mail;
    site_device *alice = device_at(world, 'A', 1);
    const char *id = chat_of(world, alice);
    fedi_record *as_it_was = malloc(sizeof alice->records);
    FUZZ_CHECK(as_it_was != NULL);
    memcpy(as_it_was, alice->records, sizeof alice->records);
    wish(world, alice, id, "{'wish':'send','conversation':'%','content':'<p>x</p>'}");
    wish(world, alice, id, "{'wish':'update','conversation':'%'}");
    wish(world, alice, NULL, "{'wish':'start','job':2,'actors':['https://b.example/users/b']}");
    if (getenv("WAXSEAL_SEEDS"))
        write_seeds(getenv("WAXSEAL_SEEDS"), first);
    memcpy(alice->records, as_it_was, sizeof alice->records);
    free(as_it_was);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static run r;
    if (!world)
        make_world();
    fuzz_rewind();
    r = (run){.a = arena_new(1 << 16), .now = world->now};
    FUZZ_CHECK(r.a != NULL);
    memcpy(r.records, device_at(world, 'B', 1)->records, sizeof world->devices[0].records);
    r.device = load(&r, r.records, true);
    r.peer = load(&r, device_at(world, 'A', 1)->records, false);
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end ? (size_t)(end - data) - at : size - at;
        if (len > 0)
            step(&r, bytes_of(data + at, len));
        at += len + 1;
    }
    fedi_free(r.device);
    r.device = load(&r, r.records, true);
    fedi_free(r.device);
    fedi_free(r.peer);
    arena_free(r.a);
    return 0;
}
