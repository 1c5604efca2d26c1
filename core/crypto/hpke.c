#include "crypto/hpke.h"

#include <string.h>

void hpke_ciphertext_codec(codec *c, hpke_ciphertext *h)
{
    codec_opaque(c, &h->kem_output);
    codec_opaque(c, &h->ciphertext);
}

static void put_u16(uint8_t *out, size_t v)
{
    out[0] = (uint8_t)(v >> 8);
    out[1] = (uint8_t)v;
}

/* suite_id: "KEM" || I2OSP(kem_id, 2) inside the KEM (section 4.1),
 * "HPKE" || kem_id || kdf_id || aead_id outside (section 5.1). */
typedef struct suite_id {
    uint8_t octets[10];
    size_t len;
} suite_id;

static suite_id kem_suite_id(const suite *s)
{
    suite_id id = {"KEM", 5};
    put_u16(id.octets + 3, s->dh->kem_id);
    return id;
}

static suite_id hpke_suite_id(const suite *s)
{
    suite_id id = {"HPKE", 10};
    put_u16(id.octets + 4, s->dh->kem_id);
    put_u16(id.octets + 6, s->kdf_id);
    put_u16(id.octets + 8, s->aead_id);
    return id;
}

/* LabeledExtract(salt, label, ikm) = Extract(salt, "HPKE-v1" || suite_id || label || ikm) */
static void labeled_extract(const suite *s, const suite_id *id, uint8_t *prk, bytes salt,
                            const char *label, bytes ikm)
{
    bytes parts[] = {BYTES_LITERAL("HPKE-v1"), bytes_of(id->octets, id->len),
                     bytes_of(label, strlen(label)), ikm};
    s->hash->hkdf_extract(prk, salt, parts, 4);
}

/* labels here are at most 10 octets; info is a hash, two hashes, enc || pkR, or a context whose
 * length labeled_expand()'s callers bound */
enum { EXPAND_INFO_MAX = 2 + 7 + 10 + 16 + 2 * KEM_PUBLIC_MAX };

/* LabeledExpand(prk, label, info, L)
 *   = Expand(prk, I2OSP(L, 2) || "HPKE-v1" || suite_id || label || info, L) */
static mls_err labeled_expand(const suite *s, const suite_id *id, uint8_t *out, size_t out_len,
                              const uint8_t *prk, const char *label, bytes info)
{
    uint8_t labeled_info[EXPAND_INFO_MAX], *p = labeled_info;
    size_t label_len = strlen(label);
    if (info.len > EXPAND_INFO_MAX - 2 - 7 - id->len - label_len)
        return MLS_ERR_INVALID_ARGUMENT;
    put_u16(p, out_len);
    memcpy(p + 2, "HPKE-v1", 7);
    p += 9;
    memcpy(p, id->octets, id->len);
    p += id->len;
    memcpy(p, label, label_len);
    p += label_len;
    if (info.len)
        memcpy(p, info.data, info.len);
    p += info.len;
    s->hash->hkdf_expand(out, out_len, prk, bytes_of(labeled_info, (size_t)(p - labeled_info)));
    return MLS_OK;
}

/* ---- DHKEM (section 4.1) ---- */

mls_err hpke_generate(const suite *s, uint8_t *private_key, uint8_t *public_key)
{
    return s->dh->generate(private_key, public_key);
}

/* For the NIST curves:
 *   sk = 0
 *   counter = 0
 *   while sk == 0 or sk >= order:
 *     if counter > 255:
 *       raise DeriveKeyPairError
 *     bytes = LabeledExpand(dkp_prk, "candidate", I2OSP(counter, 1), Nsk)
 *     bytes[0] = bytes[0] & bitmask
 *     sk = OS2IP(bytes)
 *     counter = counter + 1
 *   return (sk, pk(sk)) */
static mls_err derive_by_candidates(const suite *s, const suite_id *id, uint8_t *private_key,
                                    uint8_t *public_key, const uint8_t *dkp_prk)
{
    for (unsigned counter = 0; counter <= 255; counter++) {
        uint8_t octet = (uint8_t)counter;
        TRY(labeled_expand(s, id, private_key, s->dh->private_len, dkp_prk, "candidate",
                           bytes_of(&octet, 1)));
        private_key[0] &= s->dh->candidate_mask;
        if (s->dh->public_of(public_key, private_key) == MLS_OK)
            return MLS_OK;
    }
    return MLS_ERR_BAD_KEY;
}

