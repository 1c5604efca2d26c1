#include "mls/message.h"

void message_codec(codec *c, message *m)
{
    codec_u16(c, &m->version);
    if (m->version != MLS_VERSION_10)
        codec_fail(c, MLS_ERR_DECODE_VERSION);
    codec_u16(c, &m->wire_format);
    switch (m->wire_format) {
    case MLS_WIRE_PUBLIC_MESSAGE:
        public_message_codec(c, &m->public);
        break;
    case MLS_WIRE_PRIVATE_MESSAGE:
        private_message_codec(c, &m->private);
        break;
    case MLS_WIRE_WELCOME:
        welcome_codec(c, &m->welcome);
        break;
    case MLS_WIRE_GROUP_INFO:
        group_info_codec(c, &m->group_info);
        break;
    case MLS_WIRE_KEY_PACKAGE:
        key_package_codec(c, &m->key_package);
        break;
    default:
        codec_fail(c, MLS_ERR_DECODE_WRONG_KIND);
    }
}

mls_err mls_message_read(mls_message_info *info, bytes in)
{
    message m = {0};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *info = (mls_message_info){0};
    TRY(message_decode(scratch, &m, in));
    info->wire_format = (mls_wire_format)m.wire_format;
    switch (info->wire_format) {
    case MLS_WIRE_PUBLIC_MESSAGE:
        info->group_id = m.public.content.group_id;
        info->epoch = m.public.content.epoch;
        info->content_type = (mls_content_type)m.public.content.content_type;
        break;
    case MLS_WIRE_PRIVATE_MESSAGE:
        info->group_id = m.private.group_id;
        info->epoch = m.private.epoch;
        info->content_type = (mls_content_type)m.private.content_type;
        break;
    case MLS_WIRE_GROUP_INFO:
        info->group_id = m.group_info.context.group_id;
        info->epoch = m.group_info.context.epoch;
        break;
    case MLS_WIRE_WELCOME:
    case MLS_WIRE_KEY_PACKAGE:
        break;
    }
    return MLS_OK;
}
