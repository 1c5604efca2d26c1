/** For tests of a peer by itself: small groups in which everything is chosen. */
import { test } from "node:test";
import { DEVIATIONS } from "./deviations.mjs";

/** @typedef {import("./member.mjs").Member} Member */
/** @typedef {import("./member.mjs").MakeMember} MakeMember */
/** @typedef {import("./member.mjs").Proposal} Proposal */
/** @typedef {import("./member.mjs").Options} Options */

/**
 * A test that a peer still deviates: when it fails, the entry and what the scenarios do about it go.
 * @param {import("./deviations.mjs").Deviation} name
 * @param {() => Promise<void>} check
 */
export function deviation(name, check) {
  test(`${name}: ${DEVIATIONS[name]}`, check);
}

/** @param {number} number @returns {string} an identity that every peer takes */
export function identity(number) {
  const device = number.toString(16);
  return `00000000-0000-4000-8000-${device.padStart(12, "0")}:${device}@example.com`;
}

/** @param {Member} member @returns {Proposal} */
export const addition = ({ keyPackage }) => ({ type: "add", keyPackage });
/** @param {Member} member @returns {Proposal} */
export const removal = (member) => ({ type: "remove", identity: member.identity });

/** Handshakes that every peer takes. */
export const PUBLIC = { asPublicMessage: true };

/**
 * A commit that all take.
 * @param {Member} by
 * @param {Member[]} others
 * @param {Proposal[]} [proposals]
 * @param {Options} [options]
 * @returns {Promise<Uint8Array>} the Welcome
 */
export async function commit(by, others, proposals = [], options = PUBLIC) {
  const made = await by.commit(proposals, options);
  for (const other of others) await other.receive(made.commit);
  await by.apply();
  return made.welcome;
}

/**
 * A group in suite 1; the first creates it and adds the others, who get the leaves in this order.
 * @param {...MakeMember} makers
 * @returns {Promise<Member[]>}
 */
export async function group(...makers) {
  const members = await Promise.all(makers.map((make, index) => make(identity(index + 1), 1)));
  const [first, ...others] = /** @type {[Member, ...Member[]]} */ (members);
  await first.create("uri:uuid:fixed");
  if (others.length > 0) {
    const welcome = await commit(first, [], others.map(addition));
    for (const other of others) await other.join(welcome);
  }
  return members;
}
