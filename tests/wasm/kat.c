#include "kat.h"

#include "crypto/hpke.h"
#include "host.h"

#include <waxseal/vault.h>

#include <string.h>

static uint8_t slots[NUM_SLOTS][SLOT_LEN];
static uint8_t *const out = slots[5];

static const suite *find(uint32_t suite_id)
{
    return suite_find((uint16_t)suite_id);
}

static bytes slot(uint32_t index, uint32_t len)
{
    return bytes_of(slots[index], len);
}

static void in_two_parts(bytes parts[2], uint32_t index, uint32_t len, uint32_t split)
{
    parts[0] = bytes_of(slots[index], split);
    parts[1] = bytes_of(slots[index] + split, len - split);
}

static void put(uint32_t index, const void *data, size_t len)
{
    if (len && len <= SLOT_LEN)
        memcpy(slots[index], data, len);
}

uint32_t kat_init(void)
{
    wx_host_install_random();
    return mls_init();
}

uint8_t *kat_slot(uint32_t index)
{
    return index < NUM_SLOTS ? slots[index] : NULL;
}

uint32_t kat_hash(uint32_t suite_id, uint32_t len, uint32_t split)
{
    const suite *s = find(suite_id);
    bytes parts[2];
    in_two_parts(parts, 0, len, split);
    s->hash->digest(out, parts, 2);
    return s->hash->len;
}

uint32_t kat_hmac(uint32_t suite_id, uint32_t key_len, uint32_t len, uint32_t split)
{
    const suite *s = find(suite_id);
    bytes parts[2];
    in_two_parts(parts, 1, len, split);
    s->hash->hmac(out, slot(0, key_len), parts, 2);
    return s->hash->len;
}

uint32_t kat_hkdf_extract(uint32_t suite_id, uint32_t salt_len, uint32_t ikm_len)
{
    const suite *s = find(suite_id);
    bytes ikm = slot(1, ikm_len);
    s->hash->hkdf_extract(out, slot(0, salt_len), &ikm, 1);
    return s->hash->len;
}

void kat_hkdf_expand(uint32_t suite_id, uint32_t info_len, uint32_t out_len)
{
    find(suite_id)->hash->hkdf_expand(out, out_len, slots[0], slot(1, info_len));
}

void kat_aead_seal(uint32_t suite_id, uint32_t aad_len, uint32_t len)
{
    find(suite_id)->aead->seal(out, slots[0], slots[1], slot(2, aad_len), slot(3, len));
}

uint32_t kat_aead_open(uint32_t suite_id, uint32_t aad_len, uint32_t len)
{
    return find(suite_id)->aead->open(out, slots[0], slots[1], slot(2, aad_len), slot(3, len));
}

void kat_dh_generate(uint32_t suite_id)
{
    find(suite_id)->dh->generate(slots[0], slots[1]);
}

uint32_t kat_dh_public_of(uint32_t suite_id)
{
    return find(suite_id)->dh->public_of(out, slots[0]);
}

uint32_t kat_dh_shared(uint32_t suite_id)
{
    return find(suite_id)->dh->shared(out, slots[0], slots[1]);
}

uint32_t kat_sign_public_of(uint32_t suite_id, uint32_t private_len)
{
    return find(suite_id)->sign->public_of(out, slot(0, private_len));
}

uint32_t kat_sign(uint32_t suite_id, uint32_t private_len, uint32_t len)
{
    size_t signature_len;
    return find(suite_id)->sign->sign(out, &signature_len, slot(0, private_len), slot(1, len));
}

uint32_t kat_verify(uint32_t suite_id, uint32_t public_len, uint32_t len, uint32_t signature_len)
{
    return find(suite_id)->sign->verify(slot(2, signature_len), slot(0, public_len), slot(1, len));
}

uint32_t kat_hpke_seal(uint32_t suite_id, uint32_t info_len, uint32_t len)
{
    const suite *s = find(suite_id);
    hpke_ciphertext sealed;
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    bytes public_key = slot(0, s->dh->public_len);
    mls_err err = hpke_seal(s, a, &sealed, public_key, slot(1, info_len), slot(2, len));
    if (err != MLS_OK)
        return err;
    put(4, sealed.kem_output.data, sealed.kem_output.len);
    put(5, sealed.ciphertext.data, sealed.ciphertext.len);
    return MLS_OK;
}

uint32_t kat_hpke_open(uint32_t suite_id, uint32_t info_len, uint32_t len)
{
    const suite *s = find(suite_id);
    hpke_ciphertext sealed = {slot(2, s->dh->public_len), slot(3, len)};
    bytes plaintext;
    arena *a SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_err err = hpke_open(s, a, &plaintext, slots[0], (bytes){0}, slot(1, info_len), &sealed);
    if (err == MLS_OK)
        put(5, plaintext.data, plaintext.len);
    return err;
}

static vault kat_vault(uint32_t owner_len, uint32_t device_len)
{
    return (vault){slot(0, VAULT_KEY_LEN), slot(3, owner_len), slot(4, device_len)};
}

uint32_t kat_vault_seal(uint32_t name_len, uint32_t counter, uint32_t len, uint32_t owner_len,
                        uint32_t device_len)
{
    mls_buf sealed;
    const vault v = kat_vault(owner_len, device_len);
    mls_err err = vault_seal(&sealed, &v, slot(1, name_len), counter, slot(2, len));
    put(5, sealed.data, sealed.len);
    mls_buf_free(&sealed);
    return err;
}

uint32_t kat_vault_open(uint32_t name_len, uint32_t counter, uint32_t len, uint32_t owner_len,
                        uint32_t device_len)
{
    mls_buf plaintext;
    const vault v = kat_vault(owner_len, device_len);
    mls_err err = vault_open(&plaintext, &v, slot(1, name_len), counter, slot(2, len));
    put(5, plaintext.data, plaintext.len);
    mls_buf_free(&plaintext);
    return err;
}

uint32_t kat_passphrase(uint32_t len, uint32_t passes, uint32_t kib)
{
    mls_buf key;
    mls_err err = vault_passphrase_key(&key, slot(0, len), slot(1, VAULT_SALT_LEN), passes, kib);
    put(5, key.data, key.len);
    mls_buf_free(&key);
    return err;
}
