/*
 * memset() and memcpy() by the instructions for them. Emscripten's memset(), when it links for
 * size, goes octet by octet, and everything that is wiped goes through it; its memcpy() is long.
 */
#include <stddef.h>

void *memset(void *to, int octet, size_t len);
void *memcpy(void *restrict to, const void *restrict from, size_t len);

void *memset(void *to, int octet, size_t len)
{
    return __builtin_memset(to, octet, len); /* memory.fill, not a call: see CompileOptions.cmake */
}

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    return __builtin_memcpy(to, from, len); /* memory.copy */
}
