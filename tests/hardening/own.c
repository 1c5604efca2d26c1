#include "constant_time.h"

#include "mls/key_schedule.h"
#include "mls/private_message.h"
#include "mls/psk.h"

#include <waxseal/vault.h>

#include <string.h>

static const bytes label = {(const uint8_t *)"a public text", 13};

/* ---- HPKE ---- */

static mls_err run_derive(const suite *s)
{
    uint8_t ikm[HASH_MAX], private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    fill_secret(ikm, sizeof ikm, 1);
    return hpke_derive_key_pair(s, private_key, public_key, bytes_of(ikm, s->hash->len));
}

static mls_err run_hpke(const suite *s)
{
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX], text[HASH_MAX];
    uint8_t exported[2][HASH_MAX];
    hpke_ciphertext sealed;
    bytes opened, kem_output;
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(hpke_generate(s, private_key, public_key));
    public(public_key, sizeof public_key); /* it is published */
    bytes key = bytes_of(public_key, s->dh->public_len);
    fill_secret(text, sizeof text, 1);
    TRY(encrypt_with_label(s, a, &sealed, key, "UpdatePathNode", label,
                           bytes_of(text, s->hash->len)));
    public(sealed.kem_output.data, sealed.kem_output.len); /* both are sent */
    public(sealed.ciphertext.data, sealed.ciphertext.len);
    TRY(decrypt_with_label(s, a, &opened, private_key, (bytes){0}, "UpdatePathNode", label,
                           &sealed));
    TRY(hpke_seal_export(s, a, &kem_output, exported[0], s->hash->len, key, (bytes){0}, label));
    public(kem_output.data, kem_output.len); /* it is sent */
    TRY(hpke_open_export(s, exported[1], s->hash->len, private_key, (bytes){0}, (bytes){0},
                         kem_output, label));
    bool same =
        secret_equal(bytes_of(exported[0], s->hash->len), bytes_of(exported[1], s->hash->len));
    public(&same, sizeof same); /* the test's own question */
    return same ? MLS_OK : MLS_ERR_DECRYPT_FAILED;
}

/* ---- Labels, key schedule, pre-shared keys ---- */

static mls_err run_labels(const suite *s)
{
    uint8_t value[HASH_MAX], out[HASH_MAX], own[SIGN_PRIVATE_MAX], own_public[SIGN_PUBLIC_MAX];
    bytes signature;
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    fill_secret(value, sizeof value, 1);
    TRY(derive_secret(s, out, value, "path"));
    TRY(derive_tree_secret(s, out, s->hash->len, value, "secret", 7));
    ref_hash(s, out, label, bytes_of(value, s->hash->len));
    TRY(s->sign->generate(own, own_public));
    return sign_with_label(s, a, &signature, bytes_of(own, s->sign->private_len), "LeafNodeTBS",
                           label);
}

static mls_err run_key_schedule(const suite *s)
{
    uint8_t init[HASH_MAX], path[HASH_MAX], psk[HASH_MAX], joiner[HASH_MAX], exported[48];
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN];
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    epoch_secrets first, next;
    fill_secret(init, sizeof init, 1);
    fill_secret(path, sizeof path, 2);
    const psk_input input = {.id = {.type = PSK_EXTERNAL, .external_id = label, .nonce = label},
                             .psk = bytes_of(init, 32)};
    TRY(key_schedule_first(s, &first, path));
    TRY(psk_secret(s, psk, &input, 1));
    TRY(key_schedule_joiner(s, joiner, first.init_secret, path, label));
    TRY(key_schedule_epoch(s, &next, joiner, psk, label));
    TRY(key_schedule_welcome(s, key, nonce, joiner, psk));
    TRY(key_schedule_external(s, private_key, public_key, &next));
    return key_schedule_export(s, exported, sizeof exported, &next, label, label);
}

/* ---- The secret tree: who sent and in which generation is public among members ---- */

