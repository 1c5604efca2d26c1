/** Changes that a peer could not follow because of the shape that they give to the tree. */

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./world.mjs").Participant} Participant */

/**
 * Leaves of the smallest tree with these.
 * @param {readonly number[]} leaves
 */
function widthOf(leaves) {
  let width = 1;
  while (width <= Math.max(...leaves)) width *= 2;
  return width;
}

/**
 * Indexes of those who stay.
 * @param {World} world
 * @param {readonly Participant[]} leaving
 * @returns {number[]}
 */
function leavesWithout(world, leaving) {
  const identities = leaving.map(({ member }) => member.identity);
  return [...world.leaves].flatMap(([identity, leaf]) =>
    identities.includes(identity) ? [] : [leaf],
  );
}

/**
 * Whether those who stay would meet deviation `ts-mls-blank-root`, which is noted then: nobody is in
 * the left half of the tree any more.
 * @param {World} world
 * @param {readonly Participant[]} leaving
 */
export function blanksRoot(world, leaving) {
  const leaves = leavesWithout(world, leaving);
  if (leaves.some((leaf) => leaf < widthOf(leaves) / 2)) return false;
  if (world.members.every((each) => !each.kind.needsRoot || leaving.includes(each))) return false;
  world.deviation("ts-mls-blank-root");
  return true;
}

/**
 * Whether somebody would meet deviation `core-crypto-narrowed-tree`, which is noted then.
 * @param {World} world
 * @param {Participant} back who comes back by an external commit
 */
export function narrows(world, back) {
  const narrower = widthOf(leavesWithout(world, [back])) < widthOf(leavesWithout(world, []));
  if (!narrower || world.members.every(({ kind }) => kind.followsNarrowing)) return false;
  world.deviation("core-crypto-narrowed-tree");
  return true;
}
