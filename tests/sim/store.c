#include "store.h"

#include "member.h"

#include <stdlib.h>

static record *find_record(const seat *s, bytes id)
{
    for (size_t i = 0; i < s->num_records; i++)
        if (bytes_equal(bytes_of(s->records[i].id.data, s->records[i].id.len), id))
            return &s->records[i];
    return NULL;
}

void store_put(seat *s, const conversation_effect *e)
{
    record *r = find_record(s, e->id);
    if (r) {
        mls_buf_free(&r->octets);
    } else {
        s->records = grown(s->records, s->num_records, sizeof *s->records);
        r = &s->records[s->num_records++];
        need(buf_copy(&r->id, e->id) == MLS_OK ? r : NULL);
    }
    need(buf_copy(&r->octets, e->octets) == MLS_OK ? r : NULL);
}

void store_delete(seat *s, bytes id)
{
    record *r = find_record(s, id);
    if (!r)
        return;
    mls_buf_free(&r->id);
    mls_buf_free(&r->octets);
    *r = s->records[--s->num_records];
}

static void save(world *w, seat *s)
{
    conversation_effects fx;
    if (!worked(w, s->device, "effects", conversation_effects_init(&fx)))
        return;
    if (worked(w, s->device, "saving", conversation_save(s->c, &fx)))
        member_execute(w, s, &fx);
    conversation_effects_cleanup(&fx);
}

static conversation *load(const seat *s)
{
    conversation *c = NULL;
    const record *head = find_record(s, conversation_main_record);
    conversation_record *list = zeroed(s->num_records, sizeof *list);
    for (size_t i = 0; i < s->num_records; i++)
        list[i] = (conversation_record){{s->records[i].id.data, s->records[i].id.len},
                                        {s->records[i].octets.data, s->records[i].octets.len}};
    mls_err err = !head ? MLS_ERR_STATE_BROKEN
                        : conversation_load(&c, bytes_of(head->octets.data, head->octets.len), list,
                                            s->num_records, &s->params);
    free(list);
    return err == MLS_OK ? c : NULL;
}

void store_restart(world *w, seat *s, bool only_save)
{
    save(w, s);
    if (only_save)
        return;
    conversation *c = load(s);
    trace(w, s->device, "starts again from %zu records", s->num_records);
    if (!worked(w, s->device, "loading", c ? MLS_OK : MLS_ERR_STATE_BROKEN))
        return;
    conversation_free(s->c);
    s->c = c;
    member_settle(w, s);
}
