/* The tables of the Ed25519 base point that cmake/third-party/ed25519_base.h makes, against
 * libsodium's constants, octet for octet. It is compiled with the source of libsodium, and on it:
 * its includes reach ed25519_ref10.c and the files of constants. */
#include "ed25519_ref10.c"

#include "ed25519_base.h"

#include <stdio.h>

static const ge25519_precomp rows[BASE_ROWS][BASE_ROW_LEN] = {
#ifdef HAVE_TI_MODE
#include "fe_51/base.h"
#else
#include "fe_25_5/base.h"
#endif
};

static const ge25519_precomp odd[BASE_ROW_LEN] = {
#ifdef HAVE_TI_MODE
#include "fe_51/base2.h"
#else
#include "fe_25_5/base2.h"
#endif
};

int main(void)
{
    base_make();
    if (memcmp(base[0], rows, sizeof rows) != 0 || memcmp(base[BASE_ROWS], odd, sizeof odd) != 0) {
        puts("the tables differ from libsodium's constants");
        return 1;
    }
    return 0;
}
