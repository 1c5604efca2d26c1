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
