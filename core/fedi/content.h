/* The octets that a text in an object stands for: base64 and data: URLs, as senders write them. */
#ifndef WAXSEAL_FEDI_CONTENT_H
#define WAXSEAL_FEDI_CONTENT_H

#include "fedi/as2.h"

/* Base64 in every form that crypto/base64.h reads. max: octets after decoding.
 * Errors: MLS_ERR_BAD_CONTENT; MLS_ERR_TOO_LARGE, before anything is allocated. */
mls_err content_decode(arena *a, bytes *out, bytes text, size_t max);

/* Base64 in the standard alphabet with padding; a NUL follows after the view. */
mls_err content_encode(arena *a, bytes *out, bytes octets);

/* How an object's `encoding` says its content is written. The draft knows base64 alone, and means
 * it where nothing is said. */
typedef enum content_encoding {
    CONTENT_BASE64,
    CONTENT_GZIP, /* compressed, then base64; nothing is inflated here */
    CONTENT_OTHER,
} content_encoding;

content_encoding content_encoding_of(const json *object);

/* data:[media type][;parameters][;base64],data (RFC 2397). media_type: without parameters; empty
 * where none is given. Errors: MLS_ERR_BAD_CONTENT, MLS_ERR_TOO_LARGE. */
bool content_is_data_url(bytes url);
mls_err content_decode_data_url(arena *a, bytes *out, bytes *media_type, bytes url, size_t max);

/* data:media_type;base64,... with a NUL after the view. MLS_ERR_INVALID_ARGUMENT for what is no
 * media type. */
mls_err content_encode_data_url(arena *a, bytes *out, bytes media_type, bytes octets);

#endif
