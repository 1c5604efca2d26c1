#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(16) uint8_t data[];
};

struct arena {
    struct block *head;
    size_t block;
};

arena *arena_new(size_t block)
{
    arena *a = calloc(1, sizeof *a);
    if (a)
        a->block = block;
    return a;
}

void *arena_alloc(arena *a, size_t size)
{
    if (!a || size > SIZE_MAX / 2)
        return NULL;
    size = (size + 15) & ~(size_t)15;
    if (!a->head || a->head->size - a->head->used < size) {
        size_t n = size > a->block ? size : a->block;
        struct block *b = calloc(1, sizeof *b + n);
        if (!b)
            return NULL;
        b->size = n;
        b->next = a->head;
        a->head = b;
    }
    void *p = a->head->data + a->head->used;
    a->head->used += size;
    return p;
}

void *arena_array(arena *a, size_t num, size_t item_size)
{
    if (item_size && num > SIZE_MAX / item_size)
        return NULL;
    return arena_alloc(a, num * item_size);
}

mls_err arena_copy(arena *a, bytes *out, bytes in)
{
    uint8_t *p = arena_alloc(a, in.len ? in.len : 1);
    if (!p)
        return MLS_ERR_NO_MEMORY;
    if (in.len)
        memcpy(p, in.data, in.len);
    *out = (bytes){p, in.len};
    return MLS_OK;
}

void arena_free(arena *a)
{
    if (!a)
        return;
    for (struct block *b = a->head, *next; b; b = next) {
        next = b->next;
        wipe(b->data, b->used);
        free(b);
    }
    free(a);
}

void arena_leave_scope(arena **a)
{
    arena_free(*a);
}
