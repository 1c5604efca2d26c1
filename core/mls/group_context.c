#include "mls/group_context.h"

void group_context_codec(codec *c, group_context *ctx)
{
    codec_u16(c, &ctx->version);
    codec_u16(c, &ctx->suite);
    codec_opaque(c, &ctx->group_id);
    codec_u64(c, &ctx->epoch);
    codec_opaque(c, &ctx->tree_hash);
    codec_opaque(c, &ctx->confirmed_transcript_hash);
    extension_list_codec(c, &ctx->extensions);
}
