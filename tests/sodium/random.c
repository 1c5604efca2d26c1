/* The generator for libsodium's test programs on wasm, whose libsodium has none of its own. It is
 * installed before main, and so before sodium_init. */
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

/* getentropy gives at most this many octets a call. */
enum { CHUNK = 256 };

/* The name that libsodium's own test of the generator expects on wasm. */
static const char *name(void)
{
    return "js";
}

static void fill(void *const out, const size_t len)
{
    unsigned char *at = out;
    for (size_t left = len; left > 0;) {
        size_t n = left < CHUNK ? left : CHUNK;
        if (getentropy(at, n) != 0)
            abort();
        at += n;
        left -= n;
    }
}

static uint32_t word(void)
{
    uint32_t value;
    fill(&value, sizeof value);
    return value;
}

static randombytes_implementation implementation = {
    .implementation_name = name, .random = word, .buf = fill};

__attribute__((constructor)) static void install(void)
{
    randombytes_set_implementation(&implementation);
}
