/*
 * What the tests of core/fedi share: documents written in C strings, and MLS messages to put into
 * them.
 *
 * In a document ' stands for ", so that JSON is legible, and $ with a letter for octets in base64:
 * $P a PrivateMessage, $U a PublicMessage, $W a Welcome, $G a GroupInfo, $K a raw KeyPackage, $X
 * the same in an MLSMessage, $T a ratchet tree; the small letter is base64url without padding.
 */
#ifndef WAXSEAL_TESTS_DOCUMENTS_H
#define WAXSEAL_TESTS_DOCUMENTS_H

#include "helpers.h"

#include "fedi/json.h"

#define NOW   UINT64_C(1750000000)
#define ALICE "https://a.example/users/alice"
#define BOB   "https://b.example/users/bob"

typedef struct samples {
    bytes private_message, public_message, welcome, group_info, key_package, wrapped, tree;
} samples;

/* Made at the first call: Alice's group "uri:uuid:1", and what she and Bob send. */
const samples *sample(void);

/* A KeyPackage of suite 1 or another; made in the arena. signature_key: NULL for a new one. */
typedef struct package_options {
    const char *identity;
    uint16_t suite;
    mls_buf *signature_key;
    uint64_t not_before, not_after; /* 0: from an hour ago, for a month */
    bool last_resort;
} package_options;
bytes package_of(arena *a, const package_options *options);

/* A document as octets. */
bytes document(arena *a, const char *text);

/* The same, parsed. */
const json *parsed(arena *a, const char *text);

bytes text(const char *s);

#define assert_text(found, expected) assert_bytes(found, text(expected))

/* cmocka's setup of a test of core/fedi. */
int fedi_setup(void **state);
#define fedi_test(function) cmocka_unit_test_setup_teardown(function, fedi_setup, teardown)

/* A group of suite 1 with this member at leaf 0 and strangers, each with a device. */
mls_group *large_group(bytes identity, bytes signature_key, size_t members, uint64_t now);

#endif
