#include "calls.h"
#include "calls_outside.h"
#include "calls_successor.h"

#include <waxseal/vault.h>

#include <string.h>

static const mls_psk psk = {{(const uint8_t *)"psk id", 6}, {(const uint8_t *)"psk value", 9}};
static const bytes label = {(const uint8_t *)"label", 5}, none;

/* The n-th output, made by a call of somebody's, kept for the test. */
#define KEPT(c, buf) keep((c)->w, &(buf))

static void pass(calling *c, bytes message)
{
    deliver(c->w, "ABC", message, MLS_EVENT_COMMIT);
}

static bytes info_of(calling *c, char name)
{
    mls_buf out;
    assert_ok(mls_group_info_make(dev(c->w, name)->group, &out, true));
    return KEPT(c, out);
}

static void restart_a(calling *c)
{
    restart(c->a);
}

/* ---- Devices ---- */

static mls_err run_signature_key(calling *c)
{
    return mls_signature_key_new(&c->out[0], &c->out[1], c->w->suite);
}

static mls_err run_key_package(calling *c)
{
    mls_member_params params = member_params_of(c->w, dev(c->w, 'D'));
    params.last_resort = true;
    return mls_key_package_new(&c->out[0], &c->out[1], &params);
}

static void prepare_key_package(calling *c)
{
    c->in[0] = fresh_key_package(c->w, dev(c->w, 'D'));
}

static mls_err run_key_package_check(calling *c)
{
    mls_key_package_info info;
    mls_err err = mls_key_package_check(&info, c->in[0], NOW);
    assert_true((err == MLS_OK) == (info.suite != 0));
    return err;
}

/* ---- Messages from B ---- */

static void prepare_commit_public(calling *c)
{
    mls_proposal add = add_of(c->w, dev(c->w, 'D'));
    c->in[0] = make_commit(c->w, dev(c->w, 'B'), NULL, &add, 1, MLS_AS_PUBLIC_MESSAGE);
}

static mls_err run_read(calling *c)
{
    mls_message_info info;
    return mls_message_read(&info, c->in[0]);
}

static void prepare_text(calling *c)
{
    c->in[0] = say(c->w, dev(c->w, 'B'), "text");
}

/* The first of these takes along the key of the second. */
static void prepare_skipping(calling *c)
{
    say(c->w, dev(c->w, 'B'), "skipped");
    c->in[0] = say(c->w, dev(c->w, 'B'), "text");
}

static void prepare_late(calling *c)
{
    prepare_skipping(c);
    pass(c, make_commit(c->w, dev(c->w, 'C'), NULL, NULL, 0, 0));
    assert_all_talk(c->w, "ABC");
}

static void prepare_proposal(calling *c)
{
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    c->in[0] = make_proposal(c->w, dev(c->w, 'B'), &update, 0);
}

static void prepare_commit(calling *c)
{
    mls_proposal proposals[] = {add_of(c->w, dev(c->w, 'D')),
                                {.type = MLS_PROPOSAL_PSK, .data = psk.id}};
    deliver(c->w, "BC", make_proposal(c->w, c->a, &(mls_proposal){.type = MLS_PROPOSAL_UPDATE}, 0),
            MLS_EVENT_PROPOSAL);
    c->in[0] = make_commit(c->w, dev(c->w, 'B'), NULL, proposals, 2, 0);
}

static void prepare_removal(calling *c)
{
    mls_proposal remove = remove_of(c->a);
    c->in[0] = make_commit(c->w, dev(c->w, 'B'), NULL, &remove, 1, 0);
}

static void prepare_external_commit(calling *c)
{
    mls_buf out;
    mls_member_params params = member_params_of(c->w, dev(c->w, 'D'));
    assert_ok(
        trusting_join_external(&dev(c->w, 'D')->group, &out, info_of(c, 'B'), &params, none, none));
    c->in[0] = KEPT(c, out);
}

