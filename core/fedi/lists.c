#include "fedi/conversation_state.h"

#include <stdlib.h>

void want_free(want *w)
{
    for (size_t i = 0; i < w->num_key_packages; i++)
        mls_buf_free(&w->key_packages[i]);
    free(w->key_packages);
    mls_buf_free(&w->who);
    *w = (want){0};
}

void own_commit_free(own_commit *own)
{
    mls_buf_free(&own->welcome);
    want_free(&own->made_for);
}

void said_free(said *s)
{
    mls_buf_free(&s->id);
    mls_buf_free(&s->content);
}

void reader_set_free(reader_set *set)
{
    free(set->readers);
}

void waiting_free(waiting *w)
{
    mls_buf_free(&w->octets);
    mls_buf_free(&w->from);
}

void request_free(request *r)
{
    mls_buf_free(&r->actor);
}

void beacon_free(beacon *b)
{
    mls_buf_free(&b->signature_key);
    mls_buf_free(&b->actor);
    mls_buf_free(&b->line);
}
