/**
 * What every library can do, with the same calls. Octets in, octets out; messages are MLSMessages.
 * @typedef {object} Member
 * @property {string} kind of library
 * @property {string} identity
 * @property {Uint8Array} keyPackage wrapped in an MLSMessage
 * @property {(groupId: string) => Promise<void>} create
 * @property {(welcome: Uint8Array) => Promise<void>} join
 * @property {(groupInfo: Uint8Array) => Promise<Uint8Array>} joinExternal gives the commit; an own
 *   leaf that is in the tree already is replaced
 * @property {() => Promise<Uint8Array | undefined>} groupInfo undefined: it can't make one now
 * @property {(proposals?: Proposal[], options?: Options) => Promise<Commit>} commit to the proposals
 *   received and those given; it stays pending until apply(), or until another commit is received
 * @property {() => Promise<void>} apply
 * @property {(proposal: Proposal, options?: Options) => Promise<Uint8Array>} propose
 * @property {(id: Uint8Array, psk: Uint8Array) => Promise<void>} addPsk
 * @property {(content: Uint8Array) => Promise<Uint8Array>} encrypt
 * @property {(message: Uint8Array) => Promise<Received>} receive
 * @property {() => Promise<View>} view
 * @property {(() => Promise<void>) | undefined} [restart] stores its state and starts again from it
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Options
 * @property {boolean} [asPublicMessage]
 * @property {boolean} [withoutPath] where RFC 9420 allows it and the library lets one choose
 *
 * @typedef {{ type: "add", keyPackage: Uint8Array } | { type: "remove", identity: string }
 *   | { type: "psk", id: Uint8Array } | { type: "update" }
 *   | { type: "custom", data: Uint8Array }} Proposal custom: of the type CUSTOM
 * @typedef {{ commit: Uint8Array, welcome: Uint8Array }} Commit welcome: empty unless somebody was added
 * @typedef {{ type: "application", content: Uint8Array }
 *   | { type: "proposal" | "commit" | "removed" | "reinit" }} Received removed: the commit removed this member
 *
 * How a member sees its group. exported: MLS-Exporter("exporter", "", 32).
 * @typedef {object} View
 * @property {number} epoch
 * @property {string} exported in hex
 * @property {string | undefined} authenticator in hex; undefined where the library keeps it to itself
 * @property {string | undefined} carried the custom proposals of the last commit, with their senders;
 *   undefined right after joining, and where the library does not tell
 * @property {string[]} identities of all members, sorted
 * @property {Map<string, number> | undefined} leaves indexes of the identities; undefined where the
 *   library keeps them to itself
 *
 * @typedef {{ padding?: number }} MemberOptions padding: octets, where the library lets one choose
 * @typedef {(identity: string, suite: number, options?: MemberOptions) => Promise<Member>} MakeMember
 */

/** What all views are compared by. */
export const EXPORT_LABEL = "exporter";
export const EXPORT_LEN = 32;

/** A type of proposals that members support, where the library lets one say so. */
export const CUSTOM = 0xf001;

const MESSAGE_HEADER = [0, 1, 0, 5]; // version mls10, wire format mls_key_package

/** @param {Uint8Array} keyPackage */
export const wrapKeyPackage = (keyPackage) => Uint8Array.from([...MESSAGE_HEADER, ...keyPackage]);
/** What an MLSMessage holds. @param {Uint8Array} message */
export const unwrap = (message) => message.subarray(MESSAGE_HEADER.length);

/** @param {Uint8Array} octets */
export const hex = (octets) => Buffer.from(octets).toString("hex");
/**
 * What View calls `carried`.
 * @param {{ proposalType: number, leaf: number, data: Uint8Array }[]} proposals
 */
export const carriedOf = (proposals) =>
  proposals.map(({ proposalType, leaf, data }) => `${proposalType} ${leaf} ${hex(data)}`).join();
/** @param {string} text */
export const utf8 = (text) => new TextEncoder().encode(text);
