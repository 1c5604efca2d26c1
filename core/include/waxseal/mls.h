/*
 * Messaging Layer Security (RFC 9420): groups whose members agree on keys, and only they.
 *
 * Conventions, for every function here:
 *  - Parameters come in the order context, outputs, inputs.
 *  - mls_bytes is borrowed: it is only read, and only during the call. mls_buf is owned by the
 *    caller after success and given back with mls_buf_free(), which wipes it.
 *  - A function that can fail returns mls_err; MLS_OK is 0. After any error the object is as it
 *    was before and outputs are empty.
 *  - Time is a parameter (`now`, Unix seconds). Randomness is the system's, through libsodium's
 *    generator, which can be replaced after mls_init().
 *  - Any function may fail with MLS_ERR_NO_MEMORY, and one that makes keys or messages with
 *    MLS_ERR_NO_RANDOMNESS; the same call can be tried again.
 *  - State is to be stored (mls_group_save) before a message is sent or shown: a key that was used
 *    must not come back after a crash.
 *  - One thread at a time per object.
 */
#ifndef WAXSEAL_MLS_H
#define WAXSEAL_MLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum mls_err {
    MLS_OK = 0,
#define E(name, number, sentence) MLS_ERR_##name = (number),
#include "error.def"
#undef E
} mls_err;

/* The error's name without its prefix ("BAD_SIGNATURE"), and a sentence for people. Static. */
const char *mls_err_name(mls_err err);
const char *mls_err_sentence(mls_err err);

typedef struct mls_bytes {
    const uint8_t *data;
    size_t len;
} mls_bytes;

typedef struct mls_buf {
    uint8_t *data;
    size_t len;
} mls_buf;

/* Wipes and frees the contents and makes *buf empty. Empty and NULL are allowed. */
void mls_buf_free(mls_buf *buf);

/* Prepares the cryptographic library; before anything else, any number of times.
 * Errors: MLS_ERR_NOT_INITIALISED. */
mls_err mls_init(void);

/* ---- Ciphersuites (RFC 9420 section 17.1) ---- */

enum {
    MLS_SUITE_X25519_AES128GCM_SHA256_ED25519 = 0x0001,
    MLS_SUITE_P256_AES128GCM_SHA256_P256 = 0x0002,
    MLS_SUITE_X25519_CHACHA20POLY1305_SHA256_ED25519 = 0x0003,
    MLS_SUITE_X448_AES256GCM_SHA512_ED448 = 0x0004,
    MLS_SUITE_P521_AES256GCM_SHA512_P521 = 0x0005,
    MLS_SUITE_X448_CHACHA20POLY1305_SHA512_ED448 = 0x0006,
    MLS_SUITE_P384_AES256GCM_SHA384_P384 = 0x0007,
};

/* The suites of this build (CMake's WAXSEAL_SUITES), best first: the id at `index`, or 0 past the
 * end. */
uint16_t mls_suite_at(size_t index);

/* The IANA name, or NULL when the suite is not in this build. Static. */
const char *mls_suite_name(uint16_t suite);

/* The TLS SignatureScheme of its signatures, or 0. A device's signature key serves all suites that
 * have the same one. */
uint16_t mls_suite_signature_scheme(uint16_t suite);

/* ---- Extensions (RFC 9420 section 13) ----
 *
 * What waxseal does not read itself is the application's, and goes through as octets: extensions of
 * leaves, KeyPackages and groups, and proposals of further types. A type can be used where all
 * members support it, which each says in its leaf (see mls_member_params). */

/* An extension: its type and its data as encoded. */
typedef struct mls_extension {
    uint16_t type;
    mls_bytes data;
} mls_extension;

enum {
    MLS_EXTENSION_APPLICATION_ID = 1,
    MLS_EXTENSION_REQUIRED_CAPABILITIES = 3,
    MLS_EXTENSION_EXTERNAL_SENDERS = 5,
};

/* Encodes `Extension extensions<V>`, for a GROUP_CONTEXT_EXTENSIONS proposal. Errors:
 * MLS_ERR_DUPLICATE when a type occurs twice; MLS_ERR_DECODE_TOO_LARGE for more than 256. */
