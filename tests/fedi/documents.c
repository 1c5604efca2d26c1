#include "documents.h"

#include "crypto/base64.h"
#include "trusting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bytes text(const char *s)
{
    return bytes_of(s, strlen(s));
}

int fedi_setup(void **state)
{
    json_init();
    return setup(state);
}

/* ---- MLS messages ---- */

static mls_member_params member(const package_options *o, mls_buf *signature_key)
{
    mls_buf public_key;
    uint16_t suite_id = o->suite ? o->suite : 1;
    if (!signature_key->data)
        assert_ok(mls_signature_key_new(signature_key, &public_key, suite_id));
    else
        public_key = (mls_buf){0};
    mls_buf_free(&public_key);
    return (mls_member_params){.suite = suite_id,
                               .identity = text(o->identity),
                               .signature_key = view(signature_key),
                               .not_before = o->not_before ? o->not_before : NOW - 3600,
                               .not_after = o->not_after ? o->not_after : NOW + 30 * 86400,
                               .last_resort = o->last_resort};
}

/* Takes a buffer's contents over into an arena. */
static bytes keep(arena *a, mls_buf *buf)
{
    bytes out;
    assert_ok(arena_copy(a, &out, view(buf)));
    mls_buf_free(buf);
    return out;
}

bytes package_of(arena *a, const package_options *options)
{
    mls_buf own_key = {0}, package, secret;
    mls_buf *key = options->signature_key ? options->signature_key : &own_key;
    mls_member_params params = member(options, key);
    assert_ok(mls_key_package_new(&package, &secret, &params));
    mls_buf_free(&secret);
    mls_buf_free(&own_key);
    return keep(a, &package);
}

static bytes wrap(arena *a, bytes package)
{
    static const uint8_t head[] = {0, 1, 0, MLS_WIRE_KEY_PACKAGE};
    uint8_t *out = arena_alloc(a, package.len + sizeof head);
    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, package.data, package.len);
    return bytes_of(out, package.len + sizeof head);
}

static void make(arena *a, samples *s)
{
    mls_buf key = {0}, out, commit, welcome;
    mls_group *alice;
    mls_event event;
    mls_member_params params = member(&(package_options){.identity = ALICE}, &key);
    s->key_package = package_of(a, &(package_options){.identity = BOB});
    s->wrapped = wrap(a, s->key_package);
    mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = s->key_package};
    assert_ok(mls_group_create(&alice, BYTES_LITERAL("uri:uuid:1"), &params));
    assert_ok(trusting_commit(alice, &commit, &welcome, &add, 1, (bytes){0}, 0, NOW));
    assert_ok(mls_group_apply_pending(alice, &event, NOW));
    mls_event_free(&event);
    mls_buf_free(&commit);
    s->welcome = keep(a, &welcome);
    assert_ok(mls_group_encrypt(alice, &out, BYTES_LITERAL("{}"), (bytes){0}));
    s->private_message = keep(a, &out);
    assert_ok(mls_group_propose(alice, &out, &(mls_proposal){.type = MLS_PROPOSAL_UPDATE},
                                MLS_AS_PUBLIC_MESSAGE, NOW));
    s->public_message = keep(a, &out);
    assert_ok(mls_group_info_make(alice, &out, false));
    s->group_info = keep(a, &out);
    assert_ok(mls_group_tree(alice, &out));
    s->tree = keep(a, &out);
    mls_group_free(alice);
    mls_buf_free(&key);
}

const samples *sample(void)
{
    static samples s;
    static arena *a; /* stays reachable until the end */
    if (!a) {
        a = arena_new(ARENA_SCRATCH);
        make(a, &s);
    }
    return &s;
}

/* ---- Documents ---- */

