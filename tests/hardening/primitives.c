#include "constant_time.h"

#include <string.h>

/* Long enough for what takes many blocks at a time. */
enum { TEXT_LEN = 1100 };

static const bytes label = {(const uint8_t *)"a public text", 13};

/* ---- Hashes ---- */

static mls_err run_hash(const suite *s)
{
    uint8_t key[HASH_MAX], text[TEXT_LEN], out[3 * HASH_MAX];
    fill_secret(key, sizeof key, 1);
    fill_secret(text, sizeof text, 2);
    bytes parts[] = {bytes_of(text, 5), bytes_of(text + 5, TEXT_LEN - 5)};
    s->hash->digest(out, parts, 2);
    s->hash->hmac(out, bytes_of(key, s->hash->len), parts, 2);
    s->hash->hkdf_extract(out, bytes_of(key, s->hash->len), parts, 2);
    s->hash->hkdf_expand(out, 3 * s->hash->len, key, label);
    return MLS_OK;
}

/* ---- AEAD: key, nonce and text are secret, and so is the text that comes out ---- */

static mls_err run_aead(const suite *s)
{
    static const size_t lens[] = {0, 1, 15, 16, 17, 64, 255, 300, TEXT_LEN};
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN], text[TEXT_LEN];
    uint8_t sealed[TEXT_LEN + AEAD_TAG_LEN], opened[TEXT_LEN];
    fill_secret(key, sizeof key, 1);
    fill_secret(nonce, sizeof nonce, 2);
    fill_secret(text, sizeof text, 3);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        size_t len = lens[i];
        s->aead->seal(sealed, key, nonce, label, bytes_of(text, len));
        public(sealed, len + AEAD_TAG_LEN); /* it is sent */
        TRY(s->aead->open(opened, key, nonce, label, bytes_of(sealed, len + AEAD_TAG_LEN)));
        sealed[len] ^= 1; /* the tag */
        if (s->aead->open(opened, key, nonce, label, bytes_of(sealed, len + AEAD_TAG_LEN)) !=
            MLS_ERR_DECRYPT_FAILED)
            return MLS_ERR_DECRYPT_FAILED;
    }
    return MLS_OK;
}

/* ---- Key agreement ---- */

static mls_err run_dh(const suite *s)
{
    uint8_t own[KEM_PRIVATE_MAX], peer[KEM_PRIVATE_MAX], shared[DH_SHARED_MAX];
    uint8_t own_public[KEM_PUBLIC_MAX], peer_public[KEM_PUBLIC_MAX];
    TRY(s->dh->generate(own, own_public));
    TRY(s->dh->generate(peer, peer_public));
    public(peer_public, sizeof peer_public); /* it is published */
    TRY(s->dh->public_of(own_public, own));
    return s->dh->shared(shared, own, peer_public);
}

/* ---- Signatures: the key is secret, the message is not ---- */

static mls_err run_sign(const suite *s)
{
    uint8_t own[SIGN_PRIVATE_MAX], own_public[SIGN_PUBLIC_MAX], signature[SIGNATURE_MAX];
    size_t len;
    TRY(s->sign->generate(own, own_public));
    bytes key = bytes_of(own, s->sign->private_len);
    for (int i = 0; i < 4; i++)
        TRY(s->sign->sign(signature, &len, key, bytes_of(label.data, label.len - (size_t)i)));
    TRY(s->sign->public_of(own_public, key));
    public(signature, sizeof signature);   /* it is sent */
    public(own_public, sizeof own_public); /* it is published */
    return s->sign->verify(bytes_of(signature, len), bytes_of(own_public, s->sign->public_len),
                           bytes_of(label.data, label.len - 3));
}

static mls_err run_equal(const suite *s)
{
    uint8_t a[HASH_MAX], b[HASH_MAX];
    fill_secret(a, sizeof a, 1);
    fill_secret(b, sizeof b, 1);
    bool same = secret_equal(bytes_of(a, s->hash->len), bytes_of(b, s->hash->len));
    b[s->hash->len / 2] ^= 1;
    bool other = secret_equal(bytes_of(a, s->hash->len), bytes_of(b, s->hash->len));
    public(&same, sizeof same); /* whether a tag is right shows in what is done next */
    public(&other, sizeof other);
    return same && !other ? MLS_OK : MLS_ERR_BAD_CONFIRMATION_TAG;
}

const ct_case primitive_cases[] = {
    {"hash, HMAC, HKDF", run_hash}, {"AEAD", run_aead},          {"key agreement", run_dh},
    {"signature", run_sign},        {"secret_equal", run_equal}, {NULL, NULL},
};
