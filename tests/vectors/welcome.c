/* Kind welcome: decrypting a Welcome (RFC 9420 section 12.4.3.1), without joining. */
#include "vectors.h"

#include "mls/key_schedule.h"
#include "mls/message.h"
#include "mls/psk.h"

static bool decode(test *t, const char *name, uint16_t wire_format, message *m)
{
    CHECK_OK(t, name, message_decode(t->a, m, field_hex(t, t->json, name)));
    CHECK(t, name, m->wire_format == wire_format);
    return true;
}

static const encrypted_group_secrets *find_entry(const welcome *w, bytes reference)
{
    for (size_t i = 0; i < w->secrets.count; i++)
        if (bytes_equal(w->secrets.items[i].new_member, reference))
            return &w->secrets.items[i];
    return NULL;
}

static bool open_secrets(test *t, const welcome *w, group_secrets *secrets)
{
    const suite *s = t->suite;
    bytes raw, encoded;
    uint8_t reference[HASH_MAX];
    CHECK_OK(t, "key_package", key_package_unwrap(&raw, field_hex(t, t->json, "key_package")));
    key_package_ref(s, reference, raw);
    const encrypted_group_secrets *entry = find_entry(w, bytes_of(reference, s->hash->len));
    CHECK(t, "finding the KeyPackageRef", entry);
    CHECK_OK(t, "decrypting the GroupSecrets",
             decrypt_with_label(s, t->a, &encoded,
                                field_octets(t, t->json, "init_priv", s->dh->private_len),
                                (bytes){0}, "Welcome", w->encrypted_group_info, &entry->secrets));
    CHECK_OK(t, "decoding the GroupSecrets", group_secrets_decode(t->a, secrets, encoded));
    CHECK(t, "joiner_secret", secrets->joiner_secret.len == s->hash->len);
    CHECK(t, "no PSKs", secrets->psks.count == 0);
    return true;
}

static bool open_group_info(test *t, const welcome *w, const uint8_t *joiner_secret,
                            const uint8_t *psk, group_info *info)
{
    const suite *s = t->suite;
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN];
    size_t len = w->encrypted_group_info.len;
    CHECK(t, "encrypted_group_info", len >= AEAD_TAG_LEN);
    uint8_t *plaintext = arena_alloc(t->a, len);
    CHECK(t, "memory", plaintext);
    CHECK_OK(t, "welcome keys", key_schedule_welcome(s, key, nonce, joiner_secret, psk));
    CHECK_OK(t, "decrypting the GroupInfo",
             s->aead->open(plaintext, key, nonce, (bytes){0}, w->encrypted_group_info));
    CHECK_OK(t, "decoding the GroupInfo",
             group_info_decode(t->a, info, bytes_of(plaintext, len - AEAD_TAG_LEN)));
    CHECK_OK(t, "the GroupInfo's signature",
             group_info_verify(s, info, field_hex(t, t->json, "signer_pub")));
    return true;
}

bool run_welcome(test *t)
{
    const suite *s = t->suite;
    message package = {0}, m = {0};
    group_secrets secrets = {0};
    group_info info = {0};
    uint8_t psk[HASH_MAX], tag[HASH_MAX];
    epoch_secrets e;
    bytes context;
    if (!decode(t, "key_package", MLS_WIRE_KEY_PACKAGE, &package) ||
        !decode(t, "welcome", MLS_WIRE_WELCOME, &m) || !open_secrets(t, &m.welcome, &secrets))
        return false;
    CHECK_OK(t, "psk_secret", psk_secret(s, psk, NULL, 0));
    if (!open_group_info(t, &m.welcome, secrets.joiner_secret.data, psk, &info))
        return false;
    CHECK_OK(t, "encoding the GroupContext", group_context_encode(t->a, &context, &info.context));
    CHECK_OK(t, "epoch secrets",
             key_schedule_epoch(s, &e, secrets.joiner_secret.data, psk, context));
    s->hash->hmac(tag, bytes_of(e.confirmation_key, s->hash->len),
                  &info.context.confirmed_transcript_hash, 1);
    CHECK(t, "confirmation_tag", bytes_equal(info.confirmation_tag, bytes_of(tag, s->hash->len)));
    return true;
}
