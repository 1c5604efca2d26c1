#include "ceiling.h"

#include "ceiling_calls.h"

#include <stdlib.h>

enum { CALLS_MAX = 64 };

struct ceiling {
    const suite *suite;
    size_t num_calls;
    call calls[CALLS_MAX];
};

/* Lengths that the lists share, in octets. */
enum {
    TAG = AEAD_TAG_LEN,
    REF_AND_ENVELOPE = 100, /* what a KeyPackage has around its leaf */
    CONTEXT = 110,          /* GroupContext */
    FRAMING = 60,           /* group_id, epoch, sender and lengths around a FramedContent */
    LABEL = 24,             /* KDFLabel with an empty context */
    HPKE_INFO = 90,         /* labeled_info of HPKE's LabeledExpand */
};

static void need(ceiling *c, call_kind kind, uint32_t count, uint32_t octets, const char *what_for)
{
    if (count && c->num_calls < CALLS_MAX)
        c->calls[c->num_calls++] =
            (call){.kind = kind, .count = count, .octets = octets, .what_for = what_for};
}

/* A KeyPackage's two signatures are by one key. */
static void need_verified(ceiling *c, uint32_t count, uint32_t leaf_len, uint32_t key_package_len)
{
    need(c, VERIFY, count, leaf_len, "LeafNodeTBS and KeyPackageTBS");
    c->calls[c->num_calls - 1].octets_too = key_package_len;
}

static uint32_t levels(uint32_t members)
{
    uint32_t d = 0;
    while ((UINT32_C(1) << d) < members)
        d++;
    return d;
}

/* The padding is this implementation's (a power of two from 256, Padmé above 4 KiB): what is sealed
 * has this length. */
static uint32_t padded(uint32_t len)
{
    uint32_t out = 256, e = 0, s = 0;
    while (out < len && out < 4096)
        out *= 2;
    if (len <= out)
        return out;
    while (len >> (e + 1))
        e++;
    while (e >> s)
        s++;
    uint32_t mask = (UINT32_C(1) << (e - s)) - 1;
    return (len + mask) & ~mask;
}

static uint32_t leaf_len(const ceiling_shape *shape)
{
    return shape->key_package - REF_AND_ENVELOPE;
}

/* ---- Parts that several operations have ---- */

/* Section 6.3.2: sender_data_key, sender_data_nonce and 12 octets of SenderData. */
static void sender_data(ceiling *c, call_kind aead)
{
    need(c, EXPAND, 2, LABEL + 32, "sender data key and nonce");
    need(c, aead, 1, 12, "sender data");
}

/* Section 9.1: key, nonce and the next secret of a ratchet. */
static void ratchet_step(ceiling *c)
{
    need(c, EXPAND, 3, LABEL, "key, nonce, next secret of the ratchet");
}

/* Section 9: from the encryption secret of a new epoch to a leaf's two ratchets. */
static void secret_tree(ceiling *c, uint32_t members)
{
    need(c, EXPAND, 2 * levels(members), LABEL, "secret tree, from the root to the leaf");
    need(c, EXPAND, 2, LABEL, "the leaf's handshake and application ratchets");
}

/* Section 8, from joiner_secret on, and the confirmation tag over the transcript. */
static void epoch_from_joiner(ceiling *c)
{
    need(c, EXTRACT, 1, 32, "member secret");
    need(c, EXPAND, 1, LABEL + CONTEXT, "epoch secret");
    need(c, EXPAND, 9, LABEL, "secrets of the epoch");
    need(c, HMAC, 1, 32, "confirmation tag");
    need(c, HASH, 1, 65, "interim transcript hash");
}

/* Section 8: a whole step, for whoever is in the group. */
static void next_epoch(ceiling *c, uint32_t commit_len)
{
    need(c, HASH, 1, 32 + commit_len, "confirmed transcript hash");
    need(c, EXTRACT, 1, 32, "init secret and commit secret");
    need(c, EXPAND, 1, LABEL + CONTEXT, "joiner secret");
    epoch_from_joiner(c);
}

/* RFC 9180 section 5.1: the information is hashed once for all recipients. */
static void hpke_info(ceiling *c, uint32_t info_len)
{
    need(c, EXTRACT, 1, 30 + info_len, "HPKE: info_hash");
}

/* RFC 9180 sections 4.1 and 5.1, after the Diffie-Hellman values. */
static void hpke_schedule(ceiling *c, uint32_t count)
{
    need(c, EXTRACT, 2 * count, 50, "HPKE: eae_prk and secret");
    need(c, EXPAND, 3 * count, HPKE_INFO, "HPKE: shared secret, key, nonce");
}

