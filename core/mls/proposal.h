/* Proposals and Commits (RFC 9420 sections 8.4, 12.1 and 12.4). */
#ifndef WAXSEAL_MLS_PROPOSAL_H
#define WAXSEAL_MLS_PROPOSAL_H

#include "mls/key_package.h"
#include "mls/update_path.h"

enum { PSK_EXTERNAL = 1, PSK_RESUMPTION = 2 };
enum { PSK_USAGE_APPLICATION = 1, PSK_USAGE_REINIT = 2, PSK_USAGE_BRANCH = 3 };

/* Section 8.4 */
typedef struct psk_id {
    uint8_t type;
    bytes external_id;  /* EXTERNAL */
    uint8_t usage;      /* RESUMPTION */
    bytes group_id;     /* RESUMPTION */
    uint64_t psk_epoch; /* RESUMPTION */
    bytes nonce;
} psk_id;
CODEC_TYPED(psk_id)

/* Whether it names the group that a new one follows: usage reinit or branch. */
bool psk_id_names_parent(const psk_id *id);

/* The same pre-shared key, whatever the nonce. */
bool psk_id_same_key(const psk_id *a, const psk_id *b);

/* Section 12.1.5: what the group that follows is to be. */
typedef struct reinit {
    bytes group_id;
    uint16_t version, suite;
    extension_list extensions;
} reinit;
CODEC_TYPED(reinit)

typedef struct proposal {
    uint16_t type; /* MLS_PROPOSAL_* */
    key_package add;
    leaf_node update;
    uint32_t removed;
    psk_id psk;
    reinit reinit;
    bytes kem_output; /* EXTERNAL_INIT */
    extension_list extensions;
    bytes custom; /* of a type that is none of these */
} proposal;
CODEC_TYPED(proposal)

/* Whether a proposal's meaning is the application's: its type is none that is handled here. */
bool proposal_is_custom(const proposal *p);

enum { BY_VALUE = 1, BY_REFERENCE = 2 };

typedef struct proposal_or_ref {
    uint8_t type;
    proposal *value; /* BY_VALUE */
    bytes reference; /* BY_REFERENCE */
} proposal_or_ref;
CODEC_TYPED(proposal_or_ref)

typedef struct commit {
    LIST(proposal_or_ref) proposals;
    bool has_path;
    update_path path;
} commit;
CODEC_TYPED(commit)

#endif
