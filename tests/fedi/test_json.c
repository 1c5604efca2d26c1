/* JSON: what is read, what is refused and with which code, and that writing gives back what was
 * read. */
#include "documents.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

typedef struct json_case {
    const char *in;
    mls_err err;
} json_case;

static void check(arena *a, const json_case *c)
{
    const json *out;
    mls_err err = json_parse(a, &out, document(a, c->in), JSON_SIZE_MAX);
    if (err != c->err)
        print_message("case: %s\n", c->in);
    assert_err(err, c->err);
    assert_true((out != NULL) == (err == MLS_OK));
}

static void test_accepted(void **state)
{
    static const json_case cases[] = {
        {"{}", MLS_OK},
        {" \t\r\n{ } \n", MLS_OK},
        {"{'a':1,'b':-0,'c':0.5,'d':1e9,'e':-1.25E-3,'f':1E+2}", MLS_OK},
        {"{'a':[true,false,null,'x',{},[]]}", MLS_OK},
        {"{'a':'\\u0041\\n\\\\\\/\\b\\f\\r\\t\\\"'}", MLS_OK},
        {"{'a':'\\ud83d\\ude00','b':'\xF0\x9F\x98\x80','c':'\x7F'}", MLS_OK},
        {"{'a':{'x':1},'b':{'x':1}}", MLS_OK}, /* one name in two objects */
        {"{'':1}", MLS_OK},
        {"{'a':1e999}", MLS_OK}, /* a JSON number, though no double */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(*state, &cases[i]);
}

static void test_malformed(void **state)
{
    static const char *const cases[] = {
        "{",
        "{'a'",
        "{'a':",
        "{'a':1",
        "{'a':1,}",
        "{,}",
        "{'a' 1}",
        "{a:1}",
        "{'a':1 2}",
        "{'a':[1,]}",
        "{'a':[1 2]}",
        "{'a':[}",
        "{'a':1]",
        "{'a':tru}",
        "{'a':nul}",
        "{'a':True}",
        "{'a':undefined}",
        "{'a':'\\x'}",
        "{'a':'\\u12'}",
        "{'a':'x}",
        "{'a':'\n'}",
        "{'a':'\t'}",
        "{'a':/**/1}",
        "{'a':1;}",
        "{'a':01}",
        "{'a':+1}",
        "{'a':.5}",
        "{'a':1.}",
        "{'a':1e}",
        "{'a':1e+}",
        "{'a':-}",
        "{'a':NaN}",
        "{'a':Infinity}",
        "{'a':0x10}",
        "{'a':--1}",
        "{'a':1.2.3}",
        "{'a':'b' : 'c'}",
        "{1:2}",
        "{null:1}",
        "{'a':}",
        "{'a':,'b':1}",
        "{'a':1,,}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(*state, &(json_case){cases[i], MLS_ERR_JSON_MALFORMED});
}

static void test_refused(void **state)
{
    static const json_case cases[] = {
        {"", MLS_ERR_JSON_NOT_OBJECT},
        {"[]", MLS_ERR_JSON_NOT_OBJECT},
        {"[{}]", MLS_ERR_JSON_NOT_OBJECT},
        {"'text'", MLS_ERR_JSON_NOT_OBJECT},
        {"1", MLS_ERR_JSON_NOT_OBJECT},
        {"null", MLS_ERR_JSON_NOT_OBJECT},
        {"\xEF\xBB\xBF{}", MLS_ERR_JSON_NOT_OBJECT}, /* byte order mark */
        {"\v{}", MLS_ERR_JSON_NOT_OBJECT},
        {"{}{}", MLS_ERR_JSON_TRAILING},
        {"{} x", MLS_ERR_JSON_TRAILING},
        {"{'a':1}}", MLS_ERR_JSON_TRAILING},
        {"{'a':'\\u0000'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'\\u0000':1}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':'\\ud800'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':'\\ud800x'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':'\\ud800\\n'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':'\\ud800\\ud800'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':'\\udc00'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':'\xC0\x80'}", MLS_ERR_JSON_BAD_TEXT},         /* NUL, too long */
        {"{'a':'\xE0\x80\xAF'}", MLS_ERR_JSON_BAD_TEXT},     /* slash, too long */
        {"{'a':'\xED\xA0\x80'}", MLS_ERR_JSON_BAD_TEXT},     /* surrogate */
        {"{'a':'\xF4\x90\x80\x80'}", MLS_ERR_JSON_BAD_TEXT}, /* above U+10FFFF */
        {"{'a':'\x80'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':'\xE2\x82'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':'\xFF'}", MLS_ERR_JSON_BAD_TEXT},
        {"{'a':1,'a':2}", MLS_ERR_JSON_DUPLICATE_NAME},
        {"{'a':1,'b':2,'\\u0061':3}", MLS_ERR_JSON_DUPLICATE_NAME}, /* the same, escaped */
        {"{'x':[{'a':1,'b':1,'c':1,'a':1}]}", MLS_ERR_JSON_DUPLICATE_NAME},
        {"{'':1,'':2}", MLS_ERR_JSON_DUPLICATE_NAME},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(*state, &cases[i]);
}

static void test_raw_nul(void **state)
{
    static const char in_string[] = "{\"a\":\"x\0y\"}", outside[] = "{\"a\":\0 1}",
                      behind[] = "{}\0";
    const json *out;
    assert_err(json_parse(*state, &out, bytes_of(in_string, sizeof in_string - 1), 100),
               MLS_ERR_JSON_BAD_TEXT);
    assert_err(json_parse(*state, &out, bytes_of(outside, sizeof outside - 1), 100),
               MLS_ERR_JSON_MALFORMED);
    assert_err(json_parse(*state, &out, bytes_of(behind, sizeof behind - 1), 100),
               MLS_ERR_JSON_TRAILING);
}

/* {"a":[[[...1...]]]}, depth containers in all */
static bytes nested(arena *a, size_t depth, char open, char close)
{
    bool objects = open == '{';
    size_t each = objects ? 5 : 1, len = 0;
    char *out = arena_alloc(a, depth * (each + 1) + 16);
    memcpy(out, "{\"a\":", 5);
    len = 5;
    for (size_t i = 1; i < depth; i++) {
        memcpy(out + len, objects ? "{\"a\":" : "[", each);
        len += each;
    }
    out[len++] = '1';
    for (size_t i = 1; i < depth; i++)
        out[len++] = close;
    out[len++] = '}';
    return bytes_of(out, len);
}

static void test_depth(void **state)
{
    const json *out;
    for (int i = 0; i < 2; i++) {
        char open = i ? '{' : '[', close = i ? '}' : ']';
        assert_ok(json_parse(*state, &out, nested(*state, JSON_DEPTH_MAX, open, close), 1000));
        assert_err(json_parse(*state, &out, nested(*state, JSON_DEPTH_MAX + 1, open, close), 1000),
                   MLS_ERR_JSON_TOO_DEEP);
        assert_err(json_parse(*state, &out, nested(*state, 100000, open, close), 1 << 20),
                   MLS_ERR_JSON_TOO_DEEP);
    }
}

/* {"a":[1,1,...]}, or {"0":1,"1":1,...} with names */
static bytes many(arena *a, size_t count, bool named)
{
    char *out = arena_alloc(a, 16 * count + 16), *at = out;
    at += sprintf(at, named ? "{" : "{\"a\":[");
    for (size_t i = 0; i < count; i++)
        at +=
            named ? sprintf(at, "%s\"%zx\":1", i ? "," : "", i) : sprintf(at, "%s1", i ? "," : "");
    at += sprintf(at, named ? "}" : "]}");
    return bytes_of(out, (size_t)(at - out));
}

static void test_count(void **state)
{
    const json *out;
    assert_ok(json_parse(*state, &out, many(*state, JSON_VALUES_MAX - 2, false), JSON_SIZE_MAX));
    assert_err(json_parse(*state, &out, many(*state, JSON_VALUES_MAX - 1, false), JSON_SIZE_MAX),
               MLS_ERR_JSON_TOO_LARGE);
    assert_ok(json_parse(*state, &out, many(*state, JSON_VALUES_MAX - 1, true), JSON_SIZE_MAX));
    assert_err(json_parse(*state, &out, many(*state, JSON_VALUES_MAX, true), JSON_SIZE_MAX),
               MLS_ERR_JSON_TOO_LARGE);
}

static void test_size(void **state)
{
    const json *out;
    bytes in = document(*state, "{'a':'0123456789'}");
    assert_ok(json_parse(*state, &out, in, in.len));
    assert_err(json_parse(*state, &out, in, in.len - 1), MLS_ERR_JSON_TOO_LARGE);
    char number[80] = "{\"a\":";
    memset(number + 5, '1', JSON_NUMBER_MAX);
    strcpy(number + 5 + JSON_NUMBER_MAX, "}");
    assert_ok(json_parse(*state, &out, text(number), 100));
    strcpy(number + 5 + JSON_NUMBER_MAX, "1}");
    assert_err(json_parse(*state, &out, text(number), 100), MLS_ERR_JSON_TOO_LARGE);
}

static void test_values(void **state)
{
    uint64_t n;
    const json *d = parsed(*state, "{'A':1,'a':'x','n':null,'u':9007199254740991,'big':"
                                   "9007199254740992,'neg':-1,'half':0.5,'inf':1e999,'l':[1,'2']}");
    assert_text(json_string(json_get(d, "a")), "x");
    assert_true(json_uint(json_get(d, "A"), &n) && n == 1); /* names have a case */
    assert_null(json_get(d, "n"));
    assert_null(json_get(d, "none"));
    assert_null(json_get(NULL, "a"));
    assert_null(json_get(json_get(d, "l"), "a"));
    assert_true(json_uint(json_get(d, "u"), &n) && n == 9007199254740991u);
    assert_false(json_uint(json_get(d, "big"), &n));
    assert_false(json_uint(json_get(d, "neg"), &n));
    assert_false(json_uint(json_get(d, "half"), &n));
    assert_false(json_uint(json_get(d, "inf"), &n));
    assert_false(json_uint(json_get(d, "a"), &n));
    assert_int_equal(json_string(json_get(d, "A")).len, 0);
    const json *item = json_first(json_get(d, "l"));
    assert_text(json_string(json_next(item)), "2");
    assert_null(json_next(json_next(item)));
}

/* ---- Making ---- */

static void test_make(void **state)
{
    json_maker m = {.arena = *state};
    bytes out;
    json *d = json_new_object(&m), *list = json_new_array(&m);
    json_add_literal(&m, d, "a", "x\"\\\n\x01\xC3\xA9");
    json_add_uint(&m, d, "n", 9007199254740991u);
    json_add_optional(&m, d, "none", (bytes){0});
    json_push_string(&m, list, text("y"));
    json_push(&m, list, json_new_object(&m));
    json_add(&m, d, "l", list);
    assert_ok(json_print(&m, &out, d));
    assert_bytes(out, document(*state, "{'a':'x\\\"\\\\\\n\\u0001\xC3\xA9','n':9007199254740991,"
                                       "'l':['y',{}]}"));
}

static void test_make_escaped(void **state)
{
    json_maker m = {.arena = *state};
    const json *again;
    bytes out;
    char *controls = arena_alloc(*state, 10001);
    memset(controls, 1, 10000);
    json *d = json_new_object(&m);
    json_add_string(&m, d, "a", bytes_of(controls, 10000));
    assert_ok(json_print(&m, &out, d));
    assert_int_equal(out.len, 60000 + strlen("{\"a\":\"\"}"));
    assert_ok(json_parse(*state, &again, out, JSON_SIZE_MAX));
    assert_text(json_string(json_get(again, "a")), controls);
}

static void test_make_bad_text(void **state)
{
    static const bytes bad[] = {{(const uint8_t *)"\xFF", 1}, {(const uint8_t *)"a\0b", 3}};
    for (size_t i = 0; i < 2; i++) {
        json_maker m = {.arena = *state};
        bytes out;
        json *d = json_new_object(&m);
        json_add_string(&m, d, "a", bad[i]);
        json_add_string(&m, d, "b", text("good")); /* the first error sticks */
        assert_err(json_print(&m, &out, d), MLS_ERR_INVALID_ARGUMENT);
        assert_int_equal(out.len, 0);
    }
}

static void test_round_trip(void **state)
{
    static const char *const cases[] = {
        "{}",
        "{'a':{'b':[1,2,{'c':null}],'d':true},'e':false}",
        "{'a':[[[]],[{}]],'b':''}",
        "{'x':'\xF0\x9F\x98\x80','y':[0,-1,9007199254740991,-9007199254740991]}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_maker m = {.arena = *state};
        bytes out;
        assert_ok(json_print(&m, &out, parsed(*state, cases[i])));
        assert_bytes(out, document(*state, cases[i]));
    }
}

static void test_not_printed(void **state)
{
    static const char *const cases[] = {"{'a':1.5}", "{'a':9007199254740992}", "{'a':-1e300}",
                                        "{'a':1e999}"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_maker m = {.arena = *state};
        bytes out;
        assert_err(json_print(&m, &out, parsed(*state, cases[i])), MLS_ERR_INVALID_ARGUMENT);
        assert_int_equal(out.len, 0);
    }
    json_maker m = {.arena = *state};
    bytes out;
    json *deep = json_new_array(&m);
    for (int i = 1; i < JSON_DEPTH_MAX; i++) {
        json *around = json_new_array(&m);
        json_push(&m, around, deep);
        deep = around;
    }
    assert_ok(json_print(&m, &out, deep));
    assert_int_equal(out.len, 2 * JSON_DEPTH_MAX);
    json *deeper = json_new_array(&m), *deepest = json_new_array(&m);
    json_push(&m, deeper, deep);
    json_push(&m, deepest, deeper);
    assert_err(json_print(&m, &out, deepest), MLS_ERR_INVALID_ARGUMENT);
    m = (json_maker){.arena = *state};
    json_add_uint(&m, json_new_object(&m), "n", UINT64_C(1) << 53);
    assert_err(m.err, MLS_ERR_INVALID_ARGUMENT);
}

static void test_utf8(void **state)
{
    (void)state;
    assert_true(utf8_valid(text("")));
    assert_true(
        utf8_valid(text("a\xC2\x80\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")));
    assert_false(utf8_valid(text("\xC1\xBF")));
    assert_false(utf8_valid(text("\xF0\x8F\xBF\xBF")));
    assert_false(utf8_valid(text("\xF5\x80\x80\x80")));
    assert_false(utf8_valid(text("ab\xC2")));
    assert_int_equal(utf8_step((bytes){0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fedi_test(test_accepted),     fedi_test(test_malformed),     fedi_test(test_refused),
        fedi_test(test_raw_nul),      fedi_test(test_depth),         fedi_test(test_count),
        fedi_test(test_size),         fedi_test(test_values),        fedi_test(test_make),
        fedi_test(test_make_escaped), fedi_test(test_make_bad_text), fedi_test(test_round_trip),
        fedi_test(test_not_printed),  fedi_test(test_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