static void hpke_seal_to(ceiling *c, uint32_t count, uint32_t len)
{
    need(c, DH_GENERATE, count, 0, "HPKE: ephemeral key");
    need(c, DH_SHARED, count, 0, "HPKE: shared value");
    hpke_schedule(c, count);
    need(c, SEAL, count, len, "HPKE: secret of a path or a Welcome");
}

static void hpke_open_one(ceiling *c, uint32_t info_len, uint32_t len)
{
    hpke_info(c, info_len);
    need(c, DH_SHARED, 1, 0, "HPKE: shared value");
    hpke_schedule(c, 1);
    need(c, OPEN, 1, len, "HPKE: our secret");
}

/* Sections 7.4 and 7.5: `nodes` of a path from the secret of the lowest. */
static void path_up(ceiling *c, uint32_t nodes)
{
    need(c, EXPAND, nodes, LABEL, "node secrets");
    need(c, EXTRACT, nodes, 50, "DeriveKeyPair: dkp_prk");
    need(c, EXPAND, nodes, 20, "DeriveKeyPair: sk");
    need(c, DH_PUBLIC, nodes, 0, "DeriveKeyPair: pk");
    need(c, EXPAND, nodes, LABEL, "path secrets above, commit secret");
}

/* Sections 7.8 and 7.9: hashes that a path changes. */
static void path_hashes(ceiling *c, const ceiling_shape *shape)
{
    uint32_t d = levels(shape->members);
    need(c, HASH, d, 99, "parent hashes");
    need(c, HASH, 1, leaf_len(shape), "tree hash of the leaf");
    need(c, HASH, d, 140, "tree hashes of the path");
}

/* Section 7.8: a tree whose parents are all blank. */
static void tree_hashes(ceiling *c, const ceiling_shape *shape, uint32_t leaves)
{
    uint32_t slots = UINT32_C(1) << levels(shape->members);
    need(c, HASH, leaves, leaf_len(shape), "tree hashes of leaves");
    need(c, HASH, slots - shape->members, 6, "tree hashes of blank leaves");
    need(c, HASH, slots - 1, 68, "tree hashes of blank parents");
}

/* ---- Operations ---- */

/* Section 10. */
static void list_key_package(ceiling *c, const ceiling_shape *shape)
{
    need(c, DH_GENERATE, 2, 0, "init key, leaf's encryption key");
    need(c, SIGN, 1, leaf_len(shape), "LeafNodeTBS");
    need(c, SIGN, 1, shape->key_package, "KeyPackageTBS");
}

/* Section 6.3. */
static void list_protect(ceiling *c, const ceiling_shape *shape)
{
    uint32_t body = shape->content + FRAMING;
    need(c, SIGN, 1, body + CONTEXT, "FramedContentTBS");
    ratchet_step(c);
    need(c, SEAL, 1, padded(shape->content + 70), "PrivateMessageContent, padded");
    sender_data(c, SEAL);
}

static void list_unprotect(ceiling *c, const ceiling_shape *shape)
{
    uint32_t body = shape->content + FRAMING;
    sender_data(c, OPEN);
    ratchet_step(c);
    need(c, OPEN, 1, padded(shape->content + 70), "PrivateMessageContent, padded");
    need(c, VERIFY, 1, body + CONTEXT, "FramedContentTBS");
}

/* The handshake's PrivateMessage, in an epoch in which nothing was sent yet. */
static void send_commit(ceiling *c, const ceiling_shape *shape, uint32_t members)
{
    need(c, SIGN, 1, shape->commit + CONTEXT, "FramedContentTBS");
    secret_tree(c, members);
    ratchet_step(c);
    need(c, SEAL, 1, shape->commit - TAG, "PrivateMessageContent, padded");
    sender_data(c, SEAL);
}

static void receive_commit(ceiling *c, const ceiling_shape *shape)
{
    sender_data(c, OPEN);
    secret_tree(c, shape->members);
    ratchet_step(c);
    need(c, OPEN, 1, shape->commit - TAG, "PrivateMessageContent, padded");
    need(c, VERIFY, 1, shape->commit + CONTEXT, "FramedContentTBS");
}

/* The GroupInfo is what a Welcome has besides an entry for everybody added: KeyPackageRef,
 * kem_output, and GroupSecrets of a joiner_secret alone. */
