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

/* For the epoch of the head; taken over. */
static mls_err add_endorsement(conversation *c, endorsement *e)
{
    if (!epoch_id_equal(&c->head->id, &c->endorsed_in))
        start_over(c, &c->head->id);
    for (size_t i = 0; i < c->endorsements.count; i++)
        if (c->endorsements.items[i].by == e->by && c->endorsements.items[i].removed == e->removed)
            return MLS_OK;
    if (c->endorsements.count == ENDORSEMENTS_MAX)
        return MLS_OK;
    if (!endorsement_holds(c->head->group, &c->head->id, e))
        return MLS_ERR_BAD_SIGNATURE;
    endorsement *more = LIST_MORE(&c->endorsements);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->endorsements.items = more;
    more[c->endorsements.count++] = *e;
    *e = (endorsement){0};
    return MLS_OK;
}

/* The oldest goes where there is no place. */
static mls_err add_early(conversation *c, const epoch_id *epoch, endorsement *e)
{
    if (c->early.count == ENDORSEMENTS_MAX) {
        endorsement_free(&c->early.items[0].endorsement);
        LIST_TAKE(&c->early, 0);
    }
    early_endorsement *more = LIST_MORE(&c->early);
    if (!more)
        return MLS_ERR_NO_MEMORY;
    c->early.items = more;
    more[c->early.count++] = (early_endorsement){*epoch, *e};
    *e = (endorsement){0};
    return MLS_OK;
}

/* Only those for the epoch that we would commit in are of use: this one, or one that we don't know
 * yet. */
mls_err take_endorsement(conversation *c, const statement *s, uint32_t by)
{
    epoch_id epoch;
    endorsement e = {.by = by, .removed = s->removed_leaf};
    line_at(&epoch, s->line, 0);
    if (conversation_is_removed(c))
        return MLS_OK;
    bool here = epoch_id_equal(&epoch, &c->head->id);
    if (!here && is_on_line(c, &epoch))
        return MLS_OK;
    TRY(buf_copy(&e.signature, s->endorsement));
    mls_err err = here ? add_endorsement(c, &e) : add_early(c, &epoch, &e);
    endorsement_free(&e);
    return err;
}

mls_err take_early_endorsements(conversation *c)
{
    if (conversation_is_removed(c))
        return MLS_OK;
    for (size_t i = c->early.count; i-- > 0;) {
        early_endorsement *early = &c->early.items[i];
        if (!epoch_id_equal(&early->epoch, &c->head->id))
            continue;
        mls_err err = add_endorsement(c, &early->endorsement);
        if (err == MLS_ERR_NO_MEMORY)
            return err;
        endorsement_free(&early->endorsement); /* what does not hold is of no use later either */
        LIST_TAKE(&c->early, i);
    }
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
