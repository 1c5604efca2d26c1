/* Removals that several want. */
#include "fedi/conversation_state.h"

mls_err conversation_endorse(conversation *c, conversation_effects *fx, bytes actor, uint64_t now)
{
    mls_group_info info;
    mls_member member;
    (void)now;
    if (conversation_is_removed(c))
        return MLS_ERR_NOT_A_MEMBER;
    mls_group_describe(c->head->group, &info);
    for (uint32_t leaf = 0; leaf < info.num_leaves; leaf++) {
        endorsement e;
        if (mls_group_member(c->head->group, &member, leaf) != MLS_OK ||
            !bytes_equal(member.identity, actor))
            continue;
        TRY(endorsement_make(c->head->group, &c->head->id, &e, leaf));
        statement s = {.kind = STATEMENT_ENDORSEMENT,
                       .line = {c->head->id.octets, EPOCH_ID_LEN},
                       .removed_leaf = leaf,
                       .endorsement = {e.signature.data, e.signature.len}};
        mls_err err = post_statement(c, fx, &s);
        endorsement_free(&e);
        TRY(err);
    }
    return MLS_OK;
}

static void start_over(conversation *c, const epoch_id *epoch)
{
    for (size_t i = 0; i < c->endorsements.count; i++)
        endorsement_free(&c->endorsements.items[i]);
    c->endorsements.count = 0;
    c->endorsed_in = *epoch;
}

/* Only those for the epoch that we would commit in are of use. */
mls_err take_endorsement(conversation *c, const statement *s, uint32_t by)
{
    epoch_id epoch;
    endorsement e = {.by = by, .removed = s->removed_leaf};
    line_at(&epoch, s->line, 0);
    if (!epoch_id_equal(&epoch, &c->head->id))
        return MLS_OK;
    if (!epoch_id_equal(&epoch, &c->endorsed_in))
        start_over(c, &epoch);
    if (c->endorsements.count == ENDORSEMENTS_MAX)
        return MLS_OK;
    for (size_t i = 0; i < c->endorsements.count; i++)
        if (c->endorsements.items[i].by == by &&
            c->endorsements.items[i].removed == s->removed_leaf)
            return MLS_OK;
    endorsement *more = LIST_MORE(&c->endorsements);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->endorsements.items = more;
    TRY(buf_copy(&e.signature, s->endorsement));
    if (!endorsement_holds(c->head->group, &epoch, &e)) {
        endorsement_free(&e);
        return MLS_ERR_BAD_SIGNATURE;
    }
    more[c->endorsements.count++] = e;
    return MLS_OK;
}

bool waits_for_endorsement(const conversation *c, bytes actor, uint64_t now)
{
    mls_member member;
    if (epoch_id_equal(&c->endorsed_in, &c->head->id) ||
        now >= c->head->entered_at + c->params.unreadable_after)
        return false;
    for (size_t i = 0; i < c->endorsements.count; i++)
        if (mls_group_member(c->head->group, &member, c->endorsements.items[i].removed) == MLS_OK &&
            bytes_equal(member.identity, actor))
            return true;
    return false;
}
