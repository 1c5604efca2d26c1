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

static mls_credential credential_of(const leaf_node *leaf)
{
    return (mls_credential){
        .type = (mls_credential_type)leaf->cred.type,
        .data = leaf->cred.type == CREDENTIAL_BASIC ? leaf->cred.identity : leaf->cred.certificates,
        .signature_key = leaf->signature_key,
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

/* ---- What a change of the tree asks for ---- */

/* Whether the leaf at an index is of somebody who is in the tree already, with this key. */
static bool is_known(const tree *before, const tree *after, uint32_t leaf_index)
{
    const leaf_node *leaf = tree_leaf(after, leaf_index);
    const leaf_node *old = before ? tree_leaf(before, leaf_index) : NULL;
    mls_credential who = credential_of(leaf);
    if (!before)
        return false;
    if (old == leaf)
        return true;
    mls_credential former = old ? credential_of(old) : (mls_credential){0};
    if (old && compare(&who, &former) == 0)
        return true;
    for (uint32_t i = 0; i < before->num_leaves; i++) {
        const leaf_node *other = tree_leaf(before, i);
        if (!other || !bytes_equal(other->signature_key, leaf->signature_key))
            continue;
        former = credential_of(other);
        return compare(&who, &former) == 0;
    }
    return false;
}

static bool is_open(const decisions *d, const tree *before, const tree *after, uint32_t leaf_index)
{
    const leaf_node *leaf = tree_leaf(after, leaf_index);
    if (!leaf || is_known(before, after, leaf_index))
        return false;
    mls_credential who = credential_of(leaf);
    const decision *entry = find(d, &who);
    return !entry || !entry->accepted;
}

static mls_err collect(decisions *made, const decisions *d, const bool *open, const tree *after,
                       size_t count)
{
    TRY(start(made, d, count, true));
    for (uint32_t i = 0; i < after->num_leaves; i++) {
        if (!open[i])
            continue;
        mls_credential who = credential_of(tree_leaf(after, i));
        TRY(add(made, &who, false));
    }
    return MLS_OK;
}

mls_err decisions_require(decisions *d, const tree *before, const tree *after, uint32_t own_leaf)
{
    size_t count = 0;
    decisions made;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    bool *open = arena_array(scratch, after->num_leaves, sizeof *open);
    if (!open)
        return MLS_ERR_NO_MEMORY;
    for (uint32_t i = 0; i < after->num_leaves; i++) {
        open[i] = i != own_leaf && is_open(d, before, after, i);
        count += open[i];
    }
    if (count == 0)
        return MLS_OK;
    mls_err err = collect(&made, d, open, after, count);
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
