/* h = f * g, with 75 products in place of libsodium's 100: with even and odd limbs apart, and
 * Karatsuba's way to have the mixed products. Libsodium.cmake includes this file in the header of
 * the field with limbs of 25 and 26 bits. The limits of f and g are those of libsodium's function,
 * and h is the same in every limb: no sum comes to 2^62. In constant time: there is no branch. */

/* The product r of two polynomials with 5 coefficients each. */
#define FE25519_PRODUCT(r)                                                                         \
    int64_t r##0 = a0 * b0, r##1 = a0 * b1 + a1 * b0;                                              \
    int64_t r##2 = a0 * b2 + a1 * b1 + a2 * b0;                                                    \
    int64_t r##3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;                                          \
    int64_t r##4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;                                \
    int64_t r##5 = a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1;                                          \
    int64_t r##6 = a2 * b4 + a3 * b3 + a4 * b2;                                                    \
    int64_t r##7 = a3 * b4 + a4 * b3, r##8 = a4 * b4

/* What is above the lowest bits of a goes to b, rounded. */
#define FE25519_CARRY(a, b, bits)                                                                  \
    carry = (a + ((int64_t)1 << (bits - 1))) >> bits, b += carry, a -= carry * ((int64_t)1 << bits)

static void fe25519_mul(fe25519 h, const fe25519 f, const fe25519 g)
{
    int64_t a0 = f[0], a1 = f[2], a2 = f[4], a3 = f[6], a4 = f[8];
    int64_t b0 = g[0], b1 = g[2], b2 = g[4], b3 = g[6], b4 = g[8];
    FE25519_PRODUCT(even);
    a0 = f[1], a1 = f[3], a2 = f[5], a3 = f[7], a4 = f[9];
    b0 = g[1], b1 = g[3], b2 = g[5], b3 = g[7], b4 = g[9];
    FE25519_PRODUCT(odd);
    a0 += f[0], a1 += f[2], a2 += f[4], a3 += f[6], a4 += f[8];
    b0 += g[0], b1 += g[2], b2 += g[4], b3 += g[6], b4 += g[8];
    FE25519_PRODUCT(all);
    /* 2^255 is 19; and two odd limbs' product counts twice in the next even limb. */
    int64_t carry, h0 = even0 + 19 * (even5 + 2 * odd4),
                   h1 = all0 - even0 - odd0 + 19 * (all5 - even5 - odd5);
    int64_t h2 = even1 + 2 * odd0 + 19 * (even6 + 2 * odd5),
            h3 = all1 - even1 - odd1 + 19 * (all6 - even6 - odd6);
    int64_t h4 = even2 + 2 * odd1 + 19 * (even7 + 2 * odd6),
            h5 = all2 - even2 - odd2 + 19 * (all7 - even7 - odd7);
    int64_t h6 = even3 + 2 * odd2 + 19 * (even8 + 2 * odd7),
            h7 = all3 - even3 - odd3 + 19 * (all8 - even8 - odd8);
    int64_t h8 = even4 + 2 * odd3 + 38 * odd8, h9 = all4 - even4 - odd4;
    FE25519_CARRY(h0, h1, 26), FE25519_CARRY(h4, h5, 26);
    FE25519_CARRY(h1, h2, 25), FE25519_CARRY(h5, h6, 25);
    FE25519_CARRY(h2, h3, 26), FE25519_CARRY(h6, h7, 26);
    FE25519_CARRY(h3, h4, 25), FE25519_CARRY(h7, h8, 25);
    FE25519_CARRY(h4, h5, 26), FE25519_CARRY(h8, h9, 26);
    carry = (h9 + (1 << 24)) >> 25, h0 += 19 * carry, h9 -= carry * (1 << 25);
    FE25519_CARRY(h0, h1, 26);
    h[0] = (int32_t)h0, h[1] = (int32_t)h1, h[2] = (int32_t)h2, h[3] = (int32_t)h3;
    h[4] = (int32_t)h4, h[5] = (int32_t)h5, h[6] = (int32_t)h6, h[7] = (int32_t)h7;
    h[8] = (int32_t)h8, h[9] = (int32_t)h9;
}
