/*
 * AES in counter mode, eight blocks at a time: BearSSL's bitsliced AES (aes_ct64) on eight vectors
 * of 128 bits. Before and after ortho(), vector b is block b. Between them, vector i has the bits i
 * of all octets: octet n of it those of the octets n of the eight states.
 */
#include "base/bytes.h"
#include "crypto/simd.h"
#include "crypto/wide.h"

#include <string.h>

typedef uint64_t aes_wide_bits __attribute__((vector_size(16)));

enum { BLOCK_LEN = 16, NUM_BLOCKS = 8, BATCH_LEN = NUM_BLOCKS * BLOCK_LEN, MAX_ROUNDS = 14 };

/* From here on spreading the round keys over vectors costs less than it brings. */
enum { WIDE_FROM = 2 * BATCH_LEN };

/* Octet r + 4c of a state is row r of column c (FIPS 197 section 3.4). */

/* Row r moves to the left by r columns (FIPS 197 section 5.1.2). */
static inline void shift_rows(aes_wide_bits *q)
{
    static const octets_x16 from = {0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11};
    for (int i = 0; i < 8; i++)
        q[i] = (aes_wide_bits)lookup((octets_x16)q[i], from);
}

/* In the narrow words a row is 16 bits: these rotate a column by one row and by two. */
static inline aes_wide_bits rotr16(aes_wide_bits x)
{
    static const octets_x16 from = {1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12};
    return (aes_wide_bits)lookup((octets_x16)x, from);
}

static inline aes_wide_bits rotr32(aes_wide_bits x)
{
    static const octets_x16 from = {2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13};
    return (aes_wide_bits)lookup((octets_x16)x, from);
}

#include <bearssl_aes_wide.h>

/* Of BearSSL's inner.h, which is not among its public headers. */
void br_aes_ct64_ortho(uint64_t *q);
void br_aes_ct64_skey_expand(uint64_t *skey, unsigned num_rounds, const uint64_t *comp_skey);
void br_aes_ct64_interleave_out(uint32_t *w, uint64_t q0, uint64_t q1);

typedef struct round_keys {
    uint64_t narrow[(MAX_ROUNDS + 1) * 8];
    aes_wide_bits wide[(MAX_ROUNDS + 1) * 8];
} round_keys;

static void expand_keys(round_keys *keys, const br_aes_ct64_ctr_keys *ctx)
{
    br_aes_ct64_skey_expand(keys->narrow, ctx->num_rounds, ctx->skey);
    for (size_t round = 0; round <= ctx->num_rounds; round++) {
        uint64_t *narrow = keys->narrow + 8 * round;
        aes_wide_bits *wide = keys->wide + 8 * round;
        uint32_t words[4];
        br_aes_ct64_ortho(narrow);
        br_aes_ct64_interleave_out(words, narrow[0], narrow[4]);
        for (int b = 0; b < NUM_BLOCKS; b++)
            memcpy(&wide[b], words, sizeof words);
        aes_wide_ortho(wide);
    }
}

static void xor_block(uint8_t *data, aes_wide_bits block)
{
    aes_wide_bits text;
    memcpy(&text, data, sizeof text);
    text ^= block;
    memcpy(data, &text, sizeof text);
}

static void ctr_init(const br_block_ctr_class **ctx, const void *key, size_t len)
{
    br_aes_ct64_ctr_init((br_aes_ct64_ctr_keys *)ctx, key, len);
    *ctx = &aes_wide_ctr;
}

/* iv: 12 octets; cc: the counter behind them, in big endian. Returns the next one. */
static uint32_t ctr_run(const br_block_ctr_class *const *ctx, const void *iv, uint32_t cc,
                        void *data, size_t len)
{
    const br_aes_ct64_ctr_keys *narrow = (const br_aes_ct64_ctr_keys *)ctx;
    uint8_t *at = data;
    if (len >= WIDE_FROM) {
        round_keys keys;
        uint32_t counter[4];
        expand_keys(&keys, narrow);
        memcpy(counter, iv, 12);
        for (; len >= BATCH_LEN; len -= BATCH_LEN, at += BATCH_LEN) {
            aes_wide_bits q[NUM_BLOCKS];
            for (int b = 0; b < NUM_BLOCKS; b++) {
                counter[3] = __builtin_bswap32(cc++);
                memcpy(&q[b], counter, BLOCK_LEN);
            }
            aes_wide_ortho(q);
            aes_wide_bitslice_encrypt(narrow->num_rounds, keys.wide, q);
            aes_wide_ortho(q);
            for (size_t b = 0; b < NUM_BLOCKS; b++)
                xor_block(at + b * BLOCK_LEN, q[b]);
        }
        wipe(&keys, sizeof keys);
    }
    return br_aes_ct64_ctr_run(narrow, iv, cc, at, len);
}

const br_block_ctr_class aes_wide_ctr = {
    .context_size = sizeof(br_aes_ct64_ctr_keys),
    .block_size = BLOCK_LEN,
    .log_block_size = 4,
    .init = ctr_init,
    .run = ctr_run,
};
