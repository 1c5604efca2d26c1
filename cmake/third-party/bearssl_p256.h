/* Multiples of points of P-256 by windows of four bits, in place of BearSSL's.
 *
 * BearSSL has the multiples of the generator as constants, and goes through other points' scalars
 * two bits at a time. Here the generator's are computed at their first use, for four places of the
 * scalar, and other points are as the generator with one place: less to load, and fewer operations.
 * BearSSL.cmake includes this file in ec_p256_m31.c of a wasm build.
 *
 * Constant-time in the scalar, as BearSSL's: 0 < scalar < order of the curve. No sum here has equal
 * or opposite operands, which p256_add() could not do: what is there is a multiple of 16 at the
 * place where less than 16 is added, and all sums are below the order. */

/* What is made at run time, each thread has its own of; a wasm module is one thread. */
#ifdef __EMSCRIPTEN__
#define PER_THREAD
#else
#define PER_THREAD _Thread_local
#endif

enum { WINDOW_LEN = 15, NUM_DIGITS = 64, NUM_PLACES = 4 };

/* window[i] = (i + 1) * P */
typedef p256_jacobian p256_window[WINDOW_LEN];

static void window_make(p256_window window, const p256_jacobian *P)
{
    window[0] = window[1] = *P;
    p256_double(&window[1]);
    for (int i = 2; i < WINDOW_LEN; i++) {
        window[i] = window[i - 1];
        p256_add(&window[i], P);
    }
}

/* T = digit * P, without a branch or an address that depends on the digit; digit 0 gives zeros. */
static void window_lookup(p256_jacobian *T, const p256_window window, uint32_t digit)
{
    memset(T, 0, sizeof *T);
    for (uint32_t i = 0; i < WINDOW_LEN; i++) {
        uint32_t mask = -EQ(digit, i + 1);
        for (int k = 0; k < 9; k++) {
            T->x[k] |= mask & window[i].x[k];
            T->y[k] |= mask & window[i].y[k];
            T->z[k] |= mask & window[i].z[k];
        }
    }
}

/* The i-th group of four bits from the right. */
static uint32_t digit_of(const unsigned char *x, size_t xlen, size_t i)
{
    return i / 2 < xlen ? x[xlen - 1 - i / 2] >> 4 * (i & 1) & 15 : 0;
}

/* P = x * G, where windows[i] has the multiples of 2^(256 i / num_places) * G. */
static void windows_mul(p256_jacobian *P, const p256_window *windows, int num_places,
                        const unsigned char *x, size_t xlen)
{
    p256_jacobian T, U;
    uint32_t is_zero = 1;
    int num_steps = NUM_DIGITS / num_places;
    memset(P, 0, sizeof *P);
    for (int step = num_steps; step-- > 0;) {
        for (int i = 0; i < 4; i++)
            p256_double(P);
        for (int place = 0; place < num_places; place++) {
            uint32_t digit = digit_of(x, xlen, place * num_steps + step);
            uint32_t is_digit = NEQ(digit, 0);
            window_lookup(&T, windows[place], digit);
            U = *P;
            p256_add(&U, &T);
            CCOPY(is_digit & is_zero, P, &T, sizeof T);
            CCOPY(is_digit & ~is_zero, P, &U, sizeof U);
            is_zero &= ~is_digit;
        }
    }
}

static void p256_mul(p256_jacobian *P, const unsigned char *x, size_t xlen)
{
    p256_window window;
    window_make(window, P);
    windows_mul(P, &window, 1, x, xlen);
}

static void p256_mulgen(p256_jacobian *P, const unsigned char *x, size_t xlen)
{
    static PER_THREAD p256_window windows[NUM_PLACES];
    static PER_THREAD int is_made;
    if (!is_made) {
        p256_jacobian G;
        p256_decode(&G, P256_G, sizeof P256_G);
        for (int place = 0; place < NUM_PLACES; place++) {
            window_make(windows[place], &G);
            for (int i = 0; i < 256 / NUM_PLACES; i++)
                p256_double(&G);
        }
        is_made = 1;
    }
    windows_mul(P, windows, NUM_PLACES, x, xlen);
}
