/* What an application does that trusts everybody: the calls of mls.h, with everyone accepted. */
#ifndef WAXSEAL_TESTS_TRUSTING_H
#define WAXSEAL_TESTS_TRUSTING_H

#include "waxseal/mls.h"

static inline mls_err trust_all(mls_group *group)
{
    mls_credential who;
    size_t cursor = 0;
    mls_err err = MLS_OK;
    while (err == MLS_OK && mls_group_undecided(group, &who, &cursor))
        err = mls_group_accept(group, &who);
    return err;
}

/* Whether to call again, because everyone is accepted now. */
static inline bool trusted_now(mls_group *group, mls_err *err)
{
    if (*err != MLS_ERR_UNDECIDED)
        return false;
    *err = trust_all(group);
    return *err == MLS_OK;
}

static inline mls_err trusting_receive(mls_group *group, mls_event *event, mls_bytes message,
                                       uint64_t now)
{
    mls_err err = mls_group_receive(group, event, message, now);
    return trusted_now(group, &err) ? mls_group_receive(group, event, message, now) : err;
}

static inline mls_err trusting_commit(mls_group *group, mls_buf *commit, mls_buf *welcome,
                                      const mls_proposal *proposals, size_t num_proposals,
                                      mls_bytes authenticated_data, uint32_t flags, uint64_t now)
{
    mls_err err = mls_group_commit(group, commit, welcome, proposals, num_proposals,
                                   authenticated_data, flags, now);
    return trusted_now(group, &err)
               ? mls_group_commit(group, commit, welcome, proposals, num_proposals,
                                  authenticated_data, flags, now)
               : err;
}

/* A group that was joined, with all its members accepted; freed and NULL when that fails. */
static inline mls_err trust_members(mls_group **group, mls_err err)
{
    if (err == MLS_OK)
        err = trust_all(*group);
    if (err != MLS_OK) {
        mls_group_free(*group);
        *group = NULL;
    }
    return err;
}

static inline mls_err trusting_join(mls_group **group, mls_bytes welcome, mls_bytes secret,
                                    mls_bytes tree, const mls_psk *psks, size_t num_psks)
{
    return trust_members(group, mls_group_join(group, welcome, secret, tree, psks, num_psks, NULL));
}

static inline mls_err trusting_join_external_with(mls_group **group, mls_buf *commit,
                                                  mls_bytes group_info,
                                                  const mls_member_params *params,
                                                  const mls_external_join *with)
{
    mls_err err =
        trust_members(group, mls_group_join_external(group, commit, group_info, params, with));
    if (err != MLS_OK)
        mls_buf_free(commit);
    return err;
}

static inline mls_err trusting_join_external(mls_group **group, mls_buf *commit,
                                             mls_bytes group_info, const mls_member_params *params,
                                             mls_bytes tree, mls_bytes authenticated_data)
{
    const mls_external_join with = {.tree = tree, .authenticated_data = authenticated_data};
    return trusting_join_external_with(group, commit, group_info, params, &with);
}

#endif
