#include "net.h"

#include <stdlib.h>
#include <string.h>

static mls_member_params params_of(const device *d, const mls_extension *can_return)
{
    return (mls_member_params){.suite = 1,
                               .identity = bytes_of(d->actor, NAME_LEN),
                               .signature_key = view(&d->signature_key),
                               .not_before = 0,
                               .not_after = 30000000,
                               .leaf_extensions = can_return,
                               .num_leaf_extensions = 1};
}

static const mls_extension can_return = {EXTENSION_CAN_RETURN, {NULL, 0}};

static void new_key_package(device *d)
{
    mls_member_params params = params_of(d, &can_return);
    mls_buf_free(&d->key_package);
    mls_buf_free(&d->secret);
    assert_ok(mls_key_package_new(&d->key_package, &d->secret, &params));
}

int net_setup(void **state)
{
    net *n = calloc(1, sizeof *n);
    assert_non_null(n);
    assert_ok(mls_init());
    n->a = arena_new(ARENA_SCRATCH);
    n->now = 1000000;
    n->params = conversation_defaults;
    for (int i = 0; i < DEVICES; i++) {
        device *d = &n->devices[i];
        mls_buf public_key;
        memcpy(d->actor, "actor-A", NAME_LEN);
        d->actor[NAME_LEN - 1] = (char)('A' + i);
        assert_ok(mls_signature_key_new(&d->signature_key, &public_key, 1));
        mls_buf_free(&public_key);
        new_key_package(d);
    }
    *state = n;
    return 0;
}

int net_teardown(void **state)
{
    net *n = *state;
    for (int i = 0; i < DEVICES; i++) {
        device *d = &n->devices[i];
        conversation_free(d->c);
        mls_buf_free(&d->signature_key);
        mls_buf_free(&d->key_package);
        mls_buf_free(&d->secret);
    }
    arena_free(n->a);
    free(n);
    return 0;
}

/* ---- Carrying out effects ---- */

static void post(net *n, const device *by, const conversation_effect *e)
{
    assert_true(n->num_mails < MAIL_MAX);
    mail *m = &n->mails[n->num_mails++];
    *m = (mail){.kind = e->kind, .from = bytes_of(by->actor, NAME_LEN)};
    m->octets = bytes_of(copy_of(n->a, e->octets), e->octets.len);
    for (int i = 0; i < DEVICES; i++)
        for (size_t k = 0; k < e->num_to; k++)
            m->to[i] |= bytes_equal(e->to[k], bytes_of(n->devices[i].actor, NAME_LEN));
}

static void store(net *n, device *d, const conversation_effect *e)
{
    size_t i = 0;
    while (i < d->num_records && !bytes_equal(d->records[i].id, e->id))
        i++;
    assert_true(i < RECORDS_MAX);
    if (i == d->num_records)
        d->records[d->num_records++].id = bytes_of(copy_of(n->a, e->id), e->id.len);
    d->records[i].octets = bytes_of(copy_of(n->a, e->octets), e->octets.len);
}

void carry_out(net *n, device *d, const conversation_effects *fx)
{
    for (size_t i = 0; i < fx->count; i++) {
        const conversation_effect *e = &fx->list[i];
        switch (e->kind) {
        case CONVERSATION_COMMIT:
        case CONVERSATION_WELCOME:
        case CONVERSATION_MESSAGE:
        case CONVERSATION_STATEMENT:
            post(n, d, e);
            break;
        case CONVERSATION_STORE:
        case CONVERSATION_FORGET:
            store(n, d, e);
            break;
        case CONVERSATION_RECEIVED:
            strncat(d->heard, (const char *)e->octets.data, e->octets.len);
            strcat(d->heard, " ");
            break;
        case CONVERSATION_CHANGED:
            d->changes++;
            break;
        case CONVERSATION_REMOVED:
            d->removals++;
            break;
        case CONVERSATION_HELD:
            d->held++;
            break;
        case CONVERSATION_REJOIN:
            d->wants_back = true;
            break;
        case CONVERSATION_FAILED:
            fail_msg("failed: %.*s", (int)e->octets.len, (const char *)e->octets.data);
        }
    }
}

void restart(net *n, device *d)
{
    conversation_effects fx;
    conversation_record records[RECORDS_MAX];
    const bytes *ids;
    bytes main_record = {NULL, 0};
    size_t count = 0, num_ids;
    assert_ok(conversation_effects_init(&fx));
    assert_ok(conversation_save(d->c, &fx));
    carry_out(n, d, &fx);
    conversation_effects_cleanup(&fx);
    for (size_t i = 0; i < d->num_records; i++) {
        if (bytes_equal(d->records[i].id, conversation_main_record))
            main_record = d->records[i].octets;
        else if (d->records[i].octets.len)
            records[count++] = (conversation_record){d->records[i].id, d->records[i].octets};
    }
    assert_ok(conversation_record_ids(n->a, &ids, &num_ids, main_record));
    assert_int_equal(num_ids, count); /* nothing is left behind */
    conversation_free(d->c);
    assert_ok(conversation_load(&d->c, main_record, records, count, &n->params));
}

/* A Welcome that comes late, or again, is left. */
static void assert_wanted(mls_err err)
{
    if (err != MLS_ERR_DUPLICATE && err != MLS_ERR_UNDECIDED)
        assert_ok(err);
}

