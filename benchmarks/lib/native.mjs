// waxseal's native build at the rows of the table.
import { OWN } from "./libraries.mjs";
import { mediansOf, rowsOf } from "./program.mjs";

/**
 * @param {number} suite
 * @param {import("./options.mjs").Options} options
 * @returns {Promise<import("./rounds.mjs").Figures>}
 */
export async function nativeRows(suite, { quick, rounds }) {
  const turns = [];
  for (let round = 0; round < Math.min(3, rounds); round++) {
    turns.push(await rowsOf("rows", suite, quick ? "quick" : "full"));
  }
  return Object.fromEntries(
    Object.entries(mediansOf(turns)).map(([row, value]) => [row, { [OWN]: value }]),
  );
}
