#include "mls/apply.h"

#include "mls/external_sender.h"

/* ---- One proposal ---- */

/* Section 12.1.1: a KeyPackage for this group's suite, valid by itself. */
static mls_err check_add(const epoch *e, const key_package *kp, const verified *known)
{
    if (kp->suite != e->suite->id || kp->version != e->context.version)
        return MLS_ERR_BAD_PROPOSAL;
    if (!verified_has(known, e->suite, kp))
        TRY(key_package_check(kp));
    return leaf_node_supports(&kp->leaf, &e->context.extensions);
}

/* Section 12.1.2: a leaf for this place with a new encryption key, of the same owner. */
static mls_err check_update(const epoch *e, const leaf_node *leaf, uint32_t leaf_index)
{
    const leaf_node *old = tree_leaf(&e->tree, leaf_index);
    if (!old || leaf->source != LEAF_UPDATE || !credential_equal(&old->cred, &leaf->cred) ||
        bytes_equal(old->encryption_key, leaf->encryption_key))
        return MLS_ERR_BAD_PROPOSAL;
    TRY(leaf_node_check(e->suite, leaf));
    TRY(leaf_node_supports(leaf, &e->context.extensions));
    return leaf_node_verify(e->suite, leaf, &(leaf_place){e->context.group_id, leaf_index});
}

/* Section 12.1.4. The usages reinit and branch are for the first commit of a group, which its
 * creator makes while alone in epoch 0 (sections 11.2 and 11.3). */
static mls_err check_psk(const epoch *e, const psk_id *id)
{
    if (id->nonce.len != e->suite->hash->len)
        return MLS_ERR_BAD_PROPOSAL;
    if (psk_id_names_parent(id) && e->context.epoch != 0)
        return MLS_ERR_BAD_PROPOSAL;
    return MLS_OK;
}

/* draft-ietf-mls-extensions: the sender leaves. By value the sender would be the committer, who is
 * a joiner here or refused by proposal_fits_committer(). */
static mls_err check_self_remove(const epoch *e, const sender *from)
{
    return from->type == SENDER_MEMBER && tree_leaf(&e->tree, from->index) ? MLS_OK
                                                                           : MLS_ERR_BAD_PROPOSAL;
}

/* Section 12.1.7; whether all members support them is looked at after they were applied. */
static mls_err check_extensions(const epoch *e, const extension_list *extensions)
{
    mls_err err = group_extensions_check(e->suite, extensions);
    return err == MLS_ERR_BAD_MESSAGE ? MLS_ERR_BAD_PROPOSAL : err;
}

static mls_err check_one(const epoch *e, const proposal *p, const sender *from,
                         const verified *known)
{
    switch (p->type) {
    case MLS_PROPOSAL_ADD:
        return check_add(e, &p->add, known);
    case MLS_PROPOSAL_UPDATE:
        if (from->type != SENDER_MEMBER)
            return MLS_ERR_BAD_PROPOSAL;
        return check_update(e, &p->update, from->index);
    case MLS_PROPOSAL_REMOVE:
        return tree_leaf(&e->tree, p->removed) ? MLS_OK : MLS_ERR_BAD_PROPOSAL;
    case MLS_PROPOSAL_PSK:
        return check_psk(e, &p->psk);
    case MLS_PROPOSAL_REINIT:
        return p->reinit.version >= e->context.version ? MLS_OK : MLS_ERR_BAD_PROPOSAL;
    case MLS_PROPOSAL_EXTERNAL_INIT:
        return from->type == SENDER_NEW_MEMBER_COMMIT ? MLS_OK : MLS_ERR_BAD_PROPOSAL;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        return check_extensions(e, &p->extensions);
    case MLS_PROPOSAL_SELF_REMOVE:
        return check_self_remove(e, from);
    default:
        return MLS_OK; /* the application's: what it holds is up to those who read it */
    }
}

/* Whether a list of proposals takes a member out. */
static bool takes_out(const proposal_items *items, uint32_t leaf_index)
{
    uint32_t target;
    for (size_t i = 0; i < items->list.count; i++) {
        const proposal_item *item = &items->list.items[i];
        if (item->proposal->type != MLS_PROPOSAL_UPDATE &&
            proposal_target(item->proposal, &item->sender, &target) && target == leaf_index)
            return true;
    }
    return false;
}

/* Sections 12.2 and 13.2: a type that is not a default one is supported by all members, but for
 * those whom the same list takes out. */
static mls_err check_type(const epoch *e, uint16_t type, const proposal_items *items)
{
    for (uint32_t i = 0; !proposal_type_is_default(type) && i < e->tree.num_leaves; i++) {
        const leaf_node *leaf = tree_leaf(&e->tree, i);
        if (leaf && !leaf_node_supports_proposal(leaf, type) && !takes_out(items, i))
            return MLS_ERR_CAPABILITIES;
    }
    return MLS_OK;
}

