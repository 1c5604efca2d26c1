#include "mls/key_index.h"

#include "mls/tree_math.h"

#include <stdlib.h>
#include <string.h>

/* What is compared: kind, length and octets of the key, then the place in the tree. No such string
 * begins another one, and those of one key stand beside each other. */
typedef struct search {
    key_kind kind;
    bytes key;
    uint32_t at;
} search;

typedef struct key_entry key_entry;

/* A fork of the crit-bit tree, or a key at its end. */
struct key_entry {
    uint32_t refs;
    uint32_t bit;        /* of a fork: the first bit in which what is below differs */
    key_entry *child[2]; /* of a fork; else NULL */
    tree_node *holder;   /* of an end: shared, so that the key's octets stay */
    uint32_t at;
    key_kind kind;
};

enum { HEAD_LEN = 3, PLACE_LEN = 4 };

static search search_of(key_kind kind, const tree_node *holder, uint32_t at)
{
    bytes key =
        kind == KEY_SIGNATURE ? holder->leaf.signature_key : tree_node_encryption_key(holder);
    return (search){kind, key, at};
}

static search search_of_end(const key_entry *end)
{
    return search_of(end->kind, end->holder, end->at);
}

static uint32_t key_bits(const search *s)
{
    return (uint32_t)(8 * (HEAD_LEN + s->key.len));
}

static uint32_t all_bits(const search *s)
{
    return key_bits(s) + 8 * PLACE_LEN;
}

static unsigned octet_at(const search *s, size_t i)
{
    uint8_t head[HEAD_LEN] = {(uint8_t)s->kind, (uint8_t)(s->key.len >> 8), (uint8_t)s->key.len};
    if (i < HEAD_LEN)
        return head[i];
    i -= HEAD_LEN;
    if (i < s->key.len)
        return s->key.data[i];
    i -= s->key.len;
    return i < PLACE_LEN ? s->at >> (8 * (PLACE_LEN - 1 - i)) & 0xff : 0;
}

static unsigned bit_at(const search *s, uint32_t bit)
{
    return octet_at(s, bit / 8) >> (7 - bit % 8) & 1;
}

/* The first bit in which two differ; all of them when they are the same. */
static uint32_t first_difference(const search *a, const search *b)
{
    for (uint32_t bit = 0; bit < all_bits(a); bit += 8) {
        unsigned different = octet_at(a, bit / 8) ^ octet_at(b, bit / 8);
        if (!different)
            continue;
        for (; !(different & 0x80); different <<= 1)
            bit++;
        return bit;
    }
    return all_bits(a);
}

/* The end that shares the longest beginning with what is sought. */
static const key_entry *nearest(const key_entry *entry, const search *sought)
{
    while (entry->child[0])
        entry = entry->child[bit_at(sought, entry->bit)];
    return entry;
}

/* ---- Memory ---- */

static key_entry *share(key_entry *entry)
{
    if (entry)
        entry->refs++;
    return entry;
}

static void release(key_entry *entry)
{
    while (entry && --entry->refs == 0) {
        key_entry *rest = entry->child[1];
        release(entry->child[0]);
        tree_node_release(entry->holder);
        wipe(entry, sizeof *entry);
        free(entry);
        entry = rest;
    }
}

/* Makes *slot an entry that nobody else has, so that it can change. */
static mls_err own_entry(key_entry **slot)
{
    key_entry *entry = *slot, *copy;
    if (entry->refs == 1)
        return MLS_OK;
    copy = malloc(sizeof *copy);
    if (!copy)
        return MLS_ERR_NO_MEMORY;
    *copy = *entry;
    copy->refs = 1;
    share(copy->child[0]);
    share(copy->child[1]);
    tree_node_share(copy->holder);
    entry->refs--; /* others have it */
    *slot = copy;
    return MLS_OK;
}

key_index key_index_share(const key_index *index)
{
    if (index->root)
        share(index->root);
    return *index;
}

