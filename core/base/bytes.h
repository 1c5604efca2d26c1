/* Views of octets, and the error type, under the names that the core uses. */
#ifndef WAXSEAL_BASE_BYTES_H
#define WAXSEAL_BASE_BYTES_H

#include <waxseal/mls.h>

typedef mls_bytes bytes;

/* A view of a string literal, without its final NUL. */
#define BYTES_LITERAL(s) ((bytes){(const uint8_t *)("" s), sizeof(s) - 1})

static inline bytes bytes_of(const void *data, size_t len)
{
    return (bytes){data, len};
}

/* Returns from the calling function when `expr` is an error. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        mls_err try_err = (expr);                                                                  \
        if (try_err != MLS_OK)                                                                     \
            return try_err;                                                                        \
    } while (0)

/* For public data only: the time it takes depends on the contents. Secrets: secret_equal(). */
bool bytes_equal(bytes a, bytes b);

/* Overwrites with zeros in a way that the compiler keeps. */
void wipe(void *data, size_t len);

/* A heap copy of `in`; MLS_ERR_NO_MEMORY. */
mls_err buf_copy(mls_buf *out, bytes in);

#endif
