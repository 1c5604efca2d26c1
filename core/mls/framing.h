/*
 * Message framing (RFC 9420 section 6): content, who sent it, and its authentication, whether it
 * travels as PublicMessage or PrivateMessage.
 */
#ifndef WAXSEAL_MLS_FRAMING_H
#define WAXSEAL_MLS_FRAMING_H

#include "mls/proposal.h"

enum {
    SENDER_MEMBER = 1,
    SENDER_EXTERNAL = 2,
    SENDER_NEW_MEMBER_PROPOSAL = 3,
    SENDER_NEW_MEMBER_COMMIT = 4,
};

typedef struct sender {
    uint8_t type;
    uint32_t index; /* MEMBER: leaf index; EXTERNAL: sender index */
} sender;

typedef struct framed_content {
    bytes group_id;
    uint64_t epoch;
    sender sender;
    bytes authenticated_data;
    uint8_t content_type; /* MLS_CONTENT_* */
    bytes application;
    proposal proposal;
    commit commit;
    bytes body; /* the encoding of the one that content_type names; {0}: neither read nor signed */
} framed_content;
CODEC_TYPED(framed_content)

/* FramedContentAuthData; the tag is there for a commit only. */
typedef struct content_auth {
    bytes signature;
    bytes confirmation_tag;
} content_auth;

typedef struct authenticated_content {
    uint16_t wire_format;
    framed_content content;
    content_auth auth;
} authenticated_content;
CODEC_TYPED(authenticated_content)

typedef struct public_message {
    framed_content content;
    content_auth auth;
    bytes membership_tag; /* of members only */
} public_message;
CODEC_TYPED(public_message)

/* The part of the content that PrivateMessage encrypts; which one is in content_type. What was read
 * or signed is written from its octets: a commit is hashed and framed, too, and can be long. */
void framed_body_codec(codec *c, framed_content *content);
void content_auth_codec(codec *c, content_auth *auth, uint8_t content_type);

/* Signs into ac->auth.signature; the content is not changed after it. context: the encoded
 * GroupContext.
 * Errors: MLS_ERR_BAD_MESSAGE for application data that is not in a PrivateMessage. */
mls_err framing_sign(const suite *s, arena *a, authenticated_content *ac, bytes private_key,
                     bytes context);

/* Errors: MLS_ERR_BAD_SIGNATURE; MLS_ERR_BAD_MESSAGE as above. */
mls_err framing_verify(const suite *s, const authenticated_content *ac, bytes public_key,
                       bytes context);

/* membership_tag (section 6.2): Nh octets. */
mls_err framing_membership_tag(const suite *s, uint8_t *out, const authenticated_content *ac,
                               const uint8_t *membership_key, bytes context);

/* ProposalRef of an AuthenticatedContent with a proposal (section 5.2): Nh octets. */
mls_err framing_proposal_ref(const suite *s, uint8_t *out, const authenticated_content *ac);

/* Transcript hashes (section 8.2): Nh octets each. */
mls_err transcript_confirmed(const suite *s, uint8_t *out, bytes interim_before,
                             const authenticated_content *ac);
void transcript_interim(const suite *s, uint8_t *out, bytes confirmed, bytes confirmation_tag);

#endif
