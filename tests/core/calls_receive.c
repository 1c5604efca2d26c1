#include "calls_receive.h"

#include "calls_common.h"

void prepare_commit_public(calling *c)
{
    mls_proposal add = add_of(c->w, dev(c->w, 'D'));
    c->in[0] = make_commit(c->w, dev(c->w, 'B'), NULL, &add, 1, MLS_AS_PUBLIC_MESSAGE);
}

mls_err run_read(calling *c)
{
    mls_message_info info;
    return mls_message_read(&info, c->in[0]);
}

void prepare_text(calling *c)
{
    c->in[0] = say(c->w, dev(c->w, 'B'), "text");
}

/* The first of these takes along the key of the second. */
void prepare_skipping(calling *c)
{
    say(c->w, dev(c->w, 'B'), "skipped");
    c->in[0] = say(c->w, dev(c->w, 'B'), "text");
}

void prepare_late(calling *c)
{
    prepare_skipping(c);
    pass(c, make_commit(c->w, dev(c->w, 'C'), NULL, NULL, 0, 0));
    assert_all_talk(c->w, "ABC");
}

void prepare_proposal(calling *c)
{
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    c->in[0] = make_proposal(c->w, dev(c->w, 'B'), &update, 0);
}

void prepare_commit(calling *c)
{
    mls_proposal proposals[] = {add_of(c->w, dev(c->w, 'D')),
                                {.type = MLS_PROPOSAL_PSK, .data = psk.id}};
    deliver(c->w, "BC", make_proposal(c->w, c->a, &(mls_proposal){.type = MLS_PROPOSAL_UPDATE}, 0),
            MLS_EVENT_PROPOSAL);
    c->in[0] = make_commit(c->w, dev(c->w, 'B'), NULL, proposals, 2, 0);
}

void prepare_removal(calling *c)
{
    mls_proposal remove = remove_of(c->a);
    c->in[0] = make_commit(c->w, dev(c->w, 'B'), NULL, &remove, 1, 0);
}

void prepare_external_commit(calling *c)
{
    mls_buf out;
    mls_member_params params = member_params_of(c->w, dev(c->w, 'D'));
    assert_ok(
        trusting_join_external(&dev(c->w, 'D')->group, &out, info_of(c, 'B'), &params, none, none));
    c->in[0] = KEPT(c, out);
}

void prepare_own_commit(calling *c)
{
    c->in[0] = make_commit(c->w, c->a, NULL, NULL, 0, 0);
}

void prepare_own_commit_reloaded(calling *c)
{
    prepare_own_commit(c);
    restart(c->a);
}

mls_err run_receive(calling *c)
{
    return trusting_receive(c->a->group, &c->event, c->in[0], NOW);
}

mls_err run_receive_proven(calling *c)
{
    mls_evidence evidence;
    mls_err err = mls_group_receive_proven(c->a->group, &c->event, &evidence, c->in[0], NOW);
    assert_true((err == MLS_OK) == (evidence.leaf_node.len > 0));
    return err;
}

mls_err run_apply_pending(calling *c)
{
    return mls_group_apply_pending(c->a->group, &c->event, NOW);
}

void after_text(calling *c)
{
    assert_bytes(c->event.content, BYTES_LITERAL("text"));
    refuse(c->a, c->in[0], MLS_ERR_GENERATION_REUSED);
}

void after_proposal(calling *c)
{
    refuse(c->a, c->in[0], MLS_ERR_GENERATION_REUSED);
    pass(c, make_commit(c->w, c->a, NULL, NULL, 0, MLS_COMMIT_WITHOUT_PENDING));
    assert_all_talk(c->w, "ABC");
}

void after_commit(calling *c)
{
    deliver(c->w, "BC", c->in[0], MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABC");
}

void after_removal(calling *c)
{
    assert_false(describe(c->a).is_member);
    deliver(c->w, "BC", c->in[0], MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "BC");
}
