#include "line.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool line_read(line *l, FILE *in)
{ /* see line.h */
    size_t len = 0;
    for (;;) {
        if (l->capacity - len < 2) {
            size_t capacity = l->capacity == 0 ? 4096 : 2 * l->capacity;
            char *text = realloc(l->text, capacity);
            if (text == NULL)
                return false;
            l->text = text;
            l->capacity = capacity;
        }
        int space = l->capacity - len > 1 << 20 ? 1 << 20 : (int)(l->capacity - len);
        if (fgets(l->text + len, space, in) == NULL)
            return false;
        len += strlen(l->text + len);
        if (len > 0 && l->text[len - 1] == '\n')
            break;
    }
    l->text[len - 1] = '\0';
    l->rest = l->text;
    return true;
}

void line_free(line *l)
{
    free(l->text);
    memset(l, 0, sizeof *l);
}

bool line_ended(const line *l)
{
    return *l->rest == '\0';
}

const char *line_word(line *l)
{
    if (line_ended(l))
        return NULL;
    char *word = l->rest;
    char *end = strchr(word, ' ');
    if (end == NULL) {
        l->rest = word + strlen(word);
    } else {
        *end = '\0';
        l->rest = end + 1;
    }
    return word;
}

bool line_number(line *l, uint32_t *number)
{
    const char *word = line_word(l);
    if (word == NULL || !isdigit((unsigned char)*word))
        return false;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(word, &end, 10);
    *number = (uint32_t)value;
    return errno == 0 && *end == '\0' && value <= UINT32_MAX;
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

bool line_octets(line *l, mls_buf *octets)
{ /* see line.h */
    *octets = (mls_buf){NULL, 0};
    const char *word = line_word(l);
    if (word == NULL)
        return false;
    if (strcmp(word, "-") == 0)
        return true;
    size_t len = strlen(word);
    if (len % 2 != 0)
        return false;
    octets->data = malloc(len / 2 + 1);
    if (octets->data == NULL)
        return false;
    octets->len = len / 2;
    for (size_t i = 0; i < len; i += 2) {
        int high = hex_value(word[i]), low = hex_value(word[i + 1]);
        if (high < 0 || low < 0)
            return false;
        octets->data[i / 2] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void put_number(uint64_t number)
{
    printf("%llu ", (unsigned long long)number);
}

void put_octets(mls_bytes octets)
{
    static const char DIGITS[] = "0123456789abcdef";
    if (octets.len == 0)
        putchar('-');
    for (size_t i = 0; i < octets.len; i++) {
        putchar(DIGITS[octets.data[i] >> 4]);
        putchar(DIGITS[octets.data[i] & 15]);
    }
    putchar(' ');
}
