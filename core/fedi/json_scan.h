/*
 * Whether octets are JSON (RFC 8259), strictly, before a parser sees them. No memory is taken, and
 * nothing recurses.
 */
#ifndef WAXSEAL_FEDI_JSON_SCAN_H
#define WAXSEAL_FEDI_JSON_SCAN_H

#include "base/bytes.h"

enum {
    JSON_DEPTH_MAX = 32,     /* objects and arrays inside each other; CJSON_NESTING_LIMIT */
    JSON_VALUES_MAX = 20000, /* in all, names not counted */
    JSON_NUMBER_MAX = 60,    /* characters of one number: what cJSON takes in every version */
};

/* One object and white space around it, in UTF-8 and without NUL, within the limits above. Whether
 * names repeat is not looked at.
 * Errors: MLS_ERR_JSON_NOT_OBJECT, MLS_ERR_JSON_MALFORMED, MLS_ERR_JSON_BAD_TEXT,
 *         MLS_ERR_JSON_TOO_DEEP, MLS_ERR_JSON_TOO_LARGE, MLS_ERR_JSON_TRAILING. */
mls_err json_scan(bytes in);

#endif
