/* The key schedule (RFC 9420 section 8): from one epoch's init_secret to the next one's secrets. */
#ifndef WAXSEAL_MLS_KEY_SCHEDULE_H
#define WAXSEAL_MLS_KEY_SCHEDULE_H

#include "crypto/labels.h"

/* All of Nh octets. encryption_secret moves on into the secret tree. */
typedef struct epoch_secrets {
    uint8_t sender_data_secret[HASH_MAX];
    uint8_t encryption_secret[HASH_MAX];
    uint8_t exporter_secret[HASH_MAX];
    uint8_t external_secret[HASH_MAX];
    uint8_t confirmation_key[HASH_MAX];
    uint8_t membership_key[HASH_MAX];
    uint8_t resumption_psk[HASH_MAX];
    uint8_t epoch_authenticator[HASH_MAX];
    uint8_t init_secret[HASH_MAX];
} epoch_secrets;

/* The secrets that outlive the key schedule's run, in this order; not encryption_secret. */
void epoch_secrets_codec(codec *c, epoch_secrets *e, const suite *s);

/* joiner_secret from init_secret_[n-1], commit_secret and the encoded GroupContext_[n]. */
mls_err key_schedule_joiner(const suite *s, uint8_t *joiner_secret, const uint8_t *init_secret,
                            const uint8_t *commit_secret, bytes context);

/* The secrets of the epoch; context: the encoded GroupContext_[n]. */
mls_err key_schedule_epoch(const suite *s, epoch_secrets *out, const uint8_t *joiner_secret,
                           const uint8_t *psk_secret, bytes context);

/* epoch_secret for the first epoch of a group is random (section 11). */
mls_err key_schedule_first(const suite *s, epoch_secrets *out, const uint8_t *epoch_secret);

/* welcome_key and welcome_nonce (section 12.4.3.1). */
mls_err key_schedule_welcome(const suite *s, uint8_t *key, uint8_t *nonce,
                             const uint8_t *joiner_secret, const uint8_t *psk_secret);

/* KEM.DeriveKeyPair(external_secret): the key pair of external_pub (section 8.3). */
mls_err key_schedule_external(const suite *s, uint8_t *private_key, uint8_t *public_key,
                              const epoch_secrets *e);

/* MLS-Exporter(Label, Context, Length) (section 8.5). */
mls_err key_schedule_export(const suite *s, uint8_t *out, size_t out_len, const epoch_secrets *e,
                            bytes label, bytes context);

#endif
