// Operations in turns with the calls of primitives that they can't avoid: native, in Node, in Chromium.
import { startChromium } from "./chromium.mjs";
import { OWN } from "./libraries.mjs";
import { runInNode } from "./node.mjs";
import { mediansOf, rowsOf } from "./program.mjs";

/** @typedef {import("./results.mjs").Ceiling} Ceiling */
/** @typedef {import("./results.mjs").Place} Place */

const SUFFIX = "/ceiling";

/** @param {Record<string, number>} figures @returns {Record<string, Ceiling>} by operation */
export function paired(figures) {
  return Object.fromEntries(
    Object.entries(figures)
      .filter(([row]) => !row.endsWith(SUFFIX))
      .map(([row, operation]) => {
        const ceiling = figures[row + SUFFIX];
        if (!(ceiling > 0)) throw new Error(`There is no ceiling of ${row}.`);
        return [row, { operation, ceiling }];
      }),
  );
}

/**
 * @param {number} suite
 * @param {import("./options.mjs").Options} options
 * @param {(line: string) => void} say
 * @returns {Promise<Partial<Record<Place, Record<string, Ceiling>>>>}
 */
export async function runCeilings(suite, { quick, rounds }, say) {
  const effort = quick ? "quick" : "full";
  const what = /** @type {const} */ ({ library: OWN, scenario: "ceilings", suite, effort });
  const chromium = await startChromium();
  /** @type {[Place, () => Promise<Record<string, number>>][]} */
  const places = [
    ["native", () => rowsOf("ceilings", suite, effort)],
    ["node", () => runInNode(what)],
    ["chromium", () => chromium.run(what)],
  ];
  /** @type {Record<string, Record<string, number>[]>} */
  const turns = { native: [], node: [], chromium: [] };
  try {
    for (let round = 0; round < Math.min(3, rounds); round++) {
      for (const [place, run] of places) {
        turns[place].push(await run());
        say(`ceilings, suite ${suite}, round ${round + 1}: ${place}`);
      }
    }
  } finally {
    await chromium.close();
  }
  return Object.fromEntries(places.map(([place]) => [place, paired(mediansOf(turns[place]))]));
}
