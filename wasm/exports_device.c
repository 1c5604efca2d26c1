#include "exports.h"
#include "member.h"
#include "records.h"

uint32_t wx_signature_key_new(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_slot slot = wx_take_slot(&request);
    uint32_t suite = wx_take_u32(&request);
    mls_buf signature_key = {0}, public_key = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK && suite > UINT16_MAX)
        err = MLS_ERR_UNSUPPORTED_SUITE;
    if (err == MLS_OK)
        err = mls_signature_key_new(&signature_key, &public_key, (uint16_t)suite);
    if (err == MLS_OK)
        err = wx_record_put(vault, slot, wx_view(&signature_key));
    if (err == MLS_OK)
        wx_put_bytes(wx_view(&public_key));
    mls_buf_free(&signature_key);
    mls_buf_free(&public_key);
    return wx_finish(err);
}

uint32_t wx_key_package_new(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_slot slot = wx_take_slot(&request);
    wx_member member = wx_take_member(&request);
    mls_buf key_package = {0}, secret = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = wx_member_open(&member, vault);
    if (err == MLS_OK)
        err = mls_key_package_new(&key_package, &secret, &member.params);
    if (err == MLS_OK)
        err = wx_record_put(vault, slot, wx_view(&secret));
    if (err == MLS_OK)
        wx_put_bytes(wx_view(&key_package));
    mls_buf_free(&secret);
    mls_buf_free(&key_package);
    wx_member_cleanup(&member);
    return wx_finish(err);
}

uint32_t wx_key_package_check(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_bytes key_package = wx_take_bytes(&request);
    uint64_t now = wx_take_u64(&request);
    mls_key_package_info info = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = mls_key_package_check(&info, key_package, now);
    if (err == MLS_OK) {
        wx_put_u32(info.suite);
        wx_put_bytes(info.identity);
        wx_put_bytes(info.signature_key);
        wx_put_bytes((mls_bytes){info.ref, info.ref_len});
        wx_put_u64(info.not_before);
        wx_put_u64(info.not_after);
        wx_put_u32(info.last_resort);
        wx_put_extensions(info.extensions);
        wx_put_extensions(info.leaf_extensions);
    }
    return wx_finish(err);
}

uint32_t wx_message_read(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    mls_bytes message = wx_take_bytes(&request);
    mls_message_info info = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = mls_message_read(&info, message);
    if (err == MLS_OK) {
        wx_put_u32(info.wire_format);
        wx_put_bytes(info.group_id);
        wx_put_u64(info.epoch);
        wx_put_u32(info.content_type);
    }
    return wx_finish(err);
}

uint32_t wx_welcome_matches(const uint8_t *data, uint32_t len)
{
    wx_request request = wx_request_of(data, len);
    uint32_t vault = wx_take_u32(&request);
    wx_record sealed = wx_take_record(&request);
    mls_bytes welcome = wx_take_bytes(&request);
    mls_buf secret = {0};
    mls_err err = wx_take_end(&request);
    if (err == MLS_OK)
        err = wx_record_open(&secret, vault, sealed);
    if (err == MLS_OK)
        err = mls_welcome_matches(welcome, wx_view(&secret));
    mls_buf_free(&secret);
    return wx_finish(err);
}
