/* What this device says: sent in the epoch of the head, and again when that epoch loses. */
#include "fedi/conversation_state.h"

#include "crypto/sodium.h"

#include <stdlib.h>
#include <string.h>

/* ---- Who is to read it ---- */

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, EPOCH_ID_LEN);
}

/* The devices of a group, each as a hash of its key and actor, sorted. */
static mls_err readers_of(const mls_group *group, epoch_id **out, size_t *count)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(group, &info);
    *count = 0;
    *out = calloc(info.num_members + 1, sizeof **out);
    if (!*out)
        return MLS_ERR_NO_MEMORY;
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        if (mls_group_member(group, &member, leaf) != MLS_OK)
            continue;
        const bytes parts[] = {member.signature_key, member.identity};
        sodium_sha256.digest((*out)[(*count)++].octets, parts, 2);
    }
    qsort(*out, *count, sizeof **out, compare_ids);
    return MLS_OK;
}

static reader_set *find_readers(const conversation *c, uint32_t serial)
{
    for (size_t i = 0; i < c->reader_sets.count; i++)
        if (c->reader_sets.items[i].serial == serial)
            return &c->reader_sets.items[i];
    return NULL;
}

static void forget_unused_readers(conversation *c)
{
    for (size_t i = c->reader_sets.count; i-- > 0;) {
        bool used = false;
        for (size_t k = 0; k < c->said.count; k++)
            used |= c->said.items[k].readers == c->reader_sets.items[i].serial;
        if (used)
            continue;
        reader_set_free(&c->reader_sets.items[i]);
        LIST_TAKE(&c->reader_sets, i);
    }
}

/* The serial of the set of all who are in the group now. */
static mls_err readers_now(conversation *c, uint32_t *serial)
{
    for (size_t i = 0; i < c->reader_sets.count; i++)
        if (epoch_id_equal(&c->reader_sets.items[i].epoch, &c->head->id)) {
            *serial = c->reader_sets.items[i].serial;
            return MLS_OK;
        }
    forget_unused_readers(c);
    reader_set *more = LIST_MORE(&c->reader_sets);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->reader_sets.items = more;
    reader_set *set = &more[c->reader_sets.count];
    TRY(readers_of(c->head->group, &set->readers, &set->count));
    set->epoch = c->head->id;
    *serial = set->serial = ++c->next_serial;
    c->reader_sets.count++;
    return MLS_OK;
}

/* Whether everybody now in the group was to read it. */
static bool may_all_read(const conversation *c, const said *s)
{
    epoch_id *now;
    size_t count;
    const reader_set *readers = find_readers(c, s->readers);
    if (c->params.no_guard)
        return true;
    if (!readers)
        return false;
    if (readers_of(conversation_group(c), &now, &count) != MLS_OK)
        return false;
    bool all = true;
    for (size_t i = 0; all && i < count; i++)
        all = bsearch(&now[i], readers->readers, readers->count, sizeof *now, compare_ids) != NULL;
    free(now);
    return all;
}

/* ---- Sending ---- */

/* Says which messages it stands for, so that nobody waits for those. */
static mls_err encrypt_again(conversation *c, mls_buf *message, const said *s)
{
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    bytes aad = {0};
    size_t count = 0;
    static const epoch_id none;
    while (count < SENT_HASHES && !epoch_id_equal(&s->sent[count], &none))
        count++;
    if (count)
        TRY(again_write(scratch, &aad, s->sent, count));
    return mls_group_encrypt(c->head->group, message, bytes_of(s->content.data, s->content.len),
                             aad);
}

static mls_err encrypt(conversation *c, mls_buf *message, said *s)
{
    epoch_id hash;
    TRY(encrypt_again(c, message, s));
    epoch_id_of_octets(&hash, bytes_of(message->data, message->len));
    memmove(s->sent + 1, s->sent, (SENT_HASHES - 1) * sizeof s->sent[0]);
    s->sent[0] = hash;
    s->where = c->head->id;
    s->resend_at = 0;
    s->held = false;
    return MLS_OK;
}

static mls_err send_to_all(conversation *c, conversation_effects *fx, said *s)
{
    mls_buf message;
    TRY(encrypt(c, &message, s));
    mls_err err = effect_post(fx, CONVERSATION_MESSAGE, c->head->group,
                              bytes_of(message.data, message.len), bytes_of(s->id.data, s->id.len));
    mls_buf_free(&message);
    return err;
}

static said *find_said(conversation *c, bytes id)
{
    for (size_t i = 0; i < c->said.count; i++)
        if (bytes_equal(bytes_of(c->said.items[i].id.data, c->said.items[i].id.len), id))
            return &c->said.items[i];
    return NULL;
}

static mls_err keep_said(conversation *c, said **out, bytes content, bytes id)
{
    if (c->said.count == SAID_MAX) { /* the oldest is final long since, or will not go any more */
        said_free(&c->said.items[0]);
        LIST_TAKE(&c->said, 0);
    }
    said *more = LIST_MORE(&c->said);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->said.items = more;
    *out = &more[c->said.count];
    mls_err err = buf_copy(&(*out)->content, content);
    if (err == MLS_OK)
        err = buf_copy(&(*out)->id, id);
    if (err != MLS_OK)
        said_free(*out);
    else
        c->said.count++;
    return err;
}

mls_err conversation_say(conversation *c, conversation_effects *fx, bytes content, bytes id)
{
    said *s = find_said(c, id);
    if (conversation_is_removed(c))
        return MLS_ERR_NOT_A_MEMBER;
    if (!s)
        TRY(keep_said(c, &s, content, id));
    TRY(readers_now(c, &s->readers));
    return send_to_all(c, fx, s);
}

