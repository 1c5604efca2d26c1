/* A device as records, and back. */
#include "fedi/audience.h"
#include "fedi/record.h"

#include <stdlib.h>
#include <string.h>

/* Of a chat: 1 had the members in it. */
enum { VERSION = 1, CHAT_VERSION = 2 };

/* ---- Descriptions ---- */

static void device_any(codec *c, void *object)
{
    fedi_device *d = object;
    record_version(c, VERSION);
    record_buf(c, &d->actor);
    record_buf(c, &d->key_packages);
    record_buf(c, &d->generator_id);
    record_buf(c, &d->generator_name);
    record_buf(c, &d->signature_key);
    record_buf(c, &d->public_key);
    codec_bool(c, &d->receipts);
    codec_bool(c, &d->withdrawn);
    codec_u32(c, &d->next_id);
    codec_u64(c, &d->next_held);
}

static void used_any(codec *c, void *object)
{
    fedi_device *d = object;
    record_version(c, VERSION);
    FOR_RECORDS(c, &d->used)
    codec_fixed(c, d->used.items[i].octets, REF_LEN);
}

static void contact_any(codec *c, void *object)
{
    contact *who = object;
    record_version(c, VERSION);
    record_buf(c, &who->actor);
    codec_bool(c, &who->accepted);
    codec_bool(c, &who->blocked);
    FOR_RECORDS(c, &who->keys)
    {
        record_buf(c, &who->keys.items[i].key);
        codec_u64(c, &who->keys.items[i].since);
    }
}

static void package_any(codec *c, void *object)
{
    own_package *p = object;
    record_version(c, VERSION);
    codec_fixed(c, p->id.octets, REF_LEN);
    codec_u16(c, &p->suite);
    codec_bool(c, &p->last_resort);
    codec_u64(c, &p->not_after);
    codec_u64(c, &p->used_at);
    record_buf(c, &p->secret);
    record_buf(c, &p->object);
}

static void kind_codec(codec *c, int *kind, uint8_t last)
{
    uint8_t value = (uint8_t)*kind;
    codec_u8(c, &value);
    if (value == 0 || value > last)
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    *kind = value;
}

static void post_any(codec *c, void *object)
{
    post *p = object;
    int kind = (int)p->kind;
    record_version(c, VERSION);
    codec_u32(c, &p->id);
    kind_codec(c, &kind, POST_KEY_REST);
    p->kind = (post_kind)kind;
    record_buf(c, &p->activity);
    record_buf(c, &p->about);
    codec_u64(c, &p->chat);
    codec_bool(c, &p->refused);
}

static void held_any(codec *c, void *object)
{
    held *h = object;
    int kind = (int)h->kind;
    record_version(c, VERSION);
    codec_u64(c, &h->id);
    kind_codec(c, &kind, HELD_FETCHING);
    h->kind = (held_kind)kind;
    record_buf(c, &h->octets);
    record_buf(c, &h->actor);
    codec_fixed(c, h->about.octets, REF_LEN);
    codec_u64(c, &h->since);
}

static void members_any(codec *c, void *object)
{
    chat *ch = object;
    FOR_RECORDS(c, &ch->members)
    record_buf(c, &ch->members.items[i]);
}

static void chat_any(codec *c, void *object)
{
    chat *ch = object;
    int state = (int)ch->state;
    uint16_t version = CHAT_VERSION;
    codec_u16(c, &version);
    if (version < VERSION || version > CHAT_VERSION)
        codec_fail(c, MLS_ERR_STATE_VERSION);
    codec_u64(c, &ch->id);
    kind_codec(c, &state, CHAT_REMOVED);
    ch->state = (chat_state)state;
    record_buf(c, &ch->name);
    record_buf(c, &ch->inviter);
    codec_u64(c, &ch->created);
    codec_u64(c, &ch->update_at);
    codec_u32(c, &ch->since_update);
    codec_u64(c, &ch->acknowledge_at);
    if (version == VERSION) {
        members_any(c, ch);
        ch->changed = ch->members_changed = true;
    }
    FOR_RECORDS(c, &ch->acknowledge)
    {
        record_buf(c, &ch->acknowledge.items[i].actor);
        record_buf(c, &ch->acknowledge.items[i].object);
    }
}

