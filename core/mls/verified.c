#include "mls/verified.h"

#include <stdlib.h>
#include <string.h>

static mls_err reference(const suite *s, uint8_t out[HASH_MAX], const key_package *kp)
{
    bytes encoded;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(key_package_encode(scratch, &encoded, kp));
    memset(out, 0, HASH_MAX);
    key_package_ref(s, out, encoded);
    return MLS_OK;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, HASH_MAX);
}

mls_err verified_keep(verified *v, const suite *s, const key_package *const *list, size_t count)
{
    verified_clear(v);
    v->memory = arena_new(ARENA_SCRATCH);
    v->refs = arena_array(v->memory, count, sizeof *v->refs);
    if (!v->refs) {
        verified_clear(v);
        return MLS_ERR_NO_MEMORY;
    }
    for (; v->count < count; v->count++) {
        mls_err err = reference(s, v->refs[v->count], list[v->count]);
        if (err != MLS_OK) {
            verified_clear(v);
            return err;
        }
    }
    qsort(v->refs, count, sizeof *v->refs, compare);
    return MLS_OK;
}

bool verified_has(const verified *v, const suite *s, const key_package *kp)
{
    uint8_t ref[HASH_MAX];
    return v && v->count && reference(s, ref, kp) == MLS_OK &&
           bsearch(ref, v->refs, v->count, sizeof *v->refs, compare);
}

void verified_clear(verified *v)
{
    arena_free(v->memory);
    *v = (verified){0};
}