/* For X25519 and X448:
 *   sk = LabeledExpand(dkp_prk, "sk", "", Nsk)
 *   return (sk, pk(sk)) */
static mls_err derive_directly(const suite *s, const suite_id *id, uint8_t *private_key,
                               uint8_t *public_key, const uint8_t *dkp_prk)
{
    TRY(labeled_expand(s, id, private_key, s->dh->private_len, dkp_prk, "sk", (bytes){0}));
    return s->dh->public_of(public_key, private_key);
}

/* def DeriveKeyPair(ikm):
 *   dkp_prk = LabeledExtract("", "dkp_prk", ikm)
 *   ... */
mls_err hpke_derive_key_pair(const suite *s, uint8_t *private_key, uint8_t *public_key, bytes ikm)
{
    uint8_t dkp_prk[HASH_MAX];
    suite_id id = kem_suite_id(s);
    labeled_extract(s, &id, dkp_prk, (bytes){0}, "dkp_prk", ikm);
    mls_err err = s->dh->candidate_mask
                      ? derive_by_candidates(s, &id, private_key, public_key, dkp_prk)
                      : derive_directly(s, &id, private_key, public_key, dkp_prk);
    wipe(dkp_prk, sizeof dkp_prk);
    return err;
}

/* def ExtractAndExpand(dh, kem_context):
 *   eae_prk = LabeledExtract("", "eae_prk", dh)
 *   shared_secret = LabeledExpand(eae_prk, "shared_secret", kem_context, Nsecret)
 * with kem_context = enc || pkRm; Nsecret = Nh for every DHKEM of MLS. */
static mls_err extract_and_expand(const suite *s, uint8_t *shared_secret, const uint8_t *dh,
                                  const uint8_t *enc, const uint8_t *public_key)
{
    uint8_t eae_prk[HASH_MAX], kem_context[2 * KEM_PUBLIC_MAX];
    size_t n = s->dh->public_len;
    suite_id id = kem_suite_id(s);
    memcpy(kem_context, enc, n);
    memcpy(kem_context + n, public_key, n);
    labeled_extract(s, &id, eae_prk, (bytes){0}, "eae_prk", bytes_of(dh, s->dh->shared_len));
    mls_err err = labeled_expand(s, &id, shared_secret, s->hash->len, eae_prk, "shared_secret",
                                 bytes_of(kem_context, 2 * n));
    wipe(eae_prk, sizeof eae_prk);
    return err;
}

/* Encap(pkR): enc is the ephemeral public key. */
static mls_err encap(const suite *s, uint8_t *shared_secret, uint8_t *enc, bytes public_key)
{
    uint8_t ephemeral[KEM_PRIVATE_MAX], dh[DH_SHARED_MAX];
    if (public_key.len != s->dh->public_len)
        return MLS_ERR_BAD_KEY;
    TRY(s->dh->generate(ephemeral, enc));
    mls_err err = s->dh->shared(dh, ephemeral, public_key.data);
    if (err == MLS_OK)
        err = extract_and_expand(s, shared_secret, dh, enc, public_key.data);
    wipe(ephemeral, sizeof ephemeral);
    wipe(dh, sizeof dh);
    return err;
}

/* Decap(enc, skR) */
static mls_err decap(const suite *s, uint8_t *shared_secret, bytes enc, const uint8_t *private_key,
                     bytes public_key)
{
    uint8_t dh[DH_SHARED_MAX], computed[KEM_PUBLIC_MAX];
    if (enc.len != s->dh->public_len)
        return MLS_ERR_DECRYPT_FAILED;
    if (public_key.len == 0) {
        TRY(s->dh->public_of(computed, private_key));
        public_key = bytes_of(computed, s->dh->public_len);
    }
    if (public_key.len != s->dh->public_len)
        return MLS_ERR_DECRYPT_FAILED;
    mls_err err = s->dh->shared(dh, private_key, enc.data);
    if (err == MLS_OK)
        err = extract_and_expand(s, shared_secret, dh, enc.data, public_key.data);
    wipe(dh, sizeof dh);
    return err == MLS_OK ? MLS_OK : MLS_ERR_DECRYPT_FAILED;
}

/* ---- Key schedule (section 5.1) ---- */

