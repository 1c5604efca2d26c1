/* h = a * B for keys and signatures, in constant time, by a comb with signed bits: 43 additions and
 * 5 doublings, where libsodium's own function makes 64 and 4 with as large a table. Libsodium.cmake
 * includes this file in ed25519_ref10.c of a wasm build, before that function. */
#include "ed25519_base.h"

/* A scalar as the sum of 2^i or -2^i for every place i of the comb: the bit i + 1 of the octets
 * says which. It has to be odd for that; to an even one the order of B is added, which changes
 * nothing. */
typedef unsigned char comb_scalar[33];

static void comb_recode(comb_scalar k, const unsigned char *a)
{
    static const unsigned char order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                            0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                            0,    0,    0,    0,    0,    0,    0,    0,
                                            0,    0,    0,    0,    0,    0,    0,    0x10};
    unsigned mask = (a[0] & 1u) - 1u, sum = 0;
    for (int i = 0; i < 32; i++) {
        sum += a[i] + (order[i] & mask);
        k[i] = (unsigned char)sum;
        sum >>= 8;
    }
    k[32] = 1 << (COMB_TEETH * COMB_SPACING - 256);
}

/* The group's bits, the lowest first. */
static unsigned comb_group(const comb_scalar k, int group)
{
    unsigned bits = 0;
    for (int tooth = COMB_TEETH; tooth-- > 0;) {
        int place = 1 + group + tooth * COMB_SPACING;
        bits = bits << 1 | (k[place >> 3] >> (place & 7) & 1);
    }
    return bits;
}

/* The point for a group: an entry of the table, or its negative when the group's highest bit is not
 * set. Every entry is read. */
static void comb_select(ge25519_precomp *point, const comb_entry *table, unsigned group)
{
    unsigned is_minus = ~group >> (COMB_TEETH - 1) & 1;
    uint32_t index = (group ^ (0u - is_minus)) & (COMB_TABLE_LEN - 1);
    comb_entry found;
    comb_words sum = {0};
    for (uint32_t e = 0; e < COMB_TABLE_LEN; e++) {
        uint32_t mask = 0u - (((index ^ e) - 1) >> 31);
        sum |= table[e].words & mask;
    }
    found.words = sum;
    *point = found.point;
    fe25519_cswap(point->yplusx, point->yminusx, is_minus);
    fe25519_cneg(point->xy2d, point->xy2d, is_minus);
}

void ge25519_scalarmult_base(ge25519_p3 *h, const unsigned char *a)
{
    comb_scalar k;
    ge25519_precomp point;
    ge25519_p1p1 sum;
    base_make();
    comb_recode(k, a);
    ge25519_p3_0(h);
    for (int column = COMB_COLUMNS; column-- > 0;) {
        for (int table = 0, group = column; group < COMB_SPACING; table++, group += COMB_COLUMNS) {
            comb_select(&point, base[table], comb_group(k, group));
            ge25519_madd(&sum, h, &point);
            ge25519_p1p1_to_p3(h, &sum);
        }
        if (column > 0) {
            ge25519_p3_dbl(&sum, h);
            ge25519_p1p1_to_p3(h, &sum);
        }
    }
    sodium_memzero(k, sizeof k);
    sodium_memzero(&point, sizeof point);
}