/* ---- Saving ---- */

static mls_err store(fedi_effects *fx, const char *name, codec_fn *describe, const void *object)
{
    bytes octets;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(codec_encode(scratch, &octets, describe, object));
    return effects_store(fx, name, octets);
}

static mls_err store_under(fedi_effects *fx, const char *folder, const char *rest,
                           codec_fn *describe, const void *object)
{
    char name[RECORD_NAME_MAX] = "";
    name_append(name, folder);
    name_append(name, rest);
    return store(fx, name, describe, object);
}

static void page_name(char name[RECORD_NAME_MAX], size_t page)
{
    const char letter[] = {(char)('a' + page), 0};
    name_append(name, letter);
}

static mls_err save_ring(fedi_effects *fx, ring *r, const char *folder)
{
    for (size_t page = 0; page < RING_PAGES; page++) {
        char name[RECORD_NAME_MAX] = "";
        bytes octets;
        arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
        if (!(r->changed & 1U << page))
            continue;
        name_append(name, folder);
        page_name(name, page);
        TRY(ring_page_write(scratch, &octets, r, page));
        TRY(effects_store(fx, name, octets));
    }
    r->changed = 0;
    return MLS_OK;
}

static mls_err save_post(fedi_device *d, fedi_effects *fx, post *p)
{
    char hex[HEX_ID + 1];
    const chat *of = chat_find(d, p->chat);
    post stored = *p;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (of)
        TRY(audience_fold(d, of, scratch, &stored.activity, buf_view(&p->activity)));
    hex_u64(hex, p->id);
    TRY(store_under(fx, "outbox/", hex, post_any, &stored));
    p->changed = false;
    return MLS_OK;
}

static mls_err save_lists(fedi_device *d, fedi_effects *fx)
{
    for (size_t i = 0; i < d->contacts.count; i++) {
        contact *who = &d->contacts.items[i];
        char hex[2 * REF_LEN + 1];
        ref hash;
        if (!who->changed)
            continue;
        ref_of(&hash, buf_view(&who->actor));
        hex_of(hex, hash.octets, REF_LEN);
        TRY(store_under(fx, "contact/", hex, contact_any, who));
        who->changed = false;
    }
    for (size_t i = 0; i < d->packages.count; i++) {
        own_package *p = &d->packages.items[i];
        char hex[2 * REF_LEN + 1];
        if (!p->changed)
            continue;
        hex_of(hex, p->id.octets, REF_LEN);
        TRY(store_under(fx, "package/", hex, package_any, p));
        p->changed = false;
    }
    for (size_t i = 0; i < d->posts.count; i++)
        if (d->posts.items[i].changed)
            TRY(save_post(d, fx, &d->posts.items[i]));
    for (size_t i = 0; i < d->held.count; i++) {
        char hex[HEX_ID + 1];
        if (!d->held.items[i].changed)
            continue;
        hex_u64(hex, d->held.items[i].id);
        TRY(store_under(fx, "held/", hex, held_any, &d->held.items[i]));
        d->held.items[i].changed = false;
    }
    return MLS_OK;
}

static mls_err save_chat(fedi_effects *fx, chat *ch)
{
    char name[RECORD_NAME_MAX];
    chat_record_name(name, ch, "/seen/");
    TRY(save_ring(fx, ch->seen, name));
    if (ch->members_changed) {
        chat_record_name(name, ch, "/members");
        TRY(store(fx, name, members_any, ch));
        ch->members_changed = false;
    }
    if (!ch->changed)
        return MLS_OK;
    ch->changed = false;
    chat_record_name(name, ch, "/state");
    return store(fx, name, chat_any, ch);
}

mls_err device_save(fedi_device *d, fedi_effects *fx)
{
    TRY(save_lists(d, fx));
    for (size_t i = 0; i < d->chats.count; i++)
        TRY(save_chat(fx, d->chats.items[i]));
    TRY(save_ring(fx, &d->inbox, "inbox/"));
    if (d->used_changed)
        TRY(store(fx, "used", used_any, d));
    if (d->changed)
        TRY(store(fx, "device", device_any, d));
    d->changed = d->used_changed = false;
    return MLS_OK;
}

