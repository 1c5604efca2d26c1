#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void must(mls_err err, const char *what)
{
    if (err == MLS_OK)
        return;
    fprintf(stderr, "bench: %s: %s\n", what, mls_err_name(err));
    exit(1);
}

uint64_t present(void)
{
    return (uint64_t)time(NULL);
}

mls_bytes view(mls_buf buf)
{
    return (mls_bytes){buf.data, buf.len};
}

mls_bytes some_content(size_t len)
{
    static uint8_t octets[65536];
    if (len > sizeof octets)
        must(MLS_ERR_INVALID_ARGUMENT, "content");
    for (size_t i = 0; i < len; i++)
        octets[i] = (uint8_t)(i * 31 + (i >> 8) + 17);
    return (mls_bytes){octets, len};
}

void person_init(person *p, uint16_t suite, unsigned number)
{
    *p = (person){.suite = suite};
    snprintf(p->identity, sizeof p->identity, "00000000-0000-4000-8000-%012x:%x@example.com",
             number, number);
    must(mls_signature_key_new(&p->signature_key, &p->public_key, suite), "signature key");
}

mls_member_params person_params(const person *p)
{
    uint64_t now = present();
    return (mls_member_params){
        .suite = p->suite,
        .identity = {(const uint8_t *)p->identity, strlen(p->identity)},
        .signature_key = view(p->signature_key),
        .not_before = now - 3600,
        .not_after = now - 3600 + UINT64_C(84) * 24 * 3600,
    };
}

void person_new_key_package(person *p)
{
    mls_member_params params = person_params(p);
    mls_buf_free(&p->key_package);
    mls_buf_free(&p->secret);
    must(mls_key_package_new(&p->key_package, &p->secret, &params), "KeyPackage");
}

void person_cleanup(person *p)
{
    mls_buf_free(&p->signature_key);
    mls_buf_free(&p->public_key);
    mls_buf_free(&p->key_package);
    mls_buf_free(&p->secret);
}

mls_group *bench_create(const person *p)
{
    static uint64_t groups;
    char id[32];
    mls_group *group;
    mls_member_params params = person_params(p);
    int len = snprintf(id, sizeof id, "benchmark-%06u", (unsigned)++groups);
    must(mls_group_create(&group, (mls_bytes){(uint8_t *)id, (size_t)len}, &params), "create");
    return group;
}

static void accept_everybody(mls_group *group)
{
    size_t cursor = 0;
    mls_credential who;
    while (mls_group_undecided(group, &who, &cursor))
        must(mls_group_accept(group, &who), "accept");
}

mls_group *bench_join(const person *p, mls_buf welcome)
{
    mls_group *group;
    must(mls_group_join(&group, view(welcome), view(p->secret), (mls_bytes){0}, NULL, 0, NULL),
         "join");
    accept_everybody(group);
    return group;
}

void bench_commit(mls_group *group, mls_buf *commit, mls_buf *welcome,
                  const mls_proposal *proposals, size_t count, uint32_t flags)
{
    mls_buf no_welcome = {0};
    mls_buf *to = welcome ? welcome : &no_welcome;
    mls_event event = {0};
    uint64_t now = present();
    mls_err err = mls_group_commit(group, commit, to, proposals, count, (mls_bytes){0}, flags, now);
    if (err == MLS_ERR_UNDECIDED) {
        accept_everybody(group);
        err = mls_group_commit(group, commit, to, proposals, count, (mls_bytes){0}, flags, now);
    }
    must(err, "commit");
    must(mls_group_apply_pending(group, &event, now), "apply");
    mls_event_free(&event);
    mls_buf_free(&no_welcome);
}

void bench_process(mls_group *group, mls_buf commit)
{
    mls_event event = {0};
    mls_err err = mls_group_receive(group, &event, view(commit), present());
    if (err == MLS_ERR_UNDECIDED) {
        accept_everybody(group);
        err = mls_group_receive(group, &event, view(commit), present());
    }
    must(err, "process");
    if (event.kind != MLS_EVENT_COMMIT)
        must(MLS_ERR_BAD_COMMIT, "process");
    mls_event_free(&event);
}

void bench_protect(mls_group *group, mls_buf *message, mls_bytes content)
{
    must(mls_group_encrypt(group, message, content, (mls_bytes){0}), "protect");
}

void bench_unprotect(mls_group *group, mls_buf message, mls_bytes expected)
{
    mls_event event = {0};
    must(mls_group_receive(group, &event, view(message), present()), "unprotect");
    if (event.kind != MLS_EVENT_APPLICATION || event.content.len != expected.len ||
        memcmp(event.content.data, expected.data, expected.len) != 0)
        must(MLS_ERR_BAD_MESSAGE, "unprotect");
    mls_event_free(&event);
}

void groups_must_agree(const mls_group *a, const mls_group *b)
{
    mls_buf x = {0}, y = {0};
    mls_bytes label = {(const uint8_t *)"exporter", 8};
    must(mls_group_export(a, &x, label, (mls_bytes){0}, 32), "export");
    must(mls_group_export(b, &y, label, (mls_bytes){0}, 32), "export");
    if (memcmp(x.data, y.data, 32) != 0)
        must(MLS_ERR_BAD_MESSAGE, "exported secrets");
    mls_buf_free(&x);
    mls_buf_free(&y);
}
