/* BearSSL's SHA-256 by libsodium's, in place of sha2small.c: one implementation is enough, and
 * libsodium's is the faster one. ECDSA's nonces are made with it. */
#include "inner.h"

#include <sodium/crypto_hash_sha256.h>
#include <sodium/utils.h>

static crypto_hash_sha256_state state_of(const br_sha256_context *ctx)
{
    crypto_hash_sha256_state state;
    memcpy(state.state, ctx->val, sizeof state.state);
    memcpy(state.buf, ctx->buf, sizeof state.buf);
    state.count = ctx->count * 8; /* bits */
    return state;
}

static void keep_state(br_sha256_context *ctx, crypto_hash_sha256_state *state)
{
    memcpy(ctx->val, state->state, sizeof ctx->val);
    memcpy(ctx->buf, state->buf, sizeof ctx->buf);
    ctx->count = state->count / 8;
    sodium_memzero(state, sizeof *state);
}

void br_sha256_init(br_sha256_context *ctx)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    ctx->vtable = &br_sha256_vtable;
    memset(ctx->buf, 0, sizeof ctx->buf);
    memcpy(ctx->val, state.state, sizeof ctx->val);
    ctx->count = 0;
}

/* BearSSL's header calls it so for SHA-256 too, and the two functions of the state below. */
void br_sha224_update(br_sha224_context *ctx, const void *data, size_t len)
{
    crypto_hash_sha256_state state = state_of(ctx);
    crypto_hash_sha256_update(&state, data, len);
    keep_state(ctx, &state);
}

void br_sha256_out(const br_sha256_context *ctx, void *out)
{
    crypto_hash_sha256_state state = state_of(ctx);
    crypto_hash_sha256_final(&state, out);
}

uint64_t br_sha224_state(const br_sha224_context *ctx, void *out)
{
    br_range_enc32be(out, ctx->val, 8);
    return ctx->count;
}

void br_sha224_set_state(br_sha224_context *ctx, const void *state, uint64_t count)
{
    br_range_dec32be(ctx->val, 8, state);
    ctx->count = count;
}

const br_hash_class br_sha256_vtable = {
    sizeof(br_sha256_context),
    BR_HASHDESC_ID(br_sha256_ID) | BR_HASHDESC_OUT(br_sha256_SIZE) | BR_HASHDESC_STATE(32) |
        BR_HASHDESC_LBLEN(6) | BR_HASHDESC_MD_PADDING | BR_HASHDESC_MD_PADDING_BE,
    (void (*)(const br_hash_class **))br_sha256_init,
    (void (*)(const br_hash_class **, const void *, size_t))br_sha224_update,
    (void (*)(const br_hash_class *const *, void *))br_sha256_out,
    (uint64_t(*)(const br_hash_class *const *, void *))br_sha224_state,
    (void (*)(const br_hash_class **, const void *, uint64_t))br_sha224_set_state,
};
