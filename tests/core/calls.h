/*
 * Every public function that can fail, each in a situation in which it succeeds, for the tests that
 * make something under it fail. A new function of mls.h or vault.h gets a row in calls.c, its parts
 * in the calls_*.c where they belong: a test compares the table with the headers.
 */
#ifndef WAXSEAL_TESTS_CALLS_H
#define WAXSEAL_TESTS_CALLS_H

#include "world.h"

/* The situation: A's group has B and C in it, everybody has said something in this epoch and in the
 * one before, and knows one pre-shared key. The world's others are strangers. */
typedef struct calling {
    world *w;
    device *a;   /* on whose group the call works */
    bytes in[3]; /* made by prepare() */
    /* Outputs, which must be empty after an error. */
    mls_buf out[2];
    mls_group *made;
    mls_event event;
} calling;

typedef struct public_call {
    const char *name; /* the function's; after a colon, the case */
    void (*prepare)(calling *c);
    mls_err (*run)(calling *c);
    void (*after)(calling *c); /* what must work then; NULL: A, B and C still talk */
    bool random;               /* draws random octets */
} public_call;

extern const public_call public_calls[];
extern const size_t num_public_calls;

/* Makes the situation, and the call's own part of it. */
void calling_init(calling *c, const public_call *call, uint16_t suite_id);
void calling_cleanup(calling *c);

#endif
