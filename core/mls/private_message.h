/* PrivateMessage (RFC 9420 section 6.3): content and sender encrypted with a key of their own. */
#ifndef WAXSEAL_MLS_PRIVATE_MESSAGE_H
#define WAXSEAL_MLS_PRIVATE_MESSAGE_H

#include "mls/framing.h"
#include "mls/secret_tree.h"

typedef struct private_message {
    bytes group_id;
    uint64_t epoch;
    uint8_t content_type;
    bytes authenticated_data;
    bytes encrypted_sender_data;
    bytes ciphertext;
} private_message;
CODEC_TYPED(private_message)

typedef struct sender_data {
    uint32_t leaf_index;
    uint32_t generation;
    uint8_t reuse_guard[4];
} sender_data;

/* Which ratchet a content type uses. */
int private_message_ratchet(uint8_t content_type);

/* Key and nonce of the sender data (section 6.3.2), from the start of the ciphertext. */
mls_err sender_data_keys(const suite *s, message_keys *keys, const uint8_t *sender_data_secret,
                         bytes ciphertext);

/* Encrypts signed content with the sender's next keys in the secret tree, which stay unused until
 * secret_tree_sent(); views live in the arena. */
mls_err private_message_protect(const suite *s, arena *a, private_message *out,
                                const authenticated_content *ac, secret_tree *st,
                                const uint8_t *sender_data_secret);

/* Who sent it, and in which generation. Errors: MLS_ERR_DECRYPT_FAILED, MLS_ERR_BAD_MESSAGE. */
mls_err private_message_sender(const suite *s, sender_data *out, const private_message *m,
                               const uint8_t *sender_data_secret);

/* Decrypts into ac, whose views live in the arena; the signature is still to be verified, and then
 * the key used up with secret_tree_use().
 * Errors: MLS_ERR_GENERATION_*, MLS_ERR_DECRYPT_FAILED, MLS_ERR_DECODE_*, MLS_ERR_BAD_MESSAGE. */
mls_err private_message_unprotect(const suite *s, arena *a, authenticated_content *ac,
                                  const private_message *m, const sender_data *from,
                                  secret_tree *st);

#endif