mls_err conversation_say_again(conversation *c, conversation_effects *fx, bytes id)
{
    said *s = find_said(c, id);
    if (!s)
        return MLS_ERR_INVALID_ARGUMENT;
    return conversation_say(c, fx, bytes_of(s->content.data, s->content.len), id);
}

/* ---- Again ---- */

static mls_err hold(conversation_effects *fx, said *s)
{
    if (s->held)
        return MLS_OK;
    s->held = true;
    conversation_effect effect = {.kind = CONVERSATION_HELD, .id = {s->id.data, s->id.len}};
    return effect_add(fx, &effect);
}

mls_err resend(conversation *c, conversation_effects *fx, uint64_t now)
{
    if (conversation_is_removed(c))
        return MLS_OK;
    for (size_t i = 0; i < c->said.count; i++) {
        said *s = &c->said.items[i];
        if (s->resend_at == 0 || s->resend_at > now)
            continue;
        if (may_all_read(c, s))
            TRY(send_to_all(c, fx, s));
        else
            TRY(hold(fx, s));
    }
    return MLS_OK;
}

/* Some could not read a message: it is sent to these again, in the epoch of now. Where the others
 * have it stays as it is. */
static mls_err resend_to(conversation *c, conversation_effects *fx, said *s, const bytes *actors,
                         size_t count)
{
    mls_buf again;
    if (!may_all_read(c, s))
        return hold(fx, s);
    TRY(encrypt_again(c, &again, s));
    conversation_effect effect = {.kind = CONVERSATION_MESSAGE,
                                  .octets = {again.data, again.len},
                                  .id = {s->id.data, s->id.len},
                                  .to = actors,
                                  .num_to = count};
    mls_err err = effect_add(fx, &effect);
    mls_buf_free(&again);
    return err;
}

static said *find_sent(conversation *c, const epoch_id *message)
{
    for (size_t i = 0; i < c->said.count; i++)
        for (size_t k = 0; k < SENT_HASHES; k++)
            if (epoch_id_equal(&c->said.items[i].sent[k], message))
                return &c->said.items[i];
    return NULL;
}

/* ---- Who can't read ---- */

mls_err take_request(conversation *c, const epoch_id *message, const epoch_id *asker, bytes actor,
                     uint64_t now)
{
    if (!find_sent(c, message))
        return MLS_OK;
    for (size_t i = 0; i < c->requests.count; i++) {
        request *known = &c->requests.items[i];
        if (!epoch_id_equal(&known->message, message) ||
            !bytes_equal(bytes_of(known->actor.data, known->actor.len), actor))
            continue;
        known->asker = *asker; /* asked again, from where it is now */
        known->since = now;
        return MLS_OK;
    }
    if (c->requests.count == REQUESTS_MAX) {
        request_free(&c->requests.items[0]);
        LIST_TAKE(&c->requests, 0);
    }
    request *more = LIST_MORE(&c->requests);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->requests.items = more;
    request *r = &more[c->requests.count];
    *r = (request){.message = *message, .asker = *asker, .since = now};
    TRY(buf_copy(&r->actor, actor));
    c->requests.count++;
    return MLS_OK;
}

/* Whether the asker will read it where we are; it may have been elsewhere when it asked. Who is
 * behind the epoch in which it was sent only has to catch up. */
static bool can_answer(const conversation *c, const request *r, const said *s)
{
    bool behind = epoch_id_equal(&s->sent[0], &r->message) &&
                  epoch_id_equal(&s->where, &c->head->id) &&
                  !epoch_id_equal(&r->asker, &c->head->id);
    return is_on_line(c, &r->asker) && !behind;
}

/* The actors whose requests of one message can be answered; those requests are done. */
static size_t take_askers(conversation *c, const said *s, mls_buf *actors)
{
    size_t count = 0;
    for (size_t i = c->requests.count; i-- > 0;) {
        request *r = &c->requests.items[i];
        if (find_sent(c, &r->message) != s || !can_answer(c, r, s))
            continue;
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known |= bytes_equal(bytes_of(actors[k].data, actors[k].len),
                                 bytes_of(r->actor.data, r->actor.len));
        if (known)
            request_free(r);
        else
            actors[count++] = r->actor;
        LIST_TAKE(&c->requests, i);
    }
    return count;
}

static mls_err answer_about(conversation *c, conversation_effects *fx, said *s)
{
    mls_buf actors[REQUESTS_MAX];
    bytes to[REQUESTS_MAX];
    size_t count = take_askers(c, s, actors);
    for (size_t i = 0; i < count; i++)
        to[i] = bytes_of(actors[i].data, actors[i].len);
    mls_err err = count ? resend_to(c, fx, s, to, count) : MLS_OK;
    while (count > 0)
        mls_buf_free(&actors[--count]);
    return err;
}

/* Requests of one message are gathered for a while, so that one answer serves many. */
mls_err answer_requests(conversation *c, conversation_effects *fx, uint64_t now)
{
    if (conversation_is_removed(c))
        return MLS_OK;
    for (size_t i = c->requests.count; i-- > 0;) {
        request *r = &c->requests.items[i];
        if (r->since + REMEMBERED > now && find_sent(c, &r->message))
            continue;
        request_free(r);
        LIST_TAKE(&c->requests, i);
    }
    for (size_t i = c->requests.count; i-- > 0;) {
        const request *r = &c->requests.items[i];
        said *s = find_sent(c, &r->message);
        if (r->since + c->params.grace > now || !can_answer(c, r, s))
            continue;
        TRY(answer_about(c, fx, s));
        i = c->requests.count; /* several may have gone */
    }
    return MLS_OK;
}
