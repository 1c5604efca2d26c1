/*
 * What the known-answer tests call: the suite table and the vault, as they run in WebAssembly.
 *
 * Inputs and outputs lie in numbered slots, which JavaScript fills and reads; the arguments are
 * lengths. Functions that can fail return an mls_err.
 */
#ifndef WAXSEAL_TESTS_KAT_H
#define WAXSEAL_TESTS_KAT_H

#include <stdint.h>

enum { NUM_SLOTS = 6, SLOT_LEN = 66560 };

/* Installs the host's random generator and prepares the core. */
uint32_t kat_init(void);
uint8_t *kat_slot(uint32_t index);

/* Slot 0 in two parts, the first of `split` octets; the result goes to slot 5. Returns Nh. */
uint32_t kat_hash(uint32_t suite_id, uint32_t len, uint32_t split);

/* Slot 0: key; slot 1: message in two parts. Slot 5: the MAC. Returns Nh. */
uint32_t kat_hmac(uint32_t suite_id, uint32_t key_len, uint32_t len, uint32_t split);

/* Slot 0: salt; slot 1: ikm. Slot 5: prk. Returns Nh. */
uint32_t kat_hkdf_extract(uint32_t suite_id, uint32_t salt_len, uint32_t ikm_len);

/* Slot 0: prk; slot 1: info. Slot 5: out_len octets. */
void kat_hkdf_expand(uint32_t suite_id, uint32_t info_len, uint32_t out_len);

/* Slot 0: key; 1: nonce; 2: associated data; 3: input. Slot 5: output. */
void kat_aead_seal(uint32_t suite_id, uint32_t aad_len, uint32_t len);
uint32_t kat_aead_open(uint32_t suite_id, uint32_t aad_len, uint32_t len);

/* Slot 0: private key; 1: public key. Slot 5: the result. */
void kat_dh_generate(uint32_t suite_id);
uint32_t kat_dh_public_of(uint32_t suite_id);
uint32_t kat_dh_shared(uint32_t suite_id);

/* Slot 0: private key in its native form; 1: message. Slot 5: public key or signature. */
uint32_t kat_sign_public_of(uint32_t suite_id, uint32_t private_len);
uint32_t kat_sign(uint32_t suite_id, uint32_t private_len, uint32_t len);

/* Slot 0: public key; 1: message; 2: signature. */
uint32_t kat_verify(uint32_t suite_id, uint32_t public_len, uint32_t len, uint32_t signature_len);

/* Slot 0: key; 1: info; 2: plaintext. Slot 4: kem_output; 5: ciphertext. open: 2 and 3 in, 5 out.
 */
uint32_t kat_hpke_seal(uint32_t suite_id, uint32_t info_len, uint32_t len);
uint32_t kat_hpke_open(uint32_t suite_id, uint32_t info_len, uint32_t len);

/* Slot 0: vault key; 1: record name; 2: input; 3: owner; 4: device. Slot 5: output. */
uint32_t kat_vault_seal(uint32_t name_len, uint32_t counter, uint32_t len, uint32_t owner_len,
                        uint32_t device_len);
uint32_t kat_vault_open(uint32_t name_len, uint32_t counter, uint32_t len, uint32_t owner_len,
                        uint32_t device_len);

/* Slot 0: passphrase; 1: salt. Slot 5: output. */
uint32_t kat_passphrase(uint32_t len, uint32_t passes, uint32_t kib);

#endif
