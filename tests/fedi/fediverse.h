/*
 * A small Fediverse in memory: actors with devices, a server that keeps KeyPackages and hands on
 * activities. Tests change what it does on the way.
 *
 * Devices are named A, B, ...: A1 and A2 are two devices of the actor A; A alone is A1.
 */
#ifndef WAXSEAL_TESTS_FEDIVERSE_H
#define WAXSEAL_TESTS_FEDIVERSE_H

#include "documents.h"

#include <waxseal/fedi.h>

enum { SITE_DEVICES = 8, SITE_RECORDS = 2000, SITE_MAIL = 8000, SITE_EVENTS = 4000 };

typedef struct site_device {
    char actor; /* 'A' */
    fedi_device *fedi;
    fedi_record records[SITE_RECORDS]; /* as stored; no name: none */
    char *events[SITE_EVENTS];         /* JSON */
    bytes parts[SITE_EVENTS];          /* the first part of each */
    size_t num_events;
    size_t first_event; /* where a test begins to look: see forget_events() */
    uint64_t wake;
    uint32_t waiting[256]; /* posts that the server has not answered */
    bool offline;
    size_t read; /* how far of the mail */
} site_device;

/* An activity on the server. */
typedef struct site_mail {
    char *activity; /* NULL: dropped */
    char from;
    char to[SITE_DEVICES + 1]; /* actors */
} site_mail;

typedef struct site_object {
    char *address, *json;
    char actor;
    bool listed, deleted;
} site_object;

typedef struct site {
    arena *a;
    uint64_t now;
    site_device devices[SITE_DEVICES];
    size_t num_devices;
    site_mail mail[SITE_MAIL];
    size_t num_mail;
    site_object objects[SITE_RECORDS];
    size_t num_objects;
    bool refuse;  /* refuses everything */
    bool no_add;  /* refuses Add */
    bool by_name; /* delivers Creates whose object is its address only */
    unsigned num_posts, num_ids;
    /* What a hostile server makes of an activity before it hands it on; may return NULL. */
    char *(*change)(struct site *s, const site_mail *m, char *activity);
} site;

int site_setup(void **state);
int site_teardown(void **state);
#define site_test(function) cmocka_unit_test_setup_teardown(function, site_setup, site_teardown)

/* A new device of an actor, whose KeyPackages are published. */
site_device *device_new(site *s, char actor);
/* The nth device of an actor, from 1. */
site_device *device_at(site *s, char actor, int n);
const char *actor_id(char actor);

/* What the user wishes; ' stands for ", and % for the conversation's id, if one is given. */
mls_err try_wish(site *s, site_device *d, const char *conversation, const char *wish);
void wish(site *s, site_device *d, const char *conversation, const char *wish);
void wish_with(site *s, site_device *d, const char *conversation, const char *wish, bytes part);

/* Hands on all mail until there is no more. */
void settle(site *s);
/* Time passes, in steps, and everybody does what is due; mail is handed on. */
void pass(site *s, uint64_t seconds);
/* Gives a device an activity. */
void give(site *s, site_device *d, const char *activity);

/* What was stored is what there is: the device starts again from it. */
void site_restart(site *s, site_device *d);

/* A starts a conversation with these actors, e.g. "BC"; its id at A. Everybody accepts. */
const char *start_chat(site *s, const char *names);
/* The id of the only, or last, conversation of a device. */
const char *chat_of(site *s, site_device *d);

/* The first device of an actor. */
site_device *dev(site *s, char actor);
/* names[0] is A, who starts a conversation with the others; events before are forgotten. */
void begin(site *s, const char *names);
/* A wish in the last conversation of an actor's first device, and what follows. */
void act(site *s, char actor, const char *what);
/* One that says these words. */
void talk(site *s, char actor, const char *words);

/* ---- Events ---- */

void forget_events(site *s);
/* How many events since then have all of these texts in them; ' stands for ". */
size_t count_events(site *s, const site_device *d, const char *a, const char *b);
/* The last such event as JSON; fails without one. */
const char *find_event(site *s, const site_device *d, const char *a, const char *b);
/* A member of it that is a string. */
const char *event_text(site *s, const site_device *d, const char *a, const char *b,
                       const char *name);

char *copy_text(site *s, bytes in);
/* A copy with ' for " and so on. */
char *written(site *s, const char *conversation, const char *text);
/* A copy with the first occurrence of a text replaced; fails without. */
char *replaced(site *s, const char *in, const char *from, const char *to);

#endif
