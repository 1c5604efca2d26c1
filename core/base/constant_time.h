/*
 * For the constant-time test (tests/hardening), which runs the core under valgrind with every
 * secret marked: a value that follows from secrets, but is not one, and may decide a branch. Each
 * use says why. In all other builds it is nothing.
 */
#ifndef WAXSEAL_BASE_CONSTANT_TIME_H
#define WAXSEAL_BASE_CONSTANT_TIME_H

#ifdef WAXSEAL_CONSTANT_TIME
#include <valgrind/memcheck.h>
#define DECLASSIFY(object) ((void)VALGRIND_MAKE_MEM_DEFINED(&(object), sizeof(object)))
#else
#define DECLASSIFY(object) ((void)0)
#endif

#endif
