/* Files that lie elsewhere: sealed as the vault seals records, so that one key opens one file. */
#include <waxseal/fedi.h>
#include <waxseal/vault.h>

#include "crypto/random.h"
#include "crypto/sodium.h"

#include <string.h>

static const bytes blob_name = {(const uint8_t *)"waxseal attachment", 18};

static void hash_of(uint8_t out[FEDI_BLOB_HASH_LEN], bytes plaintext)
{
    sodium_sha256.digest(out, &plaintext, 1);
}

mls_err fedi_blob_seal(mls_buf *blob, uint8_t key[FEDI_BLOB_KEY_LEN],
                       uint8_t sha256[FEDI_BLOB_HASH_LEN], bytes plaintext)
{
    *blob = (mls_buf){0};
    TRY(random_bytes(key, FEDI_BLOB_KEY_LEN));
    hash_of(sha256, plaintext);
    const vault v = {.key = bytes_of(key, FEDI_BLOB_KEY_LEN)};
    return vault_seal(blob, &v, blob_name, 0, plaintext);
}

mls_err fedi_blob_open(mls_buf *plaintext, const uint8_t key[FEDI_BLOB_KEY_LEN],
                       const uint8_t sha256[FEDI_BLOB_HASH_LEN], uint64_t size, bytes blob)
{
    uint8_t hash[FEDI_BLOB_HASH_LEN];
    *plaintext = (mls_buf){0};
    const vault v = {.key = bytes_of(key, FEDI_BLOB_KEY_LEN)};
    mls_err err = vault_open(plaintext, &v, blob_name, 0, blob);
    if (err == MLS_ERR_NO_MEMORY)
        return err;
    if (err != MLS_OK)
        return MLS_ERR_BAD_BLOB;
    hash_of(hash, bytes_of(plaintext->data, plaintext->len));
    if (plaintext->len == size && memcmp(hash, sha256, sizeof hash) == 0)
        return MLS_OK;
    mls_buf_free(plaintext);
    return MLS_ERR_BAD_BLOB;
}
