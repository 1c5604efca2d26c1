/* UpdatePath (RFC 9420 section 7.6): a committer's new leaf and the new keys above it. */
#ifndef WAXSEAL_MLS_UPDATE_PATH_H
#define WAXSEAL_MLS_UPDATE_PATH_H

#include "mls/leaf.h"

typedef struct update_path_node {
    bytes encryption_key;
    LIST(hpke_ciphertext) encrypted_path_secret;
} update_path_node;
CODEC_TYPED(update_path_node)

typedef struct update_path {
    leaf_node leaf;
    LIST(update_path_node) nodes;
} update_path;
CODEC_TYPED(update_path)

#endif
