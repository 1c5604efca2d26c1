#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool test_fail(test *t, const char *step, size_t index, mls_err err)
{
    if (t->step[0])
        return false;
    int n = snprintf(t->step, STEP_LEN, "%s", step);
    if (index != NO_INDEX && n < STEP_LEN)
        n += snprintf(t->step + n, STEP_LEN - (size_t)n, " at %zu", index);
    if (err != MLS_OK && n < STEP_LEN)
        snprintf(t->step + n, STEP_LEN - (size_t)n, ": %s", mls_err_name(err));
    return false;
}

const cJSON *field(test *t, const cJSON *object, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!value)
        test_fail(t, name, NO_INDEX, MLS_ERR_INVALID_ARGUMENT);
    return value;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

bytes value_hex(test *t, const cJSON *value)
{
    if (cJSON_IsNull(value))
        return (bytes){0};
    const char *text = cJSON_GetStringValue(value);
    size_t len = text ? strlen(text) / 2 : 0;
    uint8_t *out = arena_alloc(t->a, len ? len : 1);
    if (!text || !out || strlen(text) % 2) {
        test_fail(t, "reading a string of hexadecimal digits", NO_INDEX, MLS_ERR_INVALID_ARGUMENT);
        return (bytes){0};
    }
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            test_fail(t, "reading hexadecimal digits", i, MLS_ERR_INVALID_ARGUMENT);
        out[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    return bytes_of(out, len);
}

bytes field_hex(test *t, const cJSON *object, const char *name)
{
    const cJSON *value = field(t, object, name);
    return value ? value_hex(t, value) : (bytes){0};
}

const uint8_t *field_octets(test *t, const cJSON *object, const char *name, size_t len)
{
    bytes value = field_hex(t, object, name);
    if (value.len == len)
        return value.data;
    test_fail(t, name, value.len, MLS_ERR_DECODE_BAD_LENGTH);
    const uint8_t *zeros = arena_alloc(t->a, len);
    if (!zeros)
        abort();
    return zeros;
}

bytes field_private_key(test *t, const cJSON *object, const char *name)
{
    bytes found = field_hex(t, object, name);
    if (t->suite->id != MLS_SUITE_P521_AES256GCM_SHA512_P521 || found.len >= KEM_PRIVATE_MAX)
        return found;
    uint8_t *key = arena_alloc(t->a, KEM_PRIVATE_MAX);
    if (!key) {
        test_fail(t, name, NO_INDEX, MLS_ERR_NO_MEMORY);
        return (bytes){0};
    }
    memset(key, 0, KEM_PRIVATE_MAX);
    if (found.len)
        memcpy(key + KEM_PRIVATE_MAX - found.len, found.data, found.len);
    return bytes_of(key, KEM_PRIVATE_MAX);
}

const char *field_text(test *t, const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(field(t, object, name));
    if (!text)
        test_fail(t, name, NO_INDEX, MLS_ERR_INVALID_ARGUMENT);
    return text ? text : "";
}

uint64_t field_number(test *t, const cJSON *object, const char *name)
{
    const cJSON *value = field(t, object, name);
    if (!cJSON_IsNumber(value) || value->valuedouble < 0 || value->valuedouble > 0x1p53) {
        test_fail(t, name, NO_INDEX, MLS_ERR_INVALID_ARGUMENT);
        return 0;
    }
    return (uint64_t)value->valuedouble;
}

bool field_is(test *t, const cJSON *object, const char *name, bytes computed)
{
    return bytes_equal(field_hex(t, object, name), computed) ||
           test_fail(t, name, NO_INDEX, MLS_OK);
}
