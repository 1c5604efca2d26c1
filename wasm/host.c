#include "host.h"

#include <sodium.h>
#include <stdint.h>

/* Fills [octets, octets + len) from crypto.getRandomValues; it throws when that fails, which ends
 * the instance: there is no way to go on without randomness. */
__attribute__((import_module("env"), import_name("host_random"))) extern void
host_random(void *octets, uint32_t len);

static const char *random_name(void)
{
    return "host";
}

static uint32_t random_u32(void)
{
    uint32_t value;
    host_random(&value, sizeof value);
    return value;
}

static void random_octets(void *const octets, const size_t len)
{
    host_random(octets, (uint32_t)len);
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
