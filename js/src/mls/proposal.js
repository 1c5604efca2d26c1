/** Changes of a group, as arguments. */
import { invalidArgument } from "../errors.js";
import * as check from "./check.js";

/**
 * @typedef {{ type: "add", keyPackage: Uint8Array }
 *   | { type: "update" }
 *   | { type: "remove", leaf: number }
 *   | { type: "psk", id: Uint8Array }
 *   | { type: "self-remove" }
 *   | { type: "group-context-extensions", extensions: Uint8Array }} Proposal
 */

const NO_OCTETS = new Uint8Array();
const MAX_U32 = 0xffffffff;

/** Numbers of mls_proposal_type, and which octets each carries. */
const ENCODERS = {
  add: (/** @type {any} */ p) => [1, 0, check.octets(p.keyPackage, "keyPackage")],
  update: () => [2, 0, NO_OCTETS],
  remove: (/** @type {any} */ p) => [3, check.integer(p.leaf, "leaf", MAX_U32), NO_OCTETS],
  psk: (/** @type {any} */ p) => [4, 0, check.octets(p.id, "id")],
  "group-context-extensions": (/** @type {any} */ p) => [
    7,
    0,
    check.octets(p.extensions, "extensions"),
  ],
  "self-remove": () => [10, 0, NO_OCTETS],
};

/**
 * Writes the `proposal` part of a request.
 * @param {import("../wasm/wire.js").Request} request
 * @param {Proposal} proposal
 */
export function writeProposal(request, proposal) {
  const { type } = /** @type {{ type?: unknown }} */ (proposal ?? {});
  if (typeof type !== "string" || !Object.hasOwn(ENCODERS, type)) {
    const known = Object.keys(ENCODERS).join(", ");
    throw invalidArgument(`A proposal's type must be one of: ${known}.`);
  }
  const encode = ENCODERS[/** @type {keyof typeof ENCODERS} */ (type)];
  const [number, leaf, octets] = /** @type {[number, number, Uint8Array]} */ (encode(proposal));
  return request.u32(number).u32(leaf).bytes(octets);
}

/**
 * How to send a proposal or commit.
 * @typedef {object} SendOptions
 * @property {boolean} [asPublicMessage] readable by servers; PrivateMessage otherwise
 * @property {boolean} [withoutTree] leave the ratchet tree out of the Welcome
 * @property {boolean} [withoutPath] leave the path out where RFC 9420 section 12.4 allows it
 * @property {boolean} [withoutPending] leave out the proposals received in this epoch
 * @property {boolean} [newMembers] take in those outside who asked to be added, whoever they are
 * @property {Uint8Array} [authenticatedData] readable, but not changeable, on the way; commits only
 * @property {number} [now] seconds since 1970
 */

/**
 * The flags of mls_group_propose() and mls_group_commit().
 * @param {SendOptions} options
 */
export function sendFlags({
  asPublicMessage,
  withoutTree,
  withoutPath,
  withoutPending,
  newMembers,
}) {
  return (
    (asPublicMessage ? 1 : 0) |
    (withoutTree ? 2 : 0) |
    (withoutPath ? 4 : 0) |
    (withoutPending ? 8 : 0) |
    (newMembers ? 16 : 0)
  );
}
