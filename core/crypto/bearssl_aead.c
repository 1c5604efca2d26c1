#include "base/constant_time.h"
#include "crypto/bearssl.h"
#include "crypto/wide.h"

#include <bearssl.h>
#include <string.h>

enum { AES128_KEY_LEN = 16, AES256_KEY_LEN = 32 };

/* The key schedule of whichever AES is used. */
typedef union aes_keys {
    br_aes_gen_ctr_keys any;
    br_aes_ct64_ctr_keys ct64;
#ifndef __EMSCRIPTEN__
    br_aes_x86ni_ctr_keys x86ni;
#endif
} aes_keys;

/* Which code to use: that on vectors in builds for it; else AES-NI and PCLMULQDQ where the
 * processor has them, and otherwise BearSSL's constant-time code. Asking the processor is slow (a
 * virtual machine traps it), so it is asked once, by bearssl_init(). */
#ifdef WAXSEAL_AES_WIDE
static const br_block_ctr_class *aes_code = &aes_wide_ctr;
static br_ghash ghash_code = ghash_wide;
#else
static const br_block_ctr_class *aes_code = &br_aes_ct64_ctr_vtable;
static br_ghash ghash_code = br_ghash_ctmul64;
#endif

void bearssl_init(void)
{
#ifndef WAXSEAL_AES_WIDE
    if (br_aes_x86ni_ctr_get_vtable())
        aes_code = br_aes_x86ni_ctr_get_vtable();
    if (br_ghash_pclmul_get())
        ghash_code = br_ghash_pclmul_get();
#endif
}

static void gcm_start(br_gcm_context *gcm, aes_keys *keys, bytes key, const uint8_t *nonce,
                      bytes aad)
{
    aes_code->init(&keys->any.vtable, key.data, key.len);
    br_gcm_init(gcm, &keys->any.vtable, ghash_code);
    br_gcm_reset(gcm, nonce, AEAD_NONCE_LEN);
    br_gcm_aad_inject(gcm, aad.data, aad.len);
    br_gcm_flip(gcm);
}

static void gcm_seal(uint8_t *out, bytes key, const uint8_t *nonce, bytes aad, bytes in)
{
    br_gcm_context gcm;
    aes_keys keys;
    gcm_start(&gcm, &keys, key, nonce, aad);
    if (in.len)
        memmove(out, in.data, in.len);
    br_gcm_run(&gcm, 1, out, in.len);
    br_gcm_get_tag(&gcm, out + in.len);
    wipe(&gcm, sizeof gcm);
    wipe(&keys, sizeof keys);
}

static mls_err gcm_open(uint8_t *out, bytes key, const uint8_t *nonce, bytes aad, bytes in)
{
    br_gcm_context gcm;
    aes_keys keys;
    size_t len = in.len - AEAD_TAG_LEN;
    gcm_start(&gcm, &keys, key, nonce, aad);
    if (len)
        memmove(out, in.data, len);
    br_gcm_run(&gcm, 0, out, len);
    uint32_t good = br_gcm_check_tag(&gcm, in.data + len);
    DECLASSIFY(good); /* whether a message is genuine shows in what is done with it */
    wipe(&gcm, sizeof gcm);
    wipe(&keys, sizeof keys);
    if (good)
        return MLS_OK;
    wipe(out, len);
    return MLS_ERR_DECRYPT_FAILED;
}

static void aes128_seal(uint8_t *out, const uint8_t *key, const uint8_t *nonce, bytes aad, bytes in)
{
    gcm_seal(out, bytes_of(key, AES128_KEY_LEN), nonce, aad, in);
}

static mls_err aes128_open(uint8_t *out, const uint8_t *key, const uint8_t *nonce, bytes aad,
                           bytes in)
{
    return gcm_open(out, bytes_of(key, AES128_KEY_LEN), nonce, aad, in);
}

const aead_ops bearssl_aes128gcm = {
    .key_len = AES128_KEY_LEN,
    .seal = aes128_seal,
    .open = aes128_open,
};

static void aes256_seal(uint8_t *out, const uint8_t *key, const uint8_t *nonce, bytes aad, bytes in)
{
    gcm_seal(out, bytes_of(key, AES256_KEY_LEN), nonce, aad, in);
}

static mls_err aes256_open(uint8_t *out, const uint8_t *key, const uint8_t *nonce, bytes aad,
                           bytes in)
{
    return gcm_open(out, bytes_of(key, AES256_KEY_LEN), nonce, aad, in);
}

const aead_ops bearssl_aes256gcm = {
    .key_len = AES256_KEY_LEN,
    .seal = aes256_seal,
    .open = aes256_open,
};
