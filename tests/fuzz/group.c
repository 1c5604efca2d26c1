#include "fuzz.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_check(bool holds, const char *condition, int line)
{
    if (holds)
        return;
    fprintf(stderr, "line %d: not so: %s\n", line, condition);
    abort();
}

/* ---- Repeatable randomness: one block of a stream cipher per call ---- */

static uint64_t calls;

static const char *implementation_name(void)
{
    return "repeatable";
}

static void fill(void *const out, const size_t len)
{
    uint8_t seed[randombytes_SEEDBYTES] = {0};
    calls++;
    memcpy(seed, &calls, sizeof calls);
    randombytes_buf_deterministic(out, len, seed);
}

static uint32_t word(void)
{
    uint32_t out;
    fill(&out, sizeof out);
    return out;
}

static randombytes_implementation repeatable = {
    .implementation_name = implementation_name, .random = word, .buf = fill};

void fuzz_begin(void)
{
    FUZZ_CHECK(mls_init() == MLS_OK);
    randombytes_set_implementation(&repeatable);
}

void fuzz_rewind(void)
{
    calls = UINT64_C(1) << 40;
}

/* ---- The group ---- */

static mls_member_params member(const char *name, mls_buf *signature_key)
{
    mls_buf public_key;
    FUZZ_CHECK(mls_signature_key_new(signature_key, &public_key, 1) == MLS_OK);
    mls_buf_free(&public_key);
    static const uint16_t custom = FUZZ_CUSTOM;
    return (mls_member_params){.suite = 1,
                               .identity = bytes_of(name, strlen(name)),
                               .signature_key = fuzz_view(signature_key),
                               .not_before = FUZZ_NOW - 1000,
                               .not_after = FUZZ_NOW + 1000000,
                               .proposal_types = &custom,
                               .num_proposal_types = 1};
}

static mls_proposal new_package(const char *name, mls_buf *key_package, mls_buf *secret)
{
    mls_buf signature_key;
    mls_member_params params = member(name, &signature_key);
    FUZZ_CHECK(mls_key_package_new(key_package, secret, &params) == MLS_OK);
    mls_buf_free(&signature_key);
    return (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = fuzz_view(key_package)};
}

static void commit_own(mls_group *group, mls_buf *commit, mls_buf *welcome,
                       const mls_proposal *proposals, size_t count)
{
    mls_event event;
    FUZZ_CHECK(trusting_commit(group, commit, welcome, proposals, count, (bytes){0}, 0, FUZZ_NOW) ==
               MLS_OK);
    FUZZ_CHECK(mls_group_apply_pending(group, &event, FUZZ_NOW) == MLS_OK);
    mls_event_free(&event);
}

void fuzz_group_init(fuzz_group *g)
{
    mls_buf alice_key, packages[3], secrets[3], commit, welcome;
    mls_event event;
    *g = (fuzz_group){0};
    mls_member_params params = member("alice", &alice_key);
    FUZZ_CHECK(mls_group_create(&g->alice, BYTES_LITERAL("group"), &params) == MLS_OK);
    mls_proposal adds[] = {new_package("bob", &packages[0], &secrets[0]),
                           new_package("carol", &packages[1], &secrets[1])};
    commit_own(g->alice, &commit, &welcome, adds, 2);
    FUZZ_CHECK(trusting_join(&g->bob, fuzz_view(&welcome), fuzz_view(&secrets[0]), (bytes){0}, NULL,
                             0) == MLS_OK);
    mls_buf_free(&commit);
    mls_buf_free(&welcome);
    commit_own(g->alice, &commit, &welcome, NULL, 0);
    FUZZ_CHECK(trusting_receive(g->bob, &event, fuzz_view(&commit), FUZZ_NOW) == MLS_OK);
    mls_event_free(&event);
    mls_buf_free(&welcome);
    FUZZ_CHECK(mls_group_save(g->bob, &g->bob_epoch, &g->bob_ratchet) == MLS_OK);
    FUZZ_CHECK(mls_group_encrypt(g->alice, &g->application, BYTES_LITERAL("good"), (bytes){0}) ==
               MLS_OK);
    mls_proposal add = new_package("dave", &packages[2], &g->dave_secret);
    FUZZ_CHECK(trusting_commit(g->alice, &g->commit, &g->welcome, &add, 1, (bytes){0}, 0,
                               FUZZ_NOW) == MLS_OK);
    mls_group_discard_pending(g->alice);
    mls_buf_free(&commit);
    mls_buf_free(&alice_key);
    for (int i = 0; i < 3; i++)
        mls_buf_free(&packages[i]);
    mls_buf_free(&secrets[0]);
    mls_buf_free(&secrets[1]);
}

mls_group *fuzz_bob(const fuzz_group *g)
{
    mls_group *bob;
    FUZZ_CHECK(mls_group_load(&bob, fuzz_view(&g->bob_epoch), fuzz_view(&g->bob_ratchet)) ==
               MLS_OK);
    return bob;
}
