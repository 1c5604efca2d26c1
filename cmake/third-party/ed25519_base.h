/* The multiples of the Ed25519 base point B that ed25519_comb.h adds, computed at their first use.
 *
 * libsodium has others as constants: 30 kB that no compression makes smaller. Libsodium.cmake
 * includes this file in ed25519_ref10.c of a wasm build. Nothing here is secret. */

/* What is made at run time, each thread has its own of; a wasm module is one thread. */
#ifdef __EMSCRIPTEN__
#define PER_THREAD
#else
#define PER_THREAD _Thread_local
#endif

/* A scalar's bits, in COMB_TEETH * COMB_SPACING places, are taken in groups: those COMB_SPACING
 * places apart. A table serves the groups of COMB_COLUMNS places in sequence. */
enum {
    COMB_TEETH = 6,
    COMB_SPACING = 43,
    COMB_COLUMNS = 6,
    COMB_TABLES = 8,
    COMB_TABLE_LEN = 32,
    COMB_LEN = COMB_TABLES * COMB_TABLE_LEN
};

/* Whole vectors, for the selection in constant time. */
typedef uint32_t comb_words __attribute__((vector_size(128)));
typedef union {
    ge25519_precomp point;
    comb_words words;
} comb_entry;

/* [i][e] = 2^(6 * i) * (2^(43 * 5) + the sum over t < 5 of 2^(43 * t), or minus that where the bit
 * t of e is not set) * B. */
static PER_THREAD comb_entry base[COMB_TABLES][COMB_TABLE_LEN];

/* While it is made, an entry holds X, Y and Z in place of y + x, y - x and 2dxy. */
static void base_put(comb_entry *entry, const ge25519_p3 *p)
{
    fe25519_copy(entry->point.yplusx, p->X);
    fe25519_copy(entry->point.yminusx, p->Y);
    fe25519_copy(entry->point.xy2d, p->Z);
}

static void base_add(ge25519_p3 *p, const ge25519_cached *q, int is_plus)
{
    ge25519_p1p1 sum;
    (is_plus ? ge25519_add : ge25519_sub)(&sum, p, q);
    ge25519_p1p1_to_p3(p, &sum);
}

/* A table from its entry 0 and twice the multiples that are subtracted in it. One bit of the index
 * changes from one to the next. */
static void base_put_table(comb_entry *table, ge25519_p3 *p, const ge25519_cached *twice)
{
    base_put(&table[0], p);
    for (unsigned i = 1, e = 0; i < COMB_TABLE_LEN; i++) {
        int tooth = __builtin_ctz(i);
        e ^= 1u << tooth;
        base_add(p, &twice[tooth], e >> tooth & 1);
        base_put(&table[e], p);
    }
}

static void base_finish(ge25519_precomp *point, const fe25519 inverse_of_z)
{
    fe25519 x, y;
    fe25519_mul(x, point->yplusx, inverse_of_z);
    fe25519_mul(y, point->yminusx, inverse_of_z);
    fe25519_add(point->yplusx, y, x);
    fe25519_sub(point->yminusx, y, x);
    fe25519_mul(point->xy2d, x, y);
    fe25519_mul(point->xy2d, point->xy2d, d2);
}

/* Makes all points affine with one inversion: products[k] is that of the Zs before k. */
static void base_finish_all(comb_entry *entries)
{
    fe25519 products[COMB_LEN], inverse, inverse_of_z;
    fe25519_1(products[0]);
    for (int k = 1; k < COMB_LEN; k++)
        fe25519_mul(products[k], products[k - 1], entries[k - 1].point.xy2d);
    fe25519_mul(inverse, products[COMB_LEN - 1], entries[COMB_LEN - 1].point.xy2d);
    fe25519_invert(inverse, inverse);
    for (int k = COMB_LEN; k-- > 0;) {
        fe25519_mul(inverse_of_z, inverse, products[k]);
        fe25519_mul(inverse, inverse, entries[k].point.xy2d);
        base_finish(&entries[k].point, inverse_of_z);
    }
}

static void base_make(void)
{
    static PER_THREAD int is_made;
    ge25519_cached twice[COMB_TABLES][COMB_TEETH], cached;
    ge25519_p3 first[COMB_TABLES], p;
    ge25519_p1p1 sum;
    unsigned char octets[32];
    if (is_made)
        return;
    memset(octets, 0x66, sizeof octets); /* y = 4/5, and x negative: what is read is -p */
    octets[0] = 0x58;
    octets[31] |= 0x80;
    ge25519_frombytes_negate_vartime(&p, octets);
    for (int i = 0; i < COMB_TABLES; i++)
        ge25519_p3_0(&first[i]);
    for (int place = 0; place < COMB_TEETH * COMB_SPACING; place++) {
        int tooth = place / COMB_SPACING, table = place % COMB_SPACING / COMB_COLUMNS;
        int is_used = place % COMB_SPACING % COMB_COLUMNS == 0;
        ge25519_p3_to_cached(&cached, &p);
        if (is_used)
            base_add(&first[table], &cached, tooth == COMB_TEETH - 1);
        ge25519_p3_dbl(&sum, &p);
        ge25519_p1p1_to_p3(&p, &sum);
        if (is_used)
            ge25519_p3_to_cached(&twice[table][tooth], &p);
    }
    for (int i = 0; i < COMB_TABLES; i++)
        base_put_table(base[i], &first[i], twice[i]);
    base_finish_all(base[0]);
    is_made = 1;
}
