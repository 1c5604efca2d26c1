/*
 * What members tell each other outside MLS, signed with their leaf keys: where they are (beacons),
 * that they want to come back (rejoin), that they can't read something (missing), whom they want
 * removed (endorsement), that they miss commits (behind). An activity carries it to the members'
 * actors.
 */
#ifndef WAXSEAL_FEDI_STATEMENT_H
#define WAXSEAL_FEDI_STATEMENT_H

#include "base/codec.h"
#include "fedi/epoch_tree.h"

enum {
    STATEMENT_BEACON = 1,
    STATEMENT_REJOIN = 2,
    STATEMENT_MISSING = 3,
    STATEMENT_ENDORSEMENT = 4,
    STATEMENT_BEHIND = 5,
};
enum { BEACON_LINE_MAX = 32 };

/* struct {
 *     uint16 version = 1;
 *     opaque group_id<V>;
 *     uint32 leaf_index;
 *     uint64 counter;
 *     uint8 kind;
 *     select (kind) {
 *         case beacon:  opaque line<V>;  // EpochIDs of 32 octets, newest first
 *                       uint8 removed;
 *         case rejoin:  opaque line<V>;  // one: an epoch on the line that is wanted
 *                       opaque key_package<V>;
 *         *         case missing: opaque line<V>;  // one: where the asker is
 *                       uint64 epoch;
 *                       opaque message<V>;  // SHA-256 of the MLSMessage
 *         case endorsement: opaque line<V>; // one: the epoch that the removal is wanted in
 *                           uint32 removed;
 *                           opaque endorsement<V>; // see endorsement.h
 *         case behind: opaque line<V>;  // one: the epoch whose following commits are missed
 *     };
 * } StatementTBS;
 * struct { opaque tbs<V>; opaque signature<V>; } Statement; */
typedef struct statement {
    uint16_t version;
    bytes group_id;
    uint32_t leaf_index;
    uint64_t counter; /* grows with each of a device's */
    uint8_t kind;
    bytes line;
    bool removed;
    bytes key_package;
    uint64_t epoch;
    bytes message;
    uint32_t removed_leaf;
    bytes endorsement;
} statement;
CODEC_TYPED(statement)

/* Signs with the leaf key that a group holds; leaf_index and group_id are set here. */
mls_err statement_sign(const mls_group *group, mls_buf *out, statement *s);

/* Reads one; *tbs and *signature: for statement_verify(). Errors: MLS_ERR_DECODE_*. */
mls_err statement_read(arena *a, statement *s, bytes *tbs, bytes *signature, bytes in);

/* Whether a member of this group with this identity signed it; *signer: which leaf that is now, by
 * its key. Errors: MLS_ERR_UNKNOWN_SENDER; MLS_ERR_BAD_SIGNATURE. */
mls_err statement_verify(const mls_group *group, uint32_t *signer, bytes identity, bytes tbs,
                         bytes signature);

/* The authenticated_data of an application message that is sent again:
 * struct {
 *     opaque label<V> = "Waxseal again";
 *     opaque messages<V>;  // SHA-256 of each earlier MLSMessage that it stands for
 * } Again; */
mls_err again_write(arena *a, bytes *out, const epoch_id *messages, size_t count);
/* Their hashes; false for other authenticated_data. */
bool again_read(arena *a, bytes *messages, bytes authenticated_data);

size_t line_count(bytes line);
void line_at(epoch_id *out, bytes line, size_t i);

#endif