static void prepare_own_commit(calling *c)
{
    c->in[0] = make_commit(c->w, c->a, NULL, NULL, 0, 0);
}

static void prepare_own_commit_reloaded(calling *c)
{
    prepare_own_commit(c);
    restart_a(c);
}

static mls_err run_receive(calling *c)
{
    return trusting_receive(c->a->group, &c->event, c->in[0], NOW);
}

static mls_err run_apply_pending(calling *c)
{
    return mls_group_apply_pending(c->a->group, &c->event, NOW);
}

static void after_text(calling *c)
{
    assert_bytes(c->event.content, BYTES_LITERAL("text"));
    refuse(c->a, c->in[0], MLS_ERR_GENERATION_REUSED);
}

static void after_proposal(calling *c)
{
    refuse(c->a, c->in[0], MLS_ERR_GENERATION_REUSED);
    pass(c, make_commit(c->w, c->a, NULL, NULL, 0, MLS_COMMIT_WITHOUT_PENDING));
    assert_all_talk(c->w, "ABC");
}

static void after_commit(calling *c)
{
    deliver(c->w, "BC", c->in[0], MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABC");
}

static void after_removal(calling *c)
{
    assert_false(describe(c->a).is_member);
    deliver(c->w, "BC", c->in[0], MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "BC");
}

/* ---- Joining ---- */

static void prepare_welcome(calling *c)
{
    mls_proposal proposals[] = {add_of(c->w, dev(c->w, 'D')),
                                {.type = MLS_PROPOSAL_PSK, .data = psk.id}};
    pass(c, make_commit(c->w, dev(c->w, 'B'), &c->in[0], proposals, 2, 0));
}

static mls_err run_welcome_matches(calling *c)
{
    return mls_welcome_matches(c->in[0], view(&dev(c->w, 'D')->secret));
}

static mls_err run_join(calling *c)
{
    return trusting_join(&c->made, c->in[0], view(&dev(c->w, 'D')->secret), none, &psk, 1);
}

/* D is in: what it says, A reads. */
static void after_join(calling *c)
{
    dev(c->w, 'D')->group = c->made;
    c->made = NULL;
    if (c->out[0].len) /* an external commit */
        deliver(c->w, "ABC", view(&c->out[0]), MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABCD");
}

static void prepare_group_info(calling *c)
{
    c->in[0] = info_of(c, 'B');
}

static mls_err run_join_external(calling *c)
{
    mls_member_params params = member_params_of(c->w, dev(c->w, 'D'));
    return trusting_join_external(&c->made, &c->out[0], c->in[0], &params, none, label);
}

static mls_err run_create(calling *c)
{
    mls_member_params params = member_params_of(c->w, c->a);
    return mls_group_create(&c->made, label, &params);
}

/* ---- A's group ---- */

static mls_err run_info(calling *c)
{
    return mls_group_info_make(c->a->group, &c->out[0], true);
}

static mls_err run_member(calling *c)
{
    mls_member member;
    return mls_group_member(c->a->group, &member, 1);
}

static mls_err run_tree(calling *c)
{
    return mls_group_tree(c->a->group, &c->out[0]);
}

static mls_err run_add_psk(calling *c)
{
    return mls_group_add_psk(c->a->group, &(mls_psk){label, label});
}

static mls_err run_add_psk_again(calling *c)
{
    return mls_group_add_psk(c->a->group, &(mls_psk){psk.id, label});
}

static mls_err run_export(calling *c)
{
    return mls_group_export(c->a->group, &c->out[0], label, none, 32);
}

static mls_err run_encrypt(calling *c)
{
    return mls_group_encrypt(c->a->group, &c->out[0], BYTES_LITERAL("text"), bytes_of("A", 1));
}

static void after_encrypt(calling *c)
{
    hear(dev(c->w, 'B'), view(&c->out[0]), "text");
    assert_all_talk(c->w, "ABC");
}

static mls_err propose(calling *c, mls_proposal p)
{
    return mls_group_propose(c->a->group, &c->out[0], &p, 0, NOW);
}

static mls_err run_propose_add(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_ADD, .data = c->in[0]});
}

