#include "rogue.h"

#include "mls/psk.h"

#include <string.h>

bytes signature_key_of(const device *d)
{
    return view(&d->signature_key);
}

static const epoch *epoch_of(const device *d)
{
    return d->group->current;
}

const leaf_node *leaf_of(const device *d)
{
    return tree_leaf(&epoch_of(d)->tree, epoch_of(d)->priv.leaf_index);
}

/* ---- Messages ---- */

authenticated_content rogue_content(const device *by, uint8_t content_type)
{
    const epoch *e = epoch_of(by);
    return (authenticated_content){
        .wire_format = MLS_WIRE_PUBLIC_MESSAGE,
        .content = {.group_id = e->context.group_id,
                    .epoch = e->context.epoch,
                    .sender = {SENDER_MEMBER, e->priv.leaf_index},
                    .content_type = content_type},
    };
}

/* FramedContentTBS: the AuthenticatedContent without its auth, which is one or two empty vectors,
 * between the version and the GroupContext. */
static bytes tbs_of(arena *a, const authenticated_content *ac, bytes context)
{
    authenticated_content bare = *ac;
    bytes encoded;
    bare.auth = (content_auth){0};
    assert_ok(authenticated_content_encode(a, &encoded, &bare));
    encoded.len -= ac->content.content_type == MLS_CONTENT_COMMIT ? 2 : 1;
    uint8_t *out = arena_alloc(a, 2 + encoded.len + context.len);
    out[1] = MLS_VERSION_10;
    memcpy(out + 2, encoded.data, encoded.len);
    if (context.len)
        memcpy(out + 2 + encoded.len, context.data, context.len);
    return bytes_of(out, 2 + encoded.len + context.len);
}

static void sign(world *w, const device *by, authenticated_content *ac, bytes context)
{
    assert_ok(sign_with_label(suite_find(w->suite), w->a, &ac->auth.signature, signature_key_of(by),
                              "FramedContentTBS", tbs_of(w->a, ac, context)));
}

bytes put_together_untagged(world *w, const public_message *m)
{
    message out = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_PUBLIC_MESSAGE, .public = *m};
    bytes encoded;
    assert_ok(message_encode(w->a, &encoded, &out));
    return encoded;
}

bytes put_together(world *w, const device *by, public_message m)
{
    const epoch *e = epoch_of(by);
    authenticated_content ac = {MLS_WIRE_PUBLIC_MESSAGE, m.content, m.auth};
    uint8_t *tag = arena_alloc(w->a, HASH_MAX);
    assert_ok(
        framing_membership_tag(e->suite, tag, &ac, e->secrets.membership_key, e->context_encoded));
    m.membership_tag = bytes_of(tag, e->suite->hash->len);
    return put_together_untagged(w, &m);
}

public_message take_apart(world *w, bytes octets)
{
    message m = {0};
    assert_ok(message_decode(w->a, &m, octets));
    assert_int_equal(m.wire_format, MLS_WIRE_PUBLIC_MESSAGE);
    return m.public;
}

bytes rogue_frame(world *w, const device *by, authenticated_content *ac)
{
    sign(w, by, ac, epoch_of(by)->context_encoded);
    return put_together(w, by, (public_message){.content = ac->content, .auth = ac->auth});
}

bytes rogue_frame_outside(world *w, const device *by, authenticated_content *ac)
{
    sign(w, by, ac, (bytes){0});
    return put_together_untagged(w, &(public_message){.content = ac->content, .auth = ac->auth});
}

bytes make_rogue_proposal(world *w, const device *by, const proposal *p)
{
    authenticated_content ac = rogue_content(by, MLS_CONTENT_PROPOSAL);
    ac.content.proposal = *p;
    return rogue_frame(w, by, &ac);
}

/* ---- Leaves ---- */

key_package rogue_key_package(world *w, device *d, void (*edit)(key_package *kp))
{
    const suite *s = suite_find(w->suite);
    bytes octets = fresh_key_package(w, d), tbs;
    key_package kp = {0};
    assert_ok(key_package_decode(w->a, &kp, bytes_of(copy_of(w->a, octets), octets.len)));
    if (!edit)
        return kp;
    edit(&kp);
    assert_ok(leaf_node_sign(s, w->a, &kp.leaf, signature_key_of(d), NULL));
    kp.signature = (bytes){0};
    assert_ok(key_package_encode(w->a, &tbs, &kp));
    tbs.len--; /* the signature's empty vector */
    assert_ok(sign_with_label(s, w->a, &kp.signature, signature_key_of(d), "KeyPackageTBS", tbs));
    return kp;
}

