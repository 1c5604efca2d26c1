/* Lists on the heap, whose items own what they point to, and in arenas. */
#ifndef WAXSEAL_FEDI_LIST_H
#define WAXSEAL_FEDI_LIST_H

#include "base/arena.h"

#define LIST_OF(type)                                                                              \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count;                                                                              \
    }

/* The list with room for one item more, which is zeroed and not counted yet; NULL when out of
 * memory, and the list is as it was. */
void *list_more(void *items, size_t *count, size_t size);
#define LIST_MORE(list) list_more((list)->items, &(list)->count, sizeof *(list)->items)

/* Takes out an item, whose contents the caller has freed. */
void list_take(void *items, size_t *count, size_t size, size_t index);
#define LIST_TAKE(list, index)                                                                     \
    list_take((list)->items, &(list)->count, sizeof *(list)->items, index)

/* Adds an item, which the list then owns: MLS_OK or MLS_ERR_NO_MEMORY. */
mls_err list_push(void *items_pointer, size_t *count, size_t size, const void *item);
#define LIST_PUSH(list, item)                                                                      \
    list_push((void *)&(list)->items, &(list)->count, sizeof *(list)->items, item)

/* The same in an arena, which keeps what was there before: the list with room for one item more, or
 * NULL. */
void *list_more_in(arena *a, void *items, size_t count, size_t *room, size_t size);

static inline bytes buf_view(const mls_buf *buf)
{
    return bytes_of(buf->data, buf->len);
}

#endif