/* ---- Loading ---- */

static mls_err decode(codec_fn *describe, void *object, bytes octets)
{
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    return record_error(codec_decode(scratch, object, describe, octets));
}

static bool is_under(bytes name, const char *folder, bytes *rest)
{
    size_t len = strlen(folder);
    if (name.len <= len || memcmp(name.data, folder, len) != 0)
        return false;
    *rest = bytes_of(name.data + len, name.len - len);
    return true;
}

static mls_err load_contact(fedi_device *d, bytes octets)
{
    contact who = {0};
    mls_err err = decode(contact_any, &who, octets);
    if (err == MLS_OK)
        err = LIST_PUSH(&d->contacts, &who);
    if (err != MLS_OK)
        contact_free(&who);
    return err;
}

static mls_err load_package(fedi_device *d, bytes octets)
{
    own_package p = {0};
    mls_err err = decode(package_any, &p, octets);
    if (err == MLS_OK)
        err = LIST_PUSH(&d->packages, &p);
    if (err != MLS_OK)
        own_package_free(&p);
    return err;
}

static mls_err load_post(fedi_device *d, bytes octets)
{
    post p = {.kind = POST_MLS};
    mls_err err = decode(post_any, &p, octets);
    if (err == MLS_OK)
        err = LIST_PUSH(&d->posts, &p);
    if (err != MLS_OK)
        post_free(&p);
    return err;
}

static mls_err load_held(fedi_device *d, bytes octets)
{
    held h = {.kind = HELD_TREE};
    mls_err err = decode(held_any, &h, octets);
    if (err == MLS_OK)
        err = LIST_PUSH(&d->held, &h);
    if (err != MLS_OK)
        held_free(&h);
    return err;
}

static mls_err load_page(ring *r, bytes rest, bytes octets)
{
    return rest.len == 1 ? ring_page_read(r, (size_t)(rest.data[0] - 'a'), octets)
                         : MLS_ERR_STATE_BROKEN;
}

static mls_err load_plain(fedi_device *d, const fedi_record *r)
{
    bytes rest;
    if (bytes_equal(r->name, BYTES_LITERAL("used")))
        return decode(used_any, d, r->octets);
    if (is_under(r->name, "contact/", &rest))
        return load_contact(d, r->octets);
    if (is_under(r->name, "package/", &rest))
        return load_package(d, r->octets);
    if (is_under(r->name, "outbox/", &rest))
        return load_post(d, r->octets);
    if (is_under(r->name, "held/", &rest))
        return load_held(d, r->octets);
    if (is_under(r->name, "inbox/", &rest))
        return load_page(&d->inbox, rest, r->octets);
    if (is_under(r->name, "evidence/", &rest))
        return evidence_note(d, r->name);
    return MLS_OK;
}

/* ---- Conversations ---- */

static int nibble(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static mls_err from_hex(arena *a, bytes *out, bytes text)
{
    uint8_t *octets = arena_alloc(a, text.len / 2 + 1);
    if (!octets)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i + 1 < text.len; i += 2) {
        int high = nibble(text.data[i]), low = nibble(text.data[i + 1]);
        if (high < 0 || low < 0)
            return MLS_ERR_STATE_BROKEN;
        octets[i / 2] = (uint8_t)(high << 4 | low);
    }
    *out = bytes_of(octets, text.len / 2);
    return MLS_OK;
}

static const fedi_record *find_record(const fedi_record *records, size_t count, bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(records[i].name, name))
            return &records[i];
    return NULL;
}

