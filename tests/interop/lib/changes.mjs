/** What the steps of a scenario are made of. */

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./world.mjs").Participant} Participant */
/** @typedef {import("./member.mjs").Proposal} Proposal */

const MOST_MEMBERS = 12;
const MOST_AT_ONCE = 3;

/** @param {Participant} participant @returns {Proposal} */
export const addition = ({ member }) => ({ type: "add", keyPackage: member.keyPackage });
/** @param {Participant} participant @returns {Proposal} */
export const removal = ({ member }) => ({ type: "remove", identity: member.identity });

/** @param {World} world */
export const roomFor = ({ members, outside }) => MOST_MEMBERS - members.length - outside.length;

/** @param {World} world */
export async function newcomers(world) {
  const count = Math.min(roomFor(world), world.random.integer(1, MOST_AT_ONCE));
  /** @type {Participant[]} */
  const list = [];
  for (let i = 0; i < count; i += 1) list.push(await world.newcomer());
  return list;
}

/**
 * Whether a member's commit to such changes would not be one of RFC 9420, which is noted.
 * @param {World} world
 * @param {Participant} by
 * @param {{ adds: number, removes: number, updates: number }} changes
 */
export function deviates(world, by, { adds, removes, updates }) {
  if (!by.kind.pathless || removes + updates === 0) return false;
  if (removes < 2 && updates < 2) world.deviation("ts-mls-2-no-path");
  else if (adds + updates > 0) world.deviation("ts-mls-2-path-recipients");
  else return false;
  return true;
}
