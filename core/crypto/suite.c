#include "crypto/suite.h"

#include "crypto/bearssl.h"
#include "crypto/sodium.h"

#include <sodium.h>

/* Best first: a peer that speaks several is met in the first common one. */
static const suite suites[] = {
    {
        .id = MLS_SUITE_X25519_AES128GCM_SHA256_ED25519,
        .name = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
        .kdf_id = 0x0001,
        .aead_id = 0x0001,
        .hash = &sodium_sha256,
        .aead = &bearssl_aes128gcm,
        .dh = &sodium_x25519,
        .sign = &sodium_ed25519,
    },
    {
        .id = MLS_SUITE_X25519_CHACHA20POLY1305_SHA256_ED25519,
        .name = "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
        .kdf_id = 0x0001,
        .aead_id = 0x0003,
        .hash = &sodium_sha256,
        .aead = &sodium_chacha20poly1305,
        .dh = &sodium_x25519,
        .sign = &sodium_ed25519,
    },
};
enum { NUM_SUITES = sizeof suites / sizeof suites[0] };

mls_err mls_init(void)
{
    bearssl_init();
    return sodium_init() < 0 ? MLS_ERR_NOT_INITIALISED : MLS_OK;
}

const suite *suite_find(uint16_t id)
{
    for (size_t i = 0; i < NUM_SUITES; i++)
        if (suites[i].id == id)
            return &suites[i];
    return NULL;
}

mls_err suite_get(const suite **s, uint16_t id)
{
    *s = suite_find(id);
    return *s ? MLS_OK : MLS_ERR_UNSUPPORTED_SUITE;
}

uint16_t mls_suite_at(size_t index)
{
    return index < NUM_SUITES ? suites[index].id : 0;
}

const char *mls_suite_name(uint16_t id)
{
    const suite *s = suite_find(id);
    return s ? s->name : NULL;
}

bool secret_equal(bytes a, bytes b)
{
    return a.len == b.len && sodium_memcmp(a.data, b.data, a.len) == 0;
}

void random_bytes(uint8_t *out, size_t len)
{
    randombytes_buf(out, len);
}
