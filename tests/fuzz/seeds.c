/* seeds FOLDER: writes a first corpus for each target into FOLDER/TARGET: what a small group sends
 * and stores. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *folder;
static fuzz_group g;

static void put(const char *target, const char *name, bytes head, bytes first, bytes second)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, target);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/%s", folder, target, name);
    FILE *f = fopen(path, "wb");
    FUZZ_CHECK(f != NULL);
    fwrite(head.data, 1, head.len, f);
    fwrite(first.data, 1, first.len, f);
    fwrite(second.data, 1, second.len, f);
    FUZZ_CHECK(fclose(f) == 0);
}

static void put_bodies(void)
{
    mls_buf message_octets, welcome = {0};
    const mls_proposal proposals[] = {
        {.type = MLS_PROPOSAL_UPDATE},
        {.type = MLS_PROPOSAL_REMOVE, .leaf = 1},
        {.type = MLS_PROPOSAL_REMOVE, .leaf = 2},
        {.type = (mls_proposal_type)FUZZ_CUSTOM, .data = BYTES_LITERAL("custom")}};
    char name[32];
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    for (size_t i = 0; i < 6; i++) {
        message m = {0};
        bytes body;
        mls_err err = i < 4 ? mls_group_propose(g.alice, &message_octets, &proposals[i],
                                                MLS_AS_PUBLIC_MESSAGE, FUZZ_NOW)
                            : trusting_commit(g.alice, &message_octets, &welcome, &proposals[1],
                                              i - 4, (bytes){0}, MLS_AS_PUBLIC_MESSAGE, FUZZ_NOW);
        FUZZ_CHECK(err == MLS_OK);
        mls_group_discard_pending(g.alice);
        FUZZ_CHECK(message_decode(scratch, &m, fuzz_view(&message_octets)) == MLS_OK);
        uint8_t head[3] = {(uint8_t)i, i < 4 ? 1 : 2, 32};
        if (i < 4)
            FUZZ_CHECK(proposal_encode(scratch, &body, &m.public.content.proposal) == MLS_OK);
        else
            FUZZ_CHECK(commit_encode(scratch, &body, &m.public.content.commit) == MLS_OK);
        snprintf(name, sizeof name, "body-%zu", i);
        put("member", name, bytes_of(head, 3), body, (bytes){0});
        head[0] = 0; /* an MLSMessage */
        put("decode", name, bytes_of(head, 1), fuzz_view(&message_octets), (bytes){0});
        mls_buf_free(&message_octets);
        mls_buf_free(&welcome);
    }
}

int main(int argc, char **argv)
{
    mls_buf tree_octets;
    uint8_t head[2];
    if (argc != 2) {
        fprintf(stderr, "usage: seeds FOLDER\n");
        return 2;
    }
    folder = argv[1];
    fuzz_begin();
    fuzz_group_init(&g);
    head[0] = (uint8_t)(g.bob_epoch.len >> 8);
    head[1] = (uint8_t)g.bob_epoch.len;
    put("load", "bob", bytes_of(head, 2), fuzz_view(&g.bob_epoch), fuzz_view(&g.bob_ratchet));
    put("receive", "application", (bytes){0}, fuzz_view(&g.application), (bytes){0});
    put("receive", "commit", (bytes){0}, fuzz_view(&g.commit), (bytes){0});
    head[0] = 1;
    put("join", "welcome", bytes_of(head, 1), fuzz_view(&g.welcome), (bytes){0});
    FUZZ_CHECK(mls_group_tree(g.alice, &tree_octets) == MLS_OK);
    head[0] = 0;
    put("join", "tree", bytes_of(head, 1), fuzz_view(&tree_octets), (bytes){0});
    head[0] = 15;
    put("decode", "tree", bytes_of(head, 1), fuzz_view(&tree_octets), (bytes){0});
    mls_buf_free(&tree_octets);
    put_bodies();
    return 0;
}
