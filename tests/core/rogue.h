/*
 * Somebody who breaks one rule and is right in everything else: commits and messages that the core
 * would not make, with coherent tree, key schedule, signatures and tags. Without an edit they are
 * accepted, so what is refused is refused for its edit.
 */
#ifndef WAXSEAL_TESTS_ROGUE_H
#define WAXSEAL_TESTS_ROGUE_H

#include "world.h"

#include "mls/group.h"

typedef struct rogue_commit {
    const proposal *proposals; /* by value */
    size_t num_proposals;
    bytes reference; /* a proposal received in this epoch; empty: none */
    bool without_path;
    /* The path's secrets, hash->len and dh->private_len octets; NULL: random. */
    const uint8_t *leaf_secret, *leaf_private;
    /* Changes the path's leaf before it is signed, and the path before the commit is. */
    void (*edit_leaf)(leaf_node *leaf, const void *data);
    void (*edit_path)(update_path *path, const void *data);
    const void *data;
    bool wrong_path_secrets;   /* encrypts others than the path's public keys come from */
    const device *leaf_signer; /* NULL: the committer */
    /* For a commit from outside: a member, whose view of the group the joiner is shown. */
    const device *insider;
    bool without_init; /* no ExternalInit, but the init_secret of the members */
} rogue_commit;

/* A PublicMessage with the commit; it changes nothing in the group of `by`. */
bytes make_rogue_commit(world *w, device *by, const rogue_commit *r);

/* Content of `by` in the current epoch, as PublicMessage. */
authenticated_content rogue_content(const device *by, uint8_t content_type);

/* Signs the content, and frames it with the membership_tag that it would have from a member. */
bytes rogue_frame(world *w, const device *by, authenticated_content *ac);

/* Signs as somebody outside does, without the GroupContext, and frames it without a tag. */
bytes rogue_frame_outside(world *w, const device *by, authenticated_content *ac);

/* A proposal of `by` as PublicMessage. */
bytes make_rogue_proposal(world *w, const device *by, const proposal *p);

/* Takes a PublicMessage apart, and puts it together with a new membership_tag of `by`, which
 * covers all but itself. */
public_message take_apart(world *w, bytes message);
bytes put_together(world *w, const device *by, public_message m);
bytes put_together_untagged(world *w, const public_message *m);

bytes signature_key_of(const device *d);

/* The own KeyPackage of a device, made anew, with an edit of the leaf before both signatures. */
key_package rogue_key_package(world *w, device *d, void (*edit)(key_package *kp));

/* The leaf of a member, or a blank's NULL, in its own view; and one with a new encryption key as
 * an Update would bring it, edited and then signed. */
const leaf_node *leaf_of(const device *d);
leaf_node rogue_update_leaf(world *w, const device *d, void (*edit)(leaf_node *, const void *),
                            const void *data);

#endif
