/*
 * A group as one member holds it: the current epoch, a few past ones, and what is pending.
 *
 * An epoch is an arena: a commit is processed into a fresh one, which then replaces the old. When
 * anything fails, the fresh one is wiped and the group is as it was.
 */
#ifndef WAXSEAL_MLS_GROUP_H
#define WAXSEAL_MLS_GROUP_H

#include "mls/decisions.h"
#include "mls/key_schedule.h"
#include "mls/message.h"
#include "mls/past.h"
#include "mls/proposal.h"
#include "mls/treekem.h"
#include "mls/verified.h"

enum {
    CACHED_PROPOSALS_MAX = 1024, /* proposals kept in one epoch */
    CACHED_REQUESTS_MAX = 64,    /* of them, by new members, since anybody can make those */
    GROUP_PSKS_MAX = 64,
};

typedef struct epoch {
    arena *memory; /* holds the struct and its views */
    const suite *suite;
    group_context context;
    bytes context_encoded;
    bytes confirmation_tag;
    bytes interim_transcript_hash;
    epoch_secrets secrets;
    tree tree;
    tree_private priv;
    secret_tree secret_tree;
    bytes reinit; /* the ReInit, as encoded, that ended the group here; empty while it goes on */
} epoch;

/* A proposal received or made in the current epoch. */
typedef struct cached_proposal {
    arena *memory;
    bytes encoded; /* AuthenticatedContent */
    uint8_t ref[HASH_MAX];
    sender sender;
    proposal proposal;
    bool own_update;
    uint8_t update_private[KEM_PRIVATE_MAX]; /* own_update: the new leaf's private key */
} cached_proposal;

/* Our commit, until it comes back. What follows from it is rebuilt from these after a reload. */
typedef struct pending_commit {
    arena *memory; /* NULL: none is pending */
    bytes digest;  /* hash of the MLSMessage */
    bytes content; /* AuthenticatedContent */
    bool has_path;
    uint8_t leaf_secret[HASH_MAX];
    uint8_t leaf_private[KEM_PRIVATE_MAX];
    epoch *next; /* where it leads; NULL after a reload */
} pending_commit;

typedef struct group_psk {
    mls_buf id, psk;
} group_psk;

struct mls_group {
    const suite *suite;
    mls_buf signature_private;
    epoch *current;
    past_epoch *past[PAST_EPOCHS_MAX]; /* newest first */
    size_t num_past;
    cached_proposal **proposals;
    size_t num_proposals;
    group_psk psks[GROUP_PSKS_MAX];
    size_t num_psks;
    pending_commit pending;
    bool removed;
    bool epoch_changed;
    uint32_t inviter; /* see mls_group_info */
    decisions decisions;
    verified verified; /* by our commit that waits for decisions */
    bool joining;      /* its other members wait to be accepted */
};

/* NULL when out of memory. */
epoch *epoch_new(const suite *s);
void epoch_free(epoch *e);

/* Encodes a context and keeps a copy whose views are the epoch's own. */
mls_err epoch_set_context(epoch *e, const group_context *context);

/* Sets the tag and the interim transcript hash that follows from it, and starts the secret tree. */
mls_err epoch_confirm(epoch *e, bytes confirmation_tag);

/* The tag that the epoch's context and secrets call for: Nh octets. */
void epoch_confirmation_tag(const epoch *e, uint8_t *out);

/* Whether the group can be used at all.
 * Errors: MLS_ERR_NOT_A_MEMBER after a removal; MLS_ERR_UNDECIDED; MLS_ERR_REINITIALISED. */
mls_err group_usable(const mls_group *group);

/* Right after joining: nothing goes until everybody else in the group is accepted, other than the
 * members of `parent`, which may be NULL. */
mls_err group_await_acceptance(mls_group *group, const mls_group *parent);

/* Whether everybody is accepted who would come in by an epoch with this tree and these extensions,
 * the next one or that of a group which follows; own_leaf: ours there. MLS_ERR_UNDECIDED. */
mls_err group_check_accepted(mls_group *group, const tree *members,
                             const extension_list *extensions, uint32_t own_leaf);

mls_err group_new(mls_group **group, const suite *s, bytes signature_private);

/* Replaces the current epoch; the old one becomes a past epoch, and what was pending is dropped. */
mls_err group_advance(mls_group *group, epoch *next, uint64_t now);

void pending_commit_clear(pending_commit *pending);

/* The pre-shared key that an id names, whatever its usage; MLS_ERR_MISSING_PSK. */
mls_err group_find_psk(const mls_group *group, bytes *psk, const psk_id *id);

/* Keeps a proposal; takes over `memory`-less copies of all it needs. update_private is NULL unless
 * it is our own Update. A repeat changes nothing. */
mls_err group_cache_proposal(mls_group *group, const authenticated_content *ac,
                             const uint8_t *update_private);
const cached_proposal *group_find_proposal(const mls_group *group, bytes ref);

#endif
