#include "host.h"

#include "crypto/random.h"

#include <sodium.h>
#include <stdint.h>

/* Fills [octets, octets + len) from crypto.getRandomValues. 0: done; else there is no randomness.
 */
__attribute__((import_module("env"), import_name("host_random"))) extern uint32_t
host_random(void *octets, uint32_t len);

static const char *random_name(void)
{
    return "host";
}

static void random_octets(void *const octets, const size_t len)
{
    if (host_random(octets, (uint32_t)len) != 0)
        random_fail();
}

static uint32_t random_u32(void)
{
    uint32_t value = 0;
    random_octets(&value, sizeof value);
    return value;
}

static randombytes_implementation host_implementation = {
    .implementation_name = random_name,
    .random = random_u32,
    .buf = random_octets,
};

void wx_host_install_random(void)
{
    randombytes_set_implementation(&host_implementation);
}

void wx_wipe(void *memory, size_t len)
{
    sodium_memzero(memory, len);
}
