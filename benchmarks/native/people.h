/* Devices and their groups, as the benchmarks need them: whatever fails ends the program. */
#ifndef WAXSEAL_BENCHMARKS_PEOPLE_H
#define WAXSEAL_BENCHMARKS_PEOPLE_H

#include <waxseal/mls.h>

/* Ends the program with the error's name unless it is MLS_OK. */
void must(mls_err err, const char *what);

typedef struct person {
    uint16_t suite;
    char identity[64]; /* in the form that core-crypto asks for, as all libraries get it */
    mls_buf signature_key, public_key;
    mls_buf key_package, secret; /* of the last new_key_package() */
} person;

/* A device with a signature key. */
void person_init(person *p, uint16_t suite, unsigned number);
void person_new_key_package(person *p);
void person_cleanup(person *p);

/* What a KeyPackage or group of this device says; views into it. */
mls_member_params person_params(const person *p);

/* Seconds since 1970. */
uint64_t present(void);

mls_group *bench_create(const person *p);
/* With everybody in it accepted, as an application has to. */
mls_group *bench_join(const person *p, mls_buf welcome);
/* Commits, accepting everybody who comes in, and applies it. welcome: may be NULL. */
void bench_commit(mls_group *group, mls_buf *commit, mls_buf *welcome,
                  const mls_proposal *proposals, size_t count, uint32_t flags);
/* Another member's commit. */
void bench_process(mls_group *group, mls_buf commit);
void bench_protect(mls_group *group, mls_buf *message, mls_bytes content);
/* The text must be `expected`. */
void bench_unprotect(mls_group *group, mls_buf message, mls_bytes expected);
/* MLS-Exporter must give both the same. */
void groups_must_agree(const mls_group *a, const mls_group *b);

mls_bytes view(mls_buf buf);
/* Octets that look like nothing in particular; static, at most 65,536. */
mls_bytes some_content(size_t len);

#endif
