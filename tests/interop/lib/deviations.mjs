/**
 * Where a peer departs from RFC 9420 or does less than it allows, and what the scenarios do instead.
 * tests/interop/deviations.test.mjs shows that the peers still do so. A scenario that runs into one
 * notes it, and the report prints how often; the ones of adapters count each member made.
 */
export const DEVIATIONS = Object.freeze({
  "ts-mls-2-no-path":
    "ts-mls 2 leaves out the UpdatePath of a commit with one Remove or one Update (RFC 9420 section 12.4 requires it), so a removed member could read on: another member commits.",
  "ts-mls-2-path-recipients":
    "ts-mls 2 encrypts the path of a commit with Adds to the newcomers as well, and with Updates to the keys before them: another member commits.",
  "ts-mls-2-removed":
    "ts-mls 2 throws on a commit that removes it, and runs until it is out of memory when the tree shrinks with it: it is not given the commit.",
  "ts-mls-1-replaced":
    "ts-mls 1 throws on a commit that removes it and gives its leaf to a newcomer: it is not given the commit.",
  "ts-mls-blank-root":
    "ts-mls derives another commit secret than RFC 9420 section 7.4 when the left half of the tree is empty, so that the path ends below the root: the last member there is not removed while it is in the group.",
  "ts-mls-no-updates": "ts-mls has no call that makes an Update proposal: another member proposes.",
  "ts-mls-unmerged-leaves":
    "ts-mls refuses a valid ratchet tree when two nodes above an unmerged leaf list different unmerged leaves (RFC 9420 section 12.4.3.1 asks only that both list that leaf): the newcomer stays out and is removed.",
  "ts-mls-external-pub":
    "ts-mls reads and writes external_pub without its length (RFC 9420 section 12.4.3.2): the adapter puts it right in the crypto provider.",
  "ts-mls-compressed-keys":
    "ts-mls makes signature keys on NIST curves as compressed points (RFC 9420 section 5.1.1 wants uncompressed ones): the adapter gives it a key that is not compressed.",
  "ts-mls-private-psks":
    "processMessage() of ts-mls forgets the pre-shared keys when a commit comes as a PrivateMessage: the adapter calls processPrivateMessage() itself.",
  "ts-mls-2-grease-extensions":
    "ts-mls 2 adds GREASE extensions to KeyPackages that its capabilities do not list (RFC 9420 section 13.5 asks that of those in leaves only), which core-crypto refuses: the adapter gives an empty list.",
  "core-crypto-public-handshakes":
    "core-crypto takes handshakes as PublicMessage only: no PrivateMessage handshakes in groups with it.",
  "core-crypto-no-proposals":
    "core-crypto has no calls for proposals by reference: another member proposes; it commits to them.",
  "core-crypto-no-psks":
    "core-crypto has no calls for pre-shared keys: no PreSharedKey proposals in groups with it.",
  "core-crypto-no-custom":
    "core-crypto has no calls for proposals of the application's types, and lists none: no such proposals in groups with it.",
  "core-crypto-no-authenticator":
    "core-crypto does not tell the epoch_authenticator: the exported secret is compared.",
  "core-crypto-one-kind-per-commit":
    "core-crypto has no call for a commit that adds and removes, or adds to what was proposed: another member commits.",
  "core-crypto-group-info":
    "core-crypto gives a GroupInfo only with its own commits: at other times another member makes it.",
  "core-crypto-applies-at-once":
    "core-crypto applies its commit as soon as its transport took it: it never loses a race.",
  "ts-mls-ten-keys":
    "ts-mls keeps ten keys of messages that were skipped: older ones are lost on it.",
  "core-crypto-out-of-order":
    "core-crypto reads a message only while at most one later message of its sender was read: those that come later are lost on it.",
  "core-crypto-narrowed-tree":
    "core-crypto refuses an external commit whose Remove narrows the tree, which the new leaf widens again: a member at the end of the tree does not come back that way.",
  "core-crypto-past-senders":
    "core-crypto can't read messages of a past epoch whose sender has left since: they are lost on it.",
  "core-crypto-raw-messages":
    "core-crypto takes KeyPackages and GroupInfos without the header of an MLSMessage, but gives and takes other messages with it: the adapter takes it off.",
  "core-crypto-three-epochs":
    "core-crypto keeps three past epochs where the others keep four: messages older than that are lost on it.",
  "core-crypto-identities":
    "core-crypto takes identities of the form uuid:hexdevice@domain only: all members have such names.",
});

/** @typedef {keyof typeof DEVIATIONS} Deviation */