mls_err mls_extensions(mls_buf *extensions, const mls_extension *list, size_t count);

/* The next of encoded `Extension extensions<V>`, as a view of it; false at the end, and where it is
 * not well formed. *cursor: 0 at first. */
bool mls_extension_next(mls_extension *extension, mls_bytes extensions, size_t *cursor);

/* What all members of a group must support (section 11.1). Default types need not be listed. */
typedef struct mls_required {
    const uint16_t *extension_types;
    size_t num_extension_types;
    const uint16_t *proposal_types;
    size_t num_proposal_types;
    const uint16_t *credential_types;
    size_t num_credential_types;
} mls_required;

/* Encodes the data of a required_capabilities extension. */
mls_err mls_required_capabilities(mls_buf *extension_data, const mls_required *required);

/* ---- Devices: signature keys and KeyPackages (RFC 9420 sections 5 and 10) ---- */

/* Makes a signature key pair. One per device; it stays the same over groups and KeyPackages.
 * signature_key: secret (64 octets with Ed25519). public_key: 32 octets with Ed25519. */
mls_err mls_signature_key_new(mls_buf *signature_key, mls_buf *public_key, uint16_t suite);

/* Who joins: what a leaf of the tree says of its owner. */
typedef struct mls_member_params {
    uint16_t suite;
    mls_bytes identity;      /* basic credential: in the Fediverse the actor's id, UTF-8 */
    mls_bytes certificates;  /* instead of an identity: an X.509 credential, as mls_credential
                                holds it */
    mls_bytes signature_key; /* from mls_signature_key_new() */
    uint64_t not_before;     /* lifetime, Unix seconds; 400 days at most */
    uint64_t not_after;
    bool last_resort; /* KeyPackage extension last_resort: may be used more than once */

    /* Extensions of the leaf, which stays as it is through Updates and commits; of the protocol's
     * own only application_id. Everybody in a group can read them. */
    const mls_extension *leaf_extensions;
    size_t num_leaf_extensions;
    /* Extensions of the KeyPackage (mls_key_package_new() only); of the protocol's own none. */
    const mls_extension *key_package_extensions;
    size_t num_key_package_extensions;

    /* Types of extensions and proposals that the application supports, beyond what waxseal handles
     * and the types of the extensions above; both are listed in any case, and default types never
     * are, so that naming them changes nothing. At most 256 each. */
    const uint16_t *extension_types;
    size_t num_extension_types;
    const uint16_t *proposal_types;
    size_t num_proposal_types;

    bool grease; /* adds random values that others must ignore (section 13.5): among suites,
                    extensions, proposals and credentials, and an extension each of leaf,
                    KeyPackage, and the GroupInfos of such a leaf */
} mls_member_params;

/* Makes a KeyPackage to publish (raw, not wrapped in an MLSMessage).
 * secret: what mls_group_join() needs later, KeyPackage included; keep it until it was used or
 *         has expired.
 * Errors: MLS_ERR_UNSUPPORTED_SUITE; MLS_ERR_INVALID_ARGUMENT, also for extensions that have no
 *         place there and for the type 0; MLS_ERR_DUPLICATE when a list has an extension twice;
 *         MLS_ERR_DECODE_TOO_LARGE for too many. */
mls_err mls_key_package_new(mls_buf *key_package, mls_buf *secret, const mls_member_params *params);

/* What a KeyPackage says. The views point into `key_package` as passed. */
typedef struct mls_key_package_info {
    uint16_t suite;
    mls_bytes identity;      /* empty unless the credential is basic */
    mls_bytes signature_key; /* public */
    mls_bytes init_key;
    uint64_t not_before, not_after;
    bool last_resort;          /* by either of draft-ietf-mls-extensions's two ways */
    mls_bytes extensions;      /* `Extension extensions<V>`: see mls_extension_next() */
    mls_bytes leaf_extensions; /* the same of its leaf */
    uint8_t ref[64];           /* KeyPackageRef (section 5.2), the suite's hash length */
    size_t ref_len;
} mls_key_package_info;

