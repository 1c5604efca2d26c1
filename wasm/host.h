/* What the wasm module needs of libsodium and of the host: random octets, and wiping. */
#ifndef WAXSEAL_WASM_HOST_H
#define WAXSEAL_WASM_HOST_H

#include <stddef.h>

/* Makes the import env.host_random(ptr, len) the core's only source of randomness. Before
 * mls_init(). */
void wx_host_install_random(void);

/* Overwrites with zeros, in a way that the compiler can't leave out. */
void wx_wipe(void *memory, size_t len);

#endif
