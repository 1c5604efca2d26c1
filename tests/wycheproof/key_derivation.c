/* HKDF and HMAC. */
#include "wycheproof.h"

#include "crypto/labels.h"

/* The bound of the output's length is kept by expand_with_label(), which every expansion whose
 * length is not fixed goes through. */
answer run_hkdf(test *t, const cJSON *group)
{
    const suite *s = t->suite;
    bytes ikm = field_hex(t, t->json, "ikm");
    size_t size = (size_t)field_number(t, t->json, "size");
    uint8_t prk[HASH_MAX], *out = arena_alloc(t->a, size + 1);
    (void)group;
    s->hash->hkdf_extract(prk, field_hex(t, t->json, "salt"), &ikm, 1);
    if (size > 255 * s->hash->len)
        return expand_with_label(s, out, size, prk, "", (bytes){0}) == MLS_OK ? RIGHT : REFUSED;
    s->hash->hkdf_expand(out, size, prk, field_hex(t, t->json, "info"));
    return compare(t, "okm", bytes_of(out, size));
}

/* RFC 9420 section 5.1: a MAC is never cut. */
answer run_hmac(test *t, const cJSON *group)
{
    const suite *s = t->suite;
    uint8_t tag[HASH_MAX];
    bytes message = field_hex(t, t->json, "msg"), given = field_hex(t, t->json, "tag");
    (void)group;
    if (given.len != s->hash->len)
        return outside(t, "the tag is cut, MLS's never is");
    s->hash->hmac(tag, field_hex(t, t->json, "key"), &message, 1);
    return secret_equal(given, bytes_of(tag, s->hash->len)) ? RIGHT : REFUSED;
}
