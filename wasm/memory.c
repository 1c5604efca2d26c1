/*
 * memset() by the instruction that fills memory. Emscripten's, when it links for size, goes octet
 * by octet, and everything that is wiped goes through it.
 */
#include <stddef.h>

void *memset(void *to, int octet, size_t len);

void *memset(void *to, int octet, size_t len)
{
    return __builtin_memset(to, octet, len); /* memory.fill, not a call: see CompileOptions.cmake */
}
