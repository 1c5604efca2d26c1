/*
 * An arena: memory for one operation or one epoch, given back all at once.
 *
 * Freeing it wipes every octet it ever handed out, so what is secret can live here without
 * clean-up code on each path.
 */
#ifndef WAXSEAL_BASE_ARENA_H
#define WAXSEAL_BASE_ARENA_H

#include "base/bytes.h"

typedef struct arena arena;

/* block: the size in which memory is taken from the heap; larger requests get their own. NULL when
 * out of memory. */
arena *arena_new(size_t block);

/* Zeroed, aligned for every type used here. NULL when out of memory, and when `a` is NULL. */
void *arena_alloc(arena *a, size_t size);

/* The same for num items; a product that overflows is out of memory. */
void *arena_array(arena *a, size_t num, size_t item_size);

/* Copies octets into the arena; the copy has a non-NULL pointer even when it is empty. */
mls_err arena_copy(arena *a, bytes *out, bytes in);

/* Wipes and frees; arena_free(NULL) does nothing. */
void arena_free(arena *a);

/* Frees *a on leaving the scope: `arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);` */
void arena_leave_scope(arena **a);
#define SCOPED_ARENA __attribute__((cleanup(arena_leave_scope)))

enum { ARENA_SCRATCH = 4096 };

#endif
