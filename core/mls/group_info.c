#include "mls/group_info.h"

static void group_info_content_codec(codec *c, group_info *info)
{
    group_context_codec(c, &info->context);
    extension_list_codec(c, &info->extensions);
    codec_opaque(c, &info->confirmation_tag);
    codec_u32(c, &info->signer);
}

static void group_info_tbs_any(codec *c, void *object)
{
    group_info_content_codec(c, object);
}

void group_info_codec(codec *c, group_info *info)
{
    group_info_content_codec(c, info);
    codec_opaque(c, &info->signature);
}

mls_err group_info_sign(const suite *s, arena *a, group_info *info, bytes private_key)
{
    bytes tbs;
    TRY(codec_encode(a, &tbs, group_info_tbs_any, info));
    return sign_with_label(s, a, &info->signature, private_key, "GroupInfoTBS", tbs);
}

mls_err group_info_verify(const suite *s, const group_info *info, bytes public_key)
{
    bytes tbs;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &tbs, group_info_tbs_any, info));
    return verify_with_label(s, public_key, "GroupInfoTBS", tbs, info->signature);
}

/* optional<PathSecret> path_secret, with struct { opaque path_secret<V>; } PathSecret */
void group_secrets_codec(codec *c, group_secrets *secrets)
{
    codec_opaque(c, &secrets->joiner_secret);
    codec_bool(c, &secrets->has_path_secret);
    if (secrets->has_path_secret)
        codec_opaque(c, &secrets->path_secret);
    CODEC_LIST(c, &secrets->psks, psk_id_any);
}

void encrypted_group_secrets_codec(codec *c, encrypted_group_secrets *e)
{
    codec_opaque(c, &e->new_member);
    hpke_ciphertext_codec(c, &e->secrets);
}

void welcome_codec(codec *c, welcome *w)
{
    codec_u16(c, &w->suite);
    CODEC_LIST(c, &w->secrets, encrypted_group_secrets_any);
    codec_opaque(c, &w->encrypted_group_info);
}
