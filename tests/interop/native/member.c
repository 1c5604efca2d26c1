#include "member.h"

#include "../../core/trusting.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PROPOSALS_MAX = 32, LIFETIME = 84 * 24 * 3600, CLOCK_SKEW = 3600 };

static const mls_bytes EMPTY = {NULL, 0};

/* What every device supports and says of itself: CUSTOM in lib/member.mjs. */
static const uint16_t CUSTOM_TYPE = 0xF001;
static const mls_extension LEAF_EXTENSION = {0xF001, {(const uint8_t *)"waxseal", 7}};

static uint64_t now(void)
{
    return (uint64_t)time(NULL);
}
static mls_bytes view(const mls_buf *buf)
{
    return (mls_bytes){buf->data, buf->len};
}

static mls_member_params params(const member *m)
{
    return (mls_member_params){
        .suite = m->suite,
        .identity = view(&m->identity),
        .signature_key = view(&m->signature_key),
        .not_before = now() - CLOCK_SKEW,
        .not_after = now() - CLOCK_SKEW + LIFETIME,
        .leaf_extensions = &LEAF_EXTENSION,
        .num_leaf_extensions = 1,
        .proposal_types = &CUSTOM_TYPE,
        .num_proposal_types = 1,
        .grease = true,
    };
}

/* ---- The calls in which the application judges credentials: here all are whom they say ---- */

static mls_err join(member *m, mls_bytes welcome)
{
    mls_psk psks[MEMBER_PSKS_MAX];
    for (size_t i = 0; i < m->num_psks; i++) {
        psks[i] = (mls_psk){view(&m->psk_ids[i]), view(&m->psks[i])};
    }
    return trusting_join(&m->group, welcome, view(&m->key_package_secret), EMPTY, psks,
                         m->num_psks);
}

static mls_err join_external(member *m, mls_buf *commit, mls_bytes group_info)
{
    mls_member_params own = params(m);
    return trusting_join_external(&m->group, commit, group_info, &own, EMPTY, EMPTY);
}

static mls_err receive(member *m, mls_event *event, mls_bytes message)
{
    return trusting_receive(m->group, event, message, now());
}

static mls_err commit(member *m, mls_buf *message, mls_buf *welcome, const mls_proposal *proposals,
                      size_t num_proposals, uint32_t flags)
{
    return trusting_commit(m->group, message, welcome, proposals, num_proposals, EMPTY, flags,
                           now());
}

/* ---- Requests: see member.h ---- */

/* Prints the words of an answer and frees what it was made of. */
static mls_err answer(mls_err err, mls_buf *octets)
{
    if (err == MLS_OK)
        put_octets(view(octets));
    mls_buf_free(octets);
    return err;
}

mls_err member_device(member *m, line *l)
{
    uint32_t suite;
    if (!line_number(l, &suite) || suite > UINT16_MAX)
        return MLS_ERR_INVALID_ARGUMENT;
    if (!line_octets(l, &m->identity))
        return MLS_ERR_INVALID_ARGUMENT;
    m->suite = (uint16_t)suite;
    mls_buf public_key = {NULL, 0}, key_package = {NULL, 0};
    mls_err err = mls_signature_key_new(&m->signature_key, &public_key, m->suite);
    mls_buf_free(&public_key);
    if (err != MLS_OK)
        return err;
    mls_member_params own = params(m);
    err = mls_key_package_new(&key_package, &m->key_package_secret, &own);
    return answer(err, &key_package);
}

mls_err member_create(member *m, line *l)
{
    mls_buf id;
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    if (line_octets(l, &id)) {
        mls_member_params own = params(m);
        err = mls_group_create(&m->group, view(&id), &own);
    }
    mls_buf_free(&id);
    return err;
}

mls_err member_join(member *m, line *l)
{
    mls_buf welcome;
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    if (line_octets(l, &welcome))
        err = join(m, view(&welcome));
    mls_buf_free(&welcome);
    return err;
}

mls_err member_join_external(member *m, line *l)
{
    mls_buf info, message = {NULL, 0};
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    mls_group_free(m->group);
    m->group = NULL;
    if (line_octets(l, &info))
        err = join_external(m, &message, view(&info));
    mls_buf_free(&info);
    for (size_t i = 0; err == MLS_OK && i < m->num_psks; i++) {
        mls_psk psk = {view(&m->psk_ids[i]), view(&m->psks[i])};
        err = mls_group_add_psk(m->group, &psk);
    }
    return answer(err, &message);
}

mls_err member_group_info(member *m, line *l)
{
    (void)l;
    mls_buf info = {NULL, 0};
    return answer(mls_group_info_make(m->group, &info, true), &info);
}

mls_err member_psk(member *m, line *l)
{
    size_t i = m->num_psks;
    if (i == MEMBER_PSKS_MAX)
        return MLS_ERR_INVALID_ARGUMENT;
    m->num_psks++;
    if (!line_octets(l, &m->psk_ids[i]))
        return MLS_ERR_INVALID_ARGUMENT;
    if (!line_octets(l, &m->psks[i]))
        return MLS_ERR_INVALID_ARGUMENT;
    if (m->group == NULL)
        return MLS_OK;
    mls_psk psk = {view(&m->psk_ids[i]), view(&m->psks[i])};
    return mls_group_add_psk(m->group, &psk);
}

