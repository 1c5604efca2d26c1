/* Signatures, verified: the suite's verify() hashes the message itself. */
#include "wycheproof.h"

static answer verify(test *t, const cJSON *group, const char *key_field)
{
    const cJSON *key = field(t, group, "publicKey");
    bytes public_key = field_hex(t, key, key_field);
    mls_err err = t->suite->sign->verify(field_hex(t, t->json, "sig"), public_key,
                                         field_hex(t, t->json, "msg"));
    return err == MLS_OK ? RIGHT : REFUSED;
}

answer run_ecdsa(test *t, const cJSON *group)
{
    return verify(t, group, "uncompressed");
}

answer run_eddsa(test *t, const cJSON *group)
{
    return verify(t, group, "pk");
}
