/* Who may come into a group: what waits for a decision, and the decision. */
#include "exports.h"
#include "handles.h"
#include "wire.h"

uint32_t wx_group_undecided(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && group == NULL)
        err = MLS_ERR_INVALID_ARGUMENT;
    mls_credential credential;
    uint32_t count = 0;
    for (size_t cursor = 0; err == MLS_OK && mls_group_undecided(group, &credential, &cursor);)
        count++;
    wx_put_u32(count);
    for (size_t cursor = 0; err == MLS_OK && mls_group_undecided(group, &credential, &cursor);) {
        wx_put_u32(credential.type);
        wx_put_bytes(credential.data);
        wx_put_bytes(credential.signature_key);
    }
    return wx_finish(err);
}

uint32_t wx_group_accept(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_group *group = wx_group_at(wx_take_u32(&request));
    bool everybody = wx_take_u32(&request) != 0;
    uint32_t count = wx_take_count(&request, 3 * sizeof(uint32_t));
    mls_err err = group ? MLS_OK : MLS_ERR_INVALID_ARGUMENT;
    for (uint32_t i = 0; err == MLS_OK && i < count; i++) {
        mls_credential credential = {.type = (mls_credential_type)wx_take_u32(&request)};
        credential.data = wx_take_bytes(&request);
        credential.signature_key = wx_take_bytes(&request);
        err = request.bad ? MLS_ERR_INVALID_ARGUMENT : mls_group_accept(group, &credential);
    }
    if (err == MLS_OK)
        err = wx_take_end(&request);
    mls_credential left;
    size_t cursor = 0;
    if (err == MLS_OK && everybody && mls_group_undecided(group, &left, &cursor))
        err = MLS_ERR_UNDECIDED;
    return wx_finish(err);
}
