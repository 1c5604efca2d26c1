#include "fedi/list.h"

#include <stdlib.h>
#include <string.h>

void *list_more(void *items, size_t *count, size_t size)
{
    uint8_t *more = realloc(items, (*count + 1) * size);
    if (!more)
        return NULL;
    memset(more + *count * size, 0, size);
    return more;
}

void list_take(void *items, size_t *count, size_t size, size_t index)
{
    uint8_t *at = (uint8_t *)items + index * size;
    memmove(at, at + size, (*count - index - 1) * size);
    (*count)--;
}

mls_err list_push(void *items_pointer, size_t *count, size_t size, const void *item)
{
    void *items;
    memcpy(&items, items_pointer, sizeof items);
    uint8_t *more = list_more(items, count, size);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    memcpy(items_pointer, &more, sizeof more);
    memcpy(more + *count * size, item, size);
    (*count)++;
    return MLS_OK;
}

void *list_more_in(arena *a, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t larger = *room ? 2 * *room : 16;
    void *more = arena_array(a, larger, size);
    if (!more)
        return NULL;
    if (count)
        memcpy(more, items, count * size);
    *room = larger;
    return more;
}