/* `data`: what proposal->data is a view of; to be freed, also after false. */
static bool read_proposal(line *l, mls_proposal *proposal, mls_buf *data)
{
    uint32_t type;
    *proposal = (mls_proposal){.leaf = 0};
    *data = (mls_buf){NULL, 0};
    if (!line_number(l, &type) || !line_number(l, &proposal->leaf))
        return false;
    proposal->type = (mls_proposal_type)type;
    bool complete = line_octets(l, data);
    proposal->data = view(data);
    return complete;
}

mls_err member_propose(member *m, line *l)
{
    uint32_t flags;
    if (!line_number(l, &flags))
        return MLS_ERR_INVALID_ARGUMENT;
    mls_proposal proposal;
    mls_buf data, message = {NULL, 0};
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    if (read_proposal(l, &proposal, &data)) {
        err = mls_group_propose(m->group, &message, &proposal, flags, now());
    }
    mls_buf_free(&data);
    return answer(err, &message);
}

mls_err member_commit(member *m, line *l)
{
    uint32_t flags;
    mls_proposal proposals[PROPOSALS_MAX];
    mls_buf data[PROPOSALS_MAX];
    size_t count = 0;
    if (!line_number(l, &flags))
        return MLS_ERR_INVALID_ARGUMENT;
    bool complete = true;
    while (complete && !line_ended(l) && count < PROPOSALS_MAX) {
        complete = read_proposal(l, &proposals[count], &data[count]);
        count++;
    }
    mls_buf message = {NULL, 0}, welcome = {NULL, 0};
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    if (complete && line_ended(l))
        err = commit(m, &message, &welcome, proposals, count, flags);
    for (size_t i = 0; i < count; i++)
        mls_buf_free(&data[i]);
    err = answer(err, &message);
    return answer(err, &welcome);
}

static void put_custom_proposals(const mls_event *event)
{
    for (size_t i = 0; i < event->num_custom_proposals; i++) {
        put_number(event->custom_proposals[i].type);
        put_number(event->custom_proposals[i].sender.leaf);
        put_octets(event->custom_proposals[i].data);
    }
}

mls_err member_apply(member *m, line *l)
{
    (void)l;
    mls_event event = {0};
    mls_err err = mls_group_apply_pending(m->group, &event, now());
    if (err == MLS_OK)
        put_custom_proposals(&event);
    mls_event_free(&event);
    return err;
}

mls_err member_encrypt(member *m, line *l)
{
    mls_buf content, message = {NULL, 0};
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    if (line_octets(l, &content)) {
        err = mls_group_encrypt(m->group, &message, view(&content), EMPTY);
    }
    mls_buf_free(&content);
    return answer(err, &message);
}

mls_err member_receive(member *m, line *l)
{
    mls_buf message;
    mls_event event = {0};
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    if (line_octets(l, &message))
        err = receive(m, &event, view(&message));
    if (err == MLS_OK) {
        put_number(event.kind);
        put_octets(event.content);
        put_custom_proposals(&event);
    }
    mls_event_free(&event);
    mls_buf_free(&message);
    return err;
}

mls_err member_export(member *m, line *l)
{
    mls_buf label, context = {NULL, 0}, secret = {NULL, 0};
    uint32_t length;
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    if (line_octets(l, &label) && line_octets(l, &context) && line_number(l, &length)) {
        err = mls_group_export(m->group, &secret, view(&label), view(&context), length);
    }
    mls_buf_free(&label);
    mls_buf_free(&context);
    return answer(err, &secret);
}

mls_err member_view(member *m, line *l)
{
    (void)l;
    mls_group_info info;
    mls_group_describe(m->group, &info);
    put_number(info.epoch);
    put_octets(info.epoch_authenticator);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        mls_member at;
        if (mls_group_member(m->group, &at, leaf) != MLS_OK)
            continue; /* blank */
        put_number(leaf);
        put_octets(at.identity);
    }
    return MLS_OK;
}

mls_err member_restart(member *m, line *l)
{
    (void)l;
    mls_buf epoch = {NULL, 0}, ratchet = {NULL, 0};
    mls_group *loaded = NULL;
    mls_err err = mls_group_save(m->group, &epoch, &ratchet);
    if (err == MLS_OK)
        err = mls_group_load(&loaded, view(&epoch), view(&ratchet));
    if (err == MLS_OK) {
        mls_group_free(m->group);
        m->group = loaded;
    }
    mls_buf_free(&epoch);
    mls_buf_free(&ratchet);
    return err;
}

void member_free(member *m)
{
    mls_group_free(m->group);
    mls_buf_free(&m->identity);
    mls_buf_free(&m->signature_key);
    mls_buf_free(&m->key_package_secret);
    for (size_t i = 0; i < m->num_psks; i++) {
        mls_buf_free(&m->psk_ids[i]);
        mls_buf_free(&m->psks[i]);
    }
    memset(m, 0, sizeof *m);
}
