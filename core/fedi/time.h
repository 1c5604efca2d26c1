/* Times as Activity Streams writes them (RFC 3339; seconds may be missing), without the C library:
 * neither locale nor time zone plays a part. */
#ifndef WAXSEAL_FEDI_TIME_H
#define WAXSEAL_FEDI_TIME_H

#include "base/bytes.h"

enum { TIME_LEN = 20 }; /* 2026-11-23T13:32:29Z */

/* Unix seconds; fractions are cut off, a leap second is the second after it. False for what is no
 * such time, has no offset, or lies before 1970. */
bool time_parse(uint64_t *seconds, bytes text);

/* Writes the time in UTC and a final NUL; false after the year 9999. */
bool time_format(char out[TIME_LEN + 1], uint64_t seconds);

#endif
