#include "calls_custom.h"

#include "custom.h"

static const uint16_t types[] = {CUSTOM, CUSTOM_2};

mls_err run_required_capabilities(calling *c)
{
    return mls_required_capabilities(
        &c->out[0], &(mls_required){.proposal_types = types, .num_proposal_types = 2});
}

mls_err run_group_extensions(calling *c)
{
    return mls_group_extensions(c->a->group, &c->out[0]);
}

mls_err run_member_extensions(calling *c)
{
    return mls_group_member_extensions(c->a->group, &c->out[0], 1);
}

mls_err run_propose_custom(calling *c)
{
    const mls_proposal custom = custom_proposal(CUSTOM, "data");
    return mls_group_propose(c->a->group, &c->out[0], &custom, 0, NOW);
}

static void assert_carries_one(const mls_event *event, uint32_t sender)
{
    assert_int_equal(event->num_custom_proposals, 1);
    assert_int_equal(event->custom_proposals[0].type, CUSTOM);
    assert_int_equal(event->custom_proposals[0].sender.leaf, sender);
    assert_bytes(event->custom_proposals[0].data, BYTES_LITERAL("data"));
}

/* B commits to what A proposed. */
void after_propose_custom(calling *c)
{
    mls_event event;
    deliver(c->w, "BC", view(&c->out[0]), MLS_EVENT_PROPOSAL);
    bytes m = make_commit(c->w, dev(c->w, 'B'), NULL, NULL, 0, 0);
    assert_ok(mls_group_receive(c->a->group, &event, m, NOW));
    assert_carries_one(&event, 0);
    mls_event_free(&event);
    deliver(c->w, "BC", m, MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABC");
}

void prepare_custom_commit(calling *c)
{
    const mls_proposal custom = custom_proposal(CUSTOM, "data");
    c->in[0] = make_commit(c->w, dev(c->w, 'B'), NULL, &custom, 1, 0);
}

void after_custom_commit(calling *c)
{
    assert_carries_one(&c->event, 1);
    deliver(c->w, "BC", c->in[0], MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABC");
}
