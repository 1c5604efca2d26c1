#include "wycheproof.h"

#include <stdio.h>

const primitive primitives[] = {
    {"AES-128-GCM", "AES-GCM", "128", {1, 2}, run_aead, NULL},
    {"AES-256-GCM", "AES-GCM", "256", {5, 7, 4}, run_aead, NULL},
    {"ChaCha20-Poly1305", "CHACHA20-POLY1305", NULL, {3, 6}, run_aead, NULL},
    {"XChaCha20-Poly1305", "XCHACHA20-POLY1305", NULL, {0}, run_xchacha, NULL},
    {"X25519", "XDH", "curve25519", {1, 3}, run_xdh, acceptable_xdh},
    {"X448", "XDH", "curve448", {4, 6}, run_xdh, acceptable_xdh},
    {"ECDH P-256", "ECDH", "secp256r1", {2}, run_ecdh, acceptable_ecdh},
    {"ECDH P-384", "ECDH", "secp384r1", {7}, run_ecdh, acceptable_ecdh},
    {"ECDH P-521", "ECDH", "secp521r1", {5}, run_ecdh, acceptable_ecdh},
    {"ECDSA P-256 SHA-256", "ECDSA", "secp256r1 SHA-256", {2}, run_ecdsa, NULL},
    {"ECDSA P-384 SHA-384", "ECDSA", "secp384r1 SHA-384", {7}, run_ecdsa, NULL},
    {"ECDSA P-521 SHA-512", "ECDSA", "secp521r1 SHA-512", {5}, run_ecdsa, NULL},
    {"Ed25519", "EDDSA", "edwards25519", {1, 3}, run_eddsa, NULL},
    {"Ed448", "EDDSA", "edwards448", {4, 6}, run_eddsa, NULL},
    {"HKDF-SHA-256", "HKDF-SHA-256", NULL, {1, 2, 3}, run_hkdf, NULL},
    {"HKDF-SHA-384", "HKDF-SHA-384", NULL, {7}, run_hkdf, NULL},
    {"HKDF-SHA-512", "HKDF-SHA-512", NULL, {5, 4, 6}, run_hkdf, NULL},
    {"HMAC-SHA-256", "HMACSHA256", NULL, {1, 2, 3}, run_hmac, NULL},
    {"ML-KEM-768", "ML-KEM", "ML-KEM-768", {0}, run_mlkem, NULL},
    {0},
};

answer outside(test *t, const char *why)
{
    snprintf(t->step, STEP_LEN, "%s", why);
    return OUTSIDE;
}

answer compare(test *t, const char *name, bytes computed)
{
    return bytes_equal(field_hex(t, t->json, name), computed) ? RIGHT : WRONG;
}
