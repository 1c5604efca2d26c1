/* Proposals that this member makes (RFC 9420 section 12.1). */
#ifndef WAXSEAL_MLS_PROPOSE_H
#define WAXSEAL_MLS_PROPOSE_H

#include "mls/apply.h"

/* Reads a KeyPackage, raw or wrapped, for an Add; its lifetime must hold at `now`, nothing else is
 * checked yet. */
mls_err propose_key_package(arena *a, key_package *out, bytes in, uint64_t now);

/* Gives the id of a pre-shared key a fresh nonce. */
mls_err propose_psk_nonce(const suite *s, arena *a, psk_id *id);

/* What a group is to be started over as: of a suite of this build.
 * Errors: MLS_ERR_UNSUPPORTED_SUITE; MLS_ERR_BAD_PROPOSAL when its group_id is empty or `current`;
 *         MLS_ERR_DECODE_*, MLS_ERR_BAD_MESSAGE for extensions that are not well formed. */
mls_err propose_reinit(arena *a, reinit *out, const mls_proposal *in, bytes current);

/* Turns what the application asks for into a proposal, still to be checked with proposal_check() or
 * as part of a commit; its views live in the arena or in `in`. An Update's new private key goes to
 * update_private.
 * Errors: MLS_ERR_DECODE_*, MLS_ERR_LIFETIME, MLS_ERR_DUPLICATE, MLS_ERR_MISSING_PSK,
 *         MLS_ERR_INVALID_ARGUMENT, MLS_ERR_UNSUPPORTED_OPERATION. */
mls_err propose_build(const mls_group *group, arena *a, proposal *out, uint8_t *update_private,
                      const mls_proposal *in, uint64_t now);

#endif
