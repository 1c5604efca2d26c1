/* out = 1/z, and 0 for 0, in constant time: the greatest common divisor of z and the prime p =
 * 2^255 - 19 by 600 of Bernstein and Yang's division steps ("Fast constant-time gcd computation and
 * modular inversion", 2019), of which 590 suffice for what is below 2^256 when they begin with
 * delta = 1/2. It takes half the time of the power p - 2. Libsodium.cmake includes this file in
 * ed25519_ref10.c. */

enum { INVERT_LIMBS = 9, INVERT_BITS = 30, INVERT_ROUNDS = 20 };

/* Limbs of 30 bits, of which only the last may be negative. */
typedef int64_t invert_number[INVERT_LIMBS];

static const int64_t invert_mask = (1 << INVERT_BITS) - 1;

/* What the steps of a round do to f and g, times 2^30: u * f + v * g and q * f + r * g. */
typedef struct {
    int64_t u, v, q, r;
} invert_matrix;

/* A mask stays one for the compiler: no branch shall come of it. */
static inline int64_t invert_opaque(int64_t mask)
{
    __asm__("" : "+r"(mask));
    return mask;
}

/* The steps of a round, which depend on the low limbs of f and g alone. minus_delta is -delta -
 * 1/2. A row of the matrix is one number while it is made, u + 2^32 * v. */
static int64_t invert_steps(invert_matrix *m, int64_t minus_delta, int64_t f, int64_t g)
{
    int64_t row_f = 1, row_g = (int64_t)1 << 32;
    for (int i = 0; i < INVERT_BITS; i++) {
        int64_t is_minus = invert_opaque(minus_delta >> 63), is_odd = invert_opaque(-(g & 1));
        int64_t swap = is_minus & is_odd;
        minus_delta = (minus_delta ^ swap) - 1;
        g += ((f ^ is_minus) - is_minus) & is_odd;
        f += g & swap;
        g >>= 1;
        row_g += ((row_f ^ is_minus) - is_minus) & is_odd;
        row_f += row_g & swap;
        row_f *= 2;
    }
    m->u = (int32_t)row_f;
    m->v = (row_f - m->u) >> 32;
    m->q = (int32_t)row_g;
    m->r = (row_g - m->q) >> 32;
    return minus_delta;
}

/* out = (a * x + b * y) / 2^30, or that with as much of p added as makes it whole. It may take y's
 * place. */
static void invert_row(invert_number out, int64_t a, const invert_number x, int64_t b,
                       const invert_number y, int is_modular)
{
    const int64_t inverse_of_19 = 678152731; /* modulo 2^30 */
    int64_t sum = a * x[0] + b * y[0];
    int64_t of_p = (sum & invert_mask) * inverse_of_19 & invert_mask & -(int64_t)is_modular;
    sum -= 19 * of_p;
    for (int i = 1; i < INVERT_LIMBS; i++) {
        sum = (sum >> INVERT_BITS) + a * x[i] + b * y[i];
        if (i == INVERT_LIMBS - 1)
            sum += of_p << (255 - 240);
        out[i - 1] = sum & invert_mask;
    }
    out[INVERT_LIMBS - 1] = sum >> INVERT_BITS;
}

static void invert_rows(const invert_matrix *m, invert_number x, invert_number y, int is_modular)
{
    invert_number old;
    memcpy(old, x, sizeof old);
    invert_row(x, m->u, old, m->v, y, is_modular);
    invert_row(y, m->q, old, m->r, y, is_modular);
}

/* What is above 2^255 counts 19 times. */
static void invert_carry(invert_number x)
{
    int64_t carry = 19 * (x[INVERT_LIMBS - 1] >> 15);
    x[INVERT_LIMBS - 1] &= (1 << 15) - 1;
    for (int i = 0; i < INVERT_LIMBS - 1; i++) {
        carry += x[i];
        x[i] = carry & invert_mask;
        carry >>= INVERT_BITS;
    }
    x[INVERT_LIMBS - 1] += carry;
}

void fe25519_invert(fe25519 out, const fe25519 z)
{
    invert_number f = {-19}, g, d = {0}, e = {1};
    invert_matrix m;
    unsigned char octets[36] = {0};
    int64_t minus_delta = -1;
    f[INVERT_LIMBS - 1] = 1 << 15;
    fe25519_tobytes(octets, z);
    for (int i = 0; i < INVERT_LIMBS; i++) {
        int bit = i * INVERT_BITS;
        g[i] =
            (int64_t)((load_4(octets + bit / 8) | (uint64_t)octets[bit / 8 + 4] << 32) >> bit % 8) &
            invert_mask;
    }
    /* d * z is f and e * z is g, modulo p, throughout; g becomes 0, and f 1 or -1. */
    for (int i = 0; i < INVERT_ROUNDS; i++) {
        minus_delta = invert_steps(&m, minus_delta, f[0], g[0]);
        invert_rows(&m, f, g, 0);
        invert_rows(&m, d, e, 1);
    }
    int64_t is_minus = invert_opaque(f[INVERT_LIMBS - 1] >> 63);
    for (int i = 0; i < INVERT_LIMBS; i++)
        d[i] = (d[i] ^ is_minus) - is_minus;
    for (int i = 0; i < 2; i++) /* d is within 21 * p of 0; after one, between -2^241 and 2^256 */
        invert_carry(d);
    uint64_t rest = 0;
    for (int i = 0, bits = 0, n = 0; i < INVERT_LIMBS; i++) {
        rest |= (uint64_t)d[i] << bits;
        for (bits += INVERT_BITS; bits >= 8 && n < 32; bits -= 8, rest >>= 8)
            octets[n++] = (unsigned char)rest;
    }
    fe25519_frombytes(out, octets);
}
