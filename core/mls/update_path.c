#include "mls/update_path.h"

void update_path_node_codec(codec *c, update_path_node *node)
{
    codec_opaque(c, &node->encryption_key);
    CODEC_LIST(c, &node->encrypted_path_secret, hpke_ciphertext_any);
}

void update_path_codec(codec *c, update_path *path)
{
    leaf_node_codec(c, &path->leaf);
    CODEC_LIST(c, &path->nodes, update_path_node_any);
}
