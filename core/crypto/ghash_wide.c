/*
 * GHASH (NIST SP 800-38D section 6.4) of long texts. With the blocks X[0] ... X[n-1],
 *
 *     GHASH(y, X) = (y + X[0]) * H^n + X[1] * H^(n-1) + ... + X[n-1] * H
 *
 * Sixteen blocks S[0] ... S[15] have the hash of sixteen and sixteen more when each is multiplied
 * by H^16 before one of the latter is added. So a text of any length is condensed into sixteen
 * blocks, all of which are always multiplied by the same number; BearSSL then hashes those.
 *
 * Octet i of the sixteen blocks is one vector, and multiplying looks up, for each half of it, the
 * sixteen multiples of H^16: the lookup is one instruction that takes the same time for all
 * indices.
 */
#include "base/bytes.h"
#include "crypto/simd.h"
#include "crypto/wide.h"

#include <string.h>

enum { BLOCK_LEN = 16, NUM_BLOCKS = 16, BATCH_LEN = NUM_BLOCKS * BLOCK_LEN };

/* From here on making the tables costs less than it brings. */
enum { WIDE_FROM = 2 * BATCH_LEN };

/* high[j][n]: octet j of K * n, where n is the upper half of an octet: its highest bit stands for
 * x^0, its lowest for x^3. low: the same for the lower half, x^4 to x^7. */
typedef struct multiples {
    octets_x16 high[BLOCK_LEN], low[BLOCK_LEN];
} multiples;

static inline octets_x16 zip_low(octets_x16 a, octets_x16 b)
{
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline octets_x16 zip_high(octets_x16 a, octets_x16 b)
{
    return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15,
                                   31);
}

/* Rows become columns: every zip takes one bit from the row's number to the column's. */
static void transpose(octets_x16 m[16])
{
    for (int bit = 0; bit < 4; bit++) {
        octets_x16 z[16];
        for (size_t i = 0; i < 8; i++) {
            z[2 * i] = zip_low(m[i], m[i + 8]);
            z[2 * i + 1] = zip_high(m[i], m[i + 8]);
        }
        memcpy(m, z, sizeof z);
    }
}

/* k * x: x^0 is the highest bit of the first octet, and x^128 = 1 + x + x^2 + x^7. */
static void times_x(uint8_t k[BLOCK_LEN])
{
    uint8_t carry = k[BLOCK_LEN - 1] & 1;
    for (int i = BLOCK_LEN - 1; i > 0; i--)
        k[i] = (uint8_t)(k[i] >> 1 | k[i - 1] << 7);
    k[0] = (uint8_t)(k[0] >> 1 ^ (0xe1 & -carry));
}

/* The multiples of k by 0 ... x^3; k becomes k * x^4. */
static void multiples_of(octets_x16 out[16], uint8_t k[BLOCK_LEN])
{
    out[0] = (octets_x16){0};
    for (int bit = 8; bit; bit /= 2) {
        memcpy(&out[bit], k, BLOCK_LEN);
        times_x(k);
    }
    for (int n = 1; n < 16; n++)
        out[n] = out[n & 8] ^ out[n & 4] ^ out[n & 2] ^ out[n & 1];
    transpose(out);
}

/* m: of h^16. */
static void multiples_init(multiples *m, const uint8_t *h)
{
    static const uint8_t zero[BLOCK_LEN];
    uint8_t power[BLOCK_LEN], same[BLOCK_LEN];
    memcpy(power, h, BLOCK_LEN);
    for (int i = 0; i < 4; i++) {
        memcpy(same, power, BLOCK_LEN);
        br_ghash_ctmul64(power, same, zero, BLOCK_LEN); /* (power + 0) * same */
    }
    multiples_of(m->high, power);
    multiples_of(m->low, power);
    wipe(power, sizeof power);
    wipe(same, sizeof same);
}

/* Multiplies all blocks in s by K. */
static inline void multiply(octets_x16 s[BLOCK_LEN], const multiples *m)
{
    octets_x16 product[2 * BLOCK_LEN - 1] = {{0}};
    for (int i = 0; i < BLOCK_LEN; i++) {
        octets_x16 high = s[i] >> 4, low = s[i] & 15;
        for (int j = 0; j < BLOCK_LEN; j++)
            product[i + j] ^= lookup(m->high[j], high) ^ lookup(m->low[j], low);
    }
    for (int i = 2 * BLOCK_LEN - 2; i >= BLOCK_LEN; i--) {
        octets_x16 v = product[i];
        product[i - 16] ^= v ^ v >> 1 ^ v >> 2 ^ v >> 7;
        product[i - 15] ^= v << 7 ^ v << 6 ^ v << 1;
    }
    memcpy(s, product, BLOCK_LEN * sizeof *s);
}

/* see wide.h */
void ghash_wide(void *y, const void *h, const void *data, size_t len)
{
    const uint8_t *at = data;
    if (len >= WIDE_FROM) {
        multiples m;
        octets_x16 s[BLOCK_LEN], more[BLOCK_LEN], first;
        multiples_init(&m, h);
        memcpy(s, at, sizeof s);
        memcpy(&first, y, sizeof first);
        s[0] ^= first;
        transpose(s);
        for (at += BATCH_LEN, len -= BATCH_LEN; len >= BATCH_LEN;
             at += BATCH_LEN, len -= BATCH_LEN) {
            multiply(s, &m);
            memcpy(more, at, sizeof more);
            transpose(more);
            for (int i = 0; i < BLOCK_LEN; i++)
                s[i] ^= more[i];
        }
        transpose(s);
        memset(y, 0, BLOCK_LEN);
        br_ghash_ctmul64(y, h, s, sizeof s);
        wipe(&m, sizeof m);
    }
    br_ghash_ctmul64(y, h, at, len);
}
