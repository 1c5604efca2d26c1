// waxseal beside the best of the others.
import { LIBRARIES, OWN, PEERS } from "./libraries.mjs";
import { ratio } from "./rows.js";

/**
 * @typedef {object} Comparison
 * @property {number} ours
 * @property {string} peer the best one's title
 * @property {number} ratio above 1, ours is ahead
 */

/**
 * @param {import("./rows.js").Row} row
 * @param {Record<string, number> | undefined} figures by library
 * @returns {Comparison | undefined} unless there is nothing to compare
 */
export function compared(row, figures) {
  const ours = figures?.[OWN];
  if (!figures || ours === undefined) return undefined;
  const ratios = PEERS.filter((peer) => figures[peer] !== undefined)
    .map((peer) => ({ ours, peer: LIBRARIES[peer].title, ratio: ratio(row, ours, figures[peer]) }))
    .sort((a, b) => a.ratio - b.ratio);
  return ratios[0];
}
