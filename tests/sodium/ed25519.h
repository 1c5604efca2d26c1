#ifndef TESTS_SODIUM_ED25519_H
#define TESTS_SODIUM_ED25519_H

#include <sodium.h>

/* Of the base point. */
static const unsigned char order[32] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/* Into the digest that is printed. */
void note(const void *bytes, size_t len);
void note_int(int value);

void pseudorandom(unsigned char *out, size_t len);

#endif
