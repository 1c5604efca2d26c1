/* What a later report needs to prove who wrote what: kept as messages come, since it can't be had
 * afterwards, and forgotten after EVIDENCE_DAYS. The records are those of fedi.h. */
#include "fedi/device_state.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 24 * 3600, DAY_DIGITS = 8 };

static void decimal(char out[DAY_DIGITS + 1], uint64_t value)
{
    for (size_t i = DAY_DIGITS; i-- > 0; value /= 10)
        out[i] = (char)('0' + value % 10);
    out[DAY_DIGITS] = 0;
}

static void evidence_name_of(char name[RECORD_NAME_MAX], const chat *ch, uint64_t day,
                             const char *kind, const char *rest)
{
    char id[HEX_ID + 1], days[DAY_DIGITS + 1];
    hex_u64(id, ch->id);
    decimal(days, day);
    name[0] = 0;
    name_append(name, "evidence/");
    name_append(name, id);
    name_append(name, "/");
    name_append(name, days);
    name_append(name, kind);
    name_append(name, rest);
}

/* The day in a record's name; 0 for other names. */
static uint64_t day_in(bytes name)
{
    static const size_t at = sizeof "evidence/" - 1 + HEX_ID + 1;
    uint64_t day = 0;
    for (size_t i = at; i < at + DAY_DIGITS; i++) {
        if (i >= name.len || name.data[i] < '0' || name.data[i] > '9')
            return 0;
        day = 10 * day + (uint64_t)(name.data[i] - '0');
    }
    return day;
}

mls_err evidence_note(fedi_device *d, bytes name)
{
    evidence_stored item = {.day = day_in(name)};
    TRY(buf_copy(&item.name, name));
    mls_err err = LIST_PUSH(&d->evidence, &item);
    if (err != MLS_OK)
        mls_buf_free(&item.name);
    return err;
}

static bool is_noted(const fedi_device *d, bytes name)
{
    for (size_t i = d->evidence.count; i-- > 0;)
        if (bytes_equal(buf_view(&d->evidence.items[i].name), name))
            return true;
    return false;
}

static mls_err store(fedi_device *d, fedi_effects *fx, const char *name, bytes octets)
{
    bytes view = bytes_of(name, strlen(name));
    if (is_noted(d, view))
        return MLS_OK;
    TRY(evidence_note(d, view));
    return effects_store(fx, name, octets);
}

/* Under its hash, once a day. */
static mls_err store_shared(fedi_device *d, fedi_effects *fx, const chat *ch, uint64_t day,
                            const char *kind, ref *hash, bytes octets)
{
    char name[RECORD_NAME_MAX], hex[2 * REF_LEN + 1];
    ref_of(hash, octets);
    hex_of(hex, hash->octets, REF_LEN);
    evidence_name_of(name, ch, day, kind, hex);
    return store(d, fx, name, octets);
}

typedef struct evidence_record {
    bytes framed_content, signature;
    ref group_context, leaf_node;
} evidence_record;

static void evidence_any(codec *c, void *object)
{
    evidence_record *r = object;
    codec_opaque(c, &r->framed_content);
    codec_opaque(c, &r->signature);
    codec_fixed(c, r->group_context.octets, REF_LEN);
    codec_fixed(c, r->leaf_node.octets, REF_LEN);
}

mls_err evidence_keep(fedi_device *d, fedi_effects *fx, chat *ch, const char *key,
                      const mls_evidence *evidence, uint64_t now)
{
    uint64_t day = now / DAY;
    char name[RECORD_NAME_MAX];
    bytes octets;
    evidence_record r = {.framed_content = evidence->framed_content,
                         .signature = evidence->signature};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(store_shared(d, fx, ch, day, "/c/", &r.group_context, evidence->group_context));
    TRY(store_shared(d, fx, ch, day, "/l/", &r.leaf_node, evidence->leaf_node));
    TRY(codec_encode(scratch, &octets, evidence_any, &r));
    evidence_name_of(name, ch, day, "/m/", key);
    return store(d, fx, name, octets);
}

/* ---- Forgetting ---- */

static mls_err forget(fedi_device *d, fedi_effects *fx, size_t index)
{
    char name[RECORD_NAME_MAX] = "";
    const mls_buf *stored = &d->evidence.items[index].name;
    if (stored->len < sizeof name)
        memcpy(name, stored->data, stored->len);
    name[stored->len < sizeof name ? stored->len : 0] = 0;
    mls_buf_free(&d->evidence.items[index].name);
    LIST_TAKE(&d->evidence, index);
    return effects_forget(fx, name);
}

mls_err evidence_expire(fedi_device *d, fedi_effects *fx, uint64_t now)
{
    for (size_t i = d->evidence.count; i-- > 0;)
        if (d->evidence.items[i].day + EVIDENCE_DAYS < now / DAY)
            TRY(forget(d, fx, i));
    return MLS_OK;
}

mls_err evidence_forget_chat(fedi_device *d, fedi_effects *fx, const chat *ch)
{
    char prefix[RECORD_NAME_MAX] = "evidence/", id[HEX_ID + 1];
    hex_u64(id, ch->id);
    name_append(prefix, id);
    size_t len = strlen(prefix);
    for (size_t i = d->evidence.count; i-- > 0;) {
        const mls_buf *name = &d->evidence.items[i].name;
        if (name->len > len && memcmp(name->data, prefix, len) == 0)
            TRY(forget(d, fx, i));
    }
    return MLS_OK;
}
