/* Kind secret-tree: message keys (RFC 9420 section 9) and sender data keys (section 6.3.2). */
#include "vectors.h"

#include "mls/private_message.h"

#include <string.h>

#define SCOPED_SECRET_TREE __attribute__((cleanup(secret_tree_cleanup)))

static bool keys_are(test *t, const cJSON *v, const char *key, const char *nonce,
                     const message_keys *keys)
{
    return field_is(t, v, key, bytes_of(keys->key, t->suite->aead->key_len)) &&
           field_is(t, v, nonce, bytes_of(keys->nonce, AEAD_NONCE_LEN));
}

static bool check_sender_data(test *t)
{
    const cJSON *v = field(t, t->json, "sender_data");
    message_keys keys;
    CHECK_OK(t, "sender_data_keys",
             sender_data_keys(t->suite, &keys,
                              field_octets(t, v, "sender_data_secret", t->suite->hash->len),
                              field_hex(t, v, "ciphertext")));
    return keys_are(t, v, "key", "nonce", &keys);
}

/* Looks at the keys of a generation and uses them up. */
static bool check_generation(test *t, secret_tree *st, uint32_t leaf_index, const cJSON *v)
{
    uint32_t generation = (uint32_t)field_number(t, v, "generation");
    message_keys keys;
    for (int type = 0; type < 2; type++) {
        bool handshake = type == RATCHET_HANDSHAKE;
        CHECK_OK_AT(t, "secret_tree_peek", leaf_index,
                    secret_tree_peek(st, &keys, leaf_index, type, generation));
        CHECK_AT(t, "the keys of a generation", leaf_index,
                 handshake ? keys_are(t, v, "handshake_key", "handshake_nonce", &keys)
                           : keys_are(t, v, "application_key", "application_nonce", &keys));
        CHECK_OK_AT(t, "secret_tree_use", leaf_index,
                    secret_tree_use(st, leaf_index, type, generation));
        CHECK_AT(t, "refusing a generation twice", leaf_index,
                 secret_tree_peek(st, &keys, leaf_index, type, generation) ==
                     MLS_ERR_GENERATION_REUSED);
    }
    return true;
}

bool run_secret_tree(test *t)
{
    const cJSON *leaves = field(t, t->json, "leaves"), *leaf, *generation;
    uint32_t num_leaves = 1, leaf_index = 0;
    secret_tree st SCOPED_SECRET_TREE = {0};
    while (num_leaves < (uint32_t)cJSON_GetArraySize(leaves))
        num_leaves *= 2;
    CHECK_OK(t, "secret_tree_init",
             secret_tree_init(&st, t->suite, num_leaves,
                              field_octets(t, t->json, "encryption_secret", t->suite->hash->len)));
    cJSON_ArrayForEach(leaf, leaves)
    {
        cJSON_ArrayForEach(generation, leaf)
        {
            if (!check_generation(t, &st, leaf_index, generation))
                return false;
        }
        leaf_index++;
    }
    return check_sender_data(t);
}
