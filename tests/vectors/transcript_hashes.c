/* Kind transcript-hashes: RFC 9420 section 8.2, and the confirmation tag (section 6.1). */
#include "vectors.h"

#include "mls/framing.h"

bool run_transcript_hashes(test *t)
{
    const suite *s = t->suite;
    size_t nh = s->hash->len;
    authenticated_content ac = {0};
    uint8_t confirmed[HASH_MAX], interim[HASH_MAX], tag[HASH_MAX];
    bytes input = field_hex(t, t->json, "authenticated_content"), encoded;
    CHECK_OK(t, "decoding", authenticated_content_decode(t->a, &ac, input));
    CHECK_OK(t, "encoding", authenticated_content_encode(t->a, &encoded, &ac));
    CHECK(t, "the same octets", bytes_equal(encoded, input));

    CHECK_OK(t, "confirmed transcript hash",
             transcript_confirmed(s, confirmed,
                                  field_hex(t, t->json, "interim_transcript_hash_before"), &ac));
    bytes confirmed_hash = bytes_of(confirmed, nh);
    CHECK(t, "confirmed", field_is(t, t->json, "confirmed_transcript_hash_after", confirmed_hash));
    transcript_interim(s, interim, confirmed_hash, ac.auth.confirmation_tag);
    CHECK(t, "interim",
          field_is(t, t->json, "interim_transcript_hash_after", bytes_of(interim, nh)));

    s->hash->hmac(tag, field_hex(t, t->json, "confirmation_key"), &confirmed_hash, 1);
    CHECK(t, "confirmation_tag", bytes_equal(ac.auth.confirmation_tag, bytes_of(tag, nh)));
    return true;
}