/* Reads a KeyPackage, raw or wrapped in an MLSMessage, and checks it as section 10.1 asks:
 * signatures, keys, lifetime at `now`, which is 400 days at most.
 * Errors: MLS_ERR_DECODE_*, MLS_ERR_UNSUPPORTED_SUITE, MLS_ERR_BAD_SIGNATURE, MLS_ERR_BAD_LEAF,
 *         MLS_ERR_BAD_KEY, MLS_ERR_LIFETIME. */
mls_err mls_key_package_check(mls_key_package_info *info, mls_bytes key_package, uint64_t now);

/* ---- Messages ---- */

typedef enum mls_wire_format { /* RFC 9420 section 17.2 */
                               MLS_WIRE_PUBLIC_MESSAGE = 1,
                               MLS_WIRE_PRIVATE_MESSAGE = 2,
                               MLS_WIRE_WELCOME = 3,
                               MLS_WIRE_GROUP_INFO = 4,
                               MLS_WIRE_KEY_PACKAGE = 5,
} mls_wire_format;

typedef enum mls_content_type { /* RFC 9420 section 6 */
                                MLS_CONTENT_APPLICATION = 1,
                                MLS_CONTENT_PROPOSAL = 2,
                                MLS_CONTENT_COMMIT = 3,
} mls_content_type;

/* What can be told of an MLSMessage without any key. The view points into the message. */
typedef struct mls_message_info {
    mls_wire_format wire_format;
    mls_bytes group_id;            /* PublicMessage, PrivateMessage, GroupInfo; else empty */
    uint64_t epoch;                /* of the same; else 0 */
    mls_content_type content_type; /* PublicMessage, PrivateMessage; else 0 */
} mls_message_info;

mls_err mls_message_read(mls_message_info *info, mls_bytes message);

/* Whether a Welcome has an entry for the KeyPackage of `secret`: MLS_OK or
 * MLS_ERR_NO_MATCHING_KEY_PACKAGE. */
mls_err mls_welcome_matches(mls_bytes welcome, mls_bytes secret);

/* ---- Groups ---- */

typedef struct mls_group mls_group;

/* ---- Who may come in (section 5.3.1) ----
 *
 * Whether a credential and its signature key are those of whom they name, only the application can
 * tell (the RFC calls that its Authentication Service). Nobody comes into a group, and nobody's key
 * or credential in it changes, before the application has accepted it:
 *  - mls_group_join() and mls_group_join_external() give a group with which nothing can be done
 *    until all its other members are accepted;
 *  - mls_group_commit() and mls_group_receive() refuse a commit that brings anybody in, changes a
 *    key, or lets somebody propose from outside (external_senders), who is not accepted.
 * All of them answer MLS_ERR_UNDECIDED then and change nothing. Go through mls_group_undecided(),
 * accept, and call again; or accept beforehand. Whoever is not accepted stays out: free the group
 * that was joined, leave out the proposal, or leave the group that took in somebody unknown.
 * Decide in the same way on all devices, or they part ways. */

typedef enum mls_credential_type { /* RFC 9420 section 17.5 */
                                   MLS_CREDENTIAL_BASIC = 1,
                                   MLS_CREDENTIAL_X509 = 2,
} mls_credential_type;

typedef struct mls_credential {
    mls_credential_type type;
    mls_bytes data;          /* BASIC: the identity; X509: what is inside `Certificate
                                certificates<V>`, which nobody here reads */
    mls_bytes signature_key; /* public */
} mls_credential;

/* The next credential that waits for a decision, as a view that is valid until the next call with
 * this group; false when there is none left. *cursor: 0 at first. */
bool mls_group_undecided(const mls_group *group, mls_credential *who, size_t *cursor);

/* Accepts a credential, in the current epoch, whether or not it was asked for. */
mls_err mls_group_accept(mls_group *group, const mls_credential *who);

/* A pre-shared key that the application shares with the group by other means (section 8.4). */
typedef struct mls_psk {
    mls_bytes id;
    mls_bytes psk;
} mls_psk;

/* Creates a group of one member, in epoch 0 (section 11). */
mls_err mls_group_create(mls_group **group, mls_bytes group_id, const mls_member_params *params);

