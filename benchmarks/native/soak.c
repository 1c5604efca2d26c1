/*
 * soak SUITE MESSAGES: very many messages in one group of two, with a new epoch after every
 * SOAK_EPOCH of them: memory has to stay as it is. Prints a hundred times {"at": messages,
 * "memory": octets in allocated blocks, "resident": octets of the process}.
 */
#include "blocks.h"
#include "crowd.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SOAK_EPOCH = 1000 };

static unsigned long resident(void)
{
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (!statm || fscanf(statm, "%*u %lu", &pages) != 1)
        must(MLS_ERR_INVALID_ARGUMENT, "statm");
    fclose(statm);
    return pages * (unsigned long)sysconf(_SC_PAGESIZE);
}

static void sample(uint64_t at)
{
    printf("{\"at\":%llu,\"memory\":%zu,\"resident\":%lu}\n", (unsigned long long)at,
           blocks_octets(), resident());
    fflush(stdout);
}

static void one_message(mls_group *from, mls_group *to, mls_bytes content)
{
    mls_buf message;
    bench_protect(from, &message, content);
    bench_unprotect(to, message, content);
    mls_buf_free(&message);
}

static void soak(uint16_t suite, uint64_t messages)
{
    crowd c;
    uint64_t every = messages >= 100 ? messages / 100 : 1;
    mls_bytes content = some_content(100);
    crowd_init(&c, suite, 2);
    crowd_add_all(&c);
    crowd_join(&c);
    mls_group *pair[2] = {c.own, c.groups[0]};
    for (uint64_t i = 0; i < messages; i++) {
        uint64_t from = i & 1;
        one_message(pair[from], pair[!from], content);
        if ((i + 1) % SOAK_EPOCH == 0) {
            mls_buf commit;
            uint64_t by = i / SOAK_EPOCH & 1;
            bench_commit(pair[by], &commit, NULL, NULL, 0, 0);
            bench_process(pair[!by], commit);
            mls_buf_free(&commit);
        }
        if ((i + 1) % every == 0)
            sample(i + 1);
    }
    groups_must_agree(pair[0], pair[1]);
    crowd_cleanup(&c);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "soak: usage: soak SUITE MESSAGES\n");
        return 2;
    }
    must(mls_init(), "init");
    soak((uint16_t)atoi(argv[1]), (uint64_t)atol(argv[2]));
    return 0;
}
