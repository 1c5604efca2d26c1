/* Ed25519 and X25519 of the base point: prints digests of what libsodium returns. Built for wasm
 * with the functions of cmake/third-party/ed25519_*.h, and natively with libsodium's own, it has to
 * print the same. Inputs are pseudorandom, from constant seeds. */
#include "ed25519.h"

#include "ed25519_field.h"
#include "ed25519_verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static crypto_generichash_state digest;

void note(const void *bytes, size_t len)
{
    crypto_generichash_update(&digest, bytes, len);
}

void note_int(int value)
{
    unsigned char octet = (unsigned char)value;
    note(&octet, 1);
}

void pseudorandom(unsigned char *out, size_t len)
{
    static uint64_t calls;
    unsigned char seed[randombytes_SEEDBYTES] = {0};
    calls++;
    memcpy(seed, &calls, sizeof calls);
    randombytes_buf_deterministic(out, len, seed);
}

static void print_digest(const char *what)
{
    unsigned char out[16];
    crypto_generichash_final(&digest, out, sizeof out);
    printf("%s: ", what);
    for (size_t i = 0; i < sizeof out; i++)
        printf("%02x", out[i]);
    putchar('\n');
    crypto_generichash_init(&digest, NULL, 0, 16);
}

/* ---- Multiples of the base point ---- */

static void note_multiples(const unsigned char *scalar)
{
    unsigned char point[32] = {0};
    note_int(crypto_scalarmult_ed25519_base_noclamp(point, scalar));
    note(point, sizeof point);
    note_int(crypto_scalarmult_base(point, scalar));
    note(point, sizeof point);
}

/* Around 0, every power of two, the order's multiples, and all ones from some bit on. */
static void edge_multiples(void)
{
    unsigned char scalar[32] = {0}, one[32] = {1};
    for (int multiple = 0; multiple < 8; multiple++) {
        unsigned char near[32];
        for (int k = 0; k < 4; k++) {
            memcpy(near, scalar, 32);
            for (int i = 0; i < k; i++)
                sodium_add(near, one, 32);
            note_multiples(near);
            memcpy(near, scalar, 32);
            for (int i = 0; i < k; i++)
                sodium_sub(near, one, 32);
            note_multiples(near);
        }
        sodium_add(scalar, order, 32);
    }
    for (int bit = 0; bit < 256; bit++) {
        memset(scalar, 0, 32);
        scalar[bit / 8] = (unsigned char)(1 << bit % 8);
        note_multiples(scalar);
        sodium_sub(scalar, one, 32);
        note_multiples(scalar);
        for (int i = 0; i < 32; i++)
            scalar[i] = (unsigned char)~scalar[i];
        note_multiples(scalar);
    }
}

static void random_multiples(void)
{
    unsigned char scalar[32];
    for (int i = 0; i < 4000; i++) {
        pseudorandom(scalar, 32);
        note_multiples(scalar);
    }
}

/* Around every product of the order and a power of two, and at random. */
static void scalars(void)
{
    unsigned char wide[64], scalar[32], step[64] = {0};
    for (int i = 0; i < 6000; i++) {
        pseudorandom(wide, sizeof wide);
        if (i < 64)
            memset(wide + i, i & 1 ? 0xff : 0, sizeof wide - (size_t)i);
        crypto_core_ed25519_scalar_reduce(scalar, wide);
        note(scalar, 32);
    }
    for (size_t shift = 0; shift <= 32; shift++) {
        for (int k = -3; k <= 3; k++) {
            memset(wide, 0, sizeof wide);
            memcpy(wide + shift, order, 32);
            step[0] = (unsigned char)abs(k);
            (k < 0 ? sodium_sub : sodium_add)(wide, step, sizeof wide);
            crypto_core_ed25519_scalar_reduce(scalar, wide);
            note(scalar, 32);
            sodium_add(wide, wide, sizeof wide);
            crypto_core_ed25519_scalar_reduce(scalar, wide);
            note(scalar, 32);
        }
    }
}

static void signatures(void)
{
    unsigned char seed[32], public[32], private[64], message[100], signature[64];
    for (size_t i = 0; i < 2000; i++) {
        pseudorandom(seed, 32);
        pseudorandom(message, sizeof message);
        crypto_sign_seed_keypair(public, private, seed);
        crypto_sign_detached(signature, NULL, message, i % sizeof message, private);
        note(public, 32);
        note(signature, 64);
    }
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    crypto_generichash_init(&digest, NULL, 0, 16);
    field_products();
    print_digest("products in the field");
    edge_multiples();
    print_digest("edge multiples");
    random_multiples();
    print_digest("random multiples");
    scalars();
    print_digest("scalars");
    signatures();
    print_digest("signatures");
    verifications();
    print_digest("verifications");
    inverses();
    return 0;
}