static void join(net *n, device *d, bytes welcome, conversation_effects *fx)
{
    mls_group *group;
    mls_credential who;
    if (mls_welcome_matches(welcome, view(&d->secret)) != MLS_OK)
        return;
    assert_ok(mls_group_join(&group, welcome, view(&d->secret), (bytes){0}, NULL, 0, NULL));
    for (size_t cursor = 0; mls_group_undecided(group, &who, &cursor);)
        assert_ok(mls_group_accept(group, &who));
    if (!d->c)
        assert_ok(conversation_new(&d->c, group, &n->params, n->now));
    else
        assert_wanted(conversation_welcomed(d->c, fx, group, n->now));
}

/* A commit on what is final comes too late, and says so. */
static void receive(net *n, device *d, const mail *m, conversation_effects *fx)
{
    mls_err err = conversation_receive(d->c, fx, m->octets, m->from, n->now);
    if (m->kind != CONVERSATION_COMMIT || err != MLS_ERR_EPOCH_TOO_OLD)
        assert_ok(err);
}

/* Nobody listens to who was removed. */
static void hear_statement(net *n, device *d, const mail *m, conversation_effects *fx)
{
    mls_err err = conversation_statement(d->c, fx, m->octets, m->from, n->now);
    if (err != MLS_ERR_UNKNOWN_SENDER)
        assert_ok(err);
}

static void take(net *n, mail *m, int to)
{
    device *d = &n->devices[to];
    conversation_effects fx;
    assert_ok(conversation_effects_init(&fx));
    m->delivered[to] = true;
    if (m->kind == CONVERSATION_WELCOME)
        join(n, d, m->octets, &fx);
    else if (d->c && m->kind == CONVERSATION_STATEMENT)
        hear_statement(n, d, m, &fx);
    else if (d->c)
        receive(n, d, m, &fx);
    carry_out(n, d, &fx);
    conversation_effects_cleanup(&fx);
    if (d->c)
        restart(n, d);
}

void deliver(net *n, const char *names)
{
    for (size_t i = 0; i < n->num_mails; i++)
        for (const char *name = names; *name; name++) {
            int to = *name - 'A';
            if (n->mails[i].to[to] && !n->mails[i].delivered[to])
                take(n, &n->mails[i], to);
        }
}

void tick(net *n, const char *names)
{
    for (; *names; names++) {
        conversation_effects fx;
        uint64_t wake;
        device *d = &n->devices[*names - 'A'];
        if (!d->c)
            continue;
        assert_ok(conversation_effects_init(&fx));
        assert_ok(conversation_tick(d->c, &fx, &wake, n->now));
        assert_true(wake > n->now);
        carry_out(n, d, &fx);
        conversation_effects_cleanup(&fx);
        if (d->wants_back) {
            d->wants_back = false;
            new_key_package(d);
            assert_ok(conversation_effects_init(&fx));
            assert_ok(conversation_ask(d->c, &fx, view(&d->key_package), n->now));
            carry_out(n, d, &fx);
            conversation_effects_cleanup(&fx);
        }
        restart(n, d);
    }
}

void pass_time(net *n, const char *names, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i += 10) {
        n->now += 10;
        tick(n, names);
        deliver(n, names);
    }
}

void say(net *n, char name, const char *text)
{
    conversation_effects fx;
    device *d = &n->devices[name - 'A'];
    assert_ok(conversation_effects_init(&fx));
    assert_ok(
        conversation_say(d->c, &fx, bytes_of(text, strlen(text)), bytes_of(text, strlen(text))));
    carry_out(n, d, &fx);
    conversation_effects_cleanup(&fx);
}

/* ---- Situations ---- */

conversation *conv(net *n, char name)
{
    return n->devices[name - 'A'].c;
}

void start(net *n, const char *names)
{
    mls_group *group;
    bytes key_packages[DEVICES];
    size_t count = 0;
    mls_member_params params = params_of(&n->devices[0], &can_return);
    assert_ok(mls_group_create(&group, BYTES_LITERAL("group"), &params));
    assert_ok(conversation_new(&n->devices[0].c, group, &n->params, n->now));
    for (const char *name = names + 1; *name; name++)
        key_packages[count++] = view(&n->devices[*name - 'A'].key_package);
    assert_ok(conversation_add(conv(n, 'A'), key_packages, count, n->now));
    pass_time(n, names, 60);
}

void join_actor(net *n, char name, char other)
{
    device *d = &n->devices[name - 'A'];
    memcpy(d->actor, n->devices[other - 'A'].actor, NAME_LEN);
    new_key_package(d);
}

size_t count_posts(const net *n, conversation_effect_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < n->num_mails; i++)
        count += n->mails[i].kind == kind;
    return count;
}

void leave(net *n, char name)
{
    conversation_effects fx;
    device *d = &n->devices[name - 'A'];
    assert_ok(conversation_effects_init(&fx));
    assert_ok(conversation_leave(d->c, &fx, n->now));
    carry_out(n, d, &fx);
    conversation_effects_cleanup(&fx);
}

void assert_together(net *n, const char *names, uint32_t members)
{
    mls_group_info first, other;
    mls_group_describe(conversation_group(conv(n, names[0])), &first);
    assert_int_equal(first.num_members, members);
    for (const char *name = names; *name; name++) {
        assert_false(conversation_is_removed(conv(n, *name)));
        mls_group_describe(conversation_group(conv(n, *name)), &other);
        assert_bytes(other.epoch_authenticator, first.epoch_authenticator);
    }
}
