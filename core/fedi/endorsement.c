#include "fedi/endorsement.h"

#include "base/codec.h"

static const bytes sign_label = {(const uint8_t *)"Waxseal removal", 15};

typedef struct wire_endorsement {
    uint32_t by, removed;
    bytes signature;
} wire_endorsement;

/* struct { uint32 by; uint32 removed; opaque signature<V>; } Endorsement; */
static void endorsement_any(codec *c, void *object)
{
    wire_endorsement *e = object;
    codec_u32(c, &e->by);
    codec_u32(c, &e->removed);
    codec_opaque(c, &e->signature);
}

typedef struct wire_endorsements {
    uint16_t version;
    LIST(wire_endorsement) list;
} wire_endorsements;

/* struct { uint16 version = 1; Endorsement endorsements<V>; } */
static void endorsements_any(codec *c, void *object)
{
    wire_endorsements *all = object;
    codec_u16(c, &all->version);
    if (all->version != 1)
        codec_fail(c, MLS_ERR_DECODE_VERSION);
    CODEC_LIST(c, &all->list, endorsement_any);
    if (all->list.count > ENDORSEMENTS_MAX)
        codec_fail(c, MLS_ERR_DECODE_TOO_LARGE);
}

/* What is signed; the epoch's name holds the group's. */
typedef struct removal_wish {
    epoch_id epoch;
    uint32_t removed;
} removal_wish;

static void wish_any(codec *c, void *object)
{
    removal_wish *wish = object;
    codec_fixed(c, wish->epoch.octets, EPOCH_ID_LEN);
    codec_u32(c, &wish->removed);
}

mls_err endorsement_make(const mls_group *group, const epoch_id *epoch, endorsement *out,
                         uint32_t removed)
{
    mls_group_info info;
    removal_wish wish = {*epoch, removed};
    bytes content;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    mls_group_describe(group, &info);
    *out = (endorsement){.by = info.own_leaf, .removed = removed};
    TRY(codec_encode(scratch, &content, wish_any, &wish));
    return mls_group_sign(group, &out->signature, sign_label, content);
}

bool endorsement_holds(const mls_group *group, const epoch_id *epoch, const endorsement *e)
{
    removal_wish wish = {*epoch, e->removed};
    bytes content;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    return codec_encode(scratch, &content, wish_any, &wish) == MLS_OK &&
           mls_group_verify(group, e->by, sign_label, content,
                            bytes_of(e->signature.data, e->signature.len)) == MLS_OK;
}

void endorsement_free(endorsement *e)
{
    mls_buf_free(&e->signature);
}

mls_err endorsement_write(mls_buf *out, const endorsement *list, size_t count)
{
    wire_endorsements all = {.version = 1};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    all.list.items = arena_array(scratch, count, sizeof *all.list.items);
    if (!all.list.items)
        return MLS_ERR_NO_MEMORY;
    for (; all.list.count < count; all.list.count++) {
        const endorsement *e = &list[all.list.count];
        all.list.items[all.list.count] =
            (wire_endorsement){e->by, e->removed, bytes_of(e->signature.data, e->signature.len)};
    }
    return codec_encode_buf(out, endorsements_any, &all);
}

static bool is_valid(const mls_group *group, const wire_endorsement *e, bytes content,
                     uint32_t removed, bytes *actor)
{
    mls_member member;
    if (e->removed != removed || mls_group_member(group, &member, e->by) != MLS_OK ||
        mls_group_verify(group, e->by, sign_label, content, e->signature) != MLS_OK)
        return false;
    *actor = member.identity;
    return true;
}

uint32_t endorsement_count(const mls_group *group, const epoch_id *epoch, const mls_event *commit,
                           uint32_t removed)
{
    wire_endorsements all = {0};
    removal_wish wish = {*epoch, removed};
    bytes content, actors[ENDORSEMENTS_MAX + 1];
    uint32_t count = 0;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    actors[count++] = commit->sender.identity;
    if (codec_decode(scratch, &all, endorsements_any, commit->authenticated_data) != MLS_OK ||
        codec_encode(scratch, &content, wish_any, &wish) != MLS_OK)
        return count; /* somebody else's authenticated_data endorses nothing */
    for (size_t i = 0; i < all.list.count; i++) {
        bytes actor;
        uint32_t k = 0;
        if (!is_valid(group, &all.list.items[i], content, removed, &actor))
            continue;
        while (k < count && !bytes_equal(actors[k], actor))
            k++;
        if (k == count)
            actors[count++] = actor;
    }
    return count;
}
