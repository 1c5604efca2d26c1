/* KeyPackages: how a device offers to be added (RFC 9420 section 10). */
#ifndef WAXSEAL_MLS_KEY_PACKAGE_H
#define WAXSEAL_MLS_KEY_PACKAGE_H

#include "mls/member_params.h"

typedef struct key_package {
    uint16_t version;
    uint16_t suite;
    bytes init_key;
    leaf_node leaf;
    extension_list extensions;
    bytes signature;
} key_package;
CODEC_TYPED(key_package)

/* What the owner of a KeyPackage keeps: mls.h calls it the secret. */
typedef struct key_package_secret {
    uint16_t version;
    bytes key_package; /* encoded */
    bytes init_private;
    bytes encryption_private;
    bytes signature_private;
} key_package_secret;
CODEC_TYPED(key_package_secret)

/* KeyPackageRef of an encoded KeyPackage (section 5.2). out: Nh octets. */
void key_package_ref(const suite *s, uint8_t *out, bytes encoded);

/* Section 10.1 but for the lifetime: version, suite, leaf, signatures, init_key different from the
 * leaf's encryption_key.
 * Errors: MLS_ERR_BAD_LEAF, MLS_ERR_BAD_KEY, MLS_ERR_BAD_SIGNATURE, MLS_ERR_UNSUPPORTED_SUITE. */
mls_err key_package_check(const key_package *kp);

/* The leaf of a new member: everything but the encryption key and the signature.
 * Errors: MLS_ERR_INVALID_ARGUMENT, MLS_ERR_DUPLICATE, MLS_ERR_DECODE_TOO_LARGE. */
mls_err key_package_own_leaf(const suite *s, arena *a, leaf_node *leaf,
                             const mls_member_params *params);

/* The same with a new encryption key, signed, as it stands in a KeyPackage and in the tree of a
 * group that begins. */
mls_err key_package_new_leaf(const suite *s, arena *a, leaf_node *leaf, bytes *private_key,
                             const mls_member_params *params);

/* Finds the raw KeyPackage in octets that may wrap it in an MLSMessage: a view of `in`. */
mls_err key_package_unwrap(bytes *raw, bytes in);

#endif
