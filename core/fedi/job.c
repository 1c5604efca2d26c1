/* Wishes that need other people's KeyPackages first. */
#include "fedi/directory.h"

#include "crypto/random.h"

#include <stdlib.h>
#include <string.h>

typedef enum job_kind { JOB_START, JOB_ADD, JOB_LOOKUP } job_kind;

struct job {
    uint64_t number;
    job_kind kind;
    uint64_t chat; /* ADD */
    mls_buf name;  /* START */
    LIST_OF(lookup) lookups;
};

void job_free(job *j)
{
    for (size_t i = 0; i < j->lookups.count; i++)
        lookup_free(&j->lookups.items[i]);
    free(j->lookups.items);
    mls_buf_free(&j->name);
    free(j);
}

/* ---- How it ends ---- */

static mls_err tell_done(fedi_effects *fx, const job *j, const chat *ch)
{
    event e;
    event_begin(&e, fx, "done", ch);
    json_add_uint(&e.m, e.object, "job", j->number);
    return event_end(&e);
}

static mls_err tell_failed(fedi_effects *fx, const job *j, mls_err err, bytes about)
{
    event e;
    event_begin(&e, fx, "failed", NULL);
    json_add_uint(&e.m, e.object, "job", j->number);
    event_add_error(&e, err);
    json_add_optional(&e.m, e.object, "actor", about);
    return event_end(&e);
}

/* ---- Which KeyPackages ---- */

static bool is_used(const fedi_device *d, const offered_package *p)
{
    for (size_t i = 0; !p->info.last_resort && i < d->used.count; i++)
        if (p->info.ref_len >= REF_LEN &&
            memcmp(d->used.items[i].octets, p->info.ref, REF_LEN) == 0)
            return true;
    return false;
}

static mls_err remember_used(fedi_device *d, const offered_package *p)
{
    ref used;
    if (p->info.ref_len < REF_LEN || p->info.last_resort)
        return MLS_OK;
    memcpy(used.octets, p->info.ref, REF_LEN);
    if (d->used.count == USED_MAX)
        LIST_TAKE(&d->used, 0);
    d->used_changed = true;
    return LIST_PUSH(&d->used, &used);
}

static bool is_in_group(const mls_group *group, bytes signature_key)
{
    mls_group_info info;
    mls_member member;
    mls_group_describe(group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++)
        if (mls_group_member(group, &member, leaf) == MLS_OK &&
            bytes_equal(member.signature_key, signature_key))
            return true;
    return false;
}

/* What an actor offers, without this device, devices that are in already, and used packages. */
static void leave_out(const fedi_device *d, const mls_group *group, offered_packages *offers)
{
    size_t kept = 0;
    for (size_t i = 0; i < offers->count; i++) {
        const offered_package *p = &offers->items[i];
        bool is_self = bytes_equal(p->info.signature_key, buf_view(&d->public_key));
        bool is_in = group && is_in_group(group, p->info.signature_key);
        if (!is_self && !is_in && !is_used(d, p))
            offers->items[kept++] = *p;
    }
    offers->count = kept;
}

static mls_err watch_keys(fedi_device *d, fedi_effects *fx, const chat *of, bytes actor,
                          const offered_packages *offers, arena *a, uint64_t now)
{
    bytes *keys = arena_array(a, offers->count, sizeof *keys);
    size_t count = 0;
    if (!keys)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < offers->count; i++) {
        size_t k = 0;
        bytes key = offers->items[i].info.signature_key;
        while (k < count && !bytes_equal(keys[k], key))
            k++;
        if (k == count && !bytes_equal(key, buf_view(&d->public_key)))
            keys[count++] = key;
    }
    return count ? contact_watch(d, fx, of, actor, keys, count, now) : MLS_OK;
}

/* ---- Starting and adding ---- */

typedef struct chosen {
    bytes *key_packages;
    size_t count;
    uint16_t suite;
} chosen;

static mls_err take_choice(fedi_device *d, chosen *out, const key_package_choice *choice, arena *a)
{
    out->suite = choice->suite;
    out->count = choice->count;
    out->key_packages = arena_array(a, choice->count, sizeof *out->key_packages);
    if (!out->key_packages)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < choice->count; i++) {
        out->key_packages[i] = choice->items[i]->octets;
        TRY(remember_used(d, choice->items[i]));
    }
    return MLS_OK;
}

