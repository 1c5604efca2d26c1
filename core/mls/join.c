/* Joining by a Welcome (RFC 9420 section 12.4.3.1); mls_group_join() is declared in mls.h. */
#include "mls/group_info_tree.h"
#include "mls/lineage.h"
#include "mls/psk.h"

#include <string.h>

typedef struct joining {
    arena *scratch;
    const suite *suite;
    const mls_psk *psks;
    size_t num_psks;
    const mls_group *parent;
    const psk_id *origin; /* names the parent; NULL in a group that follows no other */
    key_package_secret own;
    key_package kp;
    message m;
    group_secrets secrets;
    group_info info;
    uint8_t psk_secret[HASH_MAX];
    epoch *next;
} joining;

static mls_err read_own(joining *j, bytes secret)
{
    if (key_package_secret_decode(j->scratch, &j->own, secret) != MLS_OK)
        return MLS_ERR_STATE_BROKEN;
    if (j->own.version != 1)
        return MLS_ERR_STATE_VERSION;
    TRY(key_package_decode(j->scratch, &j->kp, j->own.key_package));
    TRY(suite_get(&j->suite, j->kp.suite));
    if (j->own.init_private.len != j->suite->dh->private_len ||
        j->own.encryption_private.len != j->suite->dh->private_len)
        return MLS_ERR_STATE_BROKEN;
    return MLS_OK;
}

static mls_err read_welcome(joining *j, bytes octets)
{
    TRY(message_decode(j->scratch, &j->m, octets));
    return j->m.wire_format == MLS_WIRE_WELCOME ? MLS_OK : MLS_ERR_DECODE_WRONG_KIND;
}

static mls_err find_entry(const joining *j, const encrypted_group_secrets **out)
{
    uint8_t ref[HASH_MAX];
    const welcome *w = &j->m.welcome;
    key_package_ref(j->suite, ref, j->own.key_package);
    for (size_t i = 0; w->suite == j->suite->id && i < w->secrets.count; i++) {
        *out = &w->secrets.items[i];
        if (bytes_equal((*out)->new_member, bytes_of(ref, j->suite->hash->len)))
            return MLS_OK;
    }
    return MLS_ERR_NO_MATCHING_KEY_PACKAGE;
}

mls_err mls_welcome_matches(bytes octets, bytes secret)
{
    const encrypted_group_secrets *entry;
    joining j = {.scratch = arena_new(ARENA_SCRATCH)};
    mls_err err = read_own(&j, secret);
    if (err == MLS_OK)
        err = read_welcome(&j, octets);
    if (err == MLS_OK)
        err = find_entry(&j, &entry);
    arena_free(j.scratch);
    return err;
}

static mls_err open_secrets(joining *j)
{
    const suite *s = j->suite;
    const encrypted_group_secrets *entry;
    bytes encoded;
    TRY(find_entry(j, &entry));
    TRY(decrypt_with_label(s, j->scratch, &encoded, j->own.init_private.data, j->kp.init_key,
                           "Welcome", j->m.welcome.encrypted_group_info, &entry->secrets));
    TRY(group_secrets_decode(j->scratch, &j->secrets, encoded));
    if (j->secrets.joiner_secret.len != s->hash->len ||
        (j->secrets.has_path_secret && j->secrets.path_secret.len != s->hash->len))
        return MLS_ERR_BAD_MESSAGE;
    return MLS_OK;
}

static mls_err find_psk(const joining *j, bytes *out, const psk_id *id)
{
    if (id->type == PSK_RESUMPTION)
        return j->parent ? group_find_psk(j->parent, out, id) : MLS_ERR_MISSING_PSK;
    for (size_t i = 0; i < j->num_psks; i++) {
        if (!bytes_equal(j->psks[i].id, id->external_id))
            continue;
        *out = j->psks[i].psk;
        return MLS_OK;
    }
    return MLS_ERR_MISSING_PSK;
}

static mls_err find_psks(joining *j)
{
    size_t count = j->secrets.psks.count;
    psk_input *inputs = arena_array(j->scratch, count, sizeof *inputs);
    if (!inputs)
        return MLS_ERR_NO_MEMORY;
    TRY(lineage_origin(&j->origin, j->secrets.psks.items, count));
    for (size_t i = 0; i < count; i++) {
        inputs[i].id = j->secrets.psks.items[i];
        if (inputs[i].id.nonce.len != j->suite->hash->len)
            return MLS_ERR_BAD_MESSAGE;
        for (size_t k = 0; k < i; k++)
            if (psk_id_same_key(&inputs[k].id, &inputs[i].id))
                return MLS_ERR_DUPLICATE;
        TRY(find_psk(j, &inputs[i].psk, &inputs[i].id));
    }
    return psk_secret(j->suite, j->psk_secret, inputs, count);
}

