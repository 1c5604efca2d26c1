/*
 * The ceiling of an operation: the calls of primitives that RFC 9420 makes unavoidable in it, and
 * nothing else. No encoding, no allocation, no tree, no decisions: an implementation over the same
 * primitives can't be faster than this, unless it finds a way around a call.
 *
 * The lists are in ceiling.c, the sections of the RFC beside them; `bench list` prints them.
 */
#ifndef WAXSEAL_BENCHMARKS_CEILING_H
#define WAXSEAL_BENCHMARKS_CEILING_H

#include <stdint.h>

typedef enum ceiling_operation {
    CEILING_KEY_PACKAGE,
    CEILING_PROTECT,
    CEILING_UNPROTECT,
    CEILING_ADD,     /* of all other members by a group's creator, without a path */
    CEILING_JOIN,    /* of one of them */
    CEILING_UPDATE,  /* a commit with a path by the creator, whose tree is blank; applied */
    CEILING_PROCESS, /* the same by a member of the other half of the tree */
    CEILING_OPERATIONS
} ceiling_operation;

/* What the numbers of calls and octets depend on; lengths of real messages, in octets. */
typedef struct ceiling_shape {
    uint32_t suite;
    uint32_t members;
    uint32_t content;     /* of the application message */
    uint32_t key_package; /* raw */
    uint32_t commit;      /* the PrivateMessage */
    uint32_t welcome;
} ceiling_shape;

typedef struct ceiling ceiling;

/* Prepares the calls of an operation, with keys and inputs; NULL for unknown numbers or without
 * memory. */
ceiling *ceiling_new(uint32_t operation, const ceiling_shape *shape);
/* Makes all calls. */
void ceiling_run(ceiling *c);
void ceiling_free(ceiling *c);

/* The list, one call kind at a time, for people: false behind the last. */
typedef struct ceiling_entry {
    const char *primitive;
    uint32_t count;
    uint32_t octets; /* of the input of each */
    const char *what_for;
} ceiling_entry;
int ceiling_at(const ceiling *c, uint32_t index, ceiling_entry *entry);

#endif