typedef struct context {
    uint8_t secret[HASH_MAX];
    bytes key_schedule_context; /* a view of the info */
} context;

/* def KeySchedule(mode_base, shared_secret, info, default_psk, default_psk_id):
 *   psk_id_hash = LabeledExtract("", "psk_id_hash", "")
 *   info_hash = LabeledExtract("", "info_hash", info)
 *   key_schedule_context = mode || psk_id_hash || info_hash
 *   secret = LabeledExtract(shared_secret, "secret", "")
 *   key = LabeledExpand(secret, "key", key_schedule_context, Nk)
 *   base_nonce = LabeledExpand(secret, "base_nonce", key_schedule_context, Nn) */
void hpke_prepare(const suite *s, hpke_info *out, bytes info)
{
    suite_id id = hpke_suite_id(s);
    uint8_t *p = out->key_schedule_context;
    *p++ = 0; /* mode_base */
    labeled_extract(s, &id, p, (bytes){0}, "psk_id_hash", (bytes){0});
    labeled_extract(s, &id, p + s->hash->len, (bytes){0}, "info_hash", info);
}

static void key_schedule(const suite *s, context *ctx, const uint8_t *shared_secret,
                         const hpke_info *info)
{
    size_t nh = s->hash->len;
    suite_id id = hpke_suite_id(s);
    ctx->key_schedule_context = bytes_of(info->key_schedule_context, 1 + 2 * nh);
    labeled_extract(s, &id, ctx->secret, bytes_of(shared_secret, nh), "secret", (bytes){0});
}

/* What is derived from the secret is derived when it is asked for. */
typedef struct message_key {
    uint8_t key[AEAD_KEY_MAX];
    uint8_t base_nonce[AEAD_NONCE_LEN];
} message_key;

static mls_err message_key_of(const suite *s, message_key *out, const context *ctx)
{
    suite_id id = hpke_suite_id(s);
    TRY(labeled_expand(s, &id, out->key, s->aead->key_len, ctx->secret, "key",
                       ctx->key_schedule_context));
    return labeled_expand(s, &id, out->base_nonce, AEAD_NONCE_LEN, ctx->secret, "base_nonce",
                          ctx->key_schedule_context);
}

static mls_err setup_sender(const suite *s, context *ctx, uint8_t *enc, bytes public_key,
                            const hpke_info *info)
{
    uint8_t shared_secret[HASH_MAX];
    TRY(encap(s, shared_secret, enc, public_key));
    key_schedule(s, ctx, shared_secret, info);
    wipe(shared_secret, sizeof shared_secret);
    return MLS_OK;
}

static mls_err setup_receiver(const suite *s, context *ctx, bytes enc, const uint8_t *private_key,
                              bytes public_key, bytes info, hpke_info *prepared)
{
    uint8_t shared_secret[HASH_MAX];
    TRY(decap(s, shared_secret, enc, private_key, public_key));
    hpke_prepare(s, prepared, info);
    key_schedule(s, ctx, shared_secret, prepared);
    wipe(shared_secret, sizeof shared_secret);
    return MLS_OK;
}

mls_err hpke_seal(const suite *s, arena *a, hpke_ciphertext *out, bytes public_key, bytes info,
                  bytes plaintext)
{
    hpke_info prepared;
    hpke_prepare(s, &prepared, info);
    return hpke_seal_prepared(s, a, out, public_key, &prepared, plaintext);
}

mls_err hpke_seal_prepared(const suite *s, arena *a, hpke_ciphertext *out, bytes public_key,
                           const hpke_info *info, bytes plaintext)
{
    uint8_t *enc = arena_alloc(a, s->dh->public_len);
    uint8_t *ciphertext = arena_alloc(a, plaintext.len + AEAD_TAG_LEN);
    context ctx;
    message_key k;
    if (!enc || !ciphertext)
        return MLS_ERR_NO_MEMORY;
    TRY(setup_sender(s, &ctx, enc, public_key, info));
    mls_err err = message_key_of(s, &k, &ctx);
    wipe(&ctx, sizeof ctx);
    if (err == MLS_OK)
        s->aead->seal(ciphertext, k.key, k.base_nonce, (bytes){0}, plaintext);
    wipe(&k, sizeof k);
    if (err != MLS_OK)
        return err;
    out->kem_output = bytes_of(enc, s->dh->public_len);
    out->ciphertext = bytes_of(ciphertext, plaintext.len + AEAD_TAG_LEN);
    return MLS_OK;
}

