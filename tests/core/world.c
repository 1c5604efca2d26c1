#include "world.h"

#include <stdlib.h>
#include <string.h>

static void make_device(world *w, device *d, char name)
{
    mls_buf public_key;
    d->name[0] = name;
    assert_ok(mls_signature_key_new(&d->signature_key, &public_key, w->suite));
    mls_buf_free(&public_key);
}

int world_setup(void **state, uint16_t suite_id)
{
    world *w = calloc(1, sizeof *w);
    if (!w || mls_init() != MLS_OK)
        return -1;
    w->a = arena_new(ARENA_SCRATCH);
    w->suite = suite_id;
    for (int i = 0; i < DEVICES_MAX; i++)
        make_device(w, &w->devices[i], (char)('A' + i));
    *state = w;
    return 0;
}

int world_setup_1(void **state)
{
    return world_setup(state, 1);
}

int world_setup_3(void **state)
{
    return world_setup(state, 3);
}

int world_teardown(void **state)
{
    world *w = *state;
    for (int i = 0; i < DEVICES_MAX; i++) {
        device *d = &w->devices[i];
        mls_group_free(d->group);
        mls_buf_free(&d->signature_key);
        mls_buf_free(&d->key_package);
        mls_buf_free(&d->secret);
    }
    arena_free(w->a);
    free(w);
    return 0;
}

device *dev(world *w, char name)
{
    return &w->devices[name - 'A'];
}

bytes keep(world *w, mls_buf *buf)
{
    bytes out = bytes_of(copy_of(w->a, view(buf)), buf->len);
    mls_buf_free(buf);
    return out;
}

mls_member_params member_params_of(const world *w, const device *d)
{
    mls_member_params params = w->more;
    params.suite = w->suite;
    params.identity = bytes_of(d->name, 1);
    params.signature_key = view(&d->signature_key);
    params.not_before = NOW - DAY;
    params.not_after = NOW + 84 * DAY;
    return params;
}

bytes fresh_key_package(world *w, device *d)
{
    mls_member_params params = member_params_of(w, d);
    mls_buf_free(&d->key_package);
    mls_buf_free(&d->secret);
    assert_ok(mls_key_package_new(&d->key_package, &d->secret, &params));
    return view(&d->key_package);
}

mls_proposal add_of(world *w, device *d)
{
    return (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = fresh_key_package(w, d)};
}

mls_proposal remove_of(const device *d)
{
    return (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = describe(d).own_leaf};
}

bytes make_commit(world *w, device *by, bytes *welcome, const mls_proposal *proposals, size_t count,
                  uint32_t flags)
{
    mls_buf out, welcome_out;
    assert_ok(
        trusting_commit(by->group, &out, &welcome_out, proposals, count, (bytes){0}, flags, NOW));
    assert_true(describe(by).commit_pending);
    bytes kept = keep(w, &welcome_out);
    if (welcome)
        *welcome = kept;
    return keep(w, &out);
}

bytes make_proposal(world *w, device *by, const mls_proposal *p, uint32_t flags)
{
    mls_buf out;
    assert_ok(mls_group_propose(by->group, &out, p, flags, NOW));
    return keep(w, &out);
}

bytes public_key_of(world *w, const device *d)
{
    const suite *s = suite_find(w->suite);
    uint8_t *out = arena_alloc(w->a, SIGN_PUBLIC_MAX);
    assert_ok(s->sign->public_of(out, view(&d->signature_key)));
    return bytes_of(out, s->sign->public_len);
}

bytes external_senders_of(world *w, const char *senders)
{
    mls_external_sender list[DEVICES_MAX];
    mls_buf data, out;
    size_t count = strlen(senders);
    for (size_t i = 0; i < count; i++)
        list[i] =
            (mls_external_sender){public_key_of(w, dev(w, senders[i])), bytes_of(senders + i, 1)};
    assert_ok(mls_external_senders(&data, list, count));
    mls_extension extension = {MLS_EXTENSION_EXTERNAL_SENDERS, keep(w, &data)};
    assert_ok(mls_extensions(&out, &extension, 1));
    return keep(w, &out);
}

void allow_outside(world *w, const char *names, const char *senders)
{
    mls_proposal change = {.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                           .data = external_senders_of(w, senders)};
    deliver(w, names, make_commit(w, dev(w, names[0]), NULL, &change, 1, 0), MLS_EVENT_COMMIT);
}

mls_external_params outside_params(const world *w, const device *by, const device *inside,
                                   uint32_t sender_index)
{
    mls_group_info info = describe(inside);
    return (mls_external_params){.suite = w->suite,
                                 .group_id = info.group_id,
                                 .epoch = info.epoch,
                                 .signature_key = view(&by->signature_key),
                                 .sender_index = sender_index};
}