static mls_err walk_tree(const suite *s, secret_tree *st)
{
    uint8_t encryption_secret[HASH_MAX];
    message_keys keys;
    uint32_t generation;
    fill_secret(encryption_secret, sizeof encryption_secret, 1);
    TRY(secret_tree_init(st, s, 8, encryption_secret));
    for (int i = 0; i < 2; i++) {
        TRY(secret_tree_next(st, &generation, &keys, 3, RATCHET_APPLICATION));
        TRY(secret_tree_sent(st, 3, RATCHET_APPLICATION));
    }
    TRY(secret_tree_peek(st, &keys, 5, RATCHET_HANDSHAKE, 4));
    TRY(secret_tree_use(st, 5, RATCHET_HANDSHAKE, 4)); /* and keep four skipped keys */
    TRY(secret_tree_peek(st, &keys, 5, RATCHET_HANDSHAKE, 2));
    TRY(secret_tree_use(st, 5, RATCHET_HANDSHAKE, 2));
    return secret_tree_forget(st, 3);
}

static mls_err run_secret_tree(const suite *s)
{
    secret_tree st = {0};
    mls_err err = walk_tree(s, &st);
    secret_tree_cleanup(&st);
    return err;
}

/* ---- PrivateMessage: the content is secret, its length and the padded length are not ---- */

static mls_err protect(const suite *s, secret_tree *st)
{
    uint8_t encryption_secret[HASH_MAX], sender_data_secret[HASH_MAX], text[200];
    static const uint8_t signature[64];
    private_message m;
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    fill_secret(encryption_secret, sizeof encryption_secret, 1);
    fill_secret(sender_data_secret, sizeof sender_data_secret, 2);
    fill_secret(text, sizeof text, 3);
    const authenticated_content ac = {
        .wire_format = MLS_WIRE_PRIVATE_MESSAGE,
        .content = {.group_id = label,
                    .epoch = 3,
                    .sender = {SENDER_MEMBER, 2},
                    .authenticated_data = label,
                    .content_type = MLS_CONTENT_APPLICATION,
                    .application = bytes_of(text, sizeof text)},
        .auth = {.signature = bytes_of(signature, sizeof signature)},
    };
    TRY(secret_tree_init(st, s, 4, encryption_secret));
    TRY(private_message_protect(s, a, &m, &ac, st, sender_data_secret));
    sender_data from;
    public(m.ciphertext.data, m.ciphertext.len); /* both are sent */
    public(m.encrypted_sender_data.data, m.encrypted_sender_data.len);
    return private_message_sender(s, &from, &m, sender_data_secret);
}

static mls_err run_private_message(const suite *s)
{
    secret_tree st = {0};
    mls_err err = protect(s, &st);
    secret_tree_cleanup(&st);
    return err;
}

/* ---- The vault ---- */

static mls_err run_vault(const suite *s)
{
    uint8_t text[100];
    mls_buf key, sealed = {0}, opened = {0};
    (void)s;
    fill_secret(text, sizeof text, 1);
    TRY(vault_key_new(&key));
    const vault v = {.key = bytes_of(key.data, key.len)};
    mls_err err = vault_seal(&sealed, &v, label, 7, bytes_of(text, sizeof text));
    public(sealed.data, sealed.len); /* it is stored where others may read */
    if (err == MLS_OK)
        err = vault_open(&opened, &v, label, 7, bytes_of(sealed.data, sealed.len));
    mls_buf_free(&key);
    mls_buf_free(&sealed);
    mls_buf_free(&opened);
    return err;
}

const ct_case own_cases[] = {
    {"DeriveKeyPair", run_derive},
    {"HPKE", run_hpke},
    {"labels", run_labels},
    {"key schedule", run_key_schedule},
    {"secret tree", run_secret_tree},
    {"PrivateMessage", run_private_message},
    {"vault", run_vault},
    {NULL, NULL},
};
