#include "mls/decisions.h"

#include <stdlib.h>
#include <string.h>

static int compare_octets(bytes a, bytes b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return a.len ? memcmp(a.data, b.data, a.len) : 0;
}

static int compare(const mls_credential *a, const mls_credential *b)
{
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    int order = compare_octets(a->signature_key, b->signature_key);
    return order ? order : compare_octets(a->data, b->data);
}

static int compare_decisions(const void *a, const void *b)
{
    return compare(&((const decision *)a)->credential, &((const decision *)b)->credential);
}

static mls_credential credential_of(const credential *cred, bytes signature_key)
{
    return (mls_credential){
        .type = (mls_credential_type)cred->type,
        .data = cred->type == CREDENTIAL_BASIC ? cred->identity : cred->certificates,
        .signature_key = signature_key,
    };
}

void decisions_clear(decisions *d)
{
    arena_free(d->memory);
    *d = (decisions){0};
}

static decision *find(const decisions *d, const mls_credential *who)
{
    decision key = {.credential = *who};
    return d->count ? bsearch(&key, d->list, d->count, sizeof key, compare_decisions) : NULL;
}

static mls_err add(decisions *d, const mls_credential *who, bool accepted)
{
    decision *entry = &d->list[d->count];
    *entry = (decision){.credential = *who, .accepted = accepted};
    TRY(arena_copy(d->memory, &entry->credential.data, who->data));
    TRY(arena_copy(d->memory, &entry->credential.signature_key, who->signature_key));
    d->count++;
    d->num_open += !accepted;
    return MLS_OK;
}

/* A list with room for `more` entries, which begins with those of `old`, or its accepted ones. */
static mls_err start(decisions *d, const decisions *old, size_t more, bool accepted_only)
{
    *d = (decisions){.memory = arena_new(ARENA_SCRATCH)};
    d->list = arena_array(d->memory, old->count + more, sizeof *d->list);
    if (!d->list)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < old->count; i++)
        if (old->list[i].accepted || !accepted_only)
            TRY(add(d, &old->list[i].credential, old->list[i].accepted));
    return MLS_OK;
}

static void finish(decisions *d, decisions *made)
{
    qsort(made->list, made->count, sizeof *made->list, compare_decisions);
    decisions_clear(d);
    *d = *made;
}

/* ---- What a change of the group asks for ---- */

typedef struct candidates {
    mls_credential *list;
    size_t count;
} candidates;

static mls_err read_senders(arena *a, external_sender_list *out, const extension_list *extensions)
{
    const extension *e = extension_find(extensions, EXTENSION_EXTERNAL_SENDERS);
    *out = (external_sender_list){0};
    return e ? external_sender_list_decode(a, out, e->data) : MLS_OK;
}

static bool was_member(const population *before, const mls_credential *who)
{
    uint32_t leaf_index;
    if (!before || !tree_find_member(before->members, who->signature_key, &leaf_index))
        return false;
    const leaf_node *leaf = tree_leaf(before->members, leaf_index);
    mls_credential found = credential_of(&leaf->cred, leaf->signature_key);
    return compare(&found, who) == 0;
}

static bool is_accepted(const decisions *d, const mls_credential *who)
{
    const decision *entry = find(d, who);
    return entry && entry->accepted;
}

/* The next leaf that may be a new member's: trees that come from one another share the others. */
static bool next_leaf(const population *before, const tree *after, uint32_t *leaf_index)
{
    return before ? tree_next_change(before->members, after, leaf_index)
                  : *leaf_index < after->num_leaves;
}

static mls_err new_members(candidates *out, arena *a, const decisions *d, const population *before,
                           const tree *after, uint32_t own_leaf)
{
    size_t count = 0;
    for (uint32_t i = 0; next_leaf(before, after, &i); i++)
        count += tree_leaf(after, i) != NULL;
    out->list = arena_array(a, count, sizeof *out->list);
    if (!out->list)
        return MLS_ERR_NO_MEMORY;
    for (uint32_t i = 0; next_leaf(before, after, &i); i++) {
        const leaf_node *leaf = tree_leaf(after, i);
        if (!leaf || i == own_leaf)
            continue;
        mls_credential who = credential_of(&leaf->cred, leaf->signature_key);
        if (!was_member(before, &who) && !is_accepted(d, &who))
            out->list[out->count++] = who;
    }
    return MLS_OK;
}

static bool was_sender(const external_sender_list *before, const mls_credential *who)
{
    for (size_t i = 0; i < before->list.count; i++) {
        const external_sender *sender = &before->list.items[i];
        mls_credential former = credential_of(&sender->cred, sender->signature_key);
        if (compare(&former, who) == 0)
            return true;
    }
    return false;
}

static mls_err new_senders(candidates *out, arena *a, const decisions *d, const population *before,
                           const extension_list *after)
{
    external_sender_list old = {0}, senders;
    if (before)
        TRY(read_senders(a, &old, before->extensions));
    TRY(read_senders(a, &senders, after));
    out->list = arena_array(a, senders.list.count, sizeof *out->list);
    if (!out->list)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < senders.list.count; i++) {
        const external_sender *sender = &senders.list.items[i];
        mls_credential who = credential_of(&sender->cred, sender->signature_key);
        if (!was_sender(&old, &who) && !is_accepted(d, &who))
            out->list[out->count++] = who;
    }
    return MLS_OK;
}

static mls_err add_all(decisions *made, const candidates *c)
{
    for (size_t i = 0; i < c->count; i++)
        TRY(add(made, &c->list[i], false));
    return MLS_OK;
}

mls_err decisions_require(decisions *d, const population *before, const population *after,
                          uint32_t own_leaf)
{
    candidates members = {0}, senders = {0};
    decisions made;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(new_members(&members, scratch, d, before, after->members, own_leaf));
    TRY(new_senders(&senders, scratch, d, before, after->extensions));
    if (members.count + senders.count == 0)
        return MLS_OK;
    mls_err err = start(&made, d, members.count + senders.count, true);
    if (err == MLS_OK)
        err = add_all(&made, &members);
    if (err == MLS_OK)
        err = add_all(&made, &senders);
    if (err != MLS_OK) {
        decisions_clear(&made);
        return err;
    }
    finish(d, &made);
    return MLS_ERR_UNDECIDED;
}

mls_err decisions_accept(decisions *d, const mls_credential *who)
{
    decisions made;
    decision *entry = find(d, who);
    if (entry) {
        d->num_open -= !entry->accepted;
        entry->accepted = true;
        return MLS_OK;
    }
    mls_err err = start(&made, d, 1, false);
    if (err == MLS_OK)
        err = add(&made, who, true);
    if (err != MLS_OK) {
        decisions_clear(&made);
        return err;
    }
    finish(d, &made);
    return MLS_OK;
}
