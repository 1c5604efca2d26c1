/*
 * Signatures that were verified already: each is looked at by all devices of a room, in one process
 * here, and that is three quarters of a run's time. The linker puts this in libsodium's place; a
 * result depends on the octets alone, so nothing else changes.
 */
#include <sodium.h>
#include <string.h>

int __real_crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message,
                                       unsigned long long len, const unsigned char *key);
int __wrap_crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message,
                                       unsigned long long len, const unsigned char *key);

enum { PLACES = 1 << 16, NAME_LEN = 16 };

typedef struct place {
    unsigned char name[NAME_LEN];
    int taken, result;
} place;

int __wrap_crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message,
                                       unsigned long long len, const unsigned char *key)
{
    static place places[PLACES];
    crypto_generichash_state state;
    unsigned char name[NAME_LEN];
    crypto_generichash_init(&state, NULL, 0, sizeof name);
    crypto_generichash_update(&state, signature, crypto_sign_BYTES);
    crypto_generichash_update(&state, key, crypto_sign_PUBLICKEYBYTES);
    crypto_generichash_update(&state, message, len);
    crypto_generichash_final(&state, name, sizeof name);
    place *p = &places[(name[0] | name[1] << 8) % PLACES];
    if (!p->taken || memcmp(p->name, name, sizeof name) != 0) {
        memcpy(p->name, name, sizeof name);
        p->result = __real_crypto_sign_verify_detached(signature, message, len, key);
        p->taken = 1;
    }
    return p->result;
}