/* Joins a group from a Welcome (section 12.4.3.1).
 * secret: what mls_key_package_new() returned for the KeyPackage used.
 * tree:   an external ratchet tree, or empty when the Welcome carries it.
 * psks:   the external pre-shared keys known; usually none. The group keeps them.
 * parent: the group that this one follows by ReInit or branching, or whose resumption key the
 *         Welcome asks for; else NULL. Its members are accepted already where their keys are still
 *         the same, and the group must match it as sections 11.2 and 11.3 say.
 * The group is of use once all members are accepted: see mls_group_undecided(). That its group_id
 * is none of the caller's other groups, the caller sees.
 * Errors: MLS_ERR_NO_MATCHING_KEY_PACKAGE: try another secret; MLS_ERR_MISSING_TREE;
 *         MLS_ERR_MISSING_PSK: another parent, or a key; MLS_ERR_PARENT_MISMATCH;
 *         MLS_ERR_DECODE_*; MLS_ERR_BAD_SIGNATURE; MLS_ERR_BAD_TREE; MLS_ERR_BAD_LEAF. */
mls_err mls_group_join(mls_group **group, mls_bytes welcome, mls_bytes secret, mls_bytes tree,
                       const mls_psk *psks, size_t num_psks, const mls_group *parent);

/* Makes a GroupInfo with which others can join by an external commit (section 12.4.3), as an
 * MLSMessage with the external_pub extension. Whoever has it can enter the group, so it is for
 * those only who may. with_tree: put the ratchet_tree extension in as well. */
mls_err mls_group_info_make(const mls_group *group, mls_buf *group_info, bool with_tree);

/* What whoever joins by an external commit may have beside the GroupInfo; zeros: nothing of it. */
typedef struct mls_external_join {
    mls_bytes tree;               /* when the GroupInfo does not carry it */
    mls_bytes authenticated_data; /* for the commit */
    /* The SelfRemoves that wait for a commit, as the members sent them in the GroupInfo's epoch;
     * the commit lets their senders go. Who joins must take along all (draft-ietf-mls-extensions).
     */
    const mls_bytes *proposals;
    size_t num_proposals;
} mls_external_join;

/* Joins a group by an external commit (section 12.4.3.2). A leaf of the same identity and signature
 * key is replaced: that is how a device comes back that lost its state.
 * group:  in the epoch that the commit leads to. When the group takes another commit instead, free
 *         it and try again with a new GroupInfo.
 *         Of use once all members are accepted: see mls_group_undecided().
 * commit: a PublicMessage for all members, to be sent when they are.
 * Errors: MLS_ERR_MISSING_TREE; MLS_ERR_DECODE_*; MLS_ERR_BAD_SIGNATURE; MLS_ERR_BAD_TREE;
 *         MLS_ERR_UNSUPPORTED_SUITE when the group's suite is not params->suite;
 *         MLS_ERR_CAPABILITIES; MLS_ERR_DUPLICATE.
 *         Of the proposals: MLS_ERR_DECODE_WRONG_KIND for what is no PublicMessage,
 *         MLS_ERR_BAD_PROPOSAL for what is no member's SelfRemove; MLS_ERR_WRONG_GROUP;
 *         MLS_ERR_EPOCH_TOO_OLD, MLS_ERR_EPOCH_AHEAD; MLS_ERR_UNKNOWN_SENDER;
 *         MLS_ERR_BAD_SIGNATURE; MLS_ERR_DUPLICATE for a second one of the same member. */
mls_err mls_group_join_external(mls_group **group, mls_buf *commit, mls_bytes group_info,
                                const mls_member_params *params, const mls_external_join *with);

/* Wipes and frees. NULL is allowed. */
void mls_group_free(mls_group *group);

#define MLS_NO_LEAF UINT32_MAX

/* Views into the group, valid until the next call that changes it. */
typedef struct mls_group_info {
    uint16_t suite;
    mls_bytes group_id;
    uint64_t epoch;
    uint32_t own_leaf;
    uint32_t num_members;
    uint32_t num_leaves;           /* leaf indexes are below this; some are blank */
    mls_bytes epoch_authenticator; /* section 8.7: equal for all members, secret to others */
    mls_bytes transcript_hash;     /* the confirmed one (section 8.2): names the line of commits
                                      that led here, to anybody; empty in epoch 0 */
    bool commit_pending;
    bool is_member;     /* false after this device was removed */
    bool reinitialised; /* the group has ended: see mls_group_successor() */
    uint32_t inviter;   /* right after mls_group_join(): leaf index of who signed the Welcome's
                           GroupInfo; else MLS_NO_LEAF */
} mls_group_info;

