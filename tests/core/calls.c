#include "calls.h"
#include "calls_accept.h"
#include "calls_commit.h"
#include "calls_common.h"
#include "calls_custom.h"
#include "calls_join.h"
#include "calls_outside.h"
#include "calls_receive.h"
#include "calls_successor.h"
#include "custom.h"

#include <waxseal/vault.h>

void pass(calling *c, bytes message)
{
    deliver(c->w, "ABC", message, MLS_EVENT_COMMIT);
}

bytes info_of(calling *c, char name)
{
    mls_buf out;
    assert_ok(mls_group_info_make(dev(c->w, name)->group, &out, true));
    return KEPT(c, out);
}

void prepare_key_package(calling *c)
{
    c->in[0] = fresh_key_package(c->w, dev(c->w, 'D'));
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
    params.grease = true;
    return mls_key_package_new(&c->out[0], &c->out[1], &params);
}

static mls_err run_key_package_check(calling *c)
{
    mls_key_package_info info;
    mls_err err = mls_key_package_check(&info, c->in[0], NOW);
    assert_true((err == MLS_OK) == (info.suite != 0));
    return err;
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
    const vault v = {.key = c->in[0]};
    assert_ok(vault_seal(&sealed, &v, label, 1, BYTES_LITERAL("plaintext")));
    c->in[1] = KEPT(c, sealed);
}

static mls_err run_vault_key(calling *c)
{
    return vault_key_new(&c->out[0]);
}

static mls_err run_vault_seal(calling *c)
{
    const vault v = {.key = c->in[0]};
    return vault_seal(&c->out[0], &v, label, 1, BYTES_LITERAL("plaintext"));
}

static mls_err run_vault_open(calling *c)
{
    const vault v = {.key = c->in[0]};
    return vault_open(&c->out[0], &v, label, 1, c->in[1]);
}

static mls_err run_vault_passphrase(calling *c)
{
    return vault_passphrase_key(&c->out[0], label, BYTES_LITERAL("0123456789abcdef"), 1, 8);
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
    {"mls_group_info_make", NULL, run_info, NULL, true},
    {"mls_group_join_external", prepare_group_info, run_join_external, after_join, true},
    {"mls_group_join_external: with a leaver", prepare_leaver, run_join_external_with_leaver,
     after_join_with_leaver, true},
    {"mls_group_member", NULL, run_member, NULL, false},
    {"mls_group_extensions", NULL, run_group_extensions, NULL, false},
    {"mls_group_member_extensions", NULL, run_member_extensions, NULL, false},
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
    {"mls_required_capabilities", NULL, run_required_capabilities, NULL, false},
    {"mls_external_senders", NULL, run_external_senders, NULL, false},
    {"mls_group_commit: all", prepare_commit_own, run_commit, after_commit_of_all, true},
    {"mls_group_commit: public", NULL, run_commit_public, after_commit_own, true},
    {"mls_group_propose: custom", NULL, run_propose_custom, after_propose_custom, true},
    {"mls_group_receive: custom", prepare_custom_commit, run_receive, after_custom_commit, false},
    {"mls_group_commit: no path", prepare_key_package, run_commit_pathless, after_commit_own, true},
    {"mls_group_commit: reinit", NULL, run_commit_reinit, after_commit_reinit, true},
    {"mls_group_reinit", prepare_ended, run_reinit, after_following, true},
    {"mls_group_branch", prepare_members, run_branch, after_following, true},
    {"mls_group_receive: text", prepare_text, run_receive, after_text, false},
    {"mls_group_receive_proven", prepare_text, run_receive_proven, after_text, false},
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
    {"vault_passphrase_key", NULL, run_vault_passphrase, NULL, true},
    {"vault_seal", prepare_sealed, run_vault_seal, NULL, true},
    {"vault_open", prepare_sealed, run_vault_open, NULL, false},
};
const size_t num_public_calls = sizeof public_calls / sizeof public_calls[0];

void calling_init(calling *c, const public_call *call, uint16_t suite_id)
{
    void *w;
    assert_int_equal(world_setup(&w, suite_id), 0);
    *c = (calling){.w = w, .a = dev(w, 'A')};
    support_custom(c->w);
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