/* The parts of the conversation of ch among all records. */
static mls_err load_parts(chat *ch, const fedi_record *records, size_t count)
{
    char folder[RECORD_NAME_MAX];
    bytes rest, main_record = {0};
    size_t num = 0;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    conversation_record *parts = arena_array(scratch, count, sizeof *parts);
    if (!parts)
        return MLS_ERR_NO_MEMORY;
    chat_record_name(folder, ch, "/c/");
    for (size_t i = 0; i < count; i++) {
        if (!is_under(records[i].name, folder, &rest))
            continue;
        TRY(from_hex(scratch, &parts[num].id, rest));
        parts[num].octets = records[i].octets;
        if (bytes_equal(parts[num].id, conversation_main_record))
            main_record = parts[num].octets;
        num++;
    }
    TRY(conversation_load(&ch->c, main_record, parts, num, &conversation_defaults));
    chat_record_name(folder, ch, "/seen/");
    for (size_t i = 0; i < count; i++)
        if (is_under(records[i].name, folder, &rest))
            TRY(load_page(ch->seen, rest, records[i].octets));
    return MLS_OK;
}

static mls_err load_members(chat *ch, const fedi_record *records, size_t count)
{
    char name[RECORD_NAME_MAX];
    chat_record_name(name, ch, "/members");
    const fedi_record *r = find_record(records, count, bytes_of(name, strlen(name)));
    return r ? decode(members_any, ch, r->octets) : chat_members_recover(ch);
}

static mls_err load_chat(fedi_device *d, bytes octets, const fedi_record *records, size_t count)
{
    chat *ch = chat_alloc();
    if (!ch)
        return MLS_ERR_NO_MEMORY;
    ch->changed = ch->members_changed = ch->news = false;
    mls_err err = decode(chat_any, ch, octets);
    if (err == MLS_OK)
        err = load_parts(ch, records, count);
    if (err == MLS_OK && !ch->members_changed) /* they did not come with a record of version 1 */
        err = load_members(ch, records, count);
    if (err == MLS_OK)
        err = LIST_PUSH(&d->chats, &ch);
    if (err != MLS_OK)
        chat_free(ch);
    else
        ch->told_changing = conversation_is_changing(ch->c);
    return err;
}

static bool is_chat_state(bytes name)
{
    bytes rest;
    static const char end[] = "/state";
    size_t len = sizeof end - 1;
    return is_under(name, "chat/", &rest) && rest.len == HEX_ID + len &&
           memcmp(rest.data + HEX_ID, end, len) == 0;
}

static int by_id(const void *a, const void *b)
{
    const post *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_held_id(const void *a, const void *b)
{
    const held *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* What is stored of posts refers to the members of their conversations. Those of one that is left
 * out can't be made whole. */
static mls_err load_audiences(fedi_device *d)
{
    for (size_t i = d->posts.count; i-- > 0;) {
        post *p = &d->posts.items[i];
        const chat *of = chat_find(d, p->chat);
        if (!audience_is_folded(buf_view(&p->activity)))
            continue;
        if (of) {
            TRY(audience_unfold(d, of, &p->activity));
        } else {
            post_free(p);
            LIST_TAKE(&d->posts, i);
        }
    }
    return MLS_OK;
}

mls_err device_load(fedi_device *d, fedi_effects *fx, const fedi_record *records, size_t count)
{
    const fedi_record *own = find_record(records, count, BYTES_LITERAL("device"));
    if (!own)
        return MLS_ERR_STATE_BROKEN;
    TRY(decode(device_any, d, own->octets));
    for (size_t i = 0; i < count; i++)
        TRY(load_plain(d, &records[i]));
    for (size_t i = 0; i < count; i++) {
        if (!is_chat_state(records[i].name))
            continue;
        mls_err err = load_chat(d, records[i].octets, records, count);
        if (err == MLS_ERR_NO_MEMORY)
            return err;
        if (err != MLS_OK) /* the others stay usable */
            TRY(event_error(fx, err, (bytes){0}, NULL));
    }
    TRY(load_audiences(d));
    if (d->posts.count)
        qsort(d->posts.items, d->posts.count, sizeof *d->posts.items, by_id);
    if (d->held.count)
        qsort(d->held.items, d->held.count, sizeof *d->held.items, by_held_id);
    for (size_t i = 0; i < d->posts.count; i++)
        if (!d->posts.items[i].refused)
            TRY(outbox_give(&d->posts.items[i], fx));
    return MLS_OK;
}
