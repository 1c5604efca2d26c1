#include "mls/welcome.h"

#include "mls/grease.h"
#include "mls/tree_wire.h"

/* AEAD(welcome_key, welcome_nonce, "", GroupInfo) */
static mls_err encrypt_group_info(const mls_group *group, arena *a, bytes *out, const transition *t,
                                  bool with_tree)
{
    const suite *s = group->suite;
    const epoch *next = t->next;
    uint8_t key[AEAD_KEY_MAX], nonce[AEAD_NONCE_LEN];
    bytes encoded;
    extension extensions[2] = {{.type = EXTENSION_RATCHET_TREE}};
    group_info info = {.context = next->context,
                       .confirmation_tag = next->confirmation_tag,
                       .signer = next->priv.leaf_index,
                       .extensions = {{extensions, 0}}};
    if (with_tree) {
        TRY(tree_encode(&next->tree, a, &extensions[0].data));
        info.extensions.list.count = 1;
    }
    TRY(grease_group_info(a, &info.extensions, tree_leaf(&next->tree, info.signer)));
    TRY(group_info_sign(s, a, &info,
                        bytes_of(group->signature_private.data, group->signature_private.len)));
    TRY(group_info_encode(a, &encoded, &info));
    uint8_t *sealed = arena_alloc(a, encoded.len + AEAD_TAG_LEN);
    if (!sealed)
        return MLS_ERR_NO_MEMORY;
    TRY(key_schedule_welcome(s, key, nonce, t->joiner_secret, t->psk_secret));
    s->aead->seal(sealed, key, nonce, (bytes){0}, encoded);
    wipe(key, sizeof key);
    *out = bytes_of(sealed, encoded.len + AEAD_TAG_LEN);
    return MLS_OK;
}

/* EncryptWithLabel(init_key, "Welcome", encrypted_group_info, GroupSecrets) */
static mls_err encrypt_secrets(const suite *s, arena *a, encrypted_group_secrets *out,
                               const transition *t, const path_secrets *secrets,
                               const added_member *member, const hpke_info *info)
{
    bytes encoded, key_package_octets;
    uint8_t *ref = arena_alloc(a, s->hash->len);
    group_secrets plain = {.joiner_secret = bytes_of(t->joiner_secret, s->hash->len)};
    if (!ref)
        return MLS_ERR_NO_MEMORY;
    if (secrets) {
        uint32_t ancestor = node_common_ancestor(leaf_to_node(t->next->priv.leaf_index),
                                                 leaf_to_node(member->leaf_index));
        plain.has_path_secret = true;
        plain.path_secret = bytes_of(secrets->secrets[node_level(ancestor)], s->hash->len);
    }
    plain.psks.items = t->applied.psks.items;
    plain.psks.count = t->applied.psks.count;
    TRY(key_package_encode(a, &key_package_octets, member->key_package));
    key_package_ref(s, ref, key_package_octets);
    out->new_member = bytes_of(ref, s->hash->len);
    TRY(group_secrets_encode(t->scratch, &encoded, &plain));
    return hpke_seal_prepared(s, a, &out->secrets, member->key_package->init_key, info, encoded);
}

mls_err welcome_make(const mls_group *group, mls_buf *out, const transition *t,
                     const path_secrets *secrets, bool with_tree)
{
    const suite *s = group->suite;
    message m = {.version = MLS_VERSION_10, .wire_format = MLS_WIRE_WELCOME};
    welcome *w = &m.welcome;
    hpke_info info;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    w->suite = s->id;
    w->secrets.items = arena_array(scratch, t->applied.added.count, sizeof *w->secrets.items);
    if (!w->secrets.items)
        return MLS_ERR_NO_MEMORY;
    TRY(encrypt_group_info(group, scratch, &w->encrypted_group_info, t, with_tree));
    TRY(encrypt_prepare(s, &info, "Welcome", w->encrypted_group_info));
    for (; w->secrets.count < t->applied.added.count; w->secrets.count++)
        TRY(encrypt_secrets(s, scratch, &w->secrets.items[w->secrets.count], t, secrets,
                            &t->applied.added.items[w->secrets.count], &info));
    return codec_encode_buf(out, message_any, &m);
}
