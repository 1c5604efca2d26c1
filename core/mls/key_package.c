#include "mls/key_package.h"

#include "mls/app_data.h"

#include <string.h>

static void key_package_content_codec(codec *c, key_package *kp)
{
    codec_u16(c, &kp->version);
    codec_u16(c, &kp->suite);
    codec_opaque(c, &kp->init_key);
    leaf_node_codec(c, &kp->leaf);
    extension_list_codec(c, &kp->extensions);
}

static void key_package_tbs_any(codec *c, void *object)
{
    key_package_content_codec(c, object);
}

void key_package_codec(codec *c, key_package *kp)
{
    key_package_content_codec(c, kp);
    codec_opaque(c, &kp->signature);
}

void key_package_secret_codec(codec *c, key_package_secret *secret)
{
    codec_u16(c, &secret->version);
    codec_opaque(c, &secret->key_package);
    codec_opaque(c, &secret->init_private);
    codec_opaque(c, &secret->encryption_private);
    codec_opaque(c, &secret->signature_private);
}

void key_package_ref(const suite *s, uint8_t *out, bytes encoded)
{
    ref_hash(s, out, BYTES_LITERAL("MLS 1.0 KeyPackage Reference"), encoded);
}

mls_err key_package_unwrap(bytes *raw, bytes in)
{
    /* MLSMessage starts with version 1 and wire format 5; a raw KeyPackage with version 1 and its
     * suite. Suite 5 followed by a whole KeyPackage can't be told apart by these four octets, so
     * the fifth and sixth decide: version 1 again, or the length of an init_key. */
    static const uint8_t wrapped[] = {0, MLS_VERSION_10, 0, MLS_WIRE_KEY_PACKAGE,
                                      0, MLS_VERSION_10};
    *raw = in;
    if (in.len > sizeof wrapped && memcmp(in.data, wrapped, sizeof wrapped) == 0)
        *raw = bytes_of(in.data + 4, in.len - 4);
    return in.len ? MLS_OK : MLS_ERR_DECODE_TRUNCATED;
}

mls_err key_package_check(const key_package *kp)
{
    const suite *s;
    bytes tbs;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (kp->version != MLS_VERSION_10)
        return MLS_ERR_DECODE_VERSION;
    TRY(suite_get(&s, kp->suite));
    if (kp->init_key.len != s->dh->public_len)
        return MLS_ERR_BAD_KEY;
    if (kp->leaf.source != LEAF_KEY_PACKAGE || bytes_equal(kp->init_key, kp->leaf.encryption_key))
        return MLS_ERR_BAD_LEAF;
    TRY(leaf_node_check(s, &kp->leaf));
    TRY(leaf_node_verify(s, &kp->leaf, NULL));
    TRY(codec_encode(scratch, &tbs, key_package_tbs_any, kp));
    return verify_with_label(s, kp->leaf.signature_key, "KeyPackageTBS", tbs, kp->signature);
}

/* draft-ietf-mls-extensions: an extension of its own, or an application component. */
static bool is_last_resort(const extension_list *extensions)
{
    bytes component;
    const extension *app_data = extension_find(extensions, EXTENSION_APP_DATA_DICTIONARY);
    if (extension_find(extensions, EXTENSION_LAST_RESORT))
        return true;
    return app_data && app_data_find(&component, app_data->data, APP_DATA_LAST_RESORT) &&
           component.len == 0;
}

/* Where a list of extensions stands that has a signature right behind it: each is a vector in its
 * shortest form, as the decoder has seen. */
static mls_err view_before(bytes *out, const extension_list *extensions, bytes signature)
{
    uint8_t header[4];
    bytes encoded;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(extension_list_encode(scratch, &encoded, extensions));
    const uint8_t *end = signature.data - codec_put_length(header, signature.len);
    *out = bytes_of(end - encoded.len, encoded.len);
    return MLS_OK;
}

mls_err mls_key_package_check(mls_key_package_info *info, bytes in, uint64_t now)
{
    bytes raw, extensions, leaf_extensions;
    key_package kp = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *info = (mls_key_package_info){0};
    TRY(key_package_unwrap(&raw, in));
    TRY(key_package_decode(scratch, &kp, raw));
    TRY(key_package_check(&kp));
    TRY(leaf_node_check_lifetime(&kp.leaf, now));
    TRY(view_before(&extensions, &kp.extensions, kp.signature));
    TRY(view_before(&leaf_extensions, &kp.leaf.extensions, kp.leaf.signature));
    const suite *s = suite_find(kp.suite);
    info->suite = kp.suite;
    info->identity = kp.leaf.cred.identity;
    info->signature_key = kp.leaf.signature_key;
    info->init_key = kp.init_key;
    info->not_before = kp.leaf.not_before;
    info->not_after = kp.leaf.not_after;
    info->last_resort = is_last_resort(&kp.extensions);
    info->extensions = extensions;
    info->leaf_extensions = leaf_extensions;
    info->ref_len = s->hash->len;
    key_package_ref(s, info->ref, raw);
    return MLS_OK;
}

