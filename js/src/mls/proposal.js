/** Changes of a group, as arguments. */
import { invalidArgument } from "../errors.js";
import * as check from "./check.js";

/**
 * custom: of a type of the application's, which all members must have among their proposalTypes.
 * @typedef {{ type: "add", keyPackage: Uint8Array }
 *   | { type: "update" }
 *   | { type: "remove", leaf: number }
 *   | { type: "psk", id: Uint8Array }
 *   | { type: "psk", groupId: Uint8Array, epoch: number }
 *   | { type: "reinit", groupId: string | Uint8Array, suite: number, extensions?: Uint8Array }
 *   | { type: "self-remove" }
 *   | { type: "custom", proposalType: number, data: Uint8Array }
 *   | { type: "group-context-extensions", extensions: Uint8Array }} Proposal
 */

const NO_OCTETS = new Uint8Array();
const MAX_U16 = 0xffff;
const MAX_U32 = 0xffffffff;

/**
 * mls_proposal; what a type does not have is 0 or empty.
 * @typedef {{ type: number, leaf?: number, data?: Uint8Array, groupId?: Uint8Array, epoch?: number,
 *   suite?: number }} Fields
 */

/** @type {Record<string, (p: any) => Fields>} */
const ENCODERS = {
  add: (p) => ({ type: 1, data: check.octets(p.keyPackage, "keyPackage") }),
  update: () => ({ type: 2 }),
  remove: (p) => ({ type: 3, leaf: check.integer(p.leaf, "leaf", MAX_U32) }),
  psk: (p) => ({
    type: 4,
    ...(p.groupId === undefined
      ? { data: check.octets(p.id, "id") }
      : { groupId: check.octets(p.groupId, "groupId"), epoch: check.integer(p.epoch, "epoch") }),
  }),
  reinit: (p) => ({
    type: 5,
    groupId: check.octetsOrText(p.groupId, "groupId"),
    suite: check.integer(p.suite, "suite", MAX_U16),
    data: check.octets(p.extensions ?? NO_OCTETS, "extensions"),
  }),
  "group-context-extensions": (p) => ({
    type: 7,
    data: check.octets(p.extensions, "extensions"),
  }),
  "self-remove": () => ({ type: 10 }),
  custom: (p) => ({ type: customType(p.proposalType), data: check.octets(p.data, "data") }),
};

/** @param {unknown} type not that of another proposal, whose data would be read differently */
function customType(type) {
  const number = check.integer(type, "proposalType", MAX_U16);
  if (!isCustom(number)) throw invalidArgument("proposalType must be one of the application's.");
  return number;
}

/**
 * Whether a type's meaning is the application's: those of RFC 9420 and SelfRemove are waxseal's.
 * @param {number} type
 */
export const isCustom = (type) => type > 7 && type !== 10;

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
  const p = /** @type {(p: Proposal) => Fields} */ (ENCODERS[type])(proposal);
  request
    .u32(p.type)
    .u32(p.leaf ?? 0)
    .bytes(p.data ?? NO_OCTETS);
  return request
    .bytes(p.groupId ?? NO_OCTETS)
    .u64(p.epoch ?? 0)
    .u32(p.suite ?? 0);
}

/**
 * How to send a proposal or commit.
 * @typedef {object} SendOptions
 * @property {boolean} [asPublicMessage] readable by servers; PrivateMessage otherwise
 * @property {boolean} [withoutTree] leave the ratchet tree out of the Welcome
 * @property {boolean} [withoutPath] leave the path out where RFC 9420 section 12.4 allows it
 * @property {boolean} [withoutPending] leave out the proposals received in this epoch
 * @property {boolean} [newMembers] take in those outside who asked to be added, whoever they are
 * @property {boolean} [reinit] carry out a ReInit that was proposed, when nothing else is
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
  reinit,
}) {
  return (
    (asPublicMessage ? 1 : 0) |
    (withoutTree ? 2 : 0) |
    (withoutPath ? 4 : 0) |
    (withoutPending ? 8 : 0) |
    (newMembers ? 16 : 0) |
    (reinit ? 32 : 0)
  );
}
