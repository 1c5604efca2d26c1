/* A small world for group tests: devices with names, which create, join, commit and talk. */
#ifndef WAXSEAL_TESTS_WORLD_H
#define WAXSEAL_TESTS_WORLD_H

#include "helpers.h"
#include "trusting.h"

enum { DEVICES_MAX = 8 };
#define NOW UINT64_C(1750000000)
#define DAY UINT64_C(86400)

typedef struct device {
    char name[2];
    mls_buf signature_key, key_package, secret;
    mls_group *group; /* NULL outside */
} device;

typedef struct world {
    arena *a; /* for what a test keeps */
    uint16_t suite;
    mls_member_params more;      /* of it every device has the extensions, types and GREASE */
    device devices[DEVICES_MAX]; /* A, B, C, ... */
} world;

/* cmocka's setup and teardown: *state is a world. */
int world_setup(void **state, uint16_t suite_id);
int world_setup_1(void **state);
int world_setup_3(void **state);
int world_teardown(void **state);

/* The test with each suite. */
#define group_test(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, world_setup_1, world_teardown),                      \
    {                                                                                              \
#function " (suite 3)", function, world_setup_3, world_teardown, NULL                      \
    }

/* The device of a name; the key package is made anew by each call of fresh_key_package(). */
device *dev(world *w, char name);
bytes fresh_key_package(world *w, device *d);

/* What a device would join with. */
mls_member_params member_params_of(const world *w, const device *d);

/* A copy that the world owns; frees `buf`. */
bytes keep(world *w, mls_buf *buf);

/* The first of `names` creates a group and adds the others in one commit. */
void make_group(world *w, const char *names);

/* A commit of `by` with proposals by value; *welcome may be NULL. The commit stays pending. */
bytes make_commit(world *w, device *by, bytes *welcome, const mls_proposal *proposals, size_t count,
                  uint32_t flags);
bytes make_proposal(world *w, device *by, const mls_proposal *p, uint32_t flags);

mls_proposal add_of(world *w, device *d);
mls_proposal remove_of(const device *d);

/* Every device in `names` receives; what is expected is an event of this kind. */
void deliver(world *w, const char *names, bytes message, mls_event_kind kind);
void deliver_one(device *to, bytes message, mls_event_kind kind);
/* Receiving fails with this error and changes nothing that can be seen. */
void refuse(device *to, bytes message, mls_err err);

/* The public part of a device's signature key. */
bytes public_key_of(world *w, const device *d);
/* `Extension extensions<V>` with external_senders alone: the devices of these names, in order. */
bytes external_senders_of(world *w, const char *senders);
/* The first of `names` commits to these external senders, and all of `names` apply it. */
void allow_outside(world *w, const char *names, const char *senders);
/* What `by`, which is outside, proposes to the group of `inside`: see mls_external_params. */
mls_external_params outside_params(const world *w, const device *by, const device *inside,
                                   uint32_t sender_index);
bytes propose_outside(world *w, const mls_external_params *params, const mls_proposal *p);

void join(device *d, bytes welcome, bytes tree);
mls_group_info describe(const device *d);
/* All of `names` are in one epoch, with this number of members. */
void assert_agree(world *w, const char *names, uint32_t num_members);

bytes say(world *w, device *from, const char *text);
void hear(device *to, bytes message, const char *text);
/* Everybody says something to everybody. */
void assert_all_talk(world *w, const char *names);

/* Replaces the group by what its two records give back. */
void restart(device *d);
void restart_all(world *w, const char *names);

#endif
