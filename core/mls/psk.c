#include "mls/psk.h"

#include <string.h>

/* struct { PreSharedKeyID id; uint16 index; uint16 count; } PSKLabel; */
typedef struct psk_label {
    psk_id id;
    uint16_t index, count;
} psk_label;

static void psk_label_any(codec *c, void *object)
{
    psk_label *label = object;
    psk_id_codec(c, &label->id);
    codec_u16(c, &label->index);
    codec_u16(c, &label->count);
}

/* psk_extracted = KDF.Extract(0, psk)
 * psk_input     = ExpandWithLabel(psk_extracted, "derived psk", PSKLabel, KDF.Nh)
 * psk_secret    = KDF.Extract(psk_input, previous psk_secret) */
static mls_err add(const suite *s, uint8_t *secret, bytes psk, bytes label)
{
    static const uint8_t zero[HASH_MAX];
    uint8_t extracted[HASH_MAX], input[HASH_MAX];
    s->hash->hkdf_extract(extracted, bytes_of(zero, s->hash->len), &psk, 1);
    mls_err err = expand_with_label(s, input, s->hash->len, extracted, "derived psk", label);
    if (err == MLS_OK) {
        bytes previous = bytes_of(secret, s->hash->len);
        s->hash->hkdf_extract(extracted, bytes_of(input, s->hash->len), &previous, 1);
        memcpy(secret, extracted, s->hash->len);
    }
    wipe(extracted, sizeof extracted);
    wipe(input, sizeof input);
    return err;
}

mls_err psk_secret(const suite *s, uint8_t *out, const psk_input *inputs, size_t count)
{
    memset(out, 0, s->hash->len);
    if (count > UINT16_MAX)
        return MLS_ERR_DECODE_TOO_LARGE;
    for (size_t i = 0; i < count; i++) {
        psk_label label = {inputs[i].id, (uint16_t)i, (uint16_t)count};
        bytes encoded;
        arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        TRY(codec_encode(scratch, &encoded, psk_label_any, &label));
        TRY(add(s, out, inputs[i].psk, encoded));
    }
    return MLS_OK;
}