static mls_err run_propose_update(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_UPDATE});
}

static mls_err run_propose_remove(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_REMOVE, .leaf = 1});
}

static mls_err run_propose_leave(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_SELF_REMOVE});
}

static mls_err run_propose_psk(calling *c)
{
    return propose(c, (mls_proposal){.type = MLS_PROPOSAL_PSK, .data = psk.id});
}

static mls_err run_propose_extensions(calling *c)
{
    return propose(
        c, (mls_proposal){.type = MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS, .data = bytes_of("", 1)});
}

/* C commits what A proposed. */
static void after_propose(calling *c)
{
    deliver(c->w, "BC", view(&c->out[0]), MLS_EVENT_PROPOSAL);
    bytes m = make_commit(c->w, dev(c->w, 'C'), NULL, NULL, 0, 0);
    deliver(c->w, "AC", m, MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "AC");
}

/* And C lets A go. */
static void after_leave(calling *c)
{
    deliver(c->w, "BC", view(&c->out[0]), MLS_EVENT_PROPOSAL);
    bytes m = make_commit(c->w, dev(c->w, 'C'), NULL, NULL, 0, 0);
    deliver_one(c->a, m, MLS_EVENT_REMOVED);
    deliver(c->w, "BC", m, MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "BC");
}

/* Proposals of all kinds by reference, and two by value. */
static void prepare_commit_own(calling *c)
{
    mls_proposal update = {.type = MLS_PROPOSAL_UPDATE};
    deliver(c->w, "AC", make_proposal(c->w, dev(c->w, 'B'), &update, 0), MLS_EVENT_PROPOSAL);
    mls_proposal add = add_of(c->w, dev(c->w, 'E'));
    deliver(c->w, "AB", make_proposal(c->w, dev(c->w, 'C'), &add, 0), MLS_EVENT_PROPOSAL);
    prepare_key_package(c);
}

static mls_err run_commit(calling *c)
{
    const mls_proposal proposals[] = {{.type = MLS_PROPOSAL_ADD, .data = c->in[0]},
                                      {.type = MLS_PROPOSAL_PSK, .data = psk.id}};
    return trusting_commit(c->a->group, &c->out[0], &c->out[1], proposals, 2, label, 0, NOW);
}

static mls_err run_commit_public(calling *c)
{
    return trusting_commit(c->a->group, &c->out[0], &c->out[1], NULL, 0, none,
                           MLS_AS_PUBLIC_MESSAGE, NOW);
}

static mls_err run_commit_pathless(calling *c)
{
    const mls_proposal add = {.type = MLS_PROPOSAL_ADD, .data = c->in[0]};
    return trusting_commit(c->a->group, &c->out[0], &c->out[1], &add, 1, none,
                           MLS_COMMIT_WITHOUT_PATH | MLS_WELCOME_WITHOUT_TREE, NOW);
}

static void after_commit_own(calling *c)
{
    deliver(c->w, "ABC", view(&c->out[0]), MLS_EVENT_COMMIT);
    assert_all_talk(c->w, "ABC");
}

/* All that was received is in the commit: the group grew by D and E, B has a new key. */
static void after_commit_of_all(calling *c)
{
    after_commit_own(c);
    assert_agree(c->w, "ABC", 5);
}

static mls_err run_save(calling *c)
{
    return mls_group_save(c->a->group, &c->out[0], &c->out[1]);
}

static mls_err run_save_ratchet(calling *c)
{
    return mls_group_save(c->a->group, NULL, &c->out[0]);
}

