/* Kind psk_secret: external pre-shared keys (RFC 9420 section 8.4). */
#include "vectors.h"

#include "mls/psk.h"

bool run_psk_secret(test *t)
{
    const cJSON *psks = field(t, t->json, "psks"), *psk;
    psk_input *inputs = arena_array(t->a, (size_t)cJSON_GetArraySize(psks) + 1, sizeof *inputs);
    uint8_t secret[HASH_MAX];
    size_t count = 0;
    CHECK(t, "memory", inputs);
    cJSON_ArrayForEach(psk, psks)
    {
        inputs[count++] = (psk_input){
            .id = {.type = PSK_EXTERNAL,
                   .external_id = field_hex(t, psk, "psk_id"),
                   .nonce = field_hex(t, psk, "psk_nonce")},
            .psk = field_hex(t, psk, "psk"),
        };
    }
    CHECK_OK(t, "psk_secret", psk_secret(t->suite, secret, inputs, count));
    return field_is(t, t->json, "psk_secret", bytes_of(secret, t->suite->hash->len));
}
