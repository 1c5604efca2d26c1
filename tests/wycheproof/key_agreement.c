/* Diffie-Hellman groups, and ML-KEM as libsodium has it. */
#include "wycheproof.h"

#include "crypto/hpke.h"

#include <sodium.h>
#include <string.h>

/* A public key of another length meets the check of HPKE, the only caller of shared(). */
static answer agree(test *t, bytes private_key, bytes public_key)
{
    const suite *s = t->suite;
    uint8_t out[KEM_PUBLIC_MAX];
    hpke_ciphertext unused;
    mls_err err;
    if (public_key.len != s->dh->public_len)
        err = hpke_seal(s, t->a, &unused, public_key, (bytes){0}, (bytes){0});
    else
        err = s->dh->shared(out, private_key.data, public_key.data);
    return err != MLS_OK ? REFUSED : compare(t, "shared", bytes_of(out, s->dh->shared_len));
}

answer run_xdh(test *t, const cJSON *group)
{
    (void)group;
    bytes private_key = field_hex(t, t->json, "private");
    if (private_key.len != t->suite->dh->private_len)
        return WRONG;
    return agree(t, private_key, field_hex(t, t->json, "public"));
}

/* Wycheproof writes private keys as integers of any length, RFC 9180 with leading zeros. */
answer run_ecdh(test *t, const cJSON *group)
{
    size_t len = t->suite->dh->private_len;
    bytes given = field_hex(t, t->json, "private");
    uint8_t *padded = arena_alloc(t->a, len);
    (void)group;
    while (given.len && given.data[0] == 0)
        given = bytes_of(given.data + 1, given.len - 1);
    if (given.len > len)
        return outside(t, "the private key is longer than the field");
    if (given.len)
        memcpy(padded + len - given.len, given.data, given.len);
    return agree(t, bytes_of(padded, len), field_hex(t, t->json, "public"));
}

/* RFC 9180 section 7.1.4 refuses an all-zero result; RFC 7748 takes every other public key. */
answer acceptable_xdh(test *t)
{
    bytes shared = field_hex(t, t->json, "shared");
    for (size_t i = 0; i < shared.len; i++)
        if (shared.data[i])
            return RIGHT;
    return REFUSED;
}

/* Compressed points, which RFC 9180 section 7.1.1 does not have. */
answer acceptable_ecdh(test *t)
{
    return field_hex(t, t->json, "public").len == t->suite->dh->public_len ? RIGHT : REFUSED;
}

answer run_mlkem(test *t, const cJSON *group)
{
    (void)group;
#ifdef crypto_kem_mlkem768_SEEDBYTES
    uint8_t public_key[crypto_kem_mlkem768_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_kem_mlkem768_SECRETKEYBYTES];
    uint8_t shared[crypto_kem_mlkem768_SHAREDSECRETBYTES];
    bytes seed = field_hex(t, t->json, "seed"), sealed = field_hex(t, t->json, "c");
    if (seed.len != crypto_kem_mlkem768_SEEDBYTES ||
        sealed.len != crypto_kem_mlkem768_CIPHERTEXTBYTES)
        return outside(t, "a length that the fixed arrays of libsodium's interface do not have");
    if (crypto_kem_mlkem768_seed_keypair(public_key, secret_key, seed.data) != 0)
        return REFUSED;
    if (compare(t, "ek", bytes_of(public_key, sizeof public_key)) != RIGHT)
        return WRONG;
    if (crypto_kem_mlkem768_dec(shared, sealed.data, secret_key) != 0)
        return REFUSED;
    return compare(t, "K", bytes_of(shared, sizeof shared));
#else
    return outside(t, "not in this build's libsodium");
#endif
}