void key_index_cleanup(key_index *index)
{
    release(index->root);
    *index = (key_index){0};
}

/* ---- Changes ---- */

/* How many bits at the beginning of what is sought are in the index. */
static uint32_t known_bits(const key_index *index, const search *sought)
{
    if (!index->root)
        return 0;
    /* References are counted. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
    search near = search_of_end(nearest(index->root, sought));
    return first_difference(sought, &near);
}

/* Where the first entry is that is no fork by a bit before this one, and the last such fork, NULL
 * when there is none; all forks on the way are owned. */
static mls_err own_way(key_index *index, const search *s, uint32_t bit, key_entry ***slot,
                       key_entry ***fork)
{
    *slot = &index->root;
    *fork = NULL;
    /* A fork has both children. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    while ((**slot)->child[0] && (**slot)->bit < bit) {
        TRY(own_entry(*slot));
        *fork = *slot;
        *slot = &(**slot)->child[bit_at(s, (**slot)->bit)];
    }
    return MLS_OK;
}

static mls_err branch_off(key_entry **slot, const search *s, uint32_t bit, tree_node *holder)
{
    key_entry *end = calloc(1, sizeof *end);
    key_entry *fork = *slot ? calloc(1, sizeof *fork) : NULL;
    if (!end || (*slot && !fork)) {
        free(end);
        free(fork);
        return MLS_ERR_NO_MEMORY;
    }
    *end = (key_entry){.refs = 1, .holder = tree_node_share(holder), .at = s->at, .kind = s->kind};
    if (fork) {
        unsigned side = bit_at(s, bit);
        fork->refs = 1;
        fork->bit = bit;
        fork->child[side] = end;
        fork->child[!side] = *slot;
    }
    *slot = fork ? fork : end;
    return MLS_OK;
}

static mls_err put_in(key_index *index, const search *s, tree_node *holder)
{
    key_entry **slot = &index->root, **fork;
    uint32_t known = known_bits(index, s);
    if (index->root)
        TRY(own_way(index, s, known, &slot, &fork));
    if (!index->root || known < all_bits(s)) {
        TRY(branch_off(slot, s, known, holder));
        index->num_repeated += known >= key_bits(s);
        return MLS_OK;
    }
    TRY(own_entry(slot)); /* the same key in the same place */
    tree_node *former = (*slot)->holder;
    (*slot)->holder = tree_node_share(holder);
    tree_node_release(former);
    return MLS_OK;
}

static mls_err take_out(key_index *index, const search *s)
{
    key_entry **slot, **fork;
    if (known_bits(index, s) < all_bits(s))
        return MLS_OK;
    TRY(own_way(index, s, all_bits(s), &slot, &fork));
    if (!fork) {
        key_index_cleanup(index);
        return MLS_OK;
    }
    key_entry *gone = *fork;
    *fork = share(gone->child[slot == &gone->child[0]]);
    release(gone);
    index->num_repeated -= known_bits(index, s) >= key_bits(s);
    return MLS_OK;
}

static mls_err replace(key_index *index, key_kind kind, const tree_node *from, tree_node *to,
                       uint32_t at)
{
    search former = {0}, now = {0};
    if (to) {
        now = search_of(kind, to, at);
        TRY(put_in(index, &now, to));
    }
    if (!from)
        return MLS_OK;
    former = search_of(kind, from, at);
    return to && bytes_equal(former.key, now.key) ? MLS_OK : take_out(index, &former);
}

mls_err key_index_replace(key_index *index, const tree_node *from, tree_node *to, uint32_t at)
{
    TRY(replace(index, KEY_ENCRYPTION, from, to, at));
    return node_is_leaf(at) ? replace(index, KEY_SIGNATURE, from, to, at) : MLS_OK;
}

bool key_index_find(const key_index *index, key_kind kind, bytes key, uint32_t *at)
{
    search sought = {kind, key, 0};
    if (known_bits(index, &sought) < key_bits(&sought))
        return false;
    *at = nearest(index->root, &sought)->at;
    return true;
}