bytes propose_outside(world *w, const mls_external_params *params, const mls_proposal *p)
{
    mls_buf out;
    assert_ok(mls_external_propose(&out, params, p, NOW));
    return keep(w, &out);
}

void join(device *d, bytes welcome, bytes tree)
{
    assert_null(d->group);
    assert_ok(mls_welcome_matches(welcome, view(&d->secret)));
    assert_ok(trusting_join(&d->group, welcome, view(&d->secret), tree, NULL, 0));
}

void make_group(world *w, const char *names)
{
    device *first = dev(w, names[0]);
    mls_member_params params = member_params_of(w, first);
    mls_proposal adds[DEVICES_MAX];
    size_t count = 0;
    bytes welcome;
    assert_ok(mls_group_create(&first->group, BYTES_LITERAL("a group"), &params));
    for (const char *p = names + 1; *p; p++)
        adds[count++] = add_of(w, dev(w, *p));
    if (count == 0)
        return;
    bytes message = make_commit(w, first, &welcome, adds, count, 0);
    deliver_one(first, message, MLS_EVENT_COMMIT);
    for (const char *p = names + 1; *p; p++)
        join(dev(w, *p), welcome, (bytes){0});
    assert_agree(w, names, (uint32_t)strlen(names));
}

mls_group_info describe(const device *d)
{
    mls_group_info info;
    mls_group_describe(d->group, &info);
    return info;
}

void assert_agree(world *w, const char *names, uint32_t num_members)
{
    mls_group_info first = describe(dev(w, names[0]));
    for (const char *p = names; *p; p++) {
        mls_group_info info = describe(dev(w, *p));
        assert_true(info.is_member);
        assert_false(info.commit_pending);
        assert_true(info.epoch == first.epoch);
        assert_int_equal(info.num_members, num_members);
        assert_bytes(info.epoch_authenticator, first.epoch_authenticator);
        mls_member member;
        assert_ok(mls_group_member(dev(w, *p)->group, &member, info.own_leaf));
        assert_bytes(member.identity, bytes_of(p, 1));
    }
}

void deliver_one(device *to, bytes message, mls_event_kind kind)
{
    mls_event event;
    assert_ok(trusting_receive(to->group, &event, message, NOW));
    assert_int_equal(event.kind, kind);
    mls_event_free(&event);
}

void deliver(world *w, const char *names, bytes message, mls_event_kind kind)
{
    for (const char *p = names; *p; p++)
        deliver_one(dev(w, *p), message, kind);
}

void refuse(device *to, bytes message, mls_err err)
{
    mls_event event;
    mls_group_info before = describe(to), after;
    uint8_t authenticator[HASH_MAX];
    memcpy(authenticator, before.epoch_authenticator.data, before.epoch_authenticator.len);
    assert_err(trusting_receive(to->group, &event, message, NOW), err);
    assert_null(event.memory);
    assert_int_equal(event.kind, 0);
    after = describe(to);
    assert_true(after.epoch == before.epoch);
    assert_int_equal(after.commit_pending, before.commit_pending);
    assert_int_equal(after.num_members, before.num_members);
    assert_int_equal(after.is_member, before.is_member);
    assert_memory_equal(after.epoch_authenticator.data, authenticator,
                        after.epoch_authenticator.len);
}

bytes say(world *w, device *from, const char *text)
{
    mls_buf out;
    assert_ok(mls_group_encrypt(from->group, &out, bytes_of(text, strlen(text)),
                                bytes_of(from->name, 1)));
    return keep(w, &out);
}

void hear(device *to, bytes message, const char *text)
{
    mls_event event;
    assert_ok(trusting_receive(to->group, &event, message, NOW));
    assert_int_equal(event.kind, MLS_EVENT_APPLICATION);
    assert_bytes(event.content, bytes_of(text, strlen(text)));
    assert_bytes(event.sender.identity, event.authenticated_data); /* as say() sets it */
    mls_event_free(&event);
}

void assert_all_talk(world *w, const char *names)
{
    for (const char *from = names; *from; from++) {
        bytes message = say(w, dev(w, *from), from);
        for (const char *to = names; *to; to++) {
            if (from == to)
                refuse(dev(w, *to), message, MLS_ERR_OWN_MESSAGE);
            else
                hear(dev(w, *to), message, from);
        }
    }
}

void restart(device *d)
{
    mls_buf epoch_record, ratchet_record;
    assert_ok(mls_group_save(d->group, &epoch_record, &ratchet_record));
    assert_false(mls_group_epoch_changed(d->group));
    mls_group_free(d->group);
    d->group = NULL;
    assert_ok(mls_group_load(&d->group, view(&epoch_record), view(&ratchet_record)));
    mls_buf_free(&epoch_record);
    mls_buf_free(&ratchet_record);
}

void restart_all(world *w, const char *names)
{
    for (const char *p = names; *p; p++)
        restart(dev(w, *p));
}