/* Each type once, however many proposals there are of it. */
static mls_err check_types(const epoch *e, const proposal_items *items)
{
    for (size_t i = 0; i < items->list.count; i++) {
        uint16_t type = items->list.items[i].proposal->type;
        size_t first = 0;
        while (items->list.items[first].proposal->type != type)
            first++;
        if (first == i)
            TRY(check_type(e, type, items));
    }
    return MLS_OK;
}

mls_err proposal_check(const epoch *e, const proposal *p, const sender *from)
{
    TRY(check_one(e, p, from, NULL));
    return check_type(e, p->type, &(proposal_items){0});
}

bool proposal_target(const proposal *p, const sender *from, uint32_t *leaf_index)
{
    *leaf_index = p->type == MLS_PROPOSAL_REMOVE ? p->removed : from->index;
    return p->type == MLS_PROPOSAL_REMOVE || p->type == MLS_PROPOSAL_UPDATE ||
           p->type == MLS_PROPOSAL_SELF_REMOVE;
}

bool proposal_fits_committer(const proposal *p, const sender *from, uint32_t committer)
{
    if (p->type == MLS_PROPOSAL_UPDATE || p->type == MLS_PROPOSAL_SELF_REMOVE)
        return from->type == SENDER_MEMBER && from->index != committer;
    return p->type != MLS_PROPOSAL_REMOVE || p->removed != committer;
}

/* ---- The list (section 12.2) ---- */

/* No two Updates, Removes or SelfRemoves of one leaf, no pre-shared key twice, at most one each of
 * ReInit, ExternalInit and GroupContextExtensions. */
static mls_err check_pair(const proposal_item *a, const proposal_item *b)
{
    uint32_t x, y;
    uint16_t type = a->proposal->type;
    if (proposal_target(a->proposal, &a->sender, &x) &&
        proposal_target(b->proposal, &b->sender, &y) && x == y)
        return MLS_ERR_BAD_PROPOSAL;
    if (type != b->proposal->type)
        return MLS_OK;
    if (type == MLS_PROPOSAL_PSK && psk_id_same_key(&a->proposal->psk, &b->proposal->psk))
        return MLS_ERR_DUPLICATE;
    if (type == MLS_PROPOSAL_REINIT || type == MLS_PROPOSAL_EXTERNAL_INIT ||
        type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS)
        return MLS_ERR_BAD_PROPOSAL;
    return MLS_OK;
}

/* A commit from outside has one ExternalInit, and otherwise only pre-shared keys and the removal
 * of the joiner's own former leaf, all by value (section 12.4.3.2); by reference SelfRemoves. A
 * type of the application's is among those that section 12.2 leaves out, as its definition is not
 * known here. */
static mls_err check_external(const proposal_items *items)
{
    size_t inits = 0, removes = 0;
    for (size_t i = 0; i < items->list.count; i++) {
        const proposal_item *item = &items->list.items[i];
        uint16_t type = item->proposal->type;
        inits += type == MLS_PROPOSAL_EXTERNAL_INIT;
        removes += type == MLS_PROPOSAL_REMOVE;
        if (type == MLS_PROPOSAL_SELF_REMOVE)
            continue; /* of a member, as proposal_check() sees, so by reference */
        if (item->sender.type != SENDER_NEW_MEMBER_COMMIT ||
            (type != MLS_PROPOSAL_EXTERNAL_INIT && type != MLS_PROPOSAL_REMOVE &&
             type != MLS_PROPOSAL_PSK))
            return MLS_ERR_BAD_PROPOSAL;
    }
    return inits == 1 && removes <= 1 ? MLS_OK : MLS_ERR_BAD_PROPOSAL;
}

static mls_err check_list(const proposal_items *items, const sender *committer)
{
    for (size_t i = 0; i < items->list.count; i++) {
        const proposal_item *item = &items->list.items[i];
        if (item->proposal->type == MLS_PROPOSAL_REINIT && items->list.count > 1)
            return MLS_ERR_BAD_PROPOSAL;
        if (committer->type == SENDER_MEMBER &&
            (item->proposal->type == MLS_PROPOSAL_EXTERNAL_INIT ||
             !proposal_fits_committer(item->proposal, &item->sender, committer->index)))
            return MLS_ERR_BAD_PROPOSAL;
        /* However many are added, no Add is at odds with another proposal. */
        for (size_t j = 0; j < i && item->proposal->type != MLS_PROPOSAL_ADD; j++)
            TRY(check_pair(&items->list.items[j], item));
    }
    return committer->type == SENDER_NEW_MEMBER_COMMIT ? check_external(items) : MLS_OK;
}

/* ---- Carrying it out (section 12.3): extensions, Update, Remove, Add, the rest ---- */

