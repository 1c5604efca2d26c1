/* Signatures of members over what is the application's own; documented in mls.h. */
#include "mls/group.h"

#include <string.h>

/* "Application " + label: none of MLS's own labels begins like that (RFC 9420 section 5.1.2). */
static mls_err full_label(arena *a, const char **out, bytes label)
{
    static const char prefix[] = "Application ";
    if (label.len == 0 || memchr(label.data, 0, label.len))
        return MLS_ERR_INVALID_ARGUMENT;
    char *text = arena_alloc(a, sizeof prefix + label.len);
    if (!text)
        return MLS_ERR_NO_MEMORY;
    memcpy(text, prefix, sizeof prefix - 1);
    memcpy(text + sizeof prefix - 1, label.data, label.len);
    *out = text;
    return MLS_OK;
}

mls_err mls_group_sign(const mls_group *group, mls_buf *signature, bytes label, bytes content)
{
    const char *text;
    bytes made;
    bytes key = {group->signature_private.data, group->signature_private.len};
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    *signature = (mls_buf){0};
    TRY(full_label(scratch, &text, label));
    TRY(sign_with_label(group->suite, scratch, &made, key, text, content));
    return buf_copy(signature, made);
}

mls_err mls_group_verify(const mls_group *group, uint32_t leaf, bytes label, bytes content,
                         bytes signature)
{
    const char *text;
    const leaf_node *member = tree_leaf(&group->current->tree, leaf);
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    if (!member)
        return MLS_ERR_UNKNOWN_SENDER;
    TRY(full_label(scratch, &text, label));
    return verify_with_label(group->suite, member->signature_key, text, content, signature);
}
