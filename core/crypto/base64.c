#include "crypto/base64.h"

#include <sodium.h>
#include <string.h>

/* The variant that a text is written in; one that mixes two does not decode. */
static int variant_of(bytes in)
{
    bool url = false, padded = false;
    for (size_t i = 0; i < in.len; i++) {
        url |= in.data[i] == '-' || in.data[i] == '_';
        padded |= in.data[i] == '=';
    }
    if (url)
        return padded ? sodium_base64_VARIANT_URLSAFE : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    return padded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
}

bool base64_decode(uint8_t *out, size_t out_max, size_t *out_len, bytes in)
{
    *out_len = 0;
    if (in.len == 0)
        return true;
    return sodium_base642bin(out, out_max, (const char *)in.data, in.len, " \t\r\n\f\v", out_len,
                             NULL, variant_of(in)) == 0;
}

size_t base64_len(size_t len)
{
    return (len / 3 + (len % 3 != 0)) * 4;
}

void base64_encode(char *out, bytes in)
{
    sodium_bin2base64(out, base64_len(in.len) + 1, in.data, in.len, sodium_base64_VARIANT_ORIGINAL);
}
