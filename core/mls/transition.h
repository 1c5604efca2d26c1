/*
 * From one epoch to the next: what a committer and a receiver both do with a commit (RFC 9420
 * sections 12.4.1 and 12.4.2).
 *
 *     transition_begin     a copy of the current tree, with the proposals carried out
 *     (the path: made by the committer, merged and decrypted by a receiver)
 *     transition_provisional, transition_secrets, epoch_confirm
 */
#ifndef WAXSEAL_MLS_TRANSITION_H
#define WAXSEAL_MLS_TRANSITION_H

#include "mls/apply.h"

typedef struct transition {
    arena *scratch; /* wiped at the end: intermediate secrets live here */
    epoch *next;    /* taken over by the group on success */
    applied applied;
    proposal_items items;
    const mls_group *parent; /* of the group's first commit: the group that it follows, or NULL */
    uint8_t init_secret[HASH_MAX];
    uint8_t commit_secret[HASH_MAX]; /* zeros without a path */
    uint8_t psk_secret[HASH_MAX];
    uint8_t joiner_secret[HASH_MAX];
} transition;

/* Frees what is left; next is wiped unless it was set to NULL. */
void transition_cleanup(transition *t);

/* Resolves the proposals of a commit: by value, or among those received in this epoch.
 * Errors: MLS_ERR_MISSING_PROPOSAL. */
mls_err transition_resolve(transition *t, const mls_group *group, const commit *m,
                           const sender *committer);

/* Starts the next epoch and carries out the resolved proposals in it. */
mls_err transition_begin(transition *t, const mls_group *group, const sender *committer,
                         bool check_lifetime, uint64_t now);

/* Once the tree is as it will be: checks its members, and sets the GroupContext of the next epoch
 * with the confirmed_transcript_hash of this one, which a path is encrypted with.
 * Errors: MLS_ERR_CAPABILITIES, MLS_ERR_DUPLICATE. */
mls_err transition_provisional(transition *t, const mls_group *group);

/* The rest of the key schedule, once the commit is signed (or its signature verified). */
mls_err transition_secrets(transition *t, const mls_group *group, const authenticated_content *ac);

#endif
