/* UTF-8 (RFC 3629): the shortest forms of Unicode scalar values, nothing else. */
#ifndef WAXSEAL_BASE_UTF8_H
#define WAXSEAL_BASE_UTF8_H

#include "base/bytes.h"

/* How many octets the character at the start of `in` has: 1 to 4; 0 when it is none, or `in` is
 * empty. */
size_t utf8_step(bytes in);

/* Whether all of it is UTF-8. */
bool utf8_valid(bytes in);

#endif
