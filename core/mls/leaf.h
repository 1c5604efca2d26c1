/* Leaf nodes: what the tree says of one member (RFC 9420 section 7.2). */
#ifndef WAXSEAL_MLS_LEAF_H
#define WAXSEAL_MLS_LEAF_H

#include "crypto/labels.h"
#include "mls/extension.h"

enum { CREDENTIAL_BASIC = 1, CREDENTIAL_X509 = 2 };
/* Seconds: one that every known implementation stays below (section 7.2). */
enum { LIFETIME_MAX = 400 * 24 * 3600 };
enum { LEAF_KEY_PACKAGE = 1, LEAF_UPDATE = 2, LEAF_COMMIT = 3 };

/* Section 5.3 */
typedef struct credential {
    uint16_t type;
    bytes identity;     /* basic */
    bytes certificates; /* x509: the octets of `Certificate certificates<V>`, uninterpreted */
} credential;
CODEC_TYPED(credential)

/* Lists of uint16, as views: see u16_list_has(). */
typedef struct capabilities {
    bytes versions, suites, extensions, proposals, credentials;
} capabilities;
CODEC_TYPED(capabilities)

typedef struct leaf_node {
    bytes encryption_key;
    bytes signature_key;
    credential cred;
    capabilities caps;
    uint8_t source;                 /* LEAF_* */
    uint64_t not_before, not_after; /* KEY_PACKAGE: lifetime, Unix seconds */
    bytes parent_hash;              /* COMMIT */
    extension_list extensions;
    bytes signature;
} leaf_node;
CODEC_TYPED(leaf_node)

/* Where a leaf stands: part of what is signed, unless its source is a KeyPackage. */
typedef struct leaf_place {
    bytes group_id;
    uint32_t leaf_index;
} leaf_place;

/* Signs, into leaf->signature. `place` may be NULL for LEAF_KEY_PACKAGE. */
mls_err leaf_node_sign(const suite *s, arena *a, leaf_node *leaf, bytes private_key,
                       const leaf_place *place);

/* Errors: MLS_ERR_BAD_SIGNATURE. */
mls_err leaf_node_verify(const suite *s, const leaf_node *leaf, const leaf_place *place);

/* What a leaf must satisfy by itself, in any group (section 7.3): keys of the suite's length, its
 * own suite, version and credential type among its capabilities, and its extensions as well.
 * Errors: MLS_ERR_BAD_LEAF, MLS_ERR_BAD_KEY. */
mls_err leaf_node_check(const suite *s, const leaf_node *leaf);

/* Whether the leaf's owner supports what a group with these extensions asks of its members:
 * required_capabilities and every extension in the GroupContext. MLS_ERR_CAPABILITIES. */
mls_err leaf_node_supports(const leaf_node *leaf, const extension_list *group_extensions);

/* Whether proposals of a type belong to the protocol itself, so that all support them and nobody
 * lists them (section 7.2). */
bool proposal_type_is_default(uint16_t type);

/* Whether the leaf's owner supports proposals of a type. */
bool leaf_node_supports_proposal(const leaf_node *leaf, uint16_t type);

/* Whether two owners can be in one group: each supports the other's type of credential. */
bool leaf_nodes_compatible(const leaf_node *a, const leaf_node *b);

/* Sets of credential types, with a bit for each: the type that the owner has, and those that the
 * owner supports. */
uint8_t leaf_node_credential(const leaf_node *leaf);
uint8_t leaf_node_credentials(const leaf_node *leaf);

/* The lifetime: that it holds at `now`, with an hour of skew for the start, and is not longer than
 * LIFETIME_MAX. MLS_ERR_LIFETIME. */
mls_err leaf_node_check_lifetime(const leaf_node *leaf, uint64_t now);

/* What this implementation says of itself: MLS 1.0, every suite of the build, last_resort,
 * SelfRemove, basic and X.509 credentials. */
mls_err capabilities_own(arena *a, capabilities *caps);

bool credential_equal(const credential *a, const credential *b);

#endif