void mls_group_describe(const mls_group *group, mls_group_info *info);

typedef struct mls_member {
    uint32_t leaf;
    mls_bytes identity;
    mls_bytes signature_key; /* public */
} mls_member;

/* The member at a leaf index. Errors: MLS_ERR_UNKNOWN_SENDER for a blank leaf or past the end. */
mls_err mls_group_member(const mls_group *group, mls_member *member, uint32_t leaf);

/* The GroupContext's extensions, encoded as a GROUP_CONTEXT_EXTENSIONS proposal takes them: see
 * mls_extension_next(). */
mls_err mls_group_extensions(const mls_group *group, mls_buf *extensions);

/* The extensions of the leaf of a member. Errors: MLS_ERR_UNKNOWN_SENDER as above. */
mls_err mls_group_member_extensions(const mls_group *group, mls_buf *extensions, uint32_t leaf);

/* The ratchet tree as the extension of section 12.4.3.3 holds it, for a Welcome without one. */
mls_err mls_group_tree(const mls_group *group, mls_buf *tree);

/* Makes an external pre-shared key known to the group, for proposals that name it; an id that is
 * known gets the new key. Errors: MLS_ERR_DECODE_TOO_LARGE when the group knows 64 already. */
mls_err mls_group_add_psk(mls_group *group, const mls_psk *psk);

/* Encrypts application data (section 6.3).
 * message: a PrivateMessage, padded to a power of two from 256 octets, Padmé above 4 KiB.
 * authenticated_data: readable by everyone on the way, but not changeable. */
mls_err mls_group_encrypt(mls_group *group, mls_buf *message, mls_bytes content,
                          mls_bytes authenticated_data);

typedef enum mls_proposal_type { /* RFC 9420 section 17.4 */
                                 MLS_PROPOSAL_ADD = 1,
                                 MLS_PROPOSAL_UPDATE = 2,
                                 MLS_PROPOSAL_REMOVE = 3,
                                 MLS_PROPOSAL_PSK = 4,
                                 MLS_PROPOSAL_REINIT = 5,
                                 MLS_PROPOSAL_EXTERNAL_INIT = 6,
                                 MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS = 7,
                                 /* draft-ietf-mls-extensions */
                                 MLS_PROPOSAL_SELF_REMOVE = 10,
} mls_proposal_type;

/* Any other number is a type of the application's (section 13.2): its data goes as `opaque
 * proposal_data<V>` behind the type, and what it means is up to those who read it in events. Of
 * members only, in groups all of whose members list the type; those whom the same commit removes
 * need not. A commit with one always has a path; a received one must have it only for other
 * proposals, as the type's definition is the application's to enforce. */
typedef struct mls_proposal {
    mls_proposal_type type; /* or any other number */
    uint32_t leaf;          /* REMOVE: the leaf index */
    mls_bytes data;         /* ADD: a KeyPackage, raw or wrapped; PSK: the external psk_id;
                               GROUP_CONTEXT_EXTENSIONS: `Extension extensions<V>` as encoded;
                               REINIT: the same, of the group that follows; empty for none; other
                               types: the octets */
    mls_bytes group_id;     /* REINIT: of the group that follows; PSK: empty, or this group's: its
                               resumption key of `epoch` instead of an external one */
    uint64_t epoch;         /* PSK with group_id: the current epoch or one of the last four */
    uint16_t suite;         /* REINIT: of the group that follows */
} mls_proposal;

/* Somebody outside the group who may propose changes of it (section 12.1.8.1). */
typedef struct mls_external_sender {
    mls_bytes signature_key; /* public */
    mls_bytes identity;      /* basic credential */
} mls_external_sender;

/* Encodes the data of an external_senders extension: these may propose, and no others.
 * Errors: MLS_ERR_INVALID_ARGUMENT when a key or identity is empty. */
