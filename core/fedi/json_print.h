/* JSON from values, without white space. cJSON's own printer would bring the C library's formatted
 * output into the WebAssembly module, a tenth of its size, for fractions that are never sent. */
#ifndef WAXSEAL_FEDI_JSON_PRINT_H
#define WAXSEAL_FEDI_JSON_PRINT_H

#include "base/arena.h"

struct cJSON;

/* Prints into the arena, in one piece. A NUL follows after the view.
 * Errors: MLS_ERR_INVALID_ARGUMENT for numbers that are not whole, or 2^53 and more either way, and
 *         for values deeper than JSON_DEPTH_MAX. */
mls_err json_print_value(arena *a, bytes *out, const struct cJSON *value);

#endif
