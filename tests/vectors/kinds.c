#include "vectors.h"

const kind kinds[] = {
    {"tree-math", {"n_leaves", "n_nodes"}, run_tree_math},
    {"deserialization", {"vlbytes_header", "length"}, run_deserialization},
    {"crypto-basics", {"ref_hash", "encrypt_with_label"}, run_crypto_basics},
    {"secret-tree", {"sender_data", "leaves"}, run_secret_tree},
    {"message-protection", {"proposal_priv", "proposal_pub"}, run_message_protection},
    {"key-schedule", {"initial_init_secret", "epochs"}, run_key_schedule},
    {"psk_secret", {"psks", "psk_secret"}, run_psk_secret},
    {"transcript-hashes", {"authenticated_content", "confirmation_key"}, run_transcript_hashes},
    {"welcome", {"signer_pub", "welcome"}, run_welcome},
    {"tree-operations", {"tree_before", "proposal"}, run_tree_operations},
    {"tree-validation", {"tree_hashes", "resolutions"}, run_tree_validation},
    {"treekem", {"leaves_private", "update_paths"}, run_treekem},
    {"messages", {"mls_key_package", "mls_welcome"}, run_messages},
    {"passive-client", {"initial_epoch_authenticator", "welcome"}, run_passive_client},
    {0},
};
