/* The multiples of the Ed25519 base point B, computed at their first use.
 *
 * libsodium has them as constants: 30 kB that no compression makes smaller. Libsodium.cmake
 * includes this file in their place in ed25519_ref10.c of a wasm build, where only one thread runs.
 * The result is the same octet for octet (tests/run sodium compares). Nothing here is secret. */

enum { BASE_ROWS = 32, BASE_ROW_LEN = 8, BASE_LEN = (BASE_ROWS + 1) * BASE_ROW_LEN };

/* [i][j] = (j + 1) * 256^i * B; and the last row, odd multiples: (2 * j + 1) * B. */
static ge25519_precomp base[BASE_ROWS + 1][BASE_ROW_LEN];

/* While it is made, an entry holds X, Y and Z in place of y + x, y - x and 2dxy. */
static void base_put(ge25519_precomp *entry, const ge25519_p3 *p)
{
    fe25519_copy(entry->yplusx, p->X);
    fe25519_copy(entry->yminusx, p->Y);
    fe25519_copy(entry->xy2d, p->Z);
}

/* row[j] = p + j * step; leaves the last of them in p. */
static void base_put_row(ge25519_precomp *row, ge25519_p3 *p, const ge25519_p3 *step)
{
    ge25519_cached cached;
    ge25519_p1p1 sum;
    ge25519_p3_to_cached(&cached, step);
    base_put(&row[0], p);
    for (int j = 1; j < BASE_ROW_LEN; j++) {
        ge25519_add(&sum, p, &cached);
        ge25519_p1p1_to_p3(p, &sum);
        base_put(&row[j], p);
    }
}

static void base_double(ge25519_p3 *p)
{
    ge25519_p1p1 twice;
    ge25519_p3_dbl(&twice, p);
    ge25519_p1p1_to_p3(p, &twice);
}

/* The limbs that libsodium's constants have: those of the value modulo 2^255 - 19. */
static void base_canonical(fe25519 f)
{
    unsigned char octets[32];
    fe25519_tobytes(octets, f);
    fe25519_frombytes(f, octets);
}

static void base_finish(ge25519_precomp *entry, const fe25519 inverse_of_z)
{
    fe25519 x, y;
    fe25519_mul(x, entry->yplusx, inverse_of_z);
    fe25519_mul(y, entry->yminusx, inverse_of_z);
    fe25519_add(entry->yplusx, y, x);
    fe25519_sub(entry->yminusx, y, x);
    fe25519_mul(entry->xy2d, x, y);
    fe25519_mul(entry->xy2d, entry->xy2d, d2);
    base_canonical(entry->yplusx);
    base_canonical(entry->yminusx);
    base_canonical(entry->xy2d);
}

/* Makes all points affine with one inversion: products[k] is that of the Zs before k. */
static void base_finish_all(ge25519_precomp *entries)
{
    fe25519 products[BASE_LEN], inverse, inverse_of_z;
    fe25519_1(products[0]);
    for (int k = 1; k < BASE_LEN; k++)
        fe25519_mul(products[k], products[k - 1], entries[k - 1].xy2d);
    fe25519_mul(inverse, products[BASE_LEN - 1], entries[BASE_LEN - 1].xy2d);
    fe25519_invert(inverse, inverse);
    for (int k = BASE_LEN; k-- > 0;) {
        fe25519_mul(inverse_of_z, inverse, products[k]);
        fe25519_mul(inverse, inverse, entries[k].xy2d);
        base_finish(&entries[k], inverse_of_z);
    }
}

static void base_make(void)
{
    static int is_made;
    ge25519_p3 first, p;
    unsigned char octets[32];
    if (is_made)
        return;
    memset(octets, 0x66, sizeof octets); /* y = 4/5, and x negative: what is read is -p */
    octets[0] = 0x58;
    octets[31] |= 0x80;
    ge25519_frombytes_negate_vartime(&first, octets);
    p = first;
    for (int i = 0; i < BASE_ROWS; i++) {
        ge25519_p3 step = p;
        base_put_row(base[i], &p, &step); /* p = 8 * 256^i * B */
        for (int k = 0; k < 5; k++)
            base_double(&p);
    }
    p = first;
    base_double(&p);
    base_put_row(base[BASE_ROWS], &first, &p);
    base_finish_all(base[0]);
    is_made = 1;
}
