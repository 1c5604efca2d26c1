#include "blocks.h"

#include <stdint.h>
#include <string.h>

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

/* Before each block: its size, in as much room as alignment asks for. */
enum { HEAD = 2 * sizeof(size_t) };

static size_t octets;

size_t blocks_octets(void)
{
    return octets;
}

static size_t size_of(const void *block)
{
    size_t size;
    memcpy(&size, (const uint8_t *)block - HEAD, sizeof size);
    return size;
}

void *__wrap_malloc(size_t size)
{
    uint8_t *head = size <= SIZE_MAX - HEAD ? __real_malloc(HEAD + size) : NULL;
    if (!head)
        return NULL;
    memcpy(head, &size, sizeof size);
    octets += size;
    return head + HEAD;
}

void __wrap_free(void *block)
{
    if (!block)
        return;
    octets -= size_of(block);
    __real_free((uint8_t *)block - HEAD);
}

void *__wrap_calloc(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    void *block = __wrap_malloc(count * size);
    if (block)
        memset(block, 0, count * size);
    return block;
}

void *__wrap_realloc(void *block, size_t size)
{
    void *grown = __wrap_malloc(size);
    if (!grown || !block)
        return grown;
    size_t had = size_of(block);
    memcpy(grown, block, had < size ? had : size);
    __wrap_free(block);
    return grown;
}
/* NOLINTEND(bugprone-reserved-identifier) */
