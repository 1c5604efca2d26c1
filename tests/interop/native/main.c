/* waxseal's native build as a peer: many members in one process, driven by lines on stdin.
 *
 *   REQUEST MEMBER ARGUMENT...   is answered by a line   WORD... ok   or   WORD... error NAME
 *
 * MEMBER is a number that `device` brings into use and `free` out of it again; member.h lists the
 * requests. Answers hold secrets that the tests compare: they are for a pipe, not for a log. */
#include <stdlib.h>
#include <string.h>

#include "member.h"

enum { MEMBERS_MAX = 4096 };

static const struct {
    const char *name;
    request *run;
    bool in_group; /* it is for a member that has a group */
} REQUESTS[] = {
    {"device", member_device, false},  {"create", member_create, false},
    {"join", member_join, false},      {"join-external", member_join_external, false},
    {"psk", member_psk, false},        {"group-info", member_group_info, true},
    {"propose", member_propose, true}, {"commit", member_commit, true},
    {"apply", member_apply, true},     {"encrypt", member_encrypt, true},
    {"receive", member_receive, true}, {"export", member_export, true},
    {"view", member_view, true},       {"restart", member_restart, true},
};

static mls_err run(member *m, const char *name, line *l)
{
    if (strcmp(name, "free") == 0) {
        member_free(m);
        return MLS_OK;
    }
    for (size_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS[0]; i++) {
        if (strcmp(name, REQUESTS[i].name) != 0)
            continue;
        if (REQUESTS[i].in_group && m->group == NULL)
            return MLS_ERR_INVALID_ARGUMENT;
        return REQUESTS[i].run(m, l);
    }
    return MLS_ERR_INVALID_ARGUMENT;
}

int main(void)
{
    static member members[MEMBERS_MAX];
    line l = {NULL, 0, NULL};
    if (mls_init() != MLS_OK)
        return EXIT_FAILURE;
    while (line_read(&l, stdin)) {
        const char *name = line_word(&l);
        uint32_t id;
        mls_err err = MLS_ERR_INVALID_ARGUMENT;
        if (name != NULL && line_number(&l, &id) && id < MEMBERS_MAX) {
            err = run(&members[id], name, &l);
        }
        if (err == MLS_OK)
            puts("ok");
        else
            printf("error %s\n", mls_err_name(err));
        if (fflush(stdout) != 0)
            return EXIT_FAILURE;
    }
    for (size_t i = 0; i < MEMBERS_MAX; i++)
        member_free(&members[i]);
    line_free(&l);
    return EXIT_SUCCESS;
}