leaf_node rogue_update_leaf(world *w, const device *d, void (*edit)(leaf_node *, const void *),
                            const void *data)
{
    const epoch *e = epoch_of(d);
    uint8_t private_key[KEM_PRIVATE_MAX], *public_key = arena_alloc(w->a, KEM_PUBLIC_MAX);
    leaf_node leaf = *leaf_of(d);
    e->suite->dh->generate(private_key, public_key);
    leaf.encryption_key = bytes_of(public_key, e->suite->dh->public_len);
    leaf.source = LEAF_UPDATE;
    if (edit)
        edit(&leaf, data);
    assert_ok(leaf_node_sign(e->suite, w->a, &leaf, signature_key_of(d),
                             &(leaf_place){e->context.group_id, e->priv.leaf_index}));
    return leaf;
}

/* ---- Commits ---- */

typedef struct making {
    world *w;
    const suite *s;
    const device *by;
    const rogue_commit *r;
    const epoch *from;
    epoch *next;
    group_context context;
    node_list added;
    psk_input psks[8];
    size_t num_psks;
    path_secrets secrets;
    uint8_t init_secret[HASH_MAX], commit_secret[HASH_MAX], psk_secret[HASH_MAX];
    authenticated_content ac;
} making;

static void carry_out(making *m, const proposal *p, uint32_t from)
{
    tree *t = &m->next->tree;
    uint32_t at;
    switch (p->type) {
    case MLS_PROPOSAL_UPDATE:
        assert_ok(tree_update(t, from, &p->update));
        break;
    case MLS_PROPOSAL_REMOVE:
        if (tree_leaf(t, p->removed) && p->removed != m->ac.content.sender.index)
            assert_ok(tree_remove(t, p->removed));
        break;
    case MLS_PROPOSAL_SELF_REMOVE:
        if (tree_leaf(t, from) && from != m->ac.content.sender.index)
            assert_ok(tree_remove(t, from));
        break;
    case MLS_PROPOSAL_ADD:
        assert_ok(tree_add(t, &p->add.leaf, &at));
        m->added.list.items[m->added.list.count++] = leaf_to_node(at);
        break;
    case MLS_PROPOSAL_PSK:
        m->psks[m->num_psks].id = p->psk;
        assert_ok(group_find_psk(m->by->group, &m->psks[m->num_psks++].psk, &p->psk));
        break;
    case MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS:
        m->context.extensions = p->extensions;
        break;
    default:
        break;
    }
}

/* In the order of section 12.3, from the commit itself. */
static void carry_all_out(making *m)
{
    static const uint16_t order[] = {MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
                                     MLS_PROPOSAL_UPDATE,
                                     MLS_PROPOSAL_SELF_REMOVE,
                                     MLS_PROPOSAL_REMOVE,
                                     MLS_PROPOSAL_ADD,
                                     MLS_PROPOSAL_PSK};
    const commit *c = &m->ac.content.commit;
    m->added.list.items = arena_array(m->w->a, c->proposals.count + 1, sizeof(uint32_t));
    for (size_t pass = 0; pass < sizeof order / sizeof order[0]; pass++) {
        for (size_t i = 0; i < c->proposals.count; i++) {
            const proposal *p = c->proposals.items[i].value;
            uint32_t from = m->ac.content.sender.index;
            if (c->proposals.items[i].type == BY_REFERENCE) {
                const cached_proposal *cached =
                    group_find_proposal(m->by->group, c->proposals.items[i].reference);
                assert_non_null(cached);
                p = &cached->proposal;
                from = cached->sender.index;
            }
            if (p->type == order[pass])
                carry_out(m, p, from);
        }
    }
    assert_ok(psk_secret(m->s, m->psk_secret, m->psks, m->num_psks));
}

static void list_proposals(making *m)
{
    const rogue_commit *r = m->r;
    commit *c = &m->ac.content.commit;
    c->proposals.items = arena_array(m->w->a, r->num_proposals + 2, sizeof *c->proposals.items);
    for (size_t i = 0; i < r->num_proposals; i++) {
        proposal *value = arena_alloc(m->w->a, sizeof *value);
        *value = r->proposals[i];
        c->proposals.items[c->proposals.count++] =
            (proposal_or_ref){.type = BY_VALUE, .value = value};
    }
    if (r->reference.len)
        c->proposals.items[c->proposals.count++] =
            (proposal_or_ref){.type = BY_REFERENCE, .reference = r->reference};
}

static void add_external_init(making *m)
{
    uint8_t private_key[KEM_PRIVATE_MAX], public_key[KEM_PUBLIC_MAX];
    proposal *init = arena_alloc(m->w->a, sizeof *init);
    commit *c = &m->ac.content.commit;
    init->type = MLS_PROPOSAL_EXTERNAL_INIT;
    assert_ok(key_schedule_external(m->s, private_key, public_key, &m->from->secrets));
    assert_ok(hpke_seal_export(m->s, m->w->a, &init->kem_output, m->init_secret, m->s->hash->len,
                               bytes_of(public_key, m->s->dh->public_len), (bytes){0},
                               BYTES_LITERAL("MLS 1.0 external init secret")));
    c->proposals.items[c->proposals.count++] = (proposal_or_ref){.type = BY_VALUE, .value = init};
}

