/* s mod l, for signatures, in the first 32 of 64 octets: l is 2^252 + c, and 252 is 9 limbs of 28
 * bits, so that limb i goes into the limbs i - 9 to i - 5 as its product with -c. Libsodium.cmake
 * includes this file in ed25519_ref10.c in place of the unrolled function, which takes 0.8 kB
 * of what a page loads. In constant time: the loops are fixed. */

enum { REDUCE_LIMBS = 19, REDUCE_BITS = 28, REDUCE_TOP = 252 / REDUCE_BITS, REDUCE_LOW = 5 };

/* l, of which c is the lowest 5 limbs. */
static const int32_t reduce_order[REDUCE_TOP + 1] = {
    0xcf5d3ed, 0x12631a5, 0x79cd658, 0xf9dea2f, 0x14de, 0, 0, 0, 0, 1};

/* The limbs from the last on down to the first become 0. */
static void reduce_fold(int64_t *x, int first, int last)
{
    for (int i = last; i >= first; i--) {
        int64_t limb = x[i];
        for (int j = 0; j < REDUCE_LOW; j++)
            x[i - REDUCE_TOP + j] -= limb * reduce_order[j];
        x[i] = 0;
    }
}

static void reduce_carry(int64_t *x, int first, int end)
{
    for (int i = first; i < end; i++) {
        x[i + 1] += x[i] >> REDUCE_BITS;
        x[i] &= (1 << REDUCE_BITS) - 1;
    }
}

void sc25519_reduce(unsigned char s[64])
{
    int64_t x[REDUCE_LIMBS], times = -1;
    for (int i = 0; i < REDUCE_LIMBS - 1; i++)
        x[i] = (int64_t)load_4(s + i * REDUCE_BITS / 8) >> i * REDUCE_BITS % 8 &
               ((1 << REDUCE_BITS) - 1);
    x[REDUCE_LIMBS - 1] = s[63];
    reduce_fold(x, 14, 18);
    reduce_carry(x, 5, 14);
    reduce_fold(x, 10, 14);
    reduce_carry(x, 0, 10);
    reduce_fold(x, REDUCE_TOP, 10);
    reduce_carry(x, 0, REDUCE_TOP);
    /* It is above -2^160 and below 2^252 + 2^160: less l, and then l again for as long as it is
     * negative. */
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j <= REDUCE_TOP; j++)
            x[j] += times * reduce_order[j];
        reduce_carry(x, 0, REDUCE_TOP);
        times = -(x[REDUCE_TOP] >> 63);
    }
    for (int i = 0; i < 32; i++) {
        int limb = i / 7 * 2;
        s[i] = (unsigned char)((x[limb] | x[limb + 1] << REDUCE_BITS) >> i % 7 * 8);
    }
    sodium_memzero(x, sizeof x);
}
