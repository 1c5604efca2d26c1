/* What is to be posted, stored until the server has taken it. */
#include "fedi/audience.h"

#include <string.h>

void post_free(post *p)
{
    mls_buf_free(&p->activity);
    mls_buf_free(&p->about);
}

mls_err outbox_give(const post *p, fedi_effects *fx)
{
    fedi_effect effect = {
        .kind = FEDI_POST,
        .id = p->id,
        .lane = p->kind >= POST_PACKAGE ? FEDI_LANE_KEYS : FEDI_LANE_MESSAGES,
        .name = p->kind == POST_MESSAGE ? buf_view(&p->about) : (bytes){0},
        .octets = buf_view(&p->activity),
    };
    return effects_add(fx, &effect);
}

mls_err outbox_add(fedi_device *d, fedi_effects *fx, post_kind kind, const chat *of, bytes activity,
                   bytes about)
{
    post p = {.id = d->next_id, .kind = kind, .chat = of ? of->id : 0, .changed = true};
    mls_err err = buf_copy(&p.activity, activity);
    if (err == MLS_OK)
        err = buf_copy(&p.about, about);
    if (err == MLS_OK)
        err = outbox_give(&p, fx);
    if (err == MLS_OK)
        err = LIST_PUSH(&d->posts, &p);
    if (err != MLS_OK) {
        post_free(&p);
        return err;
    }
    d->next_id++;
    d->changed = true;
    return MLS_OK;
}

mls_err outbox_add_envelope(fedi_device *d, fedi_effects *fx, post_kind kind, const chat *of,
                            bytes octets, const bytes *to, size_t num_to, bytes about)
{
    bytes activity, *list, own = buf_view(&d->actor);
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    size_t count;
    TRY(audience_list(d, scratch, to, num_to, &list, &count));
    mls_message_info info = {0};
    bool is_statement = mls_message_read(&info, octets) != MLS_OK;
    envelope_params params = {
        .actor = own,
        .to = list,
        .num_to = count,
        .octets = octets,
        .is_statement = is_statement,
        .conversation = chat_group_id(of),
        .generator_id = buf_view(&d->generator_id),
        .generator_name = buf_view(&d->generator_name),
    };
    mls_err err = envelope_write(scratch, &activity, &params);
    if (err == MLS_ERR_TOO_LARGE)
        return event_error(fx, MLS_ERR_GROUP_TOO_LARGE, (bytes){0}, of);
    TRY(err);
    return outbox_add(d, fx, kind, of, activity, about);
}

/* ---- The server's answer ---- */

static mls_err forget(fedi_device *d, fedi_effects *fx, size_t index)
{
    char name[RECORD_NAME_MAX] = "outbox/", hex[HEX_ID + 1];
    hex_u64(hex, d->posts.items[index].id);
    name_append(name, hex);
    post_free(&d->posts.items[index]);
    LIST_TAKE(&d->posts, index);
    return effects_forget(fx, name);
}

static mls_err tell(fedi_device *d, fedi_effects *fx, const post *p, bool accepted, bytes sentence)
{
    event e;
    const chat *of = chat_find(d, p->chat);
    if (p->kind == POST_MLS && of && !accepted)
        return event_notice(fx, of, "change-refused", (bytes){0},
                            "Your server refused a change of this conversation, so the others do "
                            "not know of it. Try to send it again.");
    if (p->kind != POST_MESSAGE || !of || p->about.len == 0)
        return MLS_OK;
    event_begin(&e, fx, accepted ? "posted" : "refused", of);
    json_add_string(&e.m, e.object, "activity", buf_view(&p->about));
    if (!accepted)
        json_add_string(&e.m, e.object, "sentence", utf8_valid(sentence) ? sentence : (bytes){0});
    return event_end(&e);
}

mls_err outbox_posted(fedi_device *d, fedi_effects *fx, uint32_t id, bool accepted, bytes object,
                      bytes sentence)
{
    size_t index = 0;
    while (index < d->posts.count && d->posts.items[index].id != id)
        index++;
    if (index == d->posts.count)
        return MLS_OK; /* another tab was told already */
    post *p = &d->posts.items[index];
    TRY(tell(d, fx, p, accepted, sentence));
    if (!accepted && p->kind < POST_QUIET) {
        p->refused = p->changed = true;
        return MLS_OK;
    }
    post done = *p;
    *p = (post){.id = id};
    mls_err err = pool_posted(d, fx, &done, accepted, object);
    post_free(&done);
    TRY(err);
    for (index = 0; d->posts.items[index].id != id;)
        index++;
    return forget(d, fx, index);
}

mls_err outbox_retry(fedi_device *d, fedi_effects *fx, const chat *of, bytes about)
{
    for (size_t i = 0; i < d->posts.count; i++) {
        post *p = &d->posts.items[i];
        if (!p->refused || p->chat != of->id ||
            (about.len && !bytes_equal(buf_view(&p->about), about)))
            continue;
        p->refused = false;
        p->changed = true;
        TRY(outbox_give(p, fx));
    }
    return MLS_OK;
}

mls_err outbox_forget_chat(fedi_device *d, fedi_effects *fx, const chat *of)
{
    for (size_t i = d->posts.count; i-- > 0;)
        if (d->posts.items[i].chat == of->id)
            TRY(forget(d, fx, i));
    return MLS_OK;
}
