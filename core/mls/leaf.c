#include "mls/leaf.h"

enum { CLOCK_SKEW = 3600 };

/* struct {
 *     CredentialType credential_type;
 *     select (Credential.credential_type) {
 *         case basic: opaque identity<V>;
 *         case x509:  Certificate certificates<V>;
 *     };
 * } Credential; */
void credential_codec(codec *c, credential *cred)
{
    codec_u16(c, &cred->type);
    switch (cred->type) {
    case CREDENTIAL_BASIC:
        codec_opaque(c, &cred->identity);
        break;
    case CREDENTIAL_X509:
        codec_opaque(c, &cred->certificates);
        break;
    default:
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    }
}

bool credential_equal(const credential *a, const credential *b)
{
    return a->type == b->type && bytes_equal(a->identity, b->identity) &&
           bytes_equal(a->certificates, b->certificates);
}

void capabilities_codec(codec *c, capabilities *caps)
{
    codec_u16_list(c, &caps->versions);
    codec_u16_list(c, &caps->suites);
    codec_u16_list(c, &caps->extensions);
    codec_u16_list(c, &caps->proposals);
    codec_u16_list(c, &caps->credentials);
}

/* All but the signature: the part that LeafNode and LeafNodeTBS share. */
static void leaf_content_codec(codec *c, leaf_node *leaf)
{
    codec_opaque(c, &leaf->encryption_key);
    codec_opaque(c, &leaf->signature_key);
    credential_codec(c, &leaf->cred);
    capabilities_codec(c, &leaf->caps);
    codec_u8(c, &leaf->source);
    switch (leaf->source) {
    case LEAF_KEY_PACKAGE:
        codec_u64(c, &leaf->not_before);
        codec_u64(c, &leaf->not_after);
        break;
    case LEAF_UPDATE:
        break;
    case LEAF_COMMIT:
        codec_opaque(c, &leaf->parent_hash);
        break;
    default:
        codec_fail(c, MLS_ERR_DECODE_BAD_VALUE);
    }
    extension_list_codec(c, &leaf->extensions);
}

void leaf_node_codec(codec *c, leaf_node *leaf)
{
    leaf_content_codec(c, leaf);
    codec_opaque(c, &leaf->signature);
}

/* LeafNodeTBS: the content, then for update and commit the group_id and leaf_index. */
typedef struct leaf_node_tbs {
    leaf_node leaf;
    leaf_place place;
} leaf_node_tbs;

static void leaf_node_tbs_any(codec *c, void *object)
{
    leaf_node_tbs *tbs = object;
    leaf_content_codec(c, &tbs->leaf);
    if (tbs->leaf.source != LEAF_KEY_PACKAGE) {
        codec_opaque(c, &tbs->place.group_id);
        codec_u32(c, &tbs->place.leaf_index);
    }
}

static mls_err encode_tbs(arena *a, bytes *out, const leaf_node *leaf, const leaf_place *place)
{
    leaf_node_tbs tbs = {.leaf = *leaf};
    if (place)
        tbs.place = *place;
    return codec_encode(a, out, leaf_node_tbs_any, &tbs);
}

mls_err leaf_node_sign(const suite *s, arena *a, leaf_node *leaf, bytes private_key,
                       const leaf_place *place)
{
    bytes tbs;
    TRY(encode_tbs(a, &tbs, leaf, place));
    return sign_with_label(s, a, &leaf->signature, private_key, "LeafNodeTBS", tbs);
}

mls_err leaf_node_verify(const suite *s, const leaf_node *leaf, const leaf_place *place)
{
    bytes tbs;
    arena *scratch SCOPED_ARENA = arena_new(ARENA_SCRATCH);
    TRY(encode_tbs(scratch, &tbs, leaf, place));
    return verify_with_label(s, leaf->signature_key, "LeafNodeTBS", tbs, leaf->signature);
}

/* Section 13.5: what is supported are the capabilities without their GREASE values, so that these
 * are refused like other unsupported ones wherever support is asked for. */
static bool supports(bytes listed, uint16_t value)
{
    return !u16_is_grease(value) && u16_list_has(listed, value);
}

static bool supports_extension(const leaf_node *leaf, uint16_t type)
{
    return extension_is_default(type) || supports(leaf->caps.extensions, type);
}

/* Section 7.2: the types of a leaf's own extensions are listed, and so are those of GREASE. */
static bool lists_extension(const leaf_node *leaf, uint16_t type)
{
    return extension_is_default(type) || u16_list_has(leaf->caps.extensions, type);
}