/* The joiner's ExternalInit, and a place in the tree for the leaf of its path. */
static void come_in(making *m)
{
    key_package kp = {0};
    uint32_t at;
    if (m->r->without_init)
        memcpy(m->init_secret, m->from->secrets.init_secret, HASH_MAX);
    else
        add_external_init(m);
    m->ac.content.sender = (sender){SENDER_NEW_MEMBER_COMMIT, UINT32_MAX};
    carry_all_out(m);
    assert_ok(key_package_decode(m->w->a, &kp, view(&m->by->key_package)));
    assert_ok(tree_add(&m->next->tree, &kp.leaf, &at));
    m->next->priv = (tree_private){.leaf_index = at};
}

static void set_context(making *m)
{
    m->context.tree_hash = tree_root_hash(&m->next->tree);
    assert_ok(epoch_set_context(m->next, &m->context));
}

static void make_path(making *m)
{
    const rogue_commit *r = m->r;
    epoch *next = m->next;
    const device *signer = r->leaf_signer ? r->leaf_signer : m->by;
    uint8_t leaf_secret[HASH_MAX], leaf_private[KEM_PRIVATE_MAX], leaf_public[KEM_PUBLIC_MAX];
    commit *c = &m->ac.content.commit;
    assert_ok(random_bytes(leaf_secret, sizeof leaf_secret));
    m->s->dh->generate(leaf_private, leaf_public);
    if (r->leaf_private)
        assert_ok(m->s->dh->public_of(leaf_public, r->leaf_private));
    assert_ok(treekem_new_path(&next->tree, &next->priv, &m->secrets, m->context.group_id,
                               signature_key_of(signer),
                               r->leaf_secret ? r->leaf_secret : leaf_secret,
                               r->leaf_private ? r->leaf_private : leaf_private, leaf_public));
    memcpy(m->commit_secret, m->secrets.commit_secret, HASH_MAX);
    leaf_node leaf = *tree_leaf(&next->tree, next->priv.leaf_index);
    if (r->edit_leaf)
        r->edit_leaf(&leaf, r->data);
    assert_ok(leaf_node_sign(m->s, m->w->a, &leaf, signature_key_of(signer),
                             &(leaf_place){m->context.group_id, next->priv.leaf_index}));
    assert_ok(tree_set_leaf(&next->tree, next->priv.leaf_index, &leaf));
    set_context(m);
    for (size_t level = 0; r->wrong_path_secrets && level < TREE_LEVELS_MAX; level++)
        m->secrets.secrets[level][0] ^= 1;
    c->has_path = true;
    assert_ok(treekem_encrypt(&next->tree, m->w->a, &c->path, &m->secrets, next->priv.leaf_index,
                              &m->added, next->context_encoded));
    if (r->edit_path)
        r->edit_path(&c->path, r->data);
}

static void confirm(making *m)
{
    epoch *next = m->next;
    uint8_t joiner_secret[HASH_MAX], *confirmed = arena_alloc(m->w->a, HASH_MAX);
    uint8_t *tag = arena_alloc(m->w->a, HASH_MAX);
    sign(m->w, m->by, &m->ac, m->from->context_encoded);
    assert_ok(transcript_confirmed(m->s, confirmed, m->from->interim_transcript_hash, &m->ac));
    m->context.confirmed_transcript_hash = bytes_of(confirmed, m->s->hash->len);
    set_context(m);
    assert_ok(key_schedule_joiner(m->s, joiner_secret, m->init_secret, m->commit_secret,
                                  next->context_encoded));
    assert_ok(key_schedule_epoch(m->s, &next->secrets, joiner_secret, m->psk_secret,
                                 next->context_encoded));
    epoch_confirmation_tag(next, tag);
    m->ac.auth.confirmation_tag = bytes_of(tag, m->s->hash->len);
}

bytes make_rogue_commit(world *w, device *by, const rogue_commit *r)
{
    const device *shown = r->insider ? r->insider : by;
    making m = {.w = w, .s = suite_find(w->suite), .by = by, .r = r, .from = epoch_of(shown)};
    m.next = epoch_new(m.s);
    assert_non_null(m.next);
    assert_ok(tree_clone(&m.next->tree, &m.from->tree));
    m.context = m.from->context;
    m.context.epoch++;
    m.ac = rogue_content(shown, MLS_CONTENT_COMMIT);
    list_proposals(&m);
    if (r->insider) {
        come_in(&m);
    } else {
        m.next->priv = m.from->priv;
        memcpy(m.init_secret, m.from->secrets.init_secret, HASH_MAX);
        carry_all_out(&m);
    }
    if (r->without_path)
        set_context(&m);
    else
        make_path(&m);
    confirm(&m);
    public_message framed = {.content = m.ac.content, .auth = m.ac.auth};
    bytes out = r->insider ? put_together_untagged(w, &framed) : put_together(w, by, framed);
    epoch_free(m.next);
    return out;
}