/* A group of this device alone, and then the commit that adds the others. Nobody else is in it yet,
 * so the commit applies at once and only the Welcome is posted. */
static mls_err found_group(fedi_device *d, mls_group **group, mls_buf *welcome, const chosen *c,
                           arena *a, uint64_t now)
{
    char uuid[UUID_LEN + 1];
    mls_event applied = {0};
    mls_buf commit_octets = {0};
    mls_member_params params = device_member_params(d, c->suite, now);
    mls_proposal *adds = arena_array(a, c->count, sizeof *adds);
    if (!adds)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < c->count; i++)
        adds[i] = (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = c->key_packages[i]};
    TRY(new_uuid(uuid));
    memcpy(uuid, "uri", 3); /* uri:uuid:..., as Emissary has it */
    TRY(mls_group_create(group, bytes_of(uuid, UUID_LEN), &params));
    mls_err err =
        mls_group_commit(*group, &commit_octets, welcome, adds, c->count, (bytes){0}, 0, now);
    if (err == MLS_ERR_UNDECIDED) {
        err = conversation_accept(*group);
        if (err == MLS_OK)
            err = mls_group_commit(*group, &commit_octets, welcome, adds, c->count, (bytes){0}, 0,
                                   now);
    }
    mls_buf_free(&commit_octets);
    if (err == MLS_OK)
        err = mls_group_apply_pending(*group, &applied, now);
    mls_event_free(&applied);
    if (err != MLS_OK) {
        mls_group_free(*group);
        mls_buf_free(welcome);
    }
    return err;
}

/* What would not fit into an activity is not begun at all. */
static bool fits(const mls_buf *welcome)
{
    return welcome->len / 3 * 4 + 8000 < ACTIVITY_MAX;
}

static mls_err accept_members(fedi_device *d, const job *j)
{
    for (size_t i = 0; i < j->lookups.count; i++) {
        contact *who = contact_of(d, buf_view(&j->lookups.items[i].actor));
        if (!who)
            return MLS_ERR_NO_MEMORY;
        who->accepted = who->changed = true;
    }
    return MLS_OK;
}

static mls_err begin_chat(fedi_device *d, fedi_effects *fx, job *j, mls_group *group,
                          const mls_buf *welcome, uint64_t now)
{
    chat *ch;
    const bytes *actors;
    size_t count;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_err err = chat_new(d, &ch, group, buf_view(&d->actor), CHAT_ACTIVE, now);
    if (err != MLS_OK) {
        mls_group_free(group);
        return err;
    }
    ch->update_at = now + UPDATE_EVERY; /* the commit that added them brought new keys */
    TRY(accept_members(d, j));
    TRY(conversation_actors(ch->c, scratch, &actors, &count));
    TRY(outbox_add_envelope(d, fx, POST_MLS, ch, buf_view(welcome), actors, count, (bytes){0}));
    TRY(chat_members_changed(d, fx, ch, now));
    TRY(chat_tick(d, fx, ch, now));
    if (j->name.len) {
        payload p = {
            .kind = PAYLOAD_RENAME, .object_id = chat_group_id(ch), .name = buf_view(&j->name)};
        TRY(buf_copy(&ch->name, p.name));
        TRY(chat_say(d, fx, ch, &p, now));
    }
    return tell_done(fx, j, ch);
}

static mls_err start(fedi_device *d, fedi_effects *fx, job *j, const chosen *c, arena *a,
                     uint64_t now)
{
    mls_group *group;
    mls_buf welcome;
    mls_err err = found_group(d, &group, &welcome, c, a, now);
    if (err == MLS_ERR_NO_MEMORY || err == MLS_ERR_NO_RANDOMNESS)
        return err;
    if (err != MLS_OK)
        return tell_failed(fx, j, err, (bytes){0});
    if (fits(&welcome))
        err = begin_chat(d, fx, j, group, &welcome, now);
    else
        err = tell_failed(fx, j, MLS_ERR_GROUP_TOO_LARGE, (bytes){0});
    if (!fits(&welcome))
        mls_group_free(group);
    mls_buf_free(&welcome);
    return err;
}