mls_err leaf_node_check(const suite *s, const leaf_node *leaf)
{
    if (leaf->encryption_key.len != s->dh->public_len ||
        leaf->signature_key.len != s->sign->public_len)
        return MLS_ERR_BAD_KEY;
    if (!u16_list_has(leaf->caps.versions, MLS_VERSION_10) ||
        !u16_list_has(leaf->caps.suites, s->id) ||
        !u16_list_has(leaf->caps.credentials, leaf->cred.type))
        return MLS_ERR_BAD_LEAF;
    for (size_t i = 0; i < leaf->extensions.list.count; i++)
        if (!lists_extension(leaf, leaf->extensions.list.items[i].type))
            return MLS_ERR_BAD_LEAF;
    return MLS_OK;
}

bool proposal_type_is_default(uint16_t type)
{
    return type >= MLS_PROPOSAL_ADD && type <= MLS_PROPOSAL_GROUP_CONTEXT_EXTENSIONS;
}

bool leaf_node_supports_proposal(const leaf_node *leaf, uint16_t type)
{
    return proposal_type_is_default(type) || supports(leaf->caps.proposals, type);
}

static mls_err supports_required(const leaf_node *leaf, const extension *required)
{
    required_capabilities r = {0};
    TRY(required_capabilities_decode(NULL, &r, required->data));
    for (size_t i = 0; i < u16_list_count(r.extensions); i++)
        if (!supports_extension(leaf, u16_list_at(r.extensions, i)))
            return MLS_ERR_CAPABILITIES;
    for (size_t i = 0; i < u16_list_count(r.proposals); i++)
        if (!leaf_node_supports_proposal(leaf, u16_list_at(r.proposals, i)))
            return MLS_ERR_CAPABILITIES;
    for (size_t i = 0; i < u16_list_count(r.credentials); i++)
        if (!supports(leaf->caps.credentials, u16_list_at(r.credentials, i)))
            return MLS_ERR_CAPABILITIES;
    return MLS_OK;
}

mls_err leaf_node_supports(const leaf_node *leaf, const extension_list *group_extensions)
{
    const extension *required = extension_find(group_extensions, EXTENSION_REQUIRED_CAPABILITIES);
    for (size_t i = 0; i < group_extensions->list.count; i++)
        if (!supports_extension(leaf, group_extensions->list.items[i].type))
            return MLS_ERR_CAPABILITIES;
    return required ? supports_required(leaf, required) : MLS_OK;
}

uint8_t leaf_node_credential(const leaf_node *leaf)
{
    return (uint8_t)(1U << leaf->cred.type);
}

uint8_t leaf_node_credentials(const leaf_node *leaf)
{
    unsigned types = 0;
    for (unsigned type = CREDENTIAL_BASIC; type <= CREDENTIAL_X509; type++)
        if (u16_list_has(leaf->caps.credentials, (uint16_t)type))
            types |= 1U << type;
    return (uint8_t)types;
}

bool leaf_nodes_compatible(const leaf_node *a, const leaf_node *b)
{
    return leaf_node_credentials(a) & leaf_node_credential(b) &&
           leaf_node_credentials(b) & leaf_node_credential(a);
}

mls_err leaf_node_check_lifetime(const leaf_node *leaf, uint64_t now)
{
    if (leaf->source != LEAF_KEY_PACKAGE)
        return MLS_OK;
    if (leaf->not_after < now || leaf->not_before > now + CLOCK_SKEW)
        return MLS_ERR_LIFETIME;
    if (leaf->not_after - leaf->not_before > LIFETIME_MAX)
        return MLS_ERR_LIFETIME;
    return MLS_OK;
}

static const uint8_t own_versions[] = {0, MLS_VERSION_10};
static const uint8_t own_extensions[] = {0, EXTENSION_LAST_RESORT};
static const uint8_t own_proposals[] = {0, MLS_PROPOSAL_SELF_REMOVE};
static const uint8_t own_credentials[] = {0, CREDENTIAL_BASIC, 0, CREDENTIAL_X509};

mls_err capabilities_own(arena *a, capabilities *caps)
{
    size_t num_suites = 0;
    while (mls_suite_at(num_suites))
        num_suites++;
    uint8_t *suites = arena_alloc(a, 2 * num_suites);
    if (!suites)
        return MLS_ERR_NO_MEMORY;
    for (size_t i = 0; i < num_suites; i++) {
        suites[2 * i] = (uint8_t)(mls_suite_at(i) >> 8);
        suites[2 * i + 1] = (uint8_t)mls_suite_at(i);
    }
    *caps = (capabilities){
        .versions = bytes_of(own_versions, sizeof own_versions),
        .suites = bytes_of(suites, 2 * num_suites),
        .extensions = bytes_of(own_extensions, sizeof own_extensions),
        .proposals = bytes_of(own_proposals, sizeof own_proposals),
        .credentials = bytes_of(own_credentials, sizeof own_credentials),
    };
    return MLS_OK;
}
