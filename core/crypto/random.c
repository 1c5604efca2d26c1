#include "crypto/random.h"

#include <sodium.h>

#ifndef __EMSCRIPTEN__
#include <sys/random.h>
#endif

/* Set by the generator during a call of random_bytes(), which has no other way to hear of it. */
static _Thread_local bool failed;

void random_fail(void)
{
    failed = true;
}

mls_err random_bytes(uint8_t *out, size_t len)
{
    failed = false;
    randombytes_buf(out, len);
    if (!failed)
        return MLS_OK;
    wipe(out, len);
    return MLS_ERR_NO_RANDOMNESS;
}

#ifdef __EMSCRIPTEN__

void random_init(void)
{
    /* The host has installed its own. */
}

#else

enum { GETENTROPY_MAX = 256 }; /* octets at a time */

static const char *name(void)
{
    return "getentropy";
}

static void fill(void *const out, const size_t len)
{
    uint8_t *at = out;
    for (size_t left = len; left > 0;) {
        size_t n = left < GETENTROPY_MAX ? left : GETENTROPY_MAX;
        if (getentropy(at, n) != 0) {
            random_fail();
            return;
        }
        at += n;
        left -= n;
    }
}

static uint32_t word(void)
{
    uint32_t value = 0;
    fill(&value, sizeof value);
    return value;
}

static randombytes_implementation generator = {
    .implementation_name = name, .random = word, .buf = fill};

void random_init(void)
{
    static bool done;
    if (!done)
        randombytes_set_implementation(&generator);
    done = true;
}

#endif
