/* Verification: of genuine signatures, of signatures that are false in one place, and of those that
 * only keys and points of mixed order make. A key is used several times in sequence, and returns
 * after others: the first time, when it is prepared, when it is kept and when it was dropped again.
 */
#include "ed25519_verify.h"

#include "ed25519.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 90, MESSAGE_LEN = 40, TORSION = 8, KINDS = 10 };

/* The points whose order divides 8. */
static unsigned char torsion[TORSION][32];

static void make_torsion(void)
{
    static const unsigned char of_order_8[32] = {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f,
                                                 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
                                                 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6,
                                                 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a};
    torsion[0][0] = 1;
    for (int i = 1; i < TORSION; i++)
        if (crypto_core_ed25519_add(torsion[i], torsion[i - 1], of_order_8) != 0)
            abort();
}

typedef struct {
    unsigned char public[32], private[32];
} key_pair;

static void multiple(unsigned char *out, const unsigned char *scalar, const unsigned char *added)
{
    unsigned char point[32];
    if (crypto_scalarmult_ed25519_base_noclamp(point, scalar) != 0 ||
        crypto_core_ed25519_add(out, point, added) != 0)
        abort();
}

static void pseudorandom_scalar(unsigned char *out)
{
    unsigned char wide[64];
    pseudorandom(wide, sizeof wide);
    crypto_core_ed25519_scalar_reduce(out, wide);
}

/* R = r * B + added, and S as it has to be for R without the addition. */
static void sign(unsigned char *signature, const key_pair *key, const unsigned char *message,
                 const unsigned char *added)
{
    unsigned char r[32], k[64];
    crypto_hash_sha512_state hash;
    pseudorandom_scalar(r);
    multiple(signature, r, added);
    crypto_hash_sha512_init(&hash);
    crypto_hash_sha512_update(&hash, signature, 32);
    crypto_hash_sha512_update(&hash, key->public, 32);
    crypto_hash_sha512_update(&hash, message, MESSAGE_LEN);
    crypto_hash_sha512_final(&hash, k);
    crypto_core_ed25519_scalar_reduce(k, k);
    crypto_core_ed25519_scalar_mul(k, k, key->private);
    crypto_core_ed25519_scalar_add(signature + 32, r, k);
}

static int accepted;

static int verify(const unsigned char *signature, const unsigned char *message,
                  const unsigned char *public)
{
    int verdict = crypto_sign_verify_detached(signature, message, MESSAGE_LEN, public);
    note_int(verdict);
    accepted += verdict == 0;
    return verdict;
}

/* One signature in all the ways it can be false. */
static void verify_kinds(const key_pair *key, const unsigned char *added, int kind)
{
    unsigned char signature[64], message[MESSAGE_LEN];
    pseudorandom(message, sizeof message);
    sign(signature, key, message, added);
    int is_genuine = verify(signature, message, key->public) == 0;
    switch (kind) {
    case 0:
        sodium_add(signature + 32, order, 32);
        break;
    case 1:
        signature[32] ^= 1;
        break;
    case 2:
        signature[63] ^= 0x80;
        break;
    case 3:
        signature[0] ^= 1;
        break;
    case 4:
        signature[31] ^= 0x80;
        break;
    case 5:
        message[7] ^= 1;
        break;
    case 6:
        memset(signature + 32, 0, 32);
        break;
    case 7:
        memcpy(signature + 32, order, 32);
        break;
    case 8:
        crypto_core_ed25519_scalar_negate(signature + 32, signature + 32);
        break;
    case 9:
        memcpy(signature, torsion[message[0] % TORSION], 32);
        break;
    }
    if (verify(signature, message, key->public) == 0 && is_genuine)
        abort();
}

static void mixed_orders(void)
{
    static key_pair keys[KEYS];
    for (int i = 0; i < KEYS; i++) {
        pseudorandom_scalar(keys[i].private);
        multiple(keys[i].public, keys[i].private, torsion[i % TORSION]);
    }
    for (int i = 0; i < 4 * KEYS; i++) {
        /* in sequence, one after another, among few, at random */
        const key_pair *key = &keys[i % KEYS];
        unsigned char octets[2];
        for (int n = 0; n < KINDS; n++) {
            pseudorandom(octets, sizeof octets);
            if (i / KEYS == 1)
                key = &keys[n];
            else if (i / KEYS == 2)
                key = &keys[(i * KINDS + n) % KEYS];
            else if (i / KEYS == 3)
                key = &keys[octets[0] % KEYS];
            verify_kinds(key, torsion[octets[1] % 4 ? 0 : octets[1] / 4 % TORSION], n);
        }
    }
}

