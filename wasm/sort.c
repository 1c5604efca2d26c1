/*
 * qsort() as a heapsort. Emscripten's, a smoothsort that is fast on what is sorted already, takes
 * four times as much of what a page loads.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef int compare_fn(const void *a, const void *b);

typedef struct heap {
    uint8_t *items;
    size_t size; /* of an item */
    compare_fn *compare;
} heap;

static void swap(const heap *h, size_t i, size_t k)
{
    uint8_t *a = h->items + i * h->size, *b = h->items + k * h->size;
    for (size_t n = 0; n < h->size; n++) {
        uint8_t octet = a[n];
        a[n] = b[n];
        b[n] = octet;
    }
}

static int is_less(const heap *h, size_t i, size_t k)
{
    return h->compare(h->items + i * h->size, h->items + k * h->size) < 0;
}

/* Moves item i down until none of its children, 2i + 1 and 2i + 2, is greater. */
static void sift_down(const heap *h, size_t i, size_t count)
{
    for (size_t child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && is_less(h, child, child + 1))
            child++;
        if (!is_less(h, i, child))
            return;
        swap(h, i, child);
    }
}

void qsort(void *items, size_t count, size_t size, compare_fn *compare)
{
    const heap h = {items, size, compare};
    for (size_t i = count / 2; i-- > 0;)
        sift_down(&h, i, count);
    while (count > 1) {
        swap(&h, 0, --count);
        sift_down(&h, 0, count);
    }
}
