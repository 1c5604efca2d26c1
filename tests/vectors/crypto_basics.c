/* Kind crypto-basics: the labelled functions (RFC 9420 sections 5.1, 5.2, 8 and 9). */
#include "vectors.h"

#include "crypto/labels.h"

#include <string.h>

static bool check_hashes(test *t)
{
    const suite *s = t->suite;
    size_t nh = s->hash->len;
    const cJSON *v = field(t, t->json, "ref_hash");
    const char *label = field_text(t, v, "label");
    uint8_t out[256];
    ref_hash(s, out, bytes_of(label, strlen(label)), field_hex(t, v, "value"));
    CHECK(t, "ref_hash", field_is(t, v, "out", bytes_of(out, nh)));

    v = field(t, t->json, "expand_with_label");
    size_t len = (size_t)field_number(t, v, "length");
    CHECK(t, "length", len <= sizeof out);
    CHECK_OK(t, "expand_with_label",
             expand_with_label(s, out, len, field_octets(t, v, "secret", nh),
                               field_text(t, v, "label"), field_hex(t, v, "context")));
    CHECK(t, "expand_with_label", field_is(t, v, "out", bytes_of(out, len)));

    v = field(t, t->json, "derive_secret");
    CHECK_OK(t, "derive_secret",
             derive_secret(s, out, field_octets(t, v, "secret", nh), field_text(t, v, "label")));
    CHECK(t, "derive_secret", field_is(t, v, "out", bytes_of(out, nh)));

    v = field(t, t->json, "derive_tree_secret");
    len = (size_t)field_number(t, v, "length");
    CHECK(t, "length", len <= sizeof out);
    CHECK_OK(t, "derive_tree_secret",
             derive_tree_secret(s, out, len, field_octets(t, v, "secret", nh),
                                field_text(t, v, "label"),
                                (uint32_t)field_number(t, v, "generation")));
    CHECK(t, "derive_tree_secret", field_is(t, v, "out", bytes_of(out, len)));
    return true;
}

static bool check_signature(test *t)
{
    const suite *s = t->suite;
    const cJSON *v = field(t, t->json, "sign_with_label");
    const char *label = field_text(t, v, "label");
    bytes public_key = field_hex(t, v, "pub"), content = field_hex(t, v, "content"), own;
    CHECK_OK(t, "verify_with_label",
             verify_with_label(s, public_key, label, content, field_hex(t, v, "signature")));
    CHECK_OK(t, "sign_with_label",
             sign_with_label(s, t->a, &own, field_hex(t, v, "priv"), label, content));
    CHECK_OK(t, "verify_with_label of an own signature",
             verify_with_label(s, public_key, label, content, own));
    return true;
}

static bool check_encryption(test *t)
{
    const suite *s = t->suite;
    const cJSON *v = field(t, t->json, "encrypt_with_label");
    const char *label = field_text(t, v, "label");
    const uint8_t *private_key = field_octets(t, v, "priv", s->dh->private_len);
    bytes context = field_hex(t, v, "context"), plaintext;
    hpke_ciphertext given = {field_hex(t, v, "kem_output"), field_hex(t, v, "ciphertext")}, own;
    CHECK_OK(
        t, "decrypt_with_label",
        decrypt_with_label(s, t->a, &plaintext, private_key, (bytes){0}, label, context, &given));
    CHECK(t, "decrypt_with_label", field_is(t, v, "plaintext", plaintext));
    CHECK_OK(t, "encrypt_with_label",
             encrypt_with_label(s, t->a, &own, field_hex(t, v, "pub"), label, context, plaintext));
    CHECK_OK(
        t, "decrypt_with_label of an own ciphertext",
        decrypt_with_label(s, t->a, &plaintext, private_key, (bytes){0}, label, context, &own));
    return field_is(t, v, "plaintext", plaintext);
}

bool run_crypto_basics(test *t)
{
    return check_hashes(t) && check_signature(t) && check_encryption(t);
}
