#include <waxseal/mls.h>

#include <string.h>

#define ERRORS                                                                                     \
    E(OK, 0, "There is no error.")                                                                 \
    E(UNKNOWN, 255, "An unknown error happened. Update the program.")

/* The name and the sentence of each error, one behind the other, and the errors' numbers in the
 * same order: less to load than pointers to each text. */
static const struct texts {
#define E(name, number, sentence) char name##_name[sizeof #name], name##_sentence[sizeof(sentence)];
    ERRORS
#include <waxseal/error.def>
#undef E
} texts = {
#define E(name, number, sentence) #name, sentence,
    ERRORS
#include <waxseal/error.def>
#undef E
};

static const unsigned char numbers[] = {
#define E(name, number, sentence) number,
    ERRORS
#include <waxseal/error.def>
#undef E
};

enum { UNKNOWN = 1 }; /* its place */

static size_t place_of(mls_err err)
{
    for (size_t i = 0; i < sizeof numbers; i++)
        if (numbers[i] == err)
            return i;
    return UNKNOWN;
}

static const char *text_at(size_t n)
{
    const char *text = (const char *)&texts;
    for (; n > 0; n--)
        text += strlen(text) + 1;
    return text;
}

const char *mls_err_name(mls_err err)
{
    return text_at(2 * place_of(err));
}

const char *mls_err_sentence(mls_err err)
{
    return text_at(2 * place_of(err) + 1);
}
