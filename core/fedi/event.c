/* Events as JSON. */
#include "fedi/device_state.h"

#include <string.h>

void event_begin(event *e, fedi_effects *fx, const char *type, const chat *of)
{
    *e = (event){.fx = fx, .m = {.arena = effects_arena(fx)}};
    e->object = json_new_object(&e->m);
    json_add_literal(&e->m, e->object, "type", type);
    if (of) {
        char id[HEX_ID + 1];
        hex_u64(id, of->id);
        json_add_string(&e->m, e->object, "conversation", bytes_of(id, HEX_ID));
    }
}

uint32_t event_part(event *e, bytes octets)
{
    bytes *parts = list_more_in(e->m.arena, e->parts, e->num_parts, &e->room, sizeof *parts);
    if (!parts) {
        json_fail(&e->m, MLS_ERR_NO_MEMORY);
        return 0;
    }
    e->parts = parts;
    json_fail(&e->m, arena_copy(e->m.arena, &e->parts[e->num_parts], octets));
    return (uint32_t)e->num_parts++;
}

mls_err event_end(event *e)
{
    fedi_effect effect = {.kind = FEDI_EVENT, .parts = e->parts, .num_parts = e->num_parts};
    TRY(json_print(&e->m, &effect.octets, e->object));
    return effects_add(e->fx, &effect);
}

void event_add_error(event *e, mls_err err)
{
    json_add_literal(&e->m, e->object, "error", mls_err_name(err));
    json_add_literal(&e->m, e->object, "sentence", mls_err_sentence(err));
}

mls_err event_error(fedi_effects *fx, mls_err err, bytes actor, const chat *of)
{
    event e;
    event_begin(&e, fx, "error", of);
    event_add_error(&e, err);
    json_add_optional(&e.m, e.object, "actor", actor);
    return event_end(&e);
}

mls_err event_notice(fedi_effects *fx, const chat *of, const char *code, bytes actor,
                     const char *sentence)
{
    event e;
    event_begin(&e, fx, "notice", of);
    json_add_literal(&e.m, e.object, "code", code);
    json_add_optional(&e.m, e.object, "actor", actor);
    json_add_literal(&e.m, e.object, "sentence", sentence);
    return event_end(&e);
}
