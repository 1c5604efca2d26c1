#include "crypto/suite.h"

#include "crypto/bearssl.h"
#include "crypto/decaf.h"
#include "crypto/sodium.h"

#include <sodium.h>

/* Best first: a peer that speaks several is met in the first common one. So: the suite that every
 * implementation has to have, then by speed. core/CMakeLists.txt defines which are built in. */
static const suite suites[] = {
#if WAXSEAL_SUITE_1
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
#endif
#if WAXSEAL_SUITE_3
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
#endif
#if WAXSEAL_SUITE_2
    {
        .id = MLS_SUITE_P256_AES128GCM_SHA256_P256,
        .name = "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
        .kdf_id = 0x0001,
        .aead_id = 0x0001,
        .hash = &sodium_sha256,
        .aead = &bearssl_aes128gcm,
        .dh = &bearssl_p256,
        .sign = &bearssl_ecdsa_p256,
    },
#endif
#if WAXSEAL_SUITE_4
    {
        .id = MLS_SUITE_X448_AES256GCM_SHA512_ED448,
        .name = "MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448",
        .kdf_id = 0x0003,
        .aead_id = 0x0002,
        .hash = &sodium_sha512,
        .aead = &bearssl_aes256gcm,
        .dh = &libdecaf_x448,
        .sign = &libdecaf_ed448,
    },
#endif
#if WAXSEAL_SUITE_6
    {
        .id = MLS_SUITE_X448_CHACHA20POLY1305_SHA512_ED448,
        .name = "MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448",
        .kdf_id = 0x0003,
        .aead_id = 0x0003,
        .hash = &sodium_sha512,
        .aead = &sodium_chacha20poly1305,
        .dh = &libdecaf_x448,
        .sign = &libdecaf_ed448,
    },
#endif
#if WAXSEAL_SUITE_7
    {
        .id = MLS_SUITE_P384_AES256GCM_SHA384_P384,
        .name = "MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
        .kdf_id = 0x0002,
        .aead_id = 0x0002,
        .hash = &bearssl_sha384,
        .aead = &bearssl_aes256gcm,
        .dh = &bearssl_p384,
        .sign = &bearssl_ecdsa_p384,
    },
#endif
#if WAXSEAL_SUITE_5
    {
        .id = MLS_SUITE_P521_AES256GCM_SHA512_P521,
        .name = "MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
        .kdf_id = 0x0003,
        .aead_id = 0x0002,
        .hash = &sodium_sha512,
        .aead = &bearssl_aes256gcm,
        .dh = &bearssl_p521,
        .sign = &bearssl_ecdsa_p521,
    },
#endif
};
enum { NUM_SUITES = sizeof suites / sizeof suites[0] };

mls_err mls_init(void)
{
    bearssl_init();
    random_init();
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

uint16_t mls_suite_signature_scheme(uint16_t id)
{
    const suite *s = suite_find(id);
    return s ? s->sign->scheme : 0;
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
