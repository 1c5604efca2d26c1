/*
 * Everything that JavaScript can call; the names in exports.txt, one for each.
 *
 * Most exports take a request (ptr, len) in memory from wx_alloc() and return an mls_err; after
 * MLS_OK the reply lies in the result area, which JavaScript copies and then clears. The layouts
 * are those of wire.h; a vault or a group is a u32 handle (handles.h). Times are Unix seconds.
 * Secret keys and group states cross only sealed (records.h); the one exception is the vault key,
 * which JavaScript has to wrap with a key of the platform.
 */
#ifndef WAXSEAL_WASM_EXPORTS_H
#define WAXSEAL_WASM_EXPORTS_H

#include <stdint.h>

/* ---- The module (exports_base.c) ---- */

/* Installs the random generator and prepares the core. Once, before anything else. */
uint32_t wx_init(void);

/* Memory for a request, or NULL. */
uint8_t *wx_alloc(uint32_t len);

/* Wipes and frees memory of wx_alloc(). NULL is allowed. */
void wx_free(uint8_t *memory);

uint8_t *wx_result_ptr(void);
uint32_t wx_result_len(void);
void wx_result_clear(void);

/* Wipes and frees what a handle stands for. An invalid handle is ignored. */
void wx_release(uint32_t handle);

/* reply: bytes name, bytes sentence */
uint32_t wx_error(uint32_t err);

/* reply: list of (u32 id, bytes name, u32 signature_scheme), best first */
uint32_t wx_suites(void);

/* ---- Vaults (exports_vault.c) ---- */

/* reply: bytes key (32) */
uint32_t wx_vault_key_new(void);

/* request: bytes key (32, or empty: a new one, which never leaves the core), bytes owner, bytes
 * device; reply: vault */
uint32_t wx_vault_new(const uint8_t *data, uint32_t len);

/* Seals a record for another vault. request: vault from, vault to, record, u64 counter; reply:
 * bytes sealed */
uint32_t wx_vault_reseal(const uint8_t *data, uint32_t len);

/* request: vault, slot, bytes plaintext; reply: bytes sealed */
uint32_t wx_vault_seal(const uint8_t *data, uint32_t len);

/* request: vault, record; reply: bytes plaintext */
uint32_t wx_vault_open(const uint8_t *data, uint32_t len);

/* request: vault, bytes wrapping_key (32), bytes id; reply: bytes wrapped */
uint32_t wx_vault_wrap(const uint8_t *data, uint32_t len);

/* request: bytes wrapping_key (32), bytes id, bytes device, bytes wrapped; reply: vault, bytes
 * owner
 */
uint32_t wx_vault_unwrap(const uint8_t *data, uint32_t len);

/* request: bytes passphrase, bytes salt (16), u32 passes, u32 kib; reply: bytes key (32) */
uint32_t wx_passphrase_key(const uint8_t *data, uint32_t len);

/* ---- Devices (exports_device.c) ---- */

/* request: vault, slot for the key, u32 suite; reply: bytes sealed, bytes public_key */
uint32_t wx_signature_key_new(const uint8_t *data, uint32_t len);

/* request: vault, slot for the secret, member; reply: bytes sealed, bytes key_package
 * member: record signature_key, u32 suite, bytes identity, bytes certificates, u64 not_before, u64
 * not_after, u32 last_resort, u32 grease, list of extension for the leaf and for the KeyPackage,
 *         list of u32 extension_types, list of u32 proposal_types
 * extension: u32 type, bytes data */
uint32_t wx_key_package_new(const uint8_t *data, uint32_t len);

/* request: bytes key_package, u64 now; reply: u32 suite, bytes identity, bytes signature_key,
 * bytes ref, u64 not_before, u64 not_after, u32 last_resort, list of extension of the KeyPackage,
 * list of extension of its leaf */
uint32_t wx_key_package_check(const uint8_t *data, uint32_t len);

/* request: bytes message; reply: u32 wire_format, bytes group_id, u64 epoch, u32 content_type */
uint32_t wx_message_read(const uint8_t *data, uint32_t len);

/* request: vault, record secret, bytes welcome; no reply */
uint32_t wx_welcome_matches(const uint8_t *data, uint32_t len);

/* ---- From outside a group (exports_outside.c) ---- */

/* request: vault, record signature_key, u32 suite, bytes group_id, u64 epoch, u32 sender_index,
 * proposal, u64 now; reply: bytes message */
uint32_t wx_external_propose(const uint8_t *data, uint32_t len);

/* request: list of (bytes signature_key, bytes identity); reply: bytes extension_data */
uint32_t wx_external_senders(const uint8_t *data, uint32_t len);

/* ---- Extensions (exports_extension.c) ---- */

/* request: list of extension; reply: bytes extensions */
uint32_t wx_extensions(const uint8_t *data, uint32_t len);

/* request: lists of u32 extension_types, proposal_types, credential_types;
 * reply: bytes extension_data */
uint32_t wx_required_capabilities(const uint8_t *data, uint32_t len);

/* request: group; reply: list of extension */
uint32_t wx_group_extensions(const uint8_t *data, uint32_t len);

/* request: group, u32 leaf; reply: list of extension */
uint32_t wx_group_member_extensions(const uint8_t *data, uint32_t len);

/* ---- Groups (exports_group.c, exports_message.c, exports_accept.c, exports_successor.c) ---- */

/* request: vault, member, bytes group_id; reply: group */
uint32_t wx_group_create(const uint8_t *data, uint32_t len);

/* request: vault, record secret, bytes welcome, bytes tree, psks, group parent or 0; reply: group
 * psks: list of (bytes id, bytes psk) */
uint32_t wx_group_join(const uint8_t *data, uint32_t len);

