#include "fedi/ring.h"

#include "crypto/sodium.h"
#include "fedi/record.h"

#include <string.h>

void ring_digest_of(ring_digest *out, const bytes *parts, size_t count)
{
    uint8_t lengths[4][4], hash[32];
    bytes list[8];
    for (size_t i = 0; i < count && i < 4; i++) {
        for (size_t k = 0; k < 4; k++)
            lengths[i][k] = (uint8_t)(parts[i].len >> (24 - 8 * k));
        list[2 * i] = bytes_of(lengths[i], 4);
        list[2 * i + 1] = parts[i];
    }
    sodium_sha256.digest(hash, list, 2 * count);
    memcpy(out->octets, hash, RING_DIGEST);
}

bool ring_has(const ring *r, const ring_digest *digest)
{
    size_t count = r->added < RING_SIZE ? (size_t)r->added : RING_SIZE;
    for (size_t i = 0; i < count; i++)
        if (memcmp(r->items[i].octets, digest->octets, RING_DIGEST) == 0)
            return true;
    return false;
}

void ring_add(ring *r, const ring_digest *digest)
{
    size_t at = (size_t)(r->added++ % RING_SIZE);
    r->items[at] = *digest;
    r->changed |= 1U << at / RING_PAGE;
}

typedef struct page_record {
    uint64_t added;
    ring_digest *items;
} page_record;

static void page_any(codec *c, void *object)
{
    page_record *page = object;
    record_version(c, 1);
    codec_u64(c, &page->added);
    codec_fixed(c, page->items->octets, sizeof *page->items * RING_PAGE);
}

mls_err ring_page_write(arena *a, bytes *out, const ring *r, size_t page)
{
    ring_digest items[RING_PAGE];
    page_record record = {r->added, items};
    memcpy(items, &r->items[page * RING_PAGE], sizeof items);
    return codec_encode(a, out, page_any, &record);
}

mls_err ring_page_read(ring *r, size_t page, bytes in)
{
    ring_digest items[RING_PAGE];
    page_record record = {0, items};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(record_error(codec_decode(scratch, &record, page_any, in)));
    if (page >= RING_PAGES)
        return MLS_ERR_STATE_BROKEN;
    memcpy(&r->items[page * RING_PAGE], items, sizeof items);
    if (record.added > r->added)
        r->added = record.added;
    return MLS_OK;
}