static mls_err apply_update(epoch *next, const proposal_item *item)
{
    uint32_t leaf_index = item->sender.index;
    TRY(tree_update(&next->tree, leaf_index, &item->proposal->update));
    if (leaf_index == next->priv.leaf_index) {
        if (!item->update_private)
            return MLS_ERR_BAD_PROPOSAL;
        tree_private_set(&next->priv, next->suite, leaf_to_node(leaf_index), item->update_private);
    }
    return MLS_OK;
}

static mls_err apply_add(epoch *next, applied *out, const key_package *kp)
{
    uint32_t leaf_index;
    TRY(tree_add(&next->tree, &kp->leaf, &leaf_index));
    out->added.items[out->added.count++] = (added_member){leaf_index, kp};
    out->added_nodes.list.items[out->added_nodes.list.count++] = leaf_to_node(leaf_index);
    return MLS_OK;
}

static mls_err apply_removal(epoch *next, applied *out, uint32_t leaf_index)
{
    out->removes_us |= leaf_index == next->priv.leaf_index;
    return tree_remove(&next->tree, leaf_index);
}

static mls_err apply_one(epoch *next, applied *out, const proposal_item *item)
{
    const proposal *p = item->proposal;
    switch (p->type) {
    case MLS_PROPOSAL_UPDATE:
        return apply_update(next, item);
    case MLS_PROPOSAL_REMOVE:
        return apply_removal(next, out, p->removed);
    case MLS_PROPOSAL_SELF_REMOVE:
        return apply_removal(next, out, item->sender.index);
    case MLS_PROPOSAL_ADD:
        return apply_add(next, out, &p->add);
    case MLS_PROPOSAL_PSK:
        out->psks.items[out->psks.count++] = p->psk;
        return MLS_OK;
    case MLS_PROPOSAL_EXTERNAL_INIT:
        out->external_init = p;
        return MLS_OK;
    case MLS_PROPOSAL_REINIT:
        out->reinit = &p->reinit;
        return MLS_OK;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        return MLS_OK; /* done before */
    default:
        return MLS_ERR_BAD_PROPOSAL;
    }
}

static const uint16_t order[] = {
    MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
    MLS_PROPOSAL_UPDATE,
    MLS_PROPOSAL_SELF_REMOVE,
    MLS_PROPOSAL_REMOVE,
    MLS_PROPOSAL_ADD,
    MLS_PROPOSAL_EXTERNAL_INIT,
    MLS_PROPOSAL_PSK,
    MLS_PROPOSAL_REINIT,
};

/* Section 12.4: a path may be left out only when all proposals are Add, PSK or ReInit, or of types
 * of the application's that need none, and there is at least one. */
static bool needs_path(const proposal_items *items)
{
    for (size_t i = 0; i < items->list.count; i++) {
        const proposal *p = items->list.items[i].proposal;
        if (p->type != MLS_PROPOSAL_ADD && p->type != MLS_PROPOSAL_PSK &&
            p->type != MLS_PROPOSAL_REINIT && !proposal_is_custom(p))
            return true;
    }
    return items->list.count == 0;
}

static bool has_custom(const proposal_items *items)
{
    for (size_t i = 0; i < items->list.count; i++)
        if (proposal_is_custom(items->list.items[i].proposal))
            return true;
    return false;
}

mls_err apply_proposals(epoch *next, arena *a, applied *out, const proposal_items *items,
                        const sender *committer, const verified *known, bool check_lifetime,
                        uint64_t now)
{
    size_t count = items->list.count;
    *out = (applied){.extensions = &next->context.extensions,
                     .needs_path = needs_path(items),
                     .has_custom = has_custom(items)};
    out->added.items = arena_array(a, count, sizeof *out->added.items);
    out->added_nodes.list.items = arena_array(a, count, sizeof(uint32_t));
    out->psks.items = arena_array(a, count, sizeof *out->psks.items);
    if (!out->added.items || !out->added_nodes.list.items || !out->psks.items)
        return MLS_ERR_NO_MEMORY;
    TRY(check_list(items, committer));
    /* New extensions hold for the other proposals already (section 12.3). */
    for (size_t i = 0; i < count; i++)
        if (items->list.items[i].proposal->type == MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS) {
            next->context.extensions = items->list.items[i].proposal->extensions;
            out->new_extensions = true;
        }
    for (size_t i = 0; i < count; i++) {
        const proposal_item *item = &items->list.items[i];
        TRY(check_one(next, item->proposal, &item->sender, known));
        if (check_lifetime && item->proposal->type == MLS_PROPOSAL_ADD)
            TRY(leaf_node_check_lifetime(&item->proposal->add.leaf, now));
    }
    TRY(check_types(next, items));
    for (size_t pass = 0; pass < sizeof order / sizeof order[0]; pass++)
        for (size_t i = 0; i < count; i++)
            if (items->list.items[i].proposal->type == order[pass])
                TRY(apply_one(next, out, &items->list.items[i]));
    if (!out->removes_us) /* else our leaf may be past the end of the tree */
        tree_private_prune(&next->priv, &next->tree);
    return MLS_OK;
}