/* request: vault, member, bytes group_info, bytes tree, bytes authenticated_data, list of bytes
 * proposal; reply: group, bytes commit */
uint32_t wx_group_join_external(const uint8_t *data, uint32_t len);

/* request: vault, record epoch, record ratchet; reply: group */
uint32_t wx_group_load(const uint8_t *data, uint32_t len);

/* request: group, vault, slot for epoch, slot for ratchet, u32 always;
 * reply: bytes sealed epoch (empty when `always` is 0 and the stored one is still right),
 *        bytes sealed ratchet */
uint32_t wx_group_save(const uint8_t *data, uint32_t len);

/* request: group; reply: u32 suite, bytes group_id, u64 epoch, u32 own_leaf, u32 num_members,
 * u32 num_leaves, bytes epoch_authenticator, u32 commit_pending, u32 is_member, u32 inviter,
 * u32 reinitialised */
uint32_t wx_group_describe(const uint8_t *data, uint32_t len);

/* request: group, u32 with_tree; reply: bytes group_info */
uint32_t wx_group_info_make(const uint8_t *data, uint32_t len);

/* request: group; reply: list of member_view
 * member_view: u32 leaf, bytes identity, bytes signature_key */
uint32_t wx_group_members(const uint8_t *data, uint32_t len);

/* request: group; reply: list of credential
 * credential: u32 type, bytes data, bytes signature_key */
uint32_t wx_group_undecided(const uint8_t *data, uint32_t len);

/* request: group, u32 everybody, list of credential; no reply
 * everybody: MLS_ERR_UNDECIDED when somebody waits who is not in the list */
uint32_t wx_group_accept(const uint8_t *data, uint32_t len);

/* request: group; reply: bytes tree */
uint32_t wx_group_tree(const uint8_t *data, uint32_t len);

/* request: group, bytes id, bytes psk; no reply */
uint32_t wx_group_add_psk(const uint8_t *data, uint32_t len);

/* request: group, bytes content, bytes authenticated_data; reply: bytes message */
uint32_t wx_group_encrypt(const uint8_t *data, uint32_t len);

/* request: group, proposal, u32 flags, u64 now; reply: bytes message */
uint32_t wx_group_propose(const uint8_t *data, uint32_t len);

/* request: group, list of proposal, bytes authenticated_data, u32 flags, u64 now;
 * reply: bytes commit, bytes welcome (empty when nobody is added) */
uint32_t wx_group_commit(const uint8_t *data, uint32_t len);

/* request: group, bytes message, u64 now; reply: event
 * event: u32 kind, u64 epoch, member_view sender, u32 own, bytes content,
 *        bytes authenticated_data, u32 proposal_type, u32 proposal_leaf,
 *        list of (u32 kind, member_view, u32 signature_key_changed),
 *        list of custom proposals (u32 type, member_view sender, bytes data) */
uint32_t wx_group_receive(const uint8_t *data, uint32_t len);

/* request: group, u64 now; reply: event */
uint32_t wx_group_apply_pending(const uint8_t *data, uint32_t len);

/* request: group; no reply */
uint32_t wx_group_discard_pending(const uint8_t *data, uint32_t len);

/* request: group; reply: u32 suite (0 when the group goes on), bytes group_id, bytes extensions */
uint32_t wx_group_successor(const uint8_t *data, uint32_t len);

/* request: vault, member, group, bytes group_id (empty), list of bytes key_package, u32 flags,
 *          u64 now; reply: group, bytes welcome */
uint32_t wx_group_reinit(const uint8_t *data, uint32_t len);

/* The same with the group_id of the new group. */
uint32_t wx_group_branch(const uint8_t *data, uint32_t len);

/* request: group, bytes label, bytes context, u32 length; reply: bytes secret */
uint32_t wx_group_export(const uint8_t *data, uint32_t len);

/* ---- Devices in the Fediverse (exports_fedi.c) ----
 *
 * Calls of a device begin with u32 device, vault, u64 counter, u64 now; the counter is that of the
 * records that the call writes. Names of records have the prefix "core/" here.
 *   effects: u64 wake, list of effect
 *   effect:  u32 kind, u32 id, u32 lane, bytes name, bytes octets, list of bytes parts; the octets
 *            of a record are sealed for the slot (name, counter) */

/* request: vault, u64 counter, u64 now, bytes actor, bytes key_packages, bytes generator_id,
 * bytes generator_name; reply: device, effects */
uint32_t wx_fedi_new(const uint8_t *data, uint32_t len);

/* request: vault, u64 counter, u64 now, list of record (evidence: sealed may be empty);
 * reply: list of bytes name (not authentic, and left out), device, effects */
uint32_t wx_fedi_load(const uint8_t *data, uint32_t len);

/* request: call, bytes activity; reply: effects */
uint32_t wx_fedi_receive(const uint8_t *data, uint32_t len);

/* request: call, u32 id, bytes object; reply: effects */
uint32_t wx_fedi_fetched(const uint8_t *data, uint32_t len);

/* request: call, u32 id, u32 accepted, bytes object, bytes sentence; reply: effects */
uint32_t wx_fedi_posted(const uint8_t *data, uint32_t len);

/* request: call; reply: effects */
uint32_t wx_fedi_tick(const uint8_t *data, uint32_t len);

/* request: call, bytes wish, list of bytes parts; reply: effects */
uint32_t wx_fedi_wish(const uint8_t *data, uint32_t len);

/* request: bytes plaintext; reply: bytes blob, bytes key, bytes sha256 */
uint32_t wx_fedi_blob_seal(const uint8_t *data, uint32_t len);

/* request: bytes key, bytes sha256, u64 size, bytes blob; reply: bytes plaintext */
uint32_t wx_fedi_blob_open(const uint8_t *data, uint32_t len);

#endif
