/* What was seen lately: the digests of the last RING_SIZE things, in pages that are stored one by
 * one. */
#ifndef WAXSEAL_FEDI_RING_H
#define WAXSEAL_FEDI_RING_H

#include "base/codec.h"

enum { RING_DIGEST = 16, RING_PAGE = 64, RING_PAGES = 16, RING_SIZE = RING_PAGE * RING_PAGES };

typedef struct ring_digest {
    uint8_t octets[RING_DIGEST];
} ring_digest;

typedef struct ring {
    ring_digest items[RING_SIZE];
    uint64_t added;   /* how many, ever */
    uint32_t changed; /* pages, as bits */
} ring;

/* SHA-256 of the parts, each with its length before it, cut. */
void ring_digest_of(ring_digest *out, const bytes *parts, size_t count);

bool ring_has(const ring *r, const ring_digest *digest);
void ring_add(ring *r, const ring_digest *digest);

/* A page as a record. Reading: into its place; `added` is the largest that any page has. */
mls_err ring_page_write(arena *a, bytes *out, const ring *r, size_t page);
mls_err ring_page_read(ring *r, size_t page, bytes record);

#endif