mls_err mls_external_senders(mls_buf *extension_data, const mls_external_sender *senders,
                             size_t num_senders);

/* Who proposes from outside, and to which group. */
typedef struct mls_external_params {
    uint16_t suite; /* the group's */
    mls_bytes group_id;
    uint64_t epoch;          /* the group's current one */
    mls_bytes signature_key; /* secret; from mls_signature_key_new() */
    uint32_t sender_index;   /* in the external_senders extension; MLS_NO_LEAF: a new member, who
                                asks to be added */
} mls_external_params;

/* Proposes a change to a group that one is not in, as a PublicMessage (section 12.1.8): ADD,
 * REMOVE, external PSK, REINIT and GROUP_CONTEXT_EXTENSIONS by an external sender; by a new member
 * ADD with the own KeyPackage, whose leaf has the public key of signature_key.
 * Errors: MLS_ERR_BAD_PROPOSAL for other types, or a KeyPackage of another suite;
 *         MLS_ERR_INVALID_ARGUMENT for a KeyPackage of another key; MLS_ERR_DECODE_*;
 *         MLS_ERR_BAD_MESSAGE for extensions that are not well formed; MLS_ERR_LIFETIME;
 *         MLS_ERR_BAD_SIGNATURE, MLS_ERR_BAD_LEAF, MLS_ERR_BAD_KEY of the KeyPackage;
 *         MLS_ERR_UNSUPPORTED_SUITE. */
mls_err mls_external_propose(mls_buf *message, const mls_external_params *params,
                             const mls_proposal *proposal, uint64_t now);

enum {
    MLS_AS_PUBLIC_MESSAGE = 1,      /* send as PublicMessage; the default is PrivateMessage */
    MLS_WELCOME_WITHOUT_TREE = 2,   /* leave the ratchet_tree extension out of the Welcome */
    MLS_COMMIT_WITHOUT_PATH = 4,    /* where section 12.4 allows it; otherwise ignored */
    MLS_COMMIT_WITHOUT_PENDING = 8, /* leave out the proposals received in this epoch */
    MLS_COMMIT_NEW_MEMBERS = 16,    /* take in those who asked to be added */
    MLS_COMMIT_REINIT = 32,         /* carry out a ReInit that was proposed, when nothing else is */
};

/* Proposes a change that a later Commit, of any member, carries out (section 12.1). UPDATE renews
 * this device's own leaf. SELF_REMOVE asks to be let go, once per epoch, and is a PublicMessage
 * whatever the flags. SELF_REMOVE and types of the application's must be supported by every member,
 * as MLS_ERR_CAPABILITIES says otherwise. REINIT asks to end the group for another one: see
 * mls_group_reinit(). */
mls_err mls_group_propose(mls_group *group, mls_buf *message, const mls_proposal *proposal,
                          uint32_t flags, uint64_t now);

/* Commits to the proposals received in this epoch and to those given by value (section 12.4). Of
 * those received, what can't be carried out is left out, and so are, without
 * MLS_COMMIT_NEW_MEMBERS, the Adds of those outside who ask for themselves, as anybody can, and
 * without MLS_COMMIT_REINIT what would end the group. The commit stays pending, and the group in
 * its epoch, until mls_group_receive() gets it back, mls_group_apply_pending() is called, or
 * another commit wins.
 * A REINIT is the only proposal of its commit; with one by value, those received are left out.
 * welcome: empty unless somebody is added; to be sent once the commit was applied.
 * Errors:  MLS_ERR_COMMIT_PENDING, MLS_ERR_BAD_PROPOSAL, MLS_ERR_BAD_LEAF, MLS_ERR_DUPLICATE,
 *          MLS_ERR_CAPABILITIES, MLS_ERR_LIFETIME, MLS_ERR_MISSING_PSK, MLS_ERR_UNDECIDED. */
mls_err mls_group_commit(mls_group *group, mls_buf *commit, mls_buf *welcome,
                         const mls_proposal *proposals, size_t num_proposals,
                         mls_bytes authenticated_data, uint32_t flags, uint64_t now);

