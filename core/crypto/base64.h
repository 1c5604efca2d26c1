/* Base64 (RFC 4648), by libsodium. */
#ifndef WAXSEAL_CRYPTO_BASE64_H
#define WAXSEAL_CRYPTO_BASE64_H

#include "base/bytes.h"

/* Decodes the standard alphabet or base64url's, with or without padding, with white space anywhere;
 * false for anything else: both alphabets in one text, bits left over that are not zero, padding
 * that does not fit. out: in.len / 4 * 3 + 3 octets always suffice. */
bool base64_decode(uint8_t *out, size_t out_max, size_t *out_len, bytes in);

/* Octets of the text for len octets of data, with padding, without a final NUL. */
size_t base64_len(size_t len);

/* Standard alphabet with padding. out: base64_len(in.len) + 1 octets, the last one NUL. */
void base64_encode(char *out, bytes in);

#endif
