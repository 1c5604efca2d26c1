#include "mls/key_schedule.h"

void epoch_secrets_codec(codec *c, epoch_secrets *e, const suite *s)
{
    codec_fixed(c, e->sender_data_secret, s->hash->len);
    codec_fixed(c, e->exporter_secret, s->hash->len);
    codec_fixed(c, e->external_secret, s->hash->len);
    codec_fixed(c, e->confirmation_key, s->hash->len);
    codec_fixed(c, e->membership_key, s->hash->len);
    codec_fixed(c, e->resumption_psk, s->hash->len);
    codec_fixed(c, e->epoch_authenticator, s->hash->len);
    codec_fixed(c, e->init_secret, s->hash->len);
}

static void extract(const suite *s, uint8_t *out, const uint8_t *salt, const uint8_t *ikm)
{
    bytes parts[] = {{ikm, s->hash->len}};
    s->hash->hkdf_extract(out, bytes_of(salt, s->hash->len), parts, 1);
}

/*                    init_secret_[n-1]
 *                           |
 *                           V
 *     commit_secret --> KDF.Extract
 *                           |
 *                           V
 *             ExpandWithLabel(., "joiner", GroupContext_[n], KDF.Nh)
 */
mls_err key_schedule_joiner(const suite *s, uint8_t *joiner_secret, const uint8_t *init_secret,
                            const uint8_t *commit_secret, bytes context)
{
    uint8_t prk[HASH_MAX];
    extract(s, prk, init_secret, commit_secret);
    mls_err err = expand_with_label(s, joiner_secret, s->hash->len, prk, "joiner", context);
    wipe(prk, sizeof prk);
    return err;
}

mls_err key_schedule_first(const suite *s, epoch_secrets *out, const uint8_t *epoch_secret)
{
    const struct {
        uint8_t *out;
        const char *label;
    } derived[] = {
        {out->sender_data_secret, "sender data"},
        {out->encryption_secret, "encryption"},
        {out->exporter_secret, "exporter"},
        {out->external_secret, "external"},
        {out->confirmation_key, "confirm"},
        {out->membership_key, "membership"},
        {out->resumption_psk, "resumption"},
        {out->epoch_authenticator, "authentication"},
        {out->init_secret, "init"},
    };
    for (size_t i = 0; i < sizeof derived / sizeof derived[0]; i++)
        TRY(derive_secret(s, derived[i].out, epoch_secret, derived[i].label));
    return MLS_OK;
}

/*                     joiner_secret
 *                           |
 *                           V
 * psk_secret (or 0) --> KDF.Extract
 *                           |
 *                           +--> DeriveSecret(., "welcome")
 *                           V
 *              ExpandWithLabel(., "epoch", GroupContext_[n], KDF.Nh)
 */
mls_err key_schedule_epoch(const suite *s, epoch_secrets *out, const uint8_t *joiner_secret,
                           const uint8_t *psk_secret, bytes context)
{
    uint8_t member_secret[HASH_MAX], epoch_secret[HASH_MAX];
    extract(s, member_secret, joiner_secret, psk_secret);
    mls_err err = expand_with_label(s, epoch_secret, s->hash->len, member_secret, "epoch", context);
    if (err == MLS_OK)
        err = key_schedule_first(s, out, epoch_secret);
    wipe(member_secret, sizeof member_secret);
    wipe(epoch_secret, sizeof epoch_secret);
    return err;
}

mls_err key_schedule_welcome(const suite *s, uint8_t *key, uint8_t *nonce,
                             const uint8_t *joiner_secret, const uint8_t *psk_secret)
{
    uint8_t secret[HASH_MAX];
    extract(s, secret, joiner_secret, psk_secret);
    mls_err err = derive_secret(s, secret, secret, "welcome");
    if (err == MLS_OK)
        err = expand_with_label(s, key, s->aead->key_len, secret, "key", (bytes){0});
    if (err == MLS_OK)
        err = expand_with_label(s, nonce, AEAD_NONCE_LEN, secret, "nonce", (bytes){0});
    wipe(secret, sizeof secret);
    return err;
}

mls_err key_schedule_external(const suite *s, uint8_t *private_key, uint8_t *public_key,
                              const epoch_secrets *e)
{
    return hpke_derive_key_pair(s, private_key, public_key,
                                bytes_of(e->external_secret, s->hash->len));
}

/* MLS-Exporter(Label, Context, Length) =
 *     ExpandWithLabel(DeriveSecret(exporter_secret, Label), "exported", Hash(Context), Length) */
mls_err key_schedule_export(const suite *s, uint8_t *out, size_t out_len, const epoch_secrets *e,
                            bytes label, bytes context)
{
    uint8_t secret[HASH_MAX], context_hash[HASH_MAX];
    TRY(expand_with_label_bytes(s, secret, s->hash->len, e->exporter_secret, label, (bytes){0}));
    s->hash->digest(context_hash, &context, 1);
    mls_err err = expand_with_label(s, out, out_len, secret, "exported",
                                    bytes_of(context_hash, s->hash->len));
    wipe(secret, sizeof secret);
    return err;
}