/* The Welcome carries the tree, and that takes the most room. */
static bool would_fit(const mls_group *group, const chosen *c)
{
    mls_buf tree;
    size_t size = 2000;
    if (mls_group_tree(group, &tree) != MLS_OK)
        return false;
    size += tree.len;
    mls_buf_free(&tree);
    for (size_t i = 0; i < c->count; i++)
        size += c->key_packages[i].len + 200;
    return size / 3 * 4 + 8000 < ACTIVITY_MAX;
}

static mls_err add(fedi_device *d, fedi_effects *fx, job *j, const chosen *c, uint64_t now)
{
    chat *ch = chat_find(d, j->chat);
    if (!ch || ch->state != CHAT_ACTIVE)
        return tell_failed(fx, j, MLS_ERR_CONVERSATION_ENDED, (bytes){0});
    if (!would_fit(conversation_group(ch->c), c))
        return tell_failed(fx, j, MLS_ERR_GROUP_TOO_LARGE, (bytes){0});
    mls_err err = conversation_add(ch->c, c->key_packages, c->count, now);
    if (err == MLS_ERR_NO_MEMORY)
        return err;
    if (err != MLS_OK)
        return tell_failed(fx, j, err, (bytes){0});
    TRY(accept_members(d, j));
    TRY(chat_tick(d, fx, ch, now));
    return tell_done(fx, j, ch);
}

/* ---- When everybody was looked up ---- */

static bool is_wanted(const fedi_device *d, const lookup *l)
{
    return !bytes_equal(buf_view(&l->actor), buf_view(&d->actor));
}

/* all->count: the sum. */
static mls_err join_offers(offered_packages *all, const offered_packages *offers, size_t count,
                           arena *a)
{
    size_t at = 0;
    all->items = arena_array(a, all->count, sizeof *all->items);
    if (!all->items)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < offers[i].count; k++)
            all->items[at++] = offers[i].items[k];
    return MLS_OK;
}

static mls_err choose_and_go(fedi_device *d, fedi_effects *fx, job *j, offered_packages *offers,
                             arena *a, uint64_t now)
{
    chosen c;
    uint64_t pick;
    size_t num_actors = 0;
    key_package_choice choice = {0};
    mls_group_info info;
    const chat *ch = j->kind == JOB_ADD ? chat_find(d, j->chat) : NULL;
    const mls_group *group = ch ? conversation_group(ch->c) : NULL;
    bytes *actors = arena_array(a, j->lookups.count, sizeof *actors);
    if (!actors)
        return MLS_ERR_NO_MEMORY;
    offered_packages all = {0};
    for (size_t i = 0; i < j->lookups.count; i++) {
        leave_out(d, group, &offers[i]);
        all.count += offers[i].count;
        if (is_wanted(d, &j->lookups.items[i]))
            actors[num_actors++] = buf_view(&j->lookups.items[i].actor);
    }
    TRY(join_offers(&all, offers, j->lookups.count, a));
    if (group)
        mls_group_describe(group, &info);
    TRY(random_below(&pick, UINT32_MAX));
    mls_err err = key_package_choose(a, &choice, &all, actors, num_actors,
                                     group ? &info.suite : device_suites,
                                     group ? 1 : NUM_DEVICE_SUITES, (uint32_t)pick);
    if (err == MLS_ERR_NO_KEY_PACKAGES)
        return tell_failed(fx, j, err, choice.lacking);
    TRY(err);
    if (choice.count == 0)
        return tell_failed(fx, j, MLS_ERR_NO_KEY_PACKAGES, (bytes){0});
    TRY(take_choice(d, &c, &choice, a));
    return j->kind == JOB_START ? start(d, fx, j, &c, a, now) : add(d, fx, j, &c, now);
}

static mls_err tell_contacts(fedi_device *d, fedi_effects *fx, const job *j)
{
    for (size_t i = 0; i < j->lookups.count; i++) {
        const contact *who = contact_of(d, buf_view(&j->lookups.items[i].actor));
        if (!who)
            return MLS_ERR_NO_MEMORY;
        TRY(contact_tell(fx, who));
    }
    return tell_done(fx, j, NULL);
}

