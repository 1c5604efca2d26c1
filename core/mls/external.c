/*
 * External commits: joining without being added, from a published GroupInfo (RFC 9420 sections 8.3
 * and 12.4.3.2). mls_group_info_make() and mls_group_join_external() are declared in mls.h.
 */
#include "mls/grease.h"
#include "mls/group_info_tree.h"
#include "mls/leavers.h"
#include "mls/transition.h"
#include "mls/tree_wire.h"

#include <string.h>

static const char *const init_label = "MLS 1.0 external init secret";

/* struct { HPKEPublicKey external_pub; } ExternalPub; */
static void external_pub_any(codec *c, void *object)
{
    codec_opaque(c, object);
}

/* ---- Publishing ---- */

static mls_err external_pub_extension(const epoch *e, arena *a, extension *out)
{
    const suite *s = e->suite;
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    TRY(key_schedule_external(s, private_key, public_key, &e->secrets));
    wipe(private_key, sizeof private_key);
    bytes key = bytes_of(public_key, s->dh->public_len);
    out->type = EXTENSION_EXTERNAL_PUB;
    return codec_encode(a, &out->data, external_pub_any, &key);
}

mls_err mls_group_info_make(const mls_group *group, mls_buf *out, bool with_tree)
{
    const epoch *e = group->current;
    extension extensions[3];
    message m = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_GROUP_INFO};
    group_info *info = &m.group_info;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *out = (mls_buf){0};
    TRY(group_usable(group));
    info->context = e->context;
    info->confirmation_tag = e->confirmation_tag;
    info->signer = e->priv.leaf_index;
    info->extensions.list.items = extensions;
    TRY(external_pub_extension(e, scratch, &extensions[info->extensions.list.count++]));
    if (with_tree) {
        extension *ratchet_tree = &extensions[info->extensions.list.count++];
        ratchet_tree->type = EXTENSION_RATCHET_TREE;
        TRY(tree_encode(&e->tree, scratch, &ratchet_tree->data));
    }
    TRY(grease_group_info(scratch, &info->extensions, tree_leaf(&e->tree, info->signer)));
    TRY(group_info_sign(group->suite, scratch, info,
                        bytes_of(group->signature_private.data, group->signature_private.len)));
    return codec_encode_buf(out, message_any, &m);
}

/* ---- Joining ---- */

typedef struct external {
    transition t;
    mls_group *group; /* its current epoch is the others': public values only */
    const suite *suite;
    message m;
    bytes external_pub;
    proposal init, removal;
    leavers leavers;
    authenticated_content ac;
    leaf_node leaf;
} external;

static mls_err read_group_info(external *x, bytes octets, bytes tree_octets)
{
    arena *a = x->t.scratch;
    const group_info *info = &x->m.group_info;
    TRY(message_decode(a, &x->m, octets));
    if (x->m.wire_format != MLS_WIRE_GROUP_INFO)
        return MLS_ERR_DECODE_WRONG_KIND;
    if (info->context.suite != x->suite->id)
        return MLS_ERR_UNSUPPORTED_SUITE;
    const extension *pub = extension_find(&info->extensions, EXTENSION_EXTERNAL_PUB);
    if (!pub)
        return MLS_ERR_BAD_MESSAGE;
    TRY(codec_decode(a, &x->external_pub, external_pub_any, pub->data));
    return group_info_tree(&x->group->current->tree, x->suite, info, tree_octets, (bytes){0});
}

/* The others' epoch, as far as somebody outside knows it. */
static mls_err take_epoch(external *x)
{
    const suite *s = x->suite;
    const group_info *info = &x->m.group_info;
    epoch *e = x->group->current;
    uint8_t interim[HASH_MAX];
    e->priv.leaf_index = MLS_NO_LEAF;
    TRY(epoch_set_context(e, &info->context));
    transcript_interim(s, interim, e->context.confirmed_transcript_hash, info->confirmation_tag);
    return arena_copy(e->memory, &e->interim_transcript_hash, bytes_of(interim, s->hash->len));
}

/* Our former leaf, if the group still has one: same owner, same signature key. */
static bool find_former(const external *x, uint32_t *leaf_index)
{
    const tree *t = &x->group->current->tree;
    return tree_find_member(t, x->leaf.signature_key, leaf_index) &&
           credential_equal(&tree_leaf(t, *leaf_index)->cred, &x->leaf.cred);
}

static void add_by_value(external *x, proposal *p)
{
    commit *m = &x->ac.content.commit;
    proposal_items *items = &x->t.items;
    m->proposals.items[m->proposals.count++] = (proposal_or_ref){.type = BY_VALUE, .value = p};
    items->list.items[items->list.count++] =
        (proposal_item){.proposal = p, .sender = x->ac.content.sender};
}

static void add_leaver(external *x, const leaver *l)
{
    commit *m = &x->ac.content.commit;
    proposal_items *items = &x->t.items;
    m->proposals.items[m->proposals.count++] =
        (proposal_or_ref){.type = BY_REFERENCE, .reference = l->ref};
    items->list.items[items->list.count++] =
        (proposal_item){.proposal = &l->proposal, .sender = l->sender};
}

/* ExternalInit, the removal of a former leaf, unless that one leaves by itself, and those who
 * leave. */
