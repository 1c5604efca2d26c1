/* r = s * B - k * A for a signature by the key that is A's octets; everything is public. It takes
 * the place of libsodium's ge25519_double_scalarmult_vartime(), in ed25519_ref10.c of a wasm build.
 *
 * A's part takes 253 doublings. With the multiples by 2^64, 2^128 and 2^192 of A, and their tables,
 * 64 do; to make these takes about what one verification saves, so that they are kept for keys that
 * return. No scalar is reduced or halved: the result is libsodium's for every A, of any order. */

enum { VERIFY_DIGITS = 254, VERIFY_ODD = 8, VERIFY_PARTS = 4, VERIFY_KEYS = 16, VERIFY_SEEN = 32 };

/* Odd multiples of -A, and of -A * 2^(span * part). */
typedef struct {
    unsigned char octets[32];
    uint32_t last_use; /* 0: none */
    int span;
    ge25519_cached odd[VERIFY_PARTS][VERIFY_ODD];
} verify_key;

static void verify_put_odd(ge25519_cached *odd, const ge25519_p3 *p)
{
    ge25519_p1p1 sum;
    ge25519_p3 twice, next;
    ge25519_p3_dbl(&sum, p);
    ge25519_p1p1_to_p3(&twice, &sum);
    ge25519_p3_to_cached(&odd[0], p);
    for (int i = 1; i < VERIFY_ODD; i++) {
        ge25519_add(&sum, &twice, &odd[i - 1]);
        ge25519_p1p1_to_p3(&next, &sum);
        ge25519_p3_to_cached(&odd[i], &next);
    }
}

static void verify_put_parts(verify_key *key, const ge25519_p3 *first, int span)
{
    ge25519_p3 p = *first;
    key->span = span;
    verify_put_odd(key->odd[0], &p);
    for (int part = 1; part * span < VERIFY_DIGITS; part++) {
        ge25519_p1p1 twice;
        ge25519_p2 power;
        ge25519_p3_to_p2(&power, &p);
        for (int i = 0; i < span; i++) {
            ge25519_p2_dbl(&twice, &power);
            ge25519_p1p1_to_p2(&power, &twice);
        }
        ge25519_p1p1_to_p3(&p, &twice);
        verify_put_odd(key->odd[part], &p);
    }
}

/* The key with its tables: a kept one, or else a new one, kept or in plain. A key that returns is
 * kept; and one that is new, when the new one before it returned: KeyPackages bring two signatures
 * by one key, the members of a group that is joined one each. NULL: the octets are no point. */
static const verify_key *verify_find(const unsigned char *octets, verify_key *plain)
{
    static PER_THREAD verify_key kept[VERIFY_KEYS];
    static PER_THREAD uint64_t seen[VERIFY_SEEN];
    static PER_THREAD uint32_t uses, misses;
    static PER_THREAD int new_returns;
    verify_key *oldest = &kept[0];
    uint64_t start = LOAD64_LE(octets);
    ge25519_p3 p;
    int is_kept = new_returns;
    for (int i = 0; i < VERIFY_KEYS; i++) {
        if (kept[i].last_use && memcmp(kept[i].octets, octets, 32) == 0) {
            kept[i].last_use = ++uses;
            new_returns = 1;
            return &kept[i];
        }
        if (kept[i].last_use < oldest->last_use)
            oldest = &kept[i];
    }
    if (ge25519_frombytes_negate_vartime(&p, octets) != 0)
        return NULL;
    new_returns = 0;
    for (int i = 0; i < VERIFY_SEEN; i++)
        new_returns |= seen[i] == start;
    if (!new_returns && !is_kept) {
        seen[misses++ % VERIFY_SEEN] = start;
        verify_put_parts(plain, &p, VERIFY_DIGITS);
        return plain;
    }
    memcpy(oldest->octets, octets, 32);
    oldest->last_use = ++uses;
    verify_put_parts(oldest, &p, 64);
    return oldest;
}

/* k < 2^253 as the sum of digits[i] * 2^i, of which few are not 0, and those odd and between -15
 * and 15. */
static void verify_recode(signed char *digits, const unsigned char *k)
{
    int carry = 0;
    memset(digits, 0, VERIFY_DIGITS);
    for (int i = 0; i < VERIFY_DIGITS;) {
        int next = i < 248 ? k[(i >> 3) + 1] : 0;
        int digit = carry + ((k[i >> 3] | next << 8) >> (i & 7) & 31);
        if (digit % 2 == 0) {
            i++;
            continue;
        }
        carry = digit >> 4;
        digits[i] = (signed char)(digit - 32 * carry);
        i += 5;
    }
}

/* sum += digit * (the first of odd). */
static void verify_add(ge25519_p1p1 *sum, const ge25519_cached *odd, int digit)
{
    ge25519_p3 p;
    ge25519_p1p1_to_p3(&p, sum);
    if (digit > 0)
        ge25519_add(sum, &p, &odd[digit / 2]);
    else
        ge25519_sub(sum, &p, &odd[-digit / 2]);
}

/* sum += the point for a group of the comb. */
static void verify_add_base(ge25519_p1p1 *sum, const comb_entry *table, unsigned group)
{
    ge25519_p3 p;
    ge25519_p1p1_to_p3(&p, sum);
    if (group >= COMB_TABLE_LEN)
        ge25519_madd(sum, &p, &table[group - COMB_TABLE_LEN].point);
    else
        ge25519_msub(sum, &p, &table[COMB_TABLE_LEN - 1 - group].point);
}

int ge25519_verify_vartime(ge25519_p2 *r, const unsigned char *k, const unsigned char *octets,
                           const unsigned char *s)
{
    verify_key plain;
    const verify_key *key = verify_find(octets, &plain);
    signed char digits[VERIFY_DIGITS];
    comb_scalar multiple;
    ge25519_p1p1 sum;
    if (!key)
        return -1;
    base_make();
    verify_recode(digits, k);
    comb_recode(multiple, s);
    ge25519_p2_0(r);
    for (int place = key->span; place-- > 0;) {
        ge25519_p2_dbl(&sum, r);
        for (int i = place, part = 0; i < VERIFY_DIGITS; i += key->span, part++)
            if (digits[i])
                verify_add(&sum, key->odd[part], digits[i]);
        if (place < COMB_COLUMNS)
            for (int table = 0, i = place; i < COMB_SPACING; i += COMB_COLUMNS, table++)
                verify_add_base(&sum, base[table], comb_group(multiple, i));
        ge25519_p1p1_to_p2(r, &sum);
    }
    return 0;
}
