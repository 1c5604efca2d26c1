/* Requests and answers as lines of words: names, decimal numbers, and octets in hex ("-" for none).
 */
#ifndef WAXSEAL_INTEROP_LINE_H
#define WAXSEAL_INTEROP_LINE_H

#include <stdio.h>

#include "waxseal/mls.h"

typedef struct line {
    char *text; /* all of it, ended by a zero; NULL before the first line */
    size_t capacity;
    char *rest; /* what has not been taken yet */
} line;

/* False at the end of the input, and when memory is short. */
bool line_read(line *l, FILE *in);
void line_free(line *l);

/* Whether all words were taken. */
bool line_ended(const line *l);

/* The next word, valid until the next line_read(); NULL when there is none. */
const char *line_word(line *l);

/* False when the next word is missing or not what is asked for. */
bool line_number(line *l, uint32_t *number);

/* `octets`: owned by the caller, also after false. */
bool line_octets(line *l, mls_buf *octets);

/* Words of an answer; a space follows each. */
void put_number(uint64_t number);
void put_octets(mls_bytes octets);

#endif
