/* The multiplication of cmake/third-party/ed25519_mul.h against libsodium's, whose header is read
 * here as upstream has it: every limb, with limbs as large as they may be and of either sign. */
#include "ed25519_field.h"

#include "ed25519.h"

#include <stdlib.h>
#include <string.h>

typedef int32_t fe25519[10];
void fe25519_tobytes(unsigned char *octets, const fe25519 f);

#define CONFIGURED  1
#define fe25519_mul upstream_mul
#include "private/ed25519_ref10_fe_25_5.h"
#undef fe25519_mul
#include "ed25519_mul.h"

/* A third of the limbs are at a limit: 1.65 * 2^26, or half of it in odd places. */
static void make(fe25519 f)
{
    uint32_t random[10];
    pseudorandom((unsigned char *)random, sizeof random);
    for (int i = 0; i < 10; i++) {
        const int32_t limit = 110729625 >> (i & 1);
        if (random[i] % 6 == 0)
            f[i] = limit;
        else if (random[i] % 6 == 1)
            f[i] = -limit;
        else
            f[i] = (int32_t)(random[i] >> 4) % (2 * limit) - limit;
    }
}

void field_products(void)
{
    fe25519 f, g, product, expected;
    for (int n = 0; n < 20000; n++) {
        make(f);
        make(g);
        upstream_mul(expected, f, g);
        fe25519_mul(product, f, g);
        if (memcmp(product, expected, sizeof product) != 0)
            abort();
        fe25519_mul(f, f, f);
        fe25519_mul(g, f, g);
        note(g, sizeof g);
    }
}

#ifdef OWN_ED25519
void fe25519_frombytes(fe25519 f, const unsigned char *octets);
void fe25519_invert(fe25519 out, const fe25519 f);

static void check_inverse(const unsigned char *octets)
{
    static const unsigned char zero[32],
        prime[32] = {0xed, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                     255,  255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                     255,  255, 255, 255, 255, 255, 255, 255, 255, 0x7f};
    unsigned char one[32] = {1}, found[32], given[32];
    fe25519 f, inverse;
    fe25519_frombytes(f, octets);
    fe25519_tobytes(given, f);
    fe25519_invert(inverse, f);
    upstream_mul(f, f, inverse);
    fe25519_tobytes(found, f);
    one[0] = sodium_memcmp(given, zero, 32) != 0; /* the inverse of 0 is 0 */
    if (memcmp(found, one, 32) != 0 || sodium_compare(given, prime, 32) >= 0)
        abort();
    fe25519_tobytes(found, inverse);
    if (!one[0] && memcmp(found, zero, 32) != 0)
        abort();
}

/* Around 0, p and the powers of two, and at random. */
void inverses(void)
{
    unsigned char octets[32], step[32] = {0};
    for (int bit = 0; bit < 255; bit++) {
        for (int add = -25; add <= 25; add++) {
            memset(octets, 0, 32);
            octets[bit / 8] = (unsigned char)(1 << bit % 8);
            step[0] = (unsigned char)abs(add);
            (add < 0 ? sodium_sub : sodium_add)(octets, step, 32);
            check_inverse(octets);
        }
    }
    for (int i = 0; i < 20000; i++) {
        pseudorandom(octets, 32);
        check_inverse(octets);
    }
}
#else
void inverses(void) {}
#endif