static bytes octets_of(char letter)
{
    const samples *s = sample();
    switch (letter & ~0x20) {
    case 'P':
        return s->private_message;
    case 'U':
        return s->public_message;
    case 'W':
        return s->welcome;
    case 'G':
        return s->group_info;
    case 'K':
        return s->key_package;
    case 'X':
        return s->wrapped;
    case 'T':
        return s->tree;
    default:
        fail_msg("$%c stands for nothing", letter);
        return (bytes){0};
    }
}

static size_t put_octets(char *out, char letter)
{
    bytes octets = octets_of(letter);
    base64_encode(out, octets);
    size_t len = strlen(out);
    if (letter < 'a')
        return len;
    while (len > 0 && out[len - 1] == '=')
        len--;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i]);
    return len;
}

/* Where WAXSEAL_SEEDS names a folder, every document becomes a seed of the fuzzer there. */
static void keep_as_seed(bytes octets)
{
    char path[512];
    unsigned hash = 5381;
    const char *folder = getenv("WAXSEAL_SEEDS");
    if (!folder || octets.len > 8192)
        return;
    for (size_t i = 0; i < octets.len; i++)
        hash = hash * 33 + octets.data[i];
    snprintf(path, sizeof path, "%s/%08x-%zu", folder, hash, octets.len);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(octets.data, 1, octets.len, f);
    assert_int_equal(fclose(f), 0);
}

bytes document(arena *a, const char *in)
{
    enum { ROOM = 1 << 17 };
    char *out = arena_alloc(a, ROOM);
    size_t len = 0;
    for (; *in; in++) {
        assert_true(len < ROOM - 8192);
        if (*in == '$')
            len += put_octets(out + len, *++in);
        else
            out[len++] = (char)(*in == '\'' ? '"' : *in);
    }
    keep_as_seed(bytes_of(out, len));
    return bytes_of(out, len);
}

const json *parsed(arena *a, const char *in)
{
    const json *out;
    assert_ok(json_parse(a, &out, document(a, in), JSON_SIZE_MAX));
    return out;
}

/* ---- A large group ---- */

static void stranger_key_package(mls_buf *key_package, size_t number, uint64_t now)
{
    char actor[] = "https://server.example/users/0000";
    mls_buf signature_key, public_key, secret;
    for (size_t k = 0; k < 4; k++, number /= 10)
        actor[sizeof actor - 2 - k] = (char)('0' + number % 10);
    assert_ok(mls_signature_key_new(&signature_key, &public_key, 1));
    mls_member_params params = {.suite = 1,
                                .identity = bytes_of(actor, sizeof actor - 1),
                                .signature_key = view(&signature_key),
                                .not_before = now,
                                .not_after = now + 30000000};
    assert_ok(mls_key_package_new(key_package, &secret, &params));
    mls_buf_free(&signature_key);
    mls_buf_free(&public_key);
    mls_buf_free(&secret);
}

mls_group *large_group(bytes identity, bytes signature_key, size_t members, uint64_t now)
{
    mls_group *group;
    mls_buf commit, welcome, *key_packages = calloc(members, sizeof *key_packages);
    mls_proposal *adds = calloc(members, sizeof *adds);
    mls_event event;
    assert_non_null(key_packages);
    assert_non_null(adds);
    for (size_t i = 0; i + 1 < members; i++) {
        stranger_key_package(&key_packages[i], i, now);
        adds[i] = (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = view(&key_packages[i])};
    }
    mls_member_params own = {.suite = 1,
                             .identity = identity,
                             .signature_key = signature_key,
                             .not_before = now,
                             .not_after = now + 30000000};
    assert_ok(mls_group_create(&group, BYTES_LITERAL("group"), &own));
    assert_ok(trusting_commit(group, &commit, &welcome, adds, members - 1, (bytes){0}, 0, now));
    assert_ok(mls_group_apply_pending(group, &event, now));
    mls_event_free(&event);
    mls_buf_free(&commit);
    mls_buf_free(&welcome);
    for (size_t i = 0; i + 1 < members; i++)
        mls_buf_free(&key_packages[i]);
    free(key_packages);
    free(adds);
    return group;
}
