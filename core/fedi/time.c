#include "fedi/time.h"

#include <string.h>

typedef struct reader {
    bytes in;
    bool failed;
} reader;

/* The next character, or 0 at the end. */
static uint8_t look(const reader *r)
{
    return r->in.len ? r->in.data[0] : 0;
}

static uint8_t next_char(reader *r)
{
    uint8_t c = look(r);
    if (r->in.len == 0)
        r->failed = true;
    else
        r->in = bytes_of(r->in.data + 1, r->in.len - 1);
    return c;
}

static void expect(reader *r, char c)
{
    if (next_char(r) != (uint8_t)c)
        r->failed = true;
}

/* A number of exactly `digits` digits, in a range. */
static int64_t number(reader *r, int digits, int64_t least, int64_t most)
{
    int64_t value = 0;
    for (int i = 0; i < digits; i++) {
        uint8_t c = next_char(r);
        if (c < '0' || c > '9')
            r->failed = true;
        else
            value = value * 10 + (c - '0');
    }
    if (value < least || value > most)
        r->failed = true;
    return value;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to the first of a year. */
static int64_t days_before(int64_t year)
{
    int64_t y = year - 1;
    return 365 * (year - 1970) + (y / 4 - y / 100 + y / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static int64_t read_date(reader *r)
{
    int64_t year = number(r, 4, 1, 9999);
    expect(r, '-');
    int64_t month = number(r, 2, 1, 12);
    expect(r, '-');
    if (r->failed)
        return 0;
    int64_t days = days_before(year) + number(r, 2, 1, days_in(year, month)) - 1;
    for (int64_t i = 1; i < month; i++)
        days += days_in(year, i);
    return days;
}

static int64_t read_clock(reader *r)
{
    int64_t seconds = 3600 * number(r, 2, 0, 23);
    expect(r, ':');
    seconds += 60 * number(r, 2, 0, 59);
    if (look(r) != ':')
        return seconds;
    expect(r, ':');
    seconds += number(r, 2, 0, 60);
    if (look(r) != '.')
        return seconds;
    expect(r, '.');
    number(r, 1, 0, 9);
    while (look(r) >= '0' && look(r) <= '9')
        next_char(r);
    return seconds;
}

static int64_t read_offset(reader *r)
{
    uint8_t sign = next_char(r);
    if (sign == 'Z' || sign == 'z')
        return 0;
    if (sign != '+' && sign != '-')
        r->failed = true;
    int64_t seconds = 3600 * number(r, 2, 0, 23);
    expect(r, ':');
    seconds += 60 * number(r, 2, 0, 59);
    return sign == '-' ? -seconds : seconds;
}

bool time_parse(uint64_t *seconds, bytes text)
{
    reader r = {.in = text};
    *seconds = 0;
    int64_t total = 86400 * read_date(&r);
    uint8_t separator = next_char(&r);
    if (separator != 'T' && separator != 't')
        return false;
    total += read_clock(&r);
    total -= read_offset(&r);
    if (r.failed || r.in.len != 0 || total < 0)
        return false;
    *seconds = (uint64_t)total;
    return true;
}

static void put(char *out, int64_t value, size_t digits)
{
    for (; digits > 0; digits--, value /= 10)
        out[digits - 1] = (char)('0' + value % 10);
}

bool time_format(char out[TIME_LEN + 1], uint64_t seconds)
{
    static const uint64_t end = UINT64_C(253402300800); /* 10000-01-01 */
    memcpy(out, "0000-00-00T00:00:00Z", TIME_LEN + 1);
    if (seconds >= end)
        return false;
    int64_t days = (int64_t)(seconds / 86400), clock = (int64_t)(seconds % 86400);
    int64_t year = 1970 + days / 366, month = 1;
    while (days_before(year + 1) <= days)
        year++;
    days -= days_before(year);
    while (days >= days_in(year, month))
        days -= days_in(year, month++);
    put(out, year, 4);
    put(out + 5, month, 2);
    put(out + 8, days + 1, 2);
    put(out + 11, clock / 3600, 2);
    put(out + 14, clock / 60 % 60, 2);
    put(out + 17, clock % 60, 2);
    return true;
}
