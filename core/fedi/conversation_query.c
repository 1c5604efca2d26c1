/* What can be asked of a conversation. */
#include "fedi/conversation_state.h"

#include "fedi/statement.h"

mls_err conversation_accept(mls_group *group)
{
    return accept_basic(group);
}

mls_err conversation_actors(const conversation *c, arena *a, const bytes **actors, size_t *count)
{
    return actors_of(conversation_group(c), a, actors, count);
}

bool conversation_is_changing(const conversation *c)
{
    for (size_t i = 0; i < c->own.count; i++)
        if (!c->own.items[i].on_line && epoch_tree_find_commit(&c->tree, &c->own.items[i].commit))
            return true;
    return c->wants.count > 0;
}

mls_err conversation_of_statement(arena *a, bytes *group_id, bytes octets)
{
    statement s = {0};
    bytes tbs, signature;
    TRY(statement_read(a, &s, &tbs, &signature, octets));
    *group_id = s.group_id;
    return MLS_OK;
}
void conversation_quiet(conversation *c, bool quiet)
{
    c->quiet = quiet;
}
