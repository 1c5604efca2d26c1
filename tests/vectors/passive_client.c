/* Kinds passive-client-*: joining from a Welcome and following the group's commits, as a member
 * that sends nothing (RFC 9420 sections 12.4.2 and 12.4.3.1). */
#include "../core/trusting.h"
#include "vectors.h"

#include "mls/message.h"

static void free_group(mls_group **group)
{
    mls_group_free(*group);
}
#define SCOPED_GROUP __attribute__((cleanup(free_group)))

static bool read_psks(test *t, mls_psk **psks, size_t *count)
{
    const cJSON *list = field(t, t->json, "external_psks"), *psk;
    *count = 0;
    *psks = arena_array(t->a, (size_t)cJSON_GetArraySize(list) + 1, sizeof **psks);
    CHECK(t, "memory", *psks);
    cJSON_ArrayForEach(psk, list)
    {
        (*psks)[(*count)++] = (mls_psk){field_hex(t, psk, "psk_id"), field_hex(t, psk, "psk")};
    }
    return true;
}

/* What mls_key_package_new() would have returned, and a time within the KeyPackage's lifetime. */
static bool read_secret(test *t, bytes *secret, uint64_t *now)
{
    key_package_secret s = {
        .version = 1,
        .init_private = field_private_key(t, t->json, "init_priv"),
        .encryption_private = field_private_key(t, t->json, "encryption_priv"),
        .signature_private = field_private_key(t, t->json, "signature_priv"),
    };
    key_package kp = {0};
    CHECK_OK(t, "key_package",
             key_package_unwrap(&s.key_package, field_hex(t, t->json, "key_package")));
    CHECK_OK(t, "key_package", key_package_decode(t->a, &kp, s.key_package));
    CHECK_OK(t, "key_package_secret", key_package_secret_encode(t->a, secret, &s));
    *now = kp.leaf.not_before + 1;
    return true;
}

static bool authenticator_is(test *t, const mls_group *group, const cJSON *v, const char *name,
                             size_t index)
{
    mls_group_info info;
    mls_group_describe(group, &info);
    CHECK_AT(t, name, index, bytes_equal(field_hex(t, v, name), info.epoch_authenticator));
    return true;
}

static bool receive(test *t, mls_group *group, bytes in, mls_event_kind expected, size_t index,
                    uint64_t now)
{
    mls_event event = {0};
    CHECK_OK_AT(t, expected == MLS_EVENT_COMMIT ? "commit" : "proposal", index,
                trusting_receive(group, &event, in, now));
    mls_event_kind found = event.kind;
    mls_event_free(&event);
    CHECK_AT(t, "kind of event", index, found == expected);
    return true;
}

/* The group goes on with what it reads back from its records, as after a restart. */
static bool save_and_load(test *t, mls_group **group, size_t index)
{
    mls_buf epoch = {0}, ratchet_record = {0};
    mls_group *loaded = NULL;
    mls_err err = mls_group_save(*group, &epoch, &ratchet_record);
    if (err == MLS_OK)
        err = mls_group_load(&loaded, bytes_of(epoch.data, epoch.len),
                             bytes_of(ratchet_record.data, ratchet_record.len));
    mls_buf_free(&epoch);
    mls_buf_free(&ratchet_record);
    CHECK_OK_AT(t, "saving and loading", index, err);
    mls_group_free(*group);
    *group = loaded;
    return true;
}

static bool follow(test *t, mls_group **group, const cJSON *epoch, size_t index, uint64_t now)
{
    const cJSON *message_hex;
    cJSON_ArrayForEach(message_hex, field(t, epoch, "proposals"))
    {
        if (!receive(t, *group, value_hex(t, message_hex), MLS_EVENT_PROPOSAL, index, now))
            return false;
    }
    /* Proposals survive a restart as well. */
    return save_and_load(t, group, index) &&
           receive(t, *group, field_hex(t, epoch, "commit"), MLS_EVENT_COMMIT, index, now) &&
           authenticator_is(t, *group, epoch, "epoch_authenticator", index);
}

bool run_passive_client(test *t)
{
    mls_group *group SCOPED_GROUP = NULL;
    mls_psk *psks = NULL;
    size_t num_psks = 0, index = 0;
    bytes secret;
    uint64_t now = 0;
    const cJSON *epoch;
    if (!read_psks(t, &psks, &num_psks) || !read_secret(t, &secret, &now))
        return false;
    CHECK_OK(t, "mls_group_join",
             trusting_join(&group, field_hex(t, t->json, "welcome"), secret,
                           field_hex(t, t->json, "ratchet_tree"), psks, num_psks));
    for (size_t i = 0; i < num_psks; i++)
        CHECK_OK_AT(t, "mls_group_add_psk", i, mls_group_add_psk(group, &psks[i]));
    if (!authenticator_is(t, group, t->json, "initial_epoch_authenticator", NO_INDEX))
        return false;
    cJSON_ArrayForEach(epoch, field(t, t->json, "epochs"))
    {
        if (!follow(t, &group, epoch, index++, now))
            return false;
    }
    return true;
}