mls_err mls_signature_key_new(mls_buf *signature_key, mls_buf *public_key, uint16_t suite_id)
{
    const suite *s;
    uint8_t private_octets[SIGN_PRIVATE_MAX], public_octets[SIGN_PUBLIC_MAX];
    *signature_key = *public_key = (mls_buf){0};
    TRY(suite_get(&s, suite_id));
    TRY(s->sign->generate(private_octets, public_octets));
    mls_err err = buf_copy(signature_key, bytes_of(private_octets, s->sign->private_len));
    if (err == MLS_OK)
        err = buf_copy(public_key, bytes_of(public_octets, s->sign->public_len));
    if (err != MLS_OK)
        mls_buf_free(signature_key);
    wipe(private_octets, sizeof private_octets);
    return err;
}

static mls_err own_leaf(const suite *s, arena *a, leaf_node *leaf, member_parts *parts,
                        const mls_member_params *params)
{
    uint8_t *signature_public = arena_alloc(a, s->sign->public_len);
    if (!signature_public)
        return MLS_ERR_NO_MEMORY;
    bool is_x509 = params->certificates.len != 0;
    if ((params->identity.len != 0) == is_x509 || params->not_after < params->not_before ||
        params->not_after - params->not_before > LIFETIME_MAX)
        return MLS_ERR_INVALID_ARGUMENT;
    TRY(s->sign->public_of(signature_public, params->signature_key));
    TRY(member_params_read(a, parts, params));
    *leaf = (leaf_node){
        .signature_key = bytes_of(signature_public, s->sign->public_len),
        .cred = {.type = is_x509 ? CREDENTIAL_X509 : CREDENTIAL_BASIC,
                 .identity = params->identity,
                 .certificates = params->certificates},
        .caps = parts->caps,
        .source = LEAF_KEY_PACKAGE,
        .not_before = params->not_before,
        .not_after = params->not_after,
        .extensions = parts->leaf_extensions,
    };
    return MLS_OK;
}

mls_err key_package_own_leaf(const suite *s, arena *a, leaf_node *leaf,
                             const mls_member_params *params)
{
    member_parts parts;
    return own_leaf(s, a, leaf, &parts, params);
}

static mls_err hpke_key_pair(const suite *s, arena *a, bytes *private_key, bytes *public_key)
{
    uint8_t *sk = arena_alloc(a, s->dh->private_len), *pk = arena_alloc(a, s->dh->public_len);
    if (!sk || !pk)
        return MLS_ERR_NO_MEMORY;
    TRY(hpke_generate(s, sk, pk));
    *private_key = bytes_of(sk, s->dh->private_len);
    *public_key = bytes_of(pk, s->dh->public_len);
    return MLS_OK;
}

static mls_err new_leaf(const suite *s, arena *a, leaf_node *leaf, bytes *private_key,
                        member_parts *parts, const mls_member_params *params)
{
    TRY(own_leaf(s, a, leaf, parts, params));
    TRY(hpke_key_pair(s, a, private_key, &leaf->encryption_key));
    return leaf_node_sign(s, a, leaf, params->signature_key, NULL);
}

mls_err key_package_new_leaf(const suite *s, arena *a, leaf_node *leaf, bytes *private_key,
                             const mls_member_params *params)
{
    member_parts parts;
    return new_leaf(s, a, leaf, private_key, &parts, params);
}

mls_err mls_key_package_new(mls_buf *out, mls_buf *secret_out, const mls_member_params *params)
{
    const suite *s;
    bytes tbs;
    member_parts parts;
    key_package kp = {.version = MLS_VERSION_10, .suite = params->suite};
    key_package_secret secret = {.version = 1, .signature_private = params->signature_key};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = *secret_out = (mls_buf){0};

    TRY(suite_get(&s, params->suite));
    TRY(new_leaf(s, scratch, &kp.leaf, &secret.encryption_private, &parts, params));
    kp.extensions = parts.key_package_extensions;
    TRY(hpke_key_pair(s, scratch, &secret.init_private, &kp.init_key));
    TRY(codec_encode(scratch, &tbs, key_package_tbs_any, &kp));
    TRY(sign_with_label(s, scratch, &kp.signature, params->signature_key, "KeyPackageTBS", tbs));
    TRY(key_package_encode(scratch, &secret.key_package, &kp));
    TRY(codec_encode_buf(secret_out, key_package_secret_any, &secret));
    mls_err err = buf_copy(out, secret.key_package);
    if (err != MLS_OK)
        mls_buf_free(secret_out);
    return err;
}