static mls_err choose_proposals(external *x)
{
    const suite *s = x->suite;
    commit *m = &x->ac.content.commit;
    size_t count = 2 + x->leavers.list.count;
    m->proposals.items = arena_array(x->t.scratch, count, sizeof *m->proposals.items);
    x->t.items.list.items = arena_array(x->t.scratch, count, sizeof(proposal_item));
    if (!m->proposals.items || !x->t.items.list.items)
        return MLS_ERR_NO_MEMORY;
    x->init.type = MLS_PROPOSAL_EXTERNAL_INIT;
    TRY(hpke_seal_export(s, x->t.scratch, &x->init.kem_output, x->t.init_secret, s->hash->len,
                         x->external_pub, (bytes){0}, bytes_of(init_label, strlen(init_label))));
    add_by_value(x, &x->init);
    x->removal.type = MLS_PROPOSAL_REMOVE;
    if (find_former(x, &x->removal.removed) && !leavers_have(&x->leavers, x->removal.removed))
        add_by_value(x, &x->removal);
    for (size_t i = 0; i < x->leavers.list.count; i++)
        add_leaver(x, &x->leavers.list.items[i]);
    return MLS_OK;
}

/* Our new leaf, in the leftmost free place, and the path above it. */
static mls_err place_leaf(external *x, path_secrets *secrets)
{
    const suite *s = x->suite;
    epoch *next = x->t.next;
    uint8_t leaf_secret[HASH_MAX], leaf_private[KEM_PRIVATE_MAX], leaf_public[KEM_PUBLIC_MAX];
    bytes key = {x->group->signature_private.data, x->group->signature_private.len};
    leaf_node leaf = x->leaf;
    TRY(random_bytes(leaf_secret, s->hash->len));
    leaf.encryption_key = bytes_of(leaf_public, s->dh->public_len);
    mls_err err = hpke_generate(s, leaf_private, leaf_public);
    if (err == MLS_OK)
        err = tree_add(&next->tree, &leaf, &next->priv.leaf_index);
    if (err == MLS_OK)
        err = treekem_new_path(&next->tree, &next->priv, secrets, next->context.group_id, key,
                               leaf_secret, leaf_private, leaf_public);
    wipe(leaf_secret, sizeof leaf_secret);
    wipe(leaf_private, sizeof leaf_private);
    return err;
}

static mls_err make_path(external *x)
{
    transition *t = &x->t;
    path_secrets *secrets = arena_alloc(t->scratch, sizeof *secrets);
    if (!secrets)
        return MLS_ERR_NO_MEMORY;
    TRY(place_leaf(x, secrets));
    memcpy(t->commit_secret, secrets->commit_secret, HASH_MAX);
    TRY(transition_provisional(t, x->group));
    return treekem_encrypt(&t->next->tree, t->scratch, &x->ac.content.commit.path, secrets,
                           t->next->priv.leaf_index, &t->applied.added_nodes,
                           t->next->context_encoded);
}

static mls_err draft(external *x, bytes authenticated_data)
{
    const suite *s = x->suite;
    transition *t = &x->t;
    const epoch *e = x->group->current;
    framed_content *content = &x->ac.content;
    bytes key = {x->group->signature_private.data, x->group->signature_private.len};
    uint8_t tag[HASH_MAX];
    x->ac.wire_format = MLS_WIRE_PUBLIC_MESSAGE; /* nobody outside can encrypt to the group */
    content->group_id = e->context.group_id;
    content->epoch = e->context.epoch;
    content->sender.type = SENDER_NEW_MEMBER_COMMIT;
    content->authenticated_data = authenticated_data;
    content->content_type = MLS_CONTENT_COMMIT;
    content->commit.has_path = true;
    TRY(leaf_node_supports(&x->leaf, &e->context.extensions));
    TRY(choose_proposals(x));
    TRY(transition_begin(t, x->group, &content->sender, true, 0));
    TRY(make_path(x));
    TRY(framing_sign(s, t->scratch, &x->ac, key, e->context_encoded));
    TRY(transition_secrets(t, x->group, &x->ac));
    epoch_confirmation_tag(t->next, tag);
    TRY(arena_copy(t->scratch, &x->ac.auth.confirmation_tag, bytes_of(tag, s->hash->len)));
    return epoch_confirm(t->next, x->ac.auth.confirmation_tag);
}

static mls_err join_external(external *x, mls_buf *out, bytes octets,
                             const mls_member_params *params, const mls_external_join *with)
{
    TRY(suite_get(&x->suite, params->suite));
    TRY(group_new(&x->group, x->suite, params->signature_key));
    TRY(key_package_own_leaf(x->suite, x->t.scratch, &x->leaf, params));
    x->group->current = epoch_new(x->suite);
    if (!x->group->current)
        return MLS_ERR_NO_MEMORY;
    TRY(read_group_info(x, octets, with->tree));
    TRY(take_epoch(x));
    TRY(leavers_read(x->group->current, x->t.scratch, &x->leavers, with->proposals,
                     with->num_proposals));
    TRY(draft(x, with->authenticated_data));
    message m = {.version = MLS_VERSION_10,
                 .wire_format = MLS_WIRE_PUBLIC_MESSAGE,
                 .public = {.content = x->ac.content, .auth = x->ac.auth}};
    TRY(codec_encode_buf(out, message_any, &m));
    epoch_free(x->group->current);
    x->group->current = x->t.next;
    x->t.next = NULL;
    return group_await_acceptance(x->group, NULL);
}

mls_err mls_group_join_external(mls_group **group, mls_buf *out, bytes octets,
                                const mls_member_params *params, const mls_external_join *with)
{
    external x = {.t.scratch = arena_new(ARENA_SCRATCH)};
    *group = NULL;
    *out = (mls_buf){0};
    mls_err err = join_external(&x, out, octets, params, with);
    if (err == MLS_OK) {
        *group = x.group;
    } else {
        mls_buf_free(out);
        mls_group_free(x.group);
    }
    transition_cleanup(&x.t);
    return err;
}
