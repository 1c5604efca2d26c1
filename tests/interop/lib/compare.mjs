/** Whether all members of a group see the same. */

/** @typedef {{ name: string, view: import("./member.mjs").View }} Seen */

/** Members that disagree, or a message that a member did not take. */
export class Disagreement extends Error {}

/**
 * What a library keeps to itself is compared among the others.
 * @param {readonly Seen[]} seen
 * @param {number} epoch that they must be in
 * @param {string[]} identities of all members
 */
export function compareViews(seen, epoch, identities) {
  const expected = [...identities].sort().join(" ");
  for (const { name, view } of seen) {
    if (view.epoch !== epoch) {
      throw new Disagreement(`${name} is in epoch ${view.epoch}, not ${epoch}`);
    }
    if (view.identities.join(" ") !== expected) {
      throw new Disagreement(`${name} sees members ${view.identities.join(" ")}`);
    }
  }
  assertOne(seen, "exported secrets", ({ exported }) => exported);
  assertOne(seen, "custom proposals", ({ carried }) => carried);
  assertOne(seen, "epoch_authenticators", ({ authenticator }) => authenticator);
  assertOne(
    seen,
    "leaf indexes",
    ({ leaves }) => leaves && JSON.stringify([...leaves].sort(([, a], [, b]) => a - b)),
  );
}

/**
 * @param {readonly Seen[]} seen
 * @param {string} what
 * @param {(view: import("./member.mjs").View) => string | undefined} value
 */
function assertOne(seen, what, value) {
  /** @type {Map<string, string[]>} */
  const holders = new Map();
  for (const { name, view } of seen) {
    const own = value(view);
    if (own !== undefined) holders.set(own, [...(holders.get(own) ?? []), name]);
  }
  if (holders.size < 2) return;
  // The values are secrets, so only who has the same one is told.
  const groups = [...holders.values()].map((names) => names.join(" and ")).join("; others: ");
  throw new Disagreement(`different ${what}: ${groups}`);
}
