/* In place of strtod(), whose answer for every fraction takes as much code as all of cJSON. Whole
 * numbers below 2^53 are all that core/fedi takes, so these are exact, however they are written
 * (1000, 1e3, 10.00e2). Other fractions become 0.5 and larger numbers infinity, with their sign:
 * whoever asks for a whole number gets none. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static const uint64_t LIMIT = UINT64_C(1) << 53;

/* The number is digits * 10^exponent; digits does not end in 0, and stops growing above LIMIT. */
typedef struct decimal {
    uint64_t digits;
    long exponent;
} decimal;

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Returns what follows the digits, or text if there are none. */
static const char *read_digits(decimal *out, const char *text)
{
    const char *at = text;
    long zeros = 0; /* that a digit may follow */
    int any = 0, after_point = 0;
    for (;; at++) {
        if (*at == '.' && !after_point) {
            after_point = 1;
            continue;
        }
        if (!is_digit(*at))
            break;
        any = 1;
        out->exponent -= after_point;
        zeros++;
        if (*at == '0')
            continue;
        for (; zeros > 0; zeros--)
            if (out->digits < LIMIT)
                out->digits *= 10;
        if (out->digits < LIMIT)
            out->digits += (uint64_t)(*at - '0');
    }
    out->exponent += zeros;
    return any ? at : text;
}

/* Returns what follows "e+12" or the like, or text. */
static const char *read_exponent(decimal *out, const char *text)
{
    const char *at = text;
    long value = 0;
    if (*at != 'e' && *at != 'E')
        return text;
    at++;
    int negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    if (!is_digit(*at))
        return text;
    for (; is_digit(*at); at++)
        if (value < 100000000)
            value = value * 10 + (*at - '0');
    out->exponent += negative ? -value : value;
    return at;
}

static double value_of(decimal d)
{
    if (d.digits == 0)
        return 0;
    if (d.exponent < 0)
        return 0.5;
    for (; d.exponent > 0 && d.digits < LIMIT; d.exponent--)
        d.digits *= 10;
    return d.digits < LIMIT ? (double)d.digits : HUGE_VAL;
}

double cjson_number(const char *text, char **end)
{
    const char *start = text + (*text == '-' || *text == '+');
    decimal d = {0, 0};
    const char *at = read_digits(&d, start);
    if (at == start) {
        *end = (char *)text;
        return 0;
    }
    *end = (char *)read_exponent(&d, at);
    double value = value_of(d);
    return *text == '-' ? -value : value;
}
