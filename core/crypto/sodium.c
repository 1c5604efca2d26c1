#include "crypto/sodium.h"

#include "base/constant_time.h"

#include <sodium.h>
#include <string.h>

/* ---- ChaCha20-Poly1305 (RFC 8439) ---- */

static void chacha_seal(uint8_t *out, const uint8_t *key, const uint8_t *nonce, bytes aad, bytes in)
{
    crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, in.data, in.len, aad.data, aad.len, NULL,
                                              nonce, key);
}

static mls_err chacha_open(uint8_t *out, const uint8_t *key, const uint8_t *nonce, bytes aad,
                           bytes in)
{
    int result = crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, in.data, in.len,
                                                           aad.data, aad.len, nonce, key);
    DECLASSIFY(result); /* whether a message is genuine shows in what is done with it */
    return result == 0 ? MLS_OK : MLS_ERR_DECRYPT_FAILED;
}

const aead_ops sodium_chacha20poly1305 = {
    .key_len = crypto_aead_chacha20poly1305_ietf_KEYBYTES,
    .seal = chacha_seal,
    .open = chacha_open,
};

/* ---- X25519 (RFC 7748) ---- */

static mls_err x25519_public_of(uint8_t *public_key, const uint8_t *private_key)
{
    return crypto_scalarmult_base(public_key, private_key) == 0 ? MLS_OK : MLS_ERR_BAD_KEY;
}

static mls_err x25519_generate(uint8_t *private_key, uint8_t *public_key)
{
    TRY(random_bytes(private_key, crypto_scalarmult_SCALARBYTES));
    return x25519_public_of(public_key, private_key);
}

/* crypto_scalarmult() refuses an all-zero result, as RFC 9180 section 7.1.4 asks. */
static mls_err x25519_shared(uint8_t *out, const uint8_t *private_key, const uint8_t *public_key)
{
    int result = crypto_scalarmult(out, private_key, public_key);
    DECLASSIFY(result); /* whether the public key is of small order */
    return result == 0 ? MLS_OK : MLS_ERR_BAD_KEY;
}

const dh_ops sodium_x25519 = {
    .kem_id = 0x0020,
    .private_len = crypto_scalarmult_SCALARBYTES,
    .public_len = crypto_scalarmult_BYTES,
    .shared_len = crypto_scalarmult_BYTES,
    .generate = x25519_generate,
    .public_of = x25519_public_of,
    .shared = x25519_shared,
};

/* ---- Ed25519 (RFC 8032) ---- */

static mls_err ed25519_generate(uint8_t *private_key, uint8_t *public_key)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    TRY(random_bytes(seed, sizeof seed));
    crypto_sign_seed_keypair(public_key, private_key, seed);
    wipe(seed, sizeof seed);
    return MLS_OK;
}

/* libsodium's secret key is seed || public key; RFC 8032's private key is the seed alone. */
static mls_err ed25519_expand(uint8_t secret[crypto_sign_SECRETKEYBYTES], bytes private_key)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    if (private_key.len == crypto_sign_SECRETKEYBYTES)
        memcpy(secret, private_key.data, private_key.len);
    else if (private_key.len == crypto_sign_SEEDBYTES)
        crypto_sign_seed_keypair(public_key, secret, private_key.data);
    else
        return MLS_ERR_INVALID_ARGUMENT;
    return MLS_OK;
}

static mls_err ed25519_public_of(uint8_t *public_key, bytes private_key)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    TRY(ed25519_expand(secret, private_key));
    crypto_sign_ed25519_sk_to_pk(public_key, secret);
    wipe(secret, sizeof secret);
    return MLS_OK;
}

static mls_err ed25519_sign(uint8_t *signature, size_t *signature_len, bytes private_key,
                            bytes message)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    TRY(ed25519_expand(secret, private_key));
    crypto_sign_detached(signature, NULL, message.data, message.len, secret);
    *signature_len = crypto_sign_BYTES;
    wipe(secret, sizeof secret);
    return MLS_OK;
}

/* Strict: S < L, no small-order A or R, canonical A. */
static mls_err ed25519_verify(bytes signature, bytes public_key, bytes message)
{
    if (signature.len != crypto_sign_BYTES || public_key.len != crypto_sign_PUBLICKEYBYTES)
        return MLS_ERR_BAD_SIGNATURE;
    if (crypto_sign_verify_detached(signature.data, message.data, message.len, public_key.data))
        return MLS_ERR_BAD_SIGNATURE;
    return MLS_OK;
}

const sign_ops sodium_ed25519 = {
    .scheme = 0x0807,
    .private_len = crypto_sign_SECRETKEYBYTES,
    .public_len = crypto_sign_PUBLICKEYBYTES,
    .generate = ed25519_generate,
    .public_of = ed25519_public_of,
    .sign = ed25519_sign,
    .verify = ed25519_verify,
};
