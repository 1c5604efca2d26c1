/* Kind key-schedule: the secrets of consecutive epochs (RFC 9420 section 8). */
#include "vectors.h"

#include "mls/group_context.h"
#include "mls/key_schedule.h"

#include <string.h>

static bool check_secrets(test *t, const cJSON *v, const epoch_secrets *e)
{
    size_t nh = t->suite->hash->len;
    return field_is(t, v, "sender_data_secret", bytes_of(e->sender_data_secret, nh)) &&
           field_is(t, v, "encryption_secret", bytes_of(e->encryption_secret, nh)) &&
           field_is(t, v, "exporter_secret", bytes_of(e->exporter_secret, nh)) &&
           field_is(t, v, "external_secret", bytes_of(e->external_secret, nh)) &&
           field_is(t, v, "confirmation_key", bytes_of(e->confirmation_key, nh)) &&
           field_is(t, v, "membership_key", bytes_of(e->membership_key, nh)) &&
           field_is(t, v, "resumption_psk", bytes_of(e->resumption_psk, nh)) &&
           field_is(t, v, "epoch_authenticator", bytes_of(e->epoch_authenticator, nh)) &&
           field_is(t, v, "init_secret", bytes_of(e->init_secret, nh));
}

/* key and nonce of the Welcome, from the vector's welcome_secret (section 12.4.3.1) */
static bool check_welcome(test *t, const cJSON *v, const uint8_t *joiner_secret,
                          const uint8_t *psk_secret)
{
    const suite *s = t->suite;
    const uint8_t *secret = field_octets(t, v, "welcome_secret", s->hash->len);
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN], expected[AEAD_KEY_MAX];
    CHECK_OK(t, "welcome keys", key_schedule_welcome(s, key, nonce, joiner_secret, psk_secret));
    CHECK_OK(t, "key", expand_with_label(s, expected, s->aead->key_len, secret, "key", (bytes){0}));
    CHECK(t, "welcome key", memcmp(key, expected, s->aead->key_len) == 0);
    CHECK_OK(t, "nonce",
             expand_with_label(s, expected, AEAD_NONCE_LEN, secret, "nonce", (bytes){0}));
    CHECK(t, "welcome nonce", memcmp(nonce, expected, AEAD_NONCE_LEN) == 0);
    return true;
}

static bool check_exporter(test *t, const cJSON *v, const epoch_secrets *e)
{
    const cJSON *exporter = field(t, v, "exporter");
    const char *label = field_text(t, exporter, "label");
    size_t len = (size_t)field_number(t, exporter, "length");
    uint8_t out[256];
    CHECK(t, "length", len <= sizeof out);
    CHECK_OK(t, "exporter",
             key_schedule_export(t->suite, out, len, e, bytes_of(label, strlen(label)),
                                 field_hex(t, exporter, "context")));
    return field_is(t, exporter, "secret", bytes_of(out, len));
}

static bool check_external(test *t, const cJSON *v, const epoch_secrets *e)
{
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    CHECK_OK(t, "external_pub", key_schedule_external(t->suite, private_key, public_key, e));
    return field_is(t, v, "external_pub", bytes_of(public_key, t->suite->dh->public_len));
}

static bool check_epoch(test *t, const cJSON *v, uint64_t epoch, uint8_t *init_secret)
{
    const suite *s = t->suite;
    size_t nh = s->hash->len;
    group_context context = {
        .version = MLS_VERSION_10,
        .suite = s->id,
        .group_id = field_hex(t, t->json, "group_id"),
        .epoch = epoch,
        .tree_hash = field_hex(t, v, "tree_hash"),
        .confirmed_transcript_hash = field_hex(t, v, "confirmed_transcript_hash"),
    };
    const uint8_t *psk_secret = field_octets(t, v, "psk_secret", nh);
    uint8_t joiner_secret[HASH_MAX];
    epoch_secrets e;
    bytes encoded;
    CHECK_OK(t, "encoding the GroupContext", group_context_encode(t->a, &encoded, &context));
    CHECK(t, "group_context", field_is(t, v, "group_context", encoded));
    CHECK_OK(t, "joiner_secret",
             key_schedule_joiner(s, joiner_secret, init_secret,
                                 field_octets(t, v, "commit_secret", nh), encoded));
    CHECK(t, "joiner_secret", field_is(t, v, "joiner_secret", bytes_of(joiner_secret, nh)));
    CHECK_OK(t, "epoch secrets", key_schedule_epoch(s, &e, joiner_secret, psk_secret, encoded));
    memcpy(init_secret, e.init_secret, nh);
    return check_secrets(t, v, &e) && check_welcome(t, v, joiner_secret, psk_secret) &&
           check_exporter(t, v, &e) && check_external(t, v, &e);
}

bool run_key_schedule(test *t)
{
    uint8_t init_secret[HASH_MAX];
    const cJSON *epoch;
    uint64_t number = 0;
    memcpy(init_secret, field_octets(t, t->json, "initial_init_secret", t->suite->hash->len),
           t->suite->hash->len);
    cJSON_ArrayForEach(epoch, field(t, t->json, "epochs"))
    {
        if (!check_epoch(t, epoch, number++, init_secret))
            return false;
    }
    CHECK(t, "epochs", number > 0);
    return true;
}