static void prepare_load(calling *c)
{
    mls_buf out[2];
    prepare_skipping(c);
    hear(c->a, c->in[0], "text"); /* a skipped key */
    assert_ok(mls_group_propose(c->a->group, &out[0], &(mls_proposal){.type = MLS_PROPOSAL_UPDATE},
                                0, NOW));
    mls_buf_free(&out[0]);
    prepare_own_commit(c);
    assert_ok(mls_group_save(c->a->group, &out[0], &out[1]));
    c->in[0] = KEPT(c, out[0]);
    c->in[1] = KEPT(c, out[1]);
}

static mls_err run_load(calling *c)
{
    return mls_group_load(&c->made, c->in[0], c->in[1]);
}

/* ---- Vault ---- */

static void prepare_sealed(calling *c)
{
    mls_buf key, sealed;
    assert_ok(vault_key_new(&key));
    c->in[0] = KEPT(c, key);
    assert_ok(vault_seal(&sealed, c->in[0], label, 1, BYTES_LITERAL("plaintext")));
    c->in[1] = KEPT(c, sealed);
}

static mls_err run_vault_key(calling *c)
{
    return vault_key_new(&c->out[0]);
}

static mls_err run_vault_seal(calling *c)
{
    return vault_seal(&c->out[0], c->in[0], label, 1, BYTES_LITERAL("plaintext"));
}

static mls_err run_vault_open(calling *c)
{
    return vault_open(&c->out[0], c->in[0], label, 1, c->in[1]);
}

static mls_err run_accept(calling *c)
{
    return mls_group_accept(c->a->group, &(mls_credential){MLS_CREDENTIAL_BASIC, label, label});
}

/* A commit of B waits for A to accept D. */
static void prepare_undecided(calling *c)
{
    prepare_commit_public(c);
    assert_err(mls_group_receive(c->a->group, &c->event, c->in[0], NOW), MLS_ERR_UNDECIDED);
}

static mls_err run_accept_all(calling *c)
{
    return trust_all(c->a->group);
}

static mls_err run_init(calling *c)
{
    (void)c;
    return mls_init();
}

