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

/* Whether everybody now in the group was to read it. */
static bool may_all_read(const conversation *c, const said *s)
{
    epoch_id *now;
    size_t count;
    if (c->params.no_guard)
        return true;
    if (readers_of(conversation_group(c), &now, &count) != MLS_OK)
        return false;
    bool all = true;
    for (size_t i = 0; all && i < count; i++)
        all = bsearch(&now[i], s->readers, s->num_readers, sizeof *now, compare_ids) != NULL;
    free(now);
    return all;
}

/* ---- Sending ---- */

static mls_err encrypt(conversation *c, mls_buf *message, said *s)
{
    epoch_id hash;
    TRY(mls_group_encrypt(c->head->group, message, bytes_of(s->content.data, s->content.len),
                          (bytes){0}));
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
    free(s->readers);
    s->readers = NULL;
    TRY(readers_of(c->head->group, &s->readers, &s->num_readers));
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

/* Somebody could not read a message: it is sent to that actor again, in the epoch of now. Where the
 * others have it stays as it is. */
static mls_err resend_missing(conversation *c, conversation_effects *fx, const epoch_id *message,
                              bytes actor)
{
    for (size_t i = 0; i < c->said.count && !conversation_is_removed(c); i++) {
        said *s = &c->said.items[i];
        for (size_t k = 0; k < SENT_HASHES; k++) {
            mls_buf again;
            if (!epoch_id_equal(&s->sent[k], message))
                continue;
            if (k == 0 && epoch_id_equal(&s->where, &c->head->id))
                return MLS_OK; /* will be readable where it is, or is asked for again */
            if (!may_all_read(c, s))
                return hold(fx, s);
            TRY(mls_group_encrypt(c->head->group, &again, bytes_of(s->content.data, s->content.len),
                                  (bytes){0}));
            conversation_effect effect = {.kind = CONVERSATION_MESSAGE,
                                          .octets = {again.data, again.len},
                                          .id = {s->id.data, s->id.len},
                                          .to = &actor,
                                          .num_to = 1};
            mls_err err = effect_add(fx, &effect);
            mls_buf_free(&again);
            return err;
        }
    }
    return MLS_OK;
}

mls_err take_request(conversation *c, conversation_effects *fx, const epoch_id *message,
                     const epoch_id *asker, bytes actor, uint64_t now)
{
    if (is_on_line(c, asker))
        return resend_missing(c, fx, message, actor);
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

/* Where the asker is may have become a part of our line. */
mls_err answer_requests(conversation *c, conversation_effects *fx, uint64_t now)
{
    for (size_t i = c->requests.count; i-- > 0;) {
        request *r = &c->requests.items[i];
        bool together = is_on_line(c, &r->asker);
        if (!together && r->since + REMEMBERED > now)
            continue;
        if (together)
            TRY(resend_missing(c, fx, &r->message, bytes_of(r->actor.data, r->actor.len)));
        request_free(r);
        LIST_TAKE(&c->requests, i);
    }
    return MLS_OK;
}
