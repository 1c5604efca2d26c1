/* A few devices of one conversation, whose messages come in the orders that a test chooses. */
#ifndef WAXSEAL_TESTS_NET_H
#define WAXSEAL_TESTS_NET_H

#include "helpers.h"

#include "fedi/conversation.h"

enum { DEVICES = 4, MAIL_MAX = 4096, RECORDS_MAX = 2048, NAME_LEN = 7 };

typedef struct device {
    char actor[NAME_LEN + 1];
    mls_buf signature_key, key_package, secret;
    conversation *c;
    struct {
        bytes id, octets;
    } records[RECORDS_MAX]; /* as stored; no octets: forgotten */
    size_t num_records;
    char heard[256]; /* texts, in order, each with a blank */
    unsigned changes, removals, held;
    bool wants_back;
} device;

/* Something posted, which goes to everybody it names, when the test says so. */
typedef struct mail {
    conversation_effect_kind kind;
    bytes octets, from;
    bool to[DEVICES], delivered[DEVICES];
} mail;

typedef struct net {
    arena *a;
    uint64_t now;
    device devices[DEVICES];
    mail mails[MAIL_MAX];
    size_t num_mails;
    conversation_params params;
} net;

/* cmocka's setup and teardown: *state is a net. */
int net_setup(void **state);
int net_teardown(void **state);

#define net_test(function) cmocka_unit_test_setup_teardown(function, net_setup, net_teardown)

/* Devices are named A, B, C, ...; `names` are several of them. */
conversation *conv(net *n, char name);

/* names[0] makes a group with all of them. */
void start(net *n, const char *names);

/* Makes a device that is nowhere yet another one of another's actor. */
void join_actor(net *n, char name, char other);

/* How many posts of a kind there have been. */
size_t count_posts(const net *n, conversation_effect_kind kind);

/* Leaves by conversation_leave(). */
void leave(net *n, char name);

/* Posts, stores and notes what a call of a device brought about. */
void carry_out(net *n, device *d, const conversation_effects *fx);

/* What was stored is what there is: the device starts again from it. */
void restart(net *n, device *d);

/* Everything posted goes to these devices, in order. */
void deliver(net *n, const char *names);
void tick(net *n, const char *names);
/* Ticks and deliveries, every ten seconds. */
void pass_time(net *n, const char *names, unsigned seconds);

void say(net *n, char name, const char *text);

/* All are members of one epoch, with so many members. */
void assert_together(net *n, const char *names, uint32_t members);

#endif