/* name, prepare, run, after, random */
const public_call public_calls[] = {
    {"mls_init", NULL, run_init, NULL, false},
    {"mls_signature_key_new", NULL, run_signature_key, NULL, true},
    {"mls_key_package_new", NULL, run_key_package, NULL, true},
    {"mls_key_package_check", prepare_key_package, run_key_package_check, NULL, false},
    {"mls_message_read", prepare_commit_public, run_read, NULL, false},
    {"mls_welcome_matches", prepare_welcome, run_welcome_matches, NULL, false},
    {"mls_group_create", NULL, run_create, NULL, true},
    {"mls_group_join", prepare_welcome, run_join, after_join, false},
    {"mls_group_join: a branch", prepare_branch_of_b, run_join_branch, after_branch_of_b, false},
    {"mls_group_info_make", NULL, run_info, NULL, false},
    {"mls_group_join_external", prepare_group_info, run_join_external, after_join, true},
    {"mls_group_member", NULL, run_member, NULL, false},
    {"mls_group_tree", NULL, run_tree, NULL, false},
    {"mls_group_add_psk: a new one", NULL, run_add_psk, NULL, false},
    {"mls_group_add_psk: a known one", NULL, run_add_psk_again, NULL, false},
    {"mls_group_accept", NULL, run_accept, NULL, false},
    {"mls_group_accept: asked for", prepare_undecided, run_accept_all, NULL, false},
    {"mls_group_encrypt", NULL, run_encrypt, after_encrypt, true},
    {"mls_group_propose: add", prepare_key_package, run_propose_add, after_propose, true},
    {"mls_group_propose: update", NULL, run_propose_update, after_propose, true},
    {"mls_group_propose: remove", NULL, run_propose_remove, after_propose, true},
    {"mls_group_propose: self-remove", NULL, run_propose_leave, after_leave, false},
    {"mls_group_propose: psk", NULL, run_propose_psk, after_propose, true},
    {"mls_group_propose: extensions", NULL, run_propose_extensions, after_propose, true},
    {"mls_external_propose: add", prepare_key_package, run_external_propose, after_external_propose,
     false},
    {"mls_external_propose: psk", NULL, run_external_propose_psk, NULL, true},
    {"mls_extensions", NULL, run_extensions, NULL, false},
    {"mls_external_senders", NULL, run_external_senders, NULL, false},
    {"mls_group_commit: all", prepare_commit_own, run_commit, after_commit_of_all, true},
    {"mls_group_commit: public", NULL, run_commit_public, after_commit_own, true},
    {"mls_group_commit: no path", prepare_key_package, run_commit_pathless, after_commit_own, true},
    {"mls_group_commit: reinit", NULL, run_commit_reinit, after_commit_reinit, true},
    {"mls_group_reinit", prepare_ended, run_reinit, after_following, true},
    {"mls_group_branch", prepare_members, run_branch, after_following, true},
    {"mls_group_receive: text", prepare_text, run_receive, after_text, false},
    {"mls_group_receive: skipping", prepare_skipping, run_receive, after_text, false},
    {"mls_group_receive: late", prepare_late, run_receive, after_text, false},
    {"mls_group_receive: proposal", prepare_proposal, run_receive, after_proposal, false},
    {"mls_group_receive: from outside", prepare_outside_proposal, run_receive,
     after_outside_proposal, false},
    {"mls_group_receive: commit", prepare_commit, run_receive, after_commit, false},
    {"mls_group_receive: reinit", prepare_reinit_commit, run_receive, after_reinit_received, false},
    {"mls_group_receive: public commit", prepare_commit_public, run_receive, after_commit, false},
    {"mls_group_receive: removal", prepare_removal, run_receive, after_removal, false},
    {"mls_group_receive: external", prepare_external_commit, run_receive, after_commit, false},
    {"mls_group_receive: own commit", prepare_own_commit, run_receive, after_commit, false},
    {"mls_group_apply_pending", prepare_own_commit, run_apply_pending, after_commit, false},
    {"mls_group_apply_pending: reloaded", prepare_own_commit_reloaded, run_apply_pending,
     after_commit, false},
    {"mls_group_fork", NULL, run_fork, NULL, false},
    {"mls_group_sign", NULL, run_sign, NULL, false},
    {"mls_group_verify", prepare_signed, run_verify, NULL, false},
    {"mls_group_export", NULL, run_export, NULL, false},
    {"mls_group_save", NULL, run_save, NULL, false},
    {"mls_group_save: ratchet", NULL, run_save_ratchet, NULL, false},
    {"mls_group_load", prepare_load, run_load, NULL, false},
    {"vault_key_new", NULL, run_vault_key, NULL, true},
    {"vault_seal", prepare_sealed, run_vault_seal, NULL, true},
    {"vault_open", prepare_sealed, run_vault_open, NULL, false},
};
const size_t num_public_calls = sizeof public_calls / sizeof public_calls[0];

void calling_init(calling *c, const public_call *call, uint16_t suite_id)
{
    void *w;
    assert_int_equal(world_setup(&w, suite_id), 0);
    *c = (calling){.w = w, .a = dev(w, 'A')};
    make_group(c->w, "ABC");
    assert_all_talk(c->w, "ABC");
    pass(c, make_commit(c->w, dev(c->w, 'B'), NULL, NULL, 0, 0));
    assert_all_talk(c->w, "ABC");
    for (const char *p = "ABC"; *p; p++)
        assert_ok(mls_group_add_psk(dev(c->w, *p)->group, &psk));
    if (call->prepare)
        call->prepare(c);
}

void calling_cleanup(calling *c)
{
    void *w = c->w;
    mls_buf_free(&c->out[0]);
    mls_buf_free(&c->out[1]);
    mls_group_free(c->made);
    mls_event_free(&c->event);
    world_teardown(&w);
}