mls_err hpke_decoy(const suite *s, arena *a, hpke_ciphertext *out, size_t plaintext_len)
{
    size_t len = plaintext_len + AEAD_TAG_LEN;
    uint8_t *enc = arena_alloc(a, s->dh->public_len), *ciphertext = arena_alloc(a, len);
    uint8_t ephemeral[KEM_PRIVATE_MAX];
    if (!enc || !ciphertext)
        return MLS_ERR_NO_MEMORY;
    TRY(s->dh->generate(ephemeral, enc));
    wipe(ephemeral, sizeof ephemeral);
    TRY(random_bytes(ciphertext, len));
    *out = (hpke_ciphertext){bytes_of(enc, s->dh->public_len), bytes_of(ciphertext, len)};
    return MLS_OK;
}

mls_err hpke_check_public_key(const suite *s, bytes public_key)
{
    uint8_t any[KEM_PRIVATE_MAX], dh[DH_SHARED_MAX];
    if (public_key.len != s->dh->public_len)
        return MLS_ERR_BAD_KEY;
    memset(any, 1, sizeof any); /* a private key with every curve */
    return s->dh->shared(dh, any, public_key.data);
}

mls_err hpke_open(const suite *s, arena *a, bytes *plaintext, const uint8_t *private_key,
                  bytes public_key, bytes info, const hpke_ciphertext *in)
{
    context ctx;
    hpke_info prepared;
    message_key k;
    if (in->ciphertext.len < AEAD_TAG_LEN)
        return MLS_ERR_DECRYPT_FAILED;
    size_t len = in->ciphertext.len - AEAD_TAG_LEN;
    uint8_t *out = arena_alloc(a, len ? len : 1);
    if (!out)
        return MLS_ERR_NO_MEMORY;
    TRY(setup_receiver(s, &ctx, in->kem_output, private_key, public_key, info, &prepared));
    mls_err err = message_key_of(s, &k, &ctx);
    wipe(&ctx, sizeof ctx);
    if (err == MLS_OK)
        err = s->aead->open(out, k.key, k.base_nonce, (bytes){0}, in->ciphertext);
    wipe(&k, sizeof k);
    if (err == MLS_OK)
        *plaintext = bytes_of(out, len);
    return err;
}

/* Context.Export(exporter_context, L) = LabeledExpand(exporter_secret, "sec", exporter_context, L)
 * with exporter_secret = LabeledExpand(secret, "exp", key_schedule_context, Nh) */
static mls_err export_secret(const suite *s, context *ctx, uint8_t *out, size_t out_len,
                             bytes exporter_context)
{
    uint8_t exporter_secret[HASH_MAX];
    suite_id id = hpke_suite_id(s);
    mls_err err = labeled_expand(s, &id, exporter_secret, s->hash->len, ctx->secret, "exp",
                                 ctx->key_schedule_context);
    wipe(ctx, sizeof *ctx);
    if (err == MLS_OK)
        err = labeled_expand(s, &id, out, out_len, exporter_secret, "sec", exporter_context);
    wipe(exporter_secret, sizeof exporter_secret);
    return err;
}

mls_err hpke_seal_export(const suite *s, arena *a, bytes *kem_output, uint8_t *out, size_t out_len,
                         bytes public_key, bytes info, bytes exporter_context)
{
    uint8_t *enc = arena_alloc(a, s->dh->public_len);
    context ctx;
    hpke_info prepared;
    if (!enc)
        return MLS_ERR_NO_MEMORY;
    hpke_prepare(s, &prepared, info);
    TRY(setup_sender(s, &ctx, enc, public_key, &prepared));
    *kem_output = bytes_of(enc, s->dh->public_len);
    return export_secret(s, &ctx, out, out_len, exporter_context);
}

mls_err hpke_open_export(const suite *s, uint8_t *out, size_t out_len, const uint8_t *private_key,
                         bytes public_key, bytes info, bytes kem_output, bytes exporter_context)
{
    context ctx;
    hpke_info prepared;
    TRY(setup_receiver(s, &ctx, kem_output, private_key, public_key, info, &prepared));
    return export_secret(s, &ctx, out, out_len, exporter_context);
}
