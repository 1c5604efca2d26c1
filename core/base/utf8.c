#include "base/utf8.h"

size_t utf8_step(bytes in)
{
    /* By length: the first octet's fixed bits, and the smallest value that needs as many octets. */
    static const struct {
        uint8_t mask, bits;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    for (size_t n = 1; n <= 4 && n <= in.len; n++) {
        if ((in.data[0] & forms[n - 1].mask) != forms[n - 1].bits)
            continue;
        uint32_t value = in.data[0] & (uint8_t)~forms[n - 1].mask;
        for (size_t i = 1; i < n; i++) {
            if ((in.data[i] & 0xC0) != 0x80)
                return 0;
            value = value << 6 | (in.data[i] & 0x3F);
        }
        bool is_scalar = value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
        return is_scalar && value >= forms[n - 1].least ? n : 0;
    }
    return 0;
}

bool utf8_valid(bytes in)
{
    while (in.len > 0) {
        size_t n = utf8_step(in);
        if (n == 0)
            return false;
        in = bytes_of(in.data + n, in.len - n);
    }
    return true;
}
