#include "family.h"

#include <stdlib.h>
#include <string.h>

mls_group *parent_of(const family *f, const device *d)
{
    return f->parents[d - f->w->devices];
}

static int family_setup(void **state, uint16_t suite_id)
{
    family *f = calloc(1, sizeof *f);
    void *w;
    if (!f || world_setup(&w, suite_id) != 0)
        return -1;
    f->w = w;
    *state = f;
    return 0;
}

int family_setup_1(void **state)
{
    return family_setup(state, MLS_SUITE_X25519_AES128GCM_SHA256_ED25519);
}

int family_setup_3(void **state)
{
    return family_setup(state, MLS_SUITE_X25519_CHACHA20POLY1305_SHA256_ED25519);
}

int family_teardown(void **state)
{
    family *f = *state;
    void *w = f->w;
    for (size_t i = 0; i < DEVICES_MAX; i++)
        mls_group_free(f->parents[i]);
    free(f);
    return world_teardown(&w);
}

void part(family *f, const char *names)
{
    for (; *names; names++) {
        device *d = dev(f->w, *names);
        mls_group **place = &f->parents[d - f->w->devices];
        mls_group_free(*place);
        *place = d->group;
        d->group = NULL;
    }
}

void end_group(family *f, const char *names, const char *next, uint16_t suite_id, bytes extensions)
{
    mls_proposal end = {.type = MLS_PROPOSAL_REINIT,
                        .group_id = bytes_of(next, strlen(next)),
                        .suite = suite_id,
                        .data = extensions};
    deliver(f->w, names, make_commit(f->w, dev(f->w, names[0]), NULL, &end, 1, 0),
            MLS_EVENT_REINIT);
}

mls_err try_found(family *f, const char *names, const char *group_id, bytes *invitation)
{
    device *by = dev(f->w, names[0]);
    mls_group *parent = parent_of(f, by);
    mls_member_params own = member_params_of(f->w, by);
    bytes key_packages[DEVICES_MAX];
    size_t count = 0;
    mls_buf welcome;
    mls_err err;
    while (names[count + 1]) {
        key_packages[count] = fresh_key_package(f->w, dev(f->w, names[count + 1]));
        count++;
    }
    do {
        err = group_id ? mls_group_branch(&by->group, &welcome, parent,
                                          bytes_of(group_id, strlen(group_id)), &own, key_packages,
                                          count, 0, NOW)
                       : mls_group_reinit(&by->group, &welcome, parent, &own, key_packages, count,
                                          0, NOW);
    } while (trusted_now(parent, &err));
    if (err != MLS_OK) {
        assert_null(by->group);
        assert_null(welcome.data);
    }
    *invitation = keep(f->w, &welcome);
    return err;
}

bytes found(family *f, const char *names, const char *group_id)
{
    bytes invitation;
    assert_ok(try_found(f, names, group_id, &invitation));
    return invitation;
}

mls_err try_follow(family *f, device *d, bytes invitation)
{
    return mls_group_join(&d->group, invitation, view(&d->secret), (bytes){0}, NULL, 0,
                          parent_of(f, d));
}

void follow(family *f, const char *names, bytes invitation)
{
    for (; *names; names++) {
        assert_ok(try_follow(f, dev(f->w, *names), invitation));
        assert_ok(trust_all(dev(f->w, *names)->group));
    }
}