typedef enum mls_event_kind {
    MLS_EVENT_APPLICATION = 1, /* content */
    MLS_EVENT_PROPOSAL = 2,    /* kept for the next commit; see proposal_type and proposal_leaf */
    MLS_EVENT_COMMIT = 3,      /* the group is in a new epoch; see changes and custom_proposals */
    MLS_EVENT_REMOVED = 4,     /* the commit removed this device: the group can't be used on */
    MLS_EVENT_REINIT = 5,      /* the commit ended the group: see mls_group_successor() */
} mls_event_kind;

typedef enum mls_change_kind {
    MLS_CHANGE_ADDED = 1,
    MLS_CHANGE_UPDATED = 2, /* a new leaf, perhaps with a new signature key */
    MLS_CHANGE_REMOVED = 3,
} mls_change_kind;

typedef struct mls_change {
    mls_change_kind kind;
    mls_member member; /* as it is after the change; REMOVED: as it was */
    bool signature_key_changed;
} mls_change;

/* A proposal of a type of the application's that a commit carries out. */
typedef struct mls_custom_proposal {
    uint16_t type;
    mls_member sender; /* as it was before the commit */
    mls_bytes data;
} mls_custom_proposal;

typedef struct mls_event {
    mls_event_kind kind;
    uint64_t epoch;    /* that the message was sent in */
    mls_member sender; /* as it was in that epoch; whoever came in by the commit, as it is now;
                          PROPOSAL from outside: leaf is MLS_NO_LEAF, identity and signature_key
                          are those of the external sender, or of who asks to be added */
    bool own;          /* our own commit came back */
    mls_bytes content; /* APPLICATION; PROPOSAL of a type of the application's: its data */
    mls_bytes authenticated_data;
    mls_proposal_type proposal_type;
    uint32_t proposal_leaf; /* REMOVE: whom; else the sender's, which may be MLS_NO_LEAF */
    const mls_change *changes;
    size_t num_changes;
    const mls_custom_proposal *custom_proposals; /* in the order of the commit */
    size_t num_custom_proposals;
    void *memory; /* owns all views above */
} mls_event;

/* Wipes and frees what the event holds and makes it empty. */
void mls_event_free(mls_event *event);

/* Processes any PublicMessage or PrivateMessage of this group, our own commit included, as an
 * MLSMessage. Application messages of the last four epochs are still read.
 * Errors: MLS_ERR_OWN_MESSAGE for our own application messages and proposals: nothing to do;
 *         MLS_ERR_EPOCH_AHEAD: keep it and try again after the missing commit;
 *         MLS_ERR_UNDECIDED: accept who comes in, and try again;
 *         MLS_ERR_GENERATION_REUSED: a repeat; others: the message is refused for good. */
mls_err mls_group_receive(mls_group *group, mls_event *event, mls_bytes message, uint64_t now);

/* What shows to others, without any secret, that a member signed application data (section 6.1):
 * the signature is by the key in leaf_node, over FramedContentTBS, which consists of framed_content
 * and group_context. Views, owned by the event. */
typedef struct mls_evidence {
    mls_bytes framed_content; /* FramedContent */
    mls_bytes signature;
    mls_bytes group_context; /* GroupContext */
    mls_bytes leaf_node;     /* LeafNode of the sender */
} mls_evidence;

/* As mls_group_receive(), and for application data the evidence as well; else it is empty. It can't
 * be had later. */
mls_err mls_group_receive_proven(mls_group *group, mls_event *event, mls_evidence *evidence,
                                 mls_bytes message, uint64_t now);

/* Applies the pending commit, as if it had come back. Errors: MLS_ERR_NO_COMMIT_PENDING. */
mls_err mls_group_apply_pending(mls_group *group, mls_event *event, uint64_t now);

/* Forgets the pending commit. */
void mls_group_discard_pending(mls_group *group);

/* ---- Groups that follow from groups (sections 11.2 and 11.3) ----
 *
 * By ReInit a group ends, and goes on as another with a group_id, ciphersuite and extensions of its
 * own. By branching some of its members have a group beside it. Either way one of them makes the
 * new group, the others join it by a Welcome with `parent`, and only who holds the first group's
 * secrets can be in the second. */

