/* Making the n-th of something under a public function fail, for every n. */
#ifndef WAXSEAL_TESTS_FAULTS_H
#define WAXSEAL_TESTS_FAULTS_H

#include "calls.h"

/* What fails: begin(n) lets the n-th attempt from now on fail, counted from 0; end() stops that and
 * says whether it came to it. */
typedef struct fault {
    void (*begin)(size_t n);
    bool (*end)(void);
    mls_err err;          /* the call's result */
    bool may_be_harmless; /* or it succeeds in full, not having needed what failed */
} fault;

/* Runs the call with n = 0, 1, 2 ... until it succeeds without coming to the n-th attempt. Each
 * failure gives the error and empty outputs, A's group saves to the same octets as before, and
 * after it the same call succeeds. Returns how many failures there were. */
size_t fail_everywhere(const public_call *call, uint16_t suite_id, const fault *f);

#endif
