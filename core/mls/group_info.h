/* GroupInfo and Welcome (RFC 9420 sections 12.4.3 and 12.4.3.1). */
#ifndef WAXSEAL_MLS_GROUP_INFO_H
#define WAXSEAL_MLS_GROUP_INFO_H

#include "mls/group_context.h"
#include "mls/proposal.h"

typedef struct group_info {
    group_context context;
    extension_list extensions;
    bytes confirmation_tag;
    uint32_t signer;
    bytes signature;
} group_info;
CODEC_TYPED(group_info)

mls_err group_info_sign(const suite *s, arena *a, group_info *info, bytes private_key);

/* Errors: MLS_ERR_BAD_SIGNATURE. */
mls_err group_info_verify(const suite *s, const group_info *info, bytes public_key);

typedef struct group_secrets {
    bytes joiner_secret;
    bool has_path_secret;
    bytes path_secret;
    LIST(psk_id) psks;
} group_secrets;
CODEC_TYPED(group_secrets)

typedef struct encrypted_group_secrets {
    bytes new_member; /* KeyPackageRef */
    hpke_ciphertext secrets;
} encrypted_group_secrets;
CODEC_TYPED(encrypted_group_secrets)

typedef struct welcome {
    uint16_t suite;
    LIST(encrypted_group_secrets) secrets;
    bytes encrypted_group_info;
} welcome;
CODEC_TYPED(welcome)

#endif
