#include "ceiling_calls.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t key[HASH_MAX] = {7};
static const uint8_t nonce[AEAD_NONCE_LEN] = {9};
static const uint8_t associated[40] = {11}; /* about what an AAD of MLS has */

static bytes aad(void)
{
    return bytes_of(associated, sizeof associated);
}

static mls_err prepare_signer(const call *c, signer *by, const suite *s)
{
    bytes signing = {by->private_key, s->sign->private_len};
    TRY(s->sign->generate(by->private_key, by->public_key));
    TRY(s->sign->sign(by->signatures[0], &by->lens[0], signing, bytes_of(c->input, c->octets)));
    return s->sign->sign(by->signatures[1], &by->lens[1], signing,
                         bytes_of(c->input, c->octets_too));
}

static mls_err prepare_signers(call *c, const suite *s)
{
    c->signers = calloc(c->count, sizeof *c->signers);
    if (!c->signers)
        return MLS_ERR_NO_MEMORY;
    for (uint32_t i = 0; i < c->count; i++)
        TRY(prepare_signer(c, &c->signers[i], s));
    return MLS_OK;
}

mls_err call_prepare(call *c, const suite *s)
{
    uint32_t longest = c->octets > c->octets_too ? c->octets : c->octets_too;
    size_t room = (size_t)longest + AEAD_TAG_LEN;
    c->input = calloc(1, room);
    c->output = calloc(1, room > 512 ? room : 512);
    if (!c->input || !c->output)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < longest; i++)
        c->input[i] = (uint8_t)(i * 31 + 17);
    switch (c->kind) {
    case SIGN:
        return s->sign->generate(c->private_key, c->public_key);
    case VERIFY:
        return prepare_signers(c, s);
    case OPEN:
        s->aead->seal(c->output, key, nonce, aad(), bytes_of(c->input, c->octets));
        memcpy(c->input, c->output, room);
        return MLS_OK;
    case DH_SHARED:
    case DH_PUBLIC:
        return s->dh->generate(c->private_key, c->public_key);
    default:
        return MLS_OK;
    }
}

/* Every call has to succeed: one that fails early would make the ceiling too high. */
static void must(mls_err err)
{
    if (err != MLS_OK)
        abort();
}

static void verify(const call *c, const signer *by, const suite *s)
{
    bytes public_key = {by->public_key, s->sign->public_len};
    must(s->sign->verify(bytes_of(by->signatures[0], by->lens[0]), public_key,
                         bytes_of(c->input, c->octets)));
    if (c->octets_too)
        must(s->sign->verify(bytes_of(by->signatures[1], by->lens[1]), public_key,
                             bytes_of(c->input, c->octets_too)));
}

static void make_one(call *c, uint32_t i, const suite *s)
{
    uint8_t signature[SIGNATURE_MAX];
    size_t signature_len;
    bytes in = {c->input, c->octets};
    switch (c->kind) {
    case SIGN:
        must(s->sign->sign(signature, &signature_len,
                           bytes_of(c->private_key, s->sign->private_len), in));
        break;
    case VERIFY:
        verify(c, &c->signers[i], s);
        break;
    case SEAL:
        s->aead->seal(c->output, key, nonce, aad(), in);
        break;
    case OPEN:
        must(s->aead->open(c->output, key, nonce, aad(),
                           bytes_of(c->input, c->octets + (size_t)AEAD_TAG_LEN)));
        break;
    case EXPAND:
        s->hash->hkdf_expand(c->output, s->hash->len, key, in);
        break;
    case EXTRACT:
        s->hash->hkdf_extract(c->output, bytes_of(key, s->hash->len), &in, 1);
        break;
    case HASH:
        s->hash->digest(c->output, &in, 1);
        break;
    case HMAC:
        s->hash->hmac(c->output, bytes_of(key, s->hash->len), &in, 1);
        break;
    case DH_GENERATE:
        must(s->dh->generate(c->output, c->output + KEM_PRIVATE_MAX));
        break;
    case DH_SHARED:
        must(s->dh->shared(c->output, c->private_key, c->public_key));
        break;
    case DH_PUBLIC:
        must(s->dh->public_of(c->output, c->private_key));
        break;
    }
}

void call_make(call *c, const suite *s)
{
    for (uint32_t i = 0; i < c->count; i++)
        make_one(c, i, s);
}

void call_cleanup(call *c)
{
    free(c->signers);
    free(c->input);
    free(c->output);
}

const char *call_name(call_kind kind)
{
    static const char *const names[] = {
        [SIGN] = "Sign",
        [VERIFY] = "Verify",
        [SEAL] = "AEAD.Seal",
        [OPEN] = "AEAD.Open",
        [EXPAND] = "KDF.Expand",
        [EXTRACT] = "KDF.Extract",
        [HASH] = "Hash",
        [HMAC] = "MAC",
        [DH_GENERATE] = "DH key pair",
        [DH_SHARED] = "DH shared",
        [DH_PUBLIC] = "DH public key",
    };
    return names[kind];
}
