/* Describing stored records: what base/codec.h does not have. */
#ifndef WAXSEAL_FEDI_RECORD_H
#define WAXSEAL_FEDI_RECORD_H

#include "base/codec.h"

/* Fails with MLS_ERR_STATE_VERSION when reading another version. */
void record_version(codec *c, uint16_t version);

/* opaque v<V>, owned: a copy when reading. */
void record_buf(codec *c, mls_buf *buf);

/* Over the items of a list of fedi/list.h, which when reading are made one by one: one that ends
 * early is freed as far as it goes. */
#define FOR_RECORDS(c, list)                                                                       \
    for (uint32_t n_ = record_count(c, (list)->count), i = 0;                                      \
         i < n_ &&                                                                                 \
         ((list)->items = record_grow(c, (list)->items, &(list)->count, sizeof *(list)->items),    \
         (c)->err == MLS_OK);                                                                      \
         i++)

uint32_t record_count(codec *c, size_t count);
void *record_grow(codec *c, void *items, size_t *count, size_t size);

/* What decoding a record gave, as an error of storage. */
mls_err record_error(mls_err err);

#endif