static mls_err open_group_info(joining *j)
{
    const suite *s = j->suite;
    bytes sealed = j->m.welcome.encrypted_group_info;
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN];
    if (sealed.len < AEAD_TAG_LEN)
        return MLS_ERR_DECRYPT_FAILED;
    uint8_t *out = arena_alloc(j->scratch, sealed.len);
    if (!out)
        return MLS_ERR_NO_MEMORY;
    TRY(key_schedule_welcome(s, key, nonce, j->secrets.joiner_secret.data, j->psk_secret));
    mls_err err = s->aead->open(out, key, nonce, (bytes){0}, sealed);
    wipe(key, sizeof key);
    if (err != MLS_OK)
        return err;
    return group_info_decode(j->scratch, &j->info, bytes_of(out, sealed.len - AEAD_TAG_LEN));
}

static mls_err find_own_leaf(joining *j, bytes own)
{
    uint32_t i;
    const tree *t = &j->next->tree;
    if (!tree_find_member(t, j->kp.leaf.signature_key, &i) ||
        !bytes_equal(tree_get(t, leaf_to_node(i))->encoded, own))
        return MLS_ERR_BAD_TREE;
    j->next->priv.leaf_index = i;
    tree_private_set(&j->next->priv, j->suite, leaf_to_node(i), j->own.encryption_private.data);
    return MLS_OK;
}

/* The private keys above the lowest node that we share with the committer. */
static mls_err take_path_secret(joining *j)
{
    epoch *next = j->next;
    if (!j->secrets.has_path_secret)
        return MLS_OK;
    if (j->info.signer == next->priv.leaf_index)
        return MLS_ERR_BAD_MESSAGE;
    uint32_t ancestor =
        node_common_ancestor(leaf_to_node(j->info.signer), leaf_to_node(next->priv.leaf_index));
    path_secrets *secrets = arena_alloc(j->scratch, sizeof *secrets);
    if (!secrets)
        return MLS_ERR_NO_MEMORY;
    if (!tree_get(&next->tree, ancestor))
        return MLS_ERR_BAD_TREE;
    return treekem_derive_up(&next->tree, &next->priv, secrets, ancestor,
                             j->secrets.path_secret.data);
}

static mls_err start_epoch(joining *j)
{
    uint8_t tag[HASH_MAX];
    epoch *next = j->next;
    TRY(epoch_set_context(next, &j->info.context));
    TRY(key_schedule_epoch(j->suite, &next->secrets, j->secrets.joiner_secret.data, j->psk_secret,
                           next->context_encoded));
    epoch_confirmation_tag(next, tag);
    if (!secret_equal(j->info.confirmation_tag, bytes_of(tag, j->suite->hash->len)))
        return MLS_ERR_BAD_CONFIRMATION_TAG;
    return epoch_confirm(next, j->info.confirmation_tag);
}

static mls_err join(joining *j, bytes octets, bytes secret, bytes external_tree)
{
    bytes own;
    TRY(read_own(j, secret));
    TRY(read_welcome(j, octets));
    TRY(open_secrets(j));
    TRY(find_psks(j));
    TRY(open_group_info(j));
    j->next = epoch_new(j->suite);
    if (!j->next)
        return MLS_ERR_NO_MEMORY;
    TRY(leaf_node_encode(j->scratch, &own, &j->kp.leaf));
    TRY(group_info_tree(&j->next->tree, j->suite, &j->info, external_tree, own));
    TRY(lineage_check(j->parent, j->origin, &j->info.context, &j->next->tree));
    TRY(find_own_leaf(j, own));
    TRY(take_path_secret(j));
    return start_epoch(j);
}

static mls_err keep_psks(mls_group *group, const joining *j)
{
    for (size_t i = 0; i < j->num_psks; i++)
        TRY(mls_group_add_psk(group, &j->psks[i]));
    return MLS_OK;
}

mls_err mls_group_join(mls_group **out, bytes octets, bytes secret, bytes tree_octets,
                       const mls_psk *psks, size_t num_psks, const mls_group *parent)
{
    joining j = {
        .scratch = arena_new(ARENA_SCRATCH), .psks = psks, .num_psks = num_psks, .parent = parent};
    mls_group *group = NULL;
    *out = NULL;
    mls_err err = join(&j, octets, secret, tree_octets);
    if (err == MLS_OK)
        err = group_new(&group, j.suite, j.own.signature_private);
    if (err == MLS_OK)
        err = keep_psks(group, &j);
    if (err == MLS_OK) {
        group->current = j.next;
        group->inviter = j.info.signer;
        j.next = NULL;
        err = group_await_acceptance(group, parent);
    }
    if (err == MLS_OK)
        *out = group;
    else
        mls_group_free(group);
    epoch_free(j.next);
    arena_free(j.scratch);
    wipe(&j, sizeof j);
    return err;
}
