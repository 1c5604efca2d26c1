/*
 * How bytes cross between JavaScript and C.
 *
 * A call takes one request (ptr, len) and leaves one reply in the result area. Both are plain
 * sequences of fields, little-endian:
 *   u32             4 octets
 *   u64             8 octets (no 64-bit parameter, so no BigInt)
 *   bytes           u32 length, then the octets
 *   list            u32 count, then the entries
 *   slot            bytes name, u64 counter: where a record is stored (see vault.h)
 *   proposal        u32 type, u32 leaf, bytes data, bytes group_id, u64 epoch, u32 suite
 *   record          slot, bytes sealed: a stored record
 * A request that ends early or has octets left over is MLS_ERR_INVALID_ARGUMENT.
 */
#ifndef WAXSEAL_WASM_WIRE_H
#define WAXSEAL_WASM_WIRE_H

#include <waxseal/mls.h>

typedef struct wx_request {
    const uint8_t *at;
    size_t left;
    bool bad; /* sticks: later reads give zeros */
    bool no_memory;
} wx_request;

typedef struct wx_slot {
    mls_bytes name;
    uint64_t counter;
} wx_slot;

typedef struct wx_record {
    wx_slot slot;
    mls_bytes sealed;
} wx_record;

wx_request wx_request_of(const uint8_t *data, uint32_t len);
uint32_t wx_take_u32(wx_request *request);
uint64_t wx_take_u64(wx_request *request);
mls_bytes wx_take_bytes(wx_request *request);
wx_slot wx_take_slot(wx_request *request);
wx_record wx_take_record(wx_request *request);

mls_proposal wx_take_proposal(wx_request *request);

/* A list's count; 0 and a bad request when the rest can't hold so many entries of `entry_len`
 * octets at least. */
uint32_t wx_take_count(wx_request *request, size_t entry_len);

/* A list as an array to be freed, each item of `size` octets filled by `take_item`. NULL and a
 * count of 0 for an empty one, when there is no memory, and when the rest of the request can't hold
 * so many entries of `entry_len` octets at least. */
void *wx_take_list(wx_request *request, uint32_t *count, size_t entry_len, size_t size,
                   void (*take_item)(wx_request *request, void *item));

/* MLS_OK when the whole request was read, to its last octet. MLS_ERR_NO_MEMORY for a list. */
mls_err wx_take_end(const wx_request *request);

/* The result area. A failure to grow it sticks until the next wx_result_clear(). */
void wx_put_u32(uint32_t value);
void wx_put_u64(uint64_t value);
void wx_put_bytes(mls_bytes bytes);
void wx_put_string(const char *text);

/* u32 leaf, bytes identity, bytes signature_key */
void wx_put_member(const mls_member *member);

/* Wipes and empties the result area. */
void wx_result_clear(void);

/* What an export returns: `err`, or MLS_ERR_NO_MEMORY when the reply did not fit. After any error
 * the result area is empty. */
mls_err wx_finish(mls_err err);

/* The same with a last part of the reply, which is wiped and freed in any case. */
mls_err wx_finish_with(mls_err err, mls_buf *part);

#endif
