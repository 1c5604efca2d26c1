/** What a received message did to a group. */
import { isCustom } from "./proposal.js";

/** By the numbers of mls_proposal_type. */
const PROPOSAL_TYPES = /** @type {const} */ ({
  1: "add",
  2: "update",
  3: "remove",
  4: "psk",
  5: "reinit",
  6: "external-init",
  7: "group-context-extensions",
  10: "self-remove",
});
/** By the numbers of mls_change_kind. */
const CHANGE_TYPES = /** @type {const} */ ({ 1: "added", 2: "updated", 3: "removed" });

/** @typedef {(typeof PROPOSAL_TYPES)[keyof typeof PROPOSAL_TYPES]} ProposalType */
/** @typedef {{ leaf: number, identity: Uint8Array, signatureKey: Uint8Array }} Member */
/**
 * @typedef {object} Change
 * @property {"added" | "updated" | "removed"} type
 * @property {Member} member as after the change; removed: as before
 * @property {boolean} signatureKeyChanged
 */
/**
 * What all events have.
 * @typedef {object} EventBase
 * @property {number} epoch that the message was sent in
 * @property {Member} sender as in that epoch
 * @property {Uint8Array} authenticatedData
 */
/** @typedef {EventBase & { type: "application", content: Uint8Array }} ApplicationEvent */
/**
 * Who proposes; leaf is undefined for somebody outside: an external sender, or who asks to be added.
 * @typedef {Omit<Member, "leaf"> & { leaf: number | undefined }} Proposer
 */
/**
 * Kept for the next commit. leaf: whom a removal means, else the sender's.
 * @typedef {Omit<EventBase, "sender"> & { type: "proposal", sender: Proposer,
 *   leaf: number | undefined } & ({ proposal: ProposalType }
 *   | { proposal: "custom", proposalType: number, data: Uint8Array })} ProposalEvent
 */
/**
 * A proposal of a type of the application's that a commit carries out; the sender as before it.
 * @typedef {{ proposalType: number, sender: Member, data: Uint8Array }} CustomProposal
 */
/**
 * commit: the group is in a new epoch; removed: this device is not in it any more; reinit: the group
 * has ended, see `successor`. own: it is our own commit that came back.
 * @typedef {EventBase & { type: "commit" | "removed" | "reinit", own: boolean, changes: Change[],
 *   customProposals: CustomProposal[] }} CommitEvent
 */
/** @typedef {ApplicationEvent | ProposalEvent | CommitEvent} GroupEvent */

/** Numbers of mls_event_kind. */
const APPLICATION = 1;
const PROPOSAL = 2;
const COMMIT_TYPES = /** @type {const} */ ({ 3: "commit", 4: "removed", 5: "reinit" });

/** MLS_NO_LEAF of mls.h. */
export const NO_LEAF = 0xffffffff;

/** @param {number} leaf */
export const leafOrNone = (leaf) => (leaf === NO_LEAF ? undefined : leaf);

/**
 * @param {import("../wasm/wire.js").Reply} reply
 * @returns {Member}
 */
export function readMember(reply) {
  return { leaf: reply.u32(), identity: reply.bytes(), signatureKey: reply.bytes() };
}

/**
 * @param {import("../wasm/wire.js").Reply} reply
 * @returns {GroupEvent}
 */
export function readEvent(reply) {
  const kind = reply.u32();
  const epoch = reply.u64();
  const sender = readMember(reply);
  const own = reply.flag();
  const content = reply.bytes();
  const authenticatedData = reply.bytes();
  const proposalType = reply.u32();
  const leaf = reply.u32();
  const changes = reply.list(() => readChange(reply));
  const customProposals = reply.list(() => readCustomProposal(reply));
  reply.wipe();

  const base = { epoch, sender, authenticatedData };
  if (kind === APPLICATION) return { ...base, type: "application", content };
  if (kind === PROPOSAL) {
    const proposer = { ...sender, leaf: leafOrNone(sender.leaf) };
    const received = {
      ...base,
      type: /** @type {const} */ ("proposal"),
      sender: proposer,
      leaf: leafOrNone(leaf),
    };
    return isCustom(proposalType)
      ? { ...received, proposal: "custom", proposalType, data: content }
      : {
          ...received,
          proposal: PROPOSAL_TYPES[/** @type {keyof typeof PROPOSAL_TYPES} */ (proposalType)],
        };
  }
  const type = COMMIT_TYPES[/** @type {3 | 4 | 5} */ (kind)];
  return { ...base, type, own, changes, customProposals };
}

/**
 * @param {import("../wasm/wire.js").Reply} reply
 * @returns {CustomProposal}
 */
function readCustomProposal(reply) {
  return { proposalType: reply.u32(), sender: readMember(reply), data: reply.bytes() };
}

/**
 * @param {import("../wasm/wire.js").Reply} reply
 * @returns {Change}
 */
function readChange(reply) {
  return {
    type: CHANGE_TYPES[/** @type {keyof typeof CHANGE_TYPES} */ (reply.u32())],
    member: readMember(reply),
    signatureKeyChanged: reply.flag(),
  };
}