/* Points of small order and y that are not reduced, as keys and as R. */
static void odd_encodings(void)
{
    unsigned char message[MESSAGE_LEN] = {0}, signature[64] = {0}, odd[32];
    key_pair key;
    pseudorandom_scalar(key.private);
    multiple(key.public, key.private, torsion[0]);
    for (int sign_bit = 0; sign_bit < 2; sign_bit++) {
        for (int low = 0; low < 2 * 40; low++) {
            memset(odd, low < 40 ? 0 : 0xff, 32);
            odd[0] = (unsigned char)(low < 40 ? low : 0xd8 + low - 40);
            odd[31] = (unsigned char)((odd[31] & 0x7f) | sign_bit << 7);
            for (int n = 0; n < 3; n++) {
                sign(signature, &key, message, torsion[0]);
                verify(signature, message, odd);
                memcpy(signature, odd, 32);
                verify(signature, message, key.public);
                verify(signature, message, odd);
                memset(signature + 32, 0, 32);
                verify(signature, message, odd);
            }
        }
    }
}

/* ---- The function below it, with scalars that no hash gives ---- */

#ifdef OWN_ED25519
int ge25519_verify_vartime(void *r, const unsigned char *k, const unsigned char *octets,
                           const unsigned char *s);
#else
int ge25519_frombytes_negate_vartime(void *p, const unsigned char *octets);
void ge25519_double_scalarmult_vartime(void *r, const unsigned char *k, const void *p,
                                       const unsigned char *s);
#endif
void ge25519_tobytes(unsigned char *octets, const void *r);

static void note_sum(const unsigned char *k, const unsigned char *octets, const unsigned char *s)
{
    uint64_t r[64];
    unsigned char out[32];
#ifdef OWN_ED25519
    int result = ge25519_verify_vartime(r, k, octets, s);
#else
    uint64_t p[64];
    int result = ge25519_frombytes_negate_vartime(p, octets);
    if (result == 0)
        ge25519_double_scalarmult_vartime(r, k, p, s);
#endif
    note_int(result);
    if (result != 0)
        return;
    ge25519_tobytes(out, r);
    note(out, sizeof out);
}

static void edge_sums(void)
{
    enum { SCALARS = 40, POINTS = 12 };
    unsigned char scalars[SCALARS][32] = {{0}}, points[POINTS][32], one[32] = {1};
    static const int bits[] = {1, 2, 5, 62, 63, 64, 65, 127, 128, 129, 191, 192, 193, 251, 252};
    int n = 1; /* the first is 0 */
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++, n += 2) {
        scalars[n][bits[i] / 8] = (unsigned char)(1 << bits[i] % 8);
        sodium_add(scalars[n + 1], scalars[n], 32);
        sodium_sub(scalars[n + 1], one, 32);
    }
    for (; n < SCALARS - 4; n++) {
        memcpy(scalars[n], order, 32);
        sodium_sub(scalars[n], one, 32);
        one[0]++;
    }
    for (; n < SCALARS; n++)
        pseudorandom_scalar(scalars[n]);
    for (int i = 0; i < POINTS; i++) {
        if (i < TORSION)
            memcpy(points[i], torsion[i], 32);
        else
            multiple(points[i], scalars[3 + i], torsion[i % 3]);
    }
    for (int repeat = 0; repeat < 2; repeat++)
        for (int i = 0; i < SCALARS; i++)
            for (int j = 0; j < SCALARS; j += 1 + repeat)
                note_sum(scalars[i], points[(i + 7 * j) % POINTS], scalars[j]);
}

void verifications(void)
{
    make_torsion();
    mixed_orders();
    odd_encodings();
    printf("accepted: %d\n", accepted);
    edge_sums();
}