static uint32_t group_info_len(const ceiling *c, const ceiling_shape *shape)
{
    uint32_t entry =
        (uint32_t)(1 + c->suite->hash->len + 2 + c->suite->dh->public_len + 1 + 35 + TAG);
    uint32_t entries = (shape->members - 1) * entry;
    return shape->welcome > entries + 100 ? shape->welcome - entries : 100;
}

/* Sections 12.1.1, 12.4.1 and 12.4.3.1. */
static void list_add(ceiling *c, const ceiling_shape *shape)
{
    uint32_t added = shape->members - 1, info = group_info_len(c, shape);
    need_verified(c, added, leaf_len(shape), shape->key_package);
    need(c, HASH, added, shape->key_package, "KeyPackageRef");
    tree_hashes(c, shape, added);
    send_commit(c, shape, 1);
    next_epoch(c, shape->commit);
    need(c, EXPAND, 3, LABEL, "welcome secret, key, nonce");
    need(c, SIGN, 1, info, "GroupInfoTBS");
    need(c, SEAL, 1, info, "GroupInfo");
    hpke_info(c, info);
    hpke_seal_to(c, added, 36);
}

/* Section 12.4.3.1; every leaf but the own one is verified by itself. */
static void list_join(ceiling *c, const ceiling_shape *shape)
{
    uint32_t info = group_info_len(c, shape);
    need(c, HASH, 1, shape->key_package, "KeyPackageRef");
    hpke_open_one(c, info, 36);
    need(c, EXPAND, 3, LABEL, "welcome secret, key, nonce");
    need(c, OPEN, 1, info - TAG, "GroupInfo");
    need(c, VERIFY, 1, info, "GroupInfoTBS");
    need(c, VERIFY, shape->members - 1, leaf_len(shape), "LeafNodeTBS of the tree");
    tree_hashes(c, shape, shape->members);
    epoch_from_joiner(c);
}

/* Section 12.4.1, with a path; 7.5. */
static void list_update(ceiling *c, const ceiling_shape *shape)
{
    need(c, DH_GENERATE, 1, 0, "leaf's encryption key");
    path_up(c, levels(shape->members));
    path_hashes(c, shape);
    need(c, SIGN, 1, leaf_len(shape), "LeafNodeTBS");
    hpke_info(c, CONTEXT);
    hpke_seal_to(c, shape->members - 1, 32);
    send_commit(c, shape, shape->members);
    next_epoch(c, shape->commit);
}

/* Section 12.4.2: our common ancestor with the sender is the root. */
static void list_process(ceiling *c, const ceiling_shape *shape)
{
    receive_commit(c, shape);
    need(c, VERIFY, 1, leaf_len(shape), "LeafNodeTBS");
    path_hashes(c, shape);
    hpke_open_one(c, CONTEXT, 32);
    path_up(c, 1);
    next_epoch(c, shape->commit);
}

static void (*const lists[CEILING_OPERATIONS])(ceiling *, const ceiling_shape *) = {
    [CEILING_KEY_PACKAGE] = list_key_package,
    [CEILING_PROTECT] = list_protect,
    [CEILING_UNPROTECT] = list_unprotect,
    [CEILING_ADD] = list_add,
    [CEILING_JOIN] = list_join,
    [CEILING_UPDATE] = list_update,
    [CEILING_PROCESS] = list_process,
};

ceiling *ceiling_new(uint32_t operation, const ceiling_shape *shape)
{
    const suite *s = suite_find((uint16_t)shape->suite);
    ceiling *c = calloc(1, sizeof *c);
    bool known = operation < CEILING_OPERATIONS && s && shape->members > 0 &&
                 shape->key_package > REF_AND_ENVELOPE && shape->commit >= 256;
    if (!c || !known) {
        free(c);
        return NULL;
    }
    c->suite = s;
    lists[operation](c, shape);
    for (size_t i = 0; i < c->num_calls; i++)
        if (call_prepare(&c->calls[i], s) != MLS_OK) {
            ceiling_free(c);
            return NULL;
        }
    return c;
}

void ceiling_run(ceiling *c)
{
    for (size_t i = 0; i < c->num_calls; i++)
        call_make(&c->calls[i], c->suite);
}

void ceiling_free(ceiling *c)
{
    for (size_t i = 0; c && i < c->num_calls; i++)
        call_cleanup(&c->calls[i]);
    free(c);
}

int ceiling_at(const ceiling *c, uint32_t index, ceiling_entry *entry)
{
    if (index >= c->num_calls)
        return 0;
    const call *one = &c->calls[index];
    *entry = (ceiling_entry){call_name(one->kind), one->count, one->octets, one->what_for};
    return 1;
}