static mls_err finish(fedi_device *d, fedi_effects *fx, job *j, uint64_t now)
{
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    offered_packages *offers = arena_array(scratch, j->lookups.count, sizeof *offers);
    if (!offers)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < j->lookups.count; i++) {
        lookup *l = &j->lookups.items[i];
        bytes actor = buf_view(&l->actor);
        if (l->err != MLS_OK && is_wanted(d, l))
            return tell_failed(fx, j, l->err, actor);
        TRY(key_package_check_all(scratch, &offers[i], actor, l->found, l->num_found, now));
        if (j->kind != JOB_START) /* then it is told in the conversation that begins */
            TRY(watch_keys(d, fx, chat_find(d, j->chat), actor, &offers[i], scratch, now));
    }
    return j->kind == JOB_LOOKUP ? tell_contacts(d, fx, j)
                                 : choose_and_go(d, fx, j, offers, scratch, now);
}

static mls_err finish_if_done(fedi_device *d, fedi_effects *fx, size_t index, uint64_t now)
{
    job *j = d->jobs.items[index];
    for (size_t i = 0; i < j->lookups.count; i++)
        if (!j->lookups.items[i].done)
            return MLS_OK;
    LIST_TAKE(&d->jobs, index);
    mls_err err = finish(d, fx, j, now);
    job_free(j);
    return err;
}

mls_err job_fetched(fedi_device *d, fedi_effects *fx, uint32_t id, bytes object, bool *found,
                    uint64_t now)
{
    *found = false;
    for (size_t i = 0; i < d->jobs.count; i++) {
        job *j = d->jobs.items[i];
        for (size_t k = 0; k < j->lookups.count; k++) {
            if (j->lookups.items[k].fetch != id)
                continue;
            *found = true;
            TRY(lookup_go_on(d, fx, &j->lookups.items[k], object));
            return finish_if_done(d, fx, i, now);
        }
    }
    return MLS_OK;
}

/* ---- Beginning ---- */

static bool kind_of(job_kind *kind, bytes wish)
{
    static const char *const names[] = {"start", "add", "lookup"};
    for (size_t i = 0; i < 3; i++) {
        *kind = (job_kind)i;
        if (bytes_equal(wish, bytes_of(names[i], strlen(names[i]))))
            return true;
    }
    return false;
}

static mls_err look_up(fedi_device *d, fedi_effects *fx, job *j, bytes actor)
{
    lookup l;
    if (actor.len == 0)
        return MLS_ERR_INVALID_ARGUMENT;
    for (size_t i = 0; i < j->lookups.count; i++)
        if (bytes_equal(buf_view(&j->lookups.items[i].actor), actor))
            return MLS_OK;
    mls_err err = lookup_begin(d, fx, &l, actor);
    if (err == MLS_OK)
        err = LIST_PUSH(&j->lookups, &l);
    if (err != MLS_OK)
        lookup_free(&l);
    return err;
}

static mls_err begin(fedi_device *d, fedi_effects *fx, job *j, const json *wish)
{
    const json *actors = json_get(wish, "actors");
    if (!json_uint(json_get(wish, "job"), &j->number) || !json_is_array(actors) ||
        !json_first(actors))
        return MLS_ERR_INVALID_ARGUMENT;
    TRY(buf_copy(&j->name, json_string(json_get(wish, "name"))));
    for (const json *item = json_first(actors); item; item = json_next(item))
        TRY(look_up(d, fx, j, json_string(item)));
    if (j->kind != JOB_LOOKUP) /* the own other devices */
        TRY(look_up(d, fx, j, buf_view(&d->actor)));
    return LIST_PUSH(&d->jobs, &j);
}

mls_err job_begin(fedi_device *d, fedi_effects *fx, const json *wish, const chat *of)
{
    job *j = calloc(1, sizeof *j);
    if (!j)
        return MLS_ERR_NO_MEMORY;
    j->chat = of ? of->id : 0;
    mls_err err = MLS_ERR_INVALID_ARGUMENT;
    if (kind_of(&j->kind, json_string(json_get(wish, "wish"))))
        err = begin(d, fx, j, wish);
    if (err != MLS_OK)
        job_free(j);
    return err;
}
