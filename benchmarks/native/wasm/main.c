#include "ceiling_module.h"

#include "ceiling.h"
#include "host.h"

#include <waxseal/mls.h>

static ceiling *chosen;

uint32_t ceiling_begin(void)
{
    wx_host_install_random();
    return mls_init();
}

uint32_t ceiling_prepare(uint32_t operation, uint32_t suite, uint32_t members, uint32_t content,
                         uint32_t key_package, uint32_t commit, uint32_t welcome)
{
    ceiling_free(chosen);
    chosen = ceiling_new(operation, &(ceiling_shape){.suite = suite,
                                                     .members = members,
                                                     .content = content,
                                                     .key_package = key_package,
                                                     .commit = commit,
                                                     .welcome = welcome});
    return chosen ? 1 : 0;
}

void ceiling_make(uint32_t times)
{
    for (uint32_t i = 0; chosen && i < times; i++)
        ceiling_run(chosen);
}