typedef struct mls_successor {
    uint16_t suite;
    mls_bytes group_id;
    mls_bytes extensions; /* `Extension extensions<V>` as encoded */
} mls_successor;

/* What follows a group that has ended by ReInit, as views into it; false for other groups. Any
 * member makes it with mls_group_reinit(), with KeyPackages of this ciphersuite; the others wait
 * for the Welcome. Nothing can be sent in the ended group any more. */
bool mls_group_successor(const mls_group *group, mls_successor *successor);

/* Makes the group that follows an ended one, in epoch 1 with all members in it.
 * own:          this device's leaf; of the same credential as before.
 * key_packages: of the other members, raw or wrapped; who is missing here is not in the new group.
 * welcome:      for them, to be sent at once; empty without any.
 * flags:        MLS_WELCOME_WITHOUT_TREE.
 * Who comes with a new signature key, as with a new ciphersuite they must, is accepted in the ended
 * group, where mls_group_undecided() says who it is.
 * Errors: MLS_ERR_INVALID_ARGUMENT when the group has not ended, or own->suite is not the one that
 *         follows; MLS_ERR_DECODE_VERSION when that is another version of MLS;
 *         MLS_ERR_UNSUPPORTED_SUITE; MLS_ERR_PARENT_MISMATCH for somebody who was not
 *         a member; MLS_ERR_UNDECIDED; those of mls_group_commit(). */
mls_err mls_group_reinit(mls_group **successor, mls_buf *welcome, mls_group *group,
                         const mls_member_params *own, const mls_bytes *key_packages,
                         size_t num_key_packages, uint32_t flags, uint64_t now);

/* Makes a group of some members of this one, with its ciphersuite and extensions; otherwise as
 * mls_group_reinit(). This group goes on. Errors: MLS_ERR_INVALID_ARGUMENT when group_id is empty
 * or this group's own, or own->suite another than this group's. */
mls_err mls_group_branch(mls_group **subgroup, mls_buf *welcome, mls_group *group,
                         mls_bytes group_id, const mls_member_params *own,
                         const mls_bytes *key_packages, size_t num_key_packages, uint32_t flags,
                         uint64_t now);

/* MLS-Exporter(label, context, length) (section 8.5). */
mls_err mls_group_export(const mls_group *group, mls_buf *secret, mls_bytes label,
                         mls_bytes context, size_t length);

/* Signs content of the application's own as this member, for others in the group, or for those who
 * know its public key. The label keeps one use of the key from being taken for another, and both
 * from MLS's own. */
mls_err mls_group_sign(const mls_group *group, mls_buf *signature, mls_bytes label,
                       mls_bytes content);

/* Verifies what a member signed with mls_group_sign(). Errors: MLS_ERR_UNKNOWN_SENDER;
 * MLS_ERR_BAD_SIGNATURE. */
mls_err mls_group_verify(const mls_group *group, uint32_t leaf, mls_bytes label, mls_bytes content,
                         mls_bytes signature);

/* A copy of the group as it is, pending commit included, which receives as the group does but has
 * no keys to send with before the next commit: MLS_ERR_GENERATION_TOO_FAR. For applications that
 * try a commit before they choose among several, or go back to an epoch from which they had gone
 * on. Both share the memory of the tree: use them on one thread. Errors: MLS_ERR_UNDECIDED. */
mls_err mls_group_fork(mls_group *group, mls_group **fork);

/* Writes the state as two records: `epoch` (large, changes with each commit) and `ratchet` (small,
 * changes with each message). Both hold secrets: seal them with the vault. `epoch` may be NULL
 * when mls_group_epoch_changed() says that the stored one is still right. */
mls_err mls_group_save(mls_group *group, mls_buf *epoch, mls_buf *ratchet);

/* Whether the epoch record differs from the one last saved or loaded. */
bool mls_group_epoch_changed(const mls_group *group);

/* Errors: MLS_ERR_STATE_BROKEN, MLS_ERR_STATE_MISMATCH, MLS_ERR_STATE_VERSION. */
mls_err mls_group_load(mls_group **group, mls_bytes epoch, mls_bytes ratchet);

#endif
