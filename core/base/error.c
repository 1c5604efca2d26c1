#include <waxseal/mls.h>

const char *mls_err_name(mls_err err)
{
    switch (err) {
    case MLS_OK:
        return "OK";
#define E(name, number, sentence)                                                                  \
    case MLS_ERR_##name:                                                                           \
        return #name;
#include <waxseal/error.def>
#undef E
    }
    return "UNKNOWN";
}

const char *mls_err_sentence(mls_err err)
{
    switch (err) {
    case MLS_OK:
        return "There is no error.";
#define E(name, number, sentence)                                                                  \
    case MLS_ERR_##name:                                                                           \
        return sentence;
#include <waxseal/error.def>
#undef E
    }
    return "An unknown error happened. Update the program.";
}
