/* What the files of the calls share. */
#ifndef WAXSEAL_TESTS_CALLS_COMMON_H
#define WAXSEAL_TESTS_CALLS_COMMON_H

#include "calls.h"

/* The pre-shared key that everybody knows. */
static const mls_psk psk = {{(const uint8_t *)"psk id", 6}, {(const uint8_t *)"psk value", 9}};
static const bytes label = {(const uint8_t *)"label", 5}, none;

/* The n-th output, made by a call of somebody's, kept for the test. */
#define KEPT(c, buf) keep((c)->w, &(buf))

/* A, B and C receive a commit. */
void pass(calling *c, bytes message);

/* A GroupInfo by a member. */
bytes info_of(calling *c, char name);

/* D's KeyPackage. */
void prepare_key_package(calling *c);

#endif
