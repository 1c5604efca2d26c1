#include "fedi/conversation_state.h"

#include <string.h>

mls_err conversation_effects_init(conversation_effects *effects)
{
    *effects = (conversation_effects){.memory = arena_new(ARENA_SCRATCH)};
    return effects->memory ? MLS_OK : MLS_ERR_NO_MEMORY;
}

void conversation_effects_cleanup(conversation_effects *effects)
{
    arena_free(effects->memory);
    *effects = (conversation_effects){0};
}

static mls_err copy_evidence(arena *a, mls_evidence *out, const mls_evidence *in)
{
    TRY(arena_copy(a, &out->framed_content, in->framed_content));
    TRY(arena_copy(a, &out->signature, in->signature));
    TRY(arena_copy(a, &out->group_context, in->group_context));
    return arena_copy(a, &out->leaf_node, in->leaf_node);
}

mls_err effect_add(conversation_effects *fx, const conversation_effect *effect)
{
    conversation_effect *list =
        list_more_in(fx->memory, fx->list, fx->count, &fx->room, sizeof *list);
    if (!list)
        return MLS_ERR_NO_MEMORY;
    fx->list = list;
    conversation_effect *copy = &list[fx->count];
    *copy = *effect;
    TRY(arena_copy(fx->memory, &copy->octets, effect->octets));
    TRY(arena_copy(fx->memory, &copy->id, effect->id));
    TRY(arena_copy(fx->memory, &copy->authenticated_data, effect->authenticated_data));
    TRY(arena_copy(fx->memory, &copy->sender.identity, effect->sender.identity));
    TRY(arena_copy(fx->memory, &copy->sender.signature_key, effect->sender.signature_key));
    TRY(arena_copy(fx->memory, &copy->from, effect->from));
    TRY(copy_evidence(fx->memory, &copy->evidence, &effect->evidence));
    bytes *to = arena_array(fx->memory, effect->num_to, sizeof *to);
    if (!to)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < effect->num_to; i++)
        TRY(arena_copy(fx->memory, &to[i], effect->to[i]));
    copy->to = to;
    fx->count++;
    return MLS_OK;
}

mls_err actors_of(const mls_group *group, arena *a, const bytes **out, size_t *count)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(group, &info);
    bytes *list = arena_array(a, info.num_members, sizeof *list);
    *count = 0;
    if (!list)
        return MLS_ERR_NO_MEMORY;
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        if (mls_group_member(group, &member, leaf) != MLS_OK)
            continue;
        size_t i = 0;
        while (i < *count && !bytes_equal(list[i], member.identity))
            i++;
        if (i == *count)
            list[(*count)++] = member.identity;
    }
    *out = list;
    return MLS_OK;
}

mls_err effect_post(conversation_effects *fx, conversation_effect_kind kind, const mls_group *to,
                    bytes octets, bytes id)
{
    conversation_effect effect = {.kind = kind, .octets = octets, .id = id};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(actors_of(to, scratch, &effect.to, &effect.num_to));
    return effect_add(fx, &effect);
}
