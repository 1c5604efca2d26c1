// Rounds: in each of them every library has its turn at a scenario, so that a disturbance of the machine
// meets them all. The figure of a row is the median over its rounds.
import { median } from "../scenarios/scenario.js";

/**
 * @typedef {Record<string, Record<string, number>>} Figures by row and library
 */

/** How often in a run of so many rounds: cold starts are short, groups of 1,000 long. */
const ROUNDS = /** @type {Record<string, (rounds: number) => number>} */ ({
  cold: (rounds) => 3 * rounds,
  blank1000: (rounds) => Math.min(3, rounds),
  blank100: (rounds) => Math.min(3, rounds),
  warm: (rounds) => Math.min(3, rounds),
});

/**
 * @param {object} plan
 * @param {string[]} plan.libraries
 * @param {string[]} plan.scenarios
 * @param {number} plan.rounds
 * @param {(library: string, scenario: string) => Promise<Record<string, number>>} plan.run
 * @param {() => Promise<void>} [plan.between] before each round
 * @param {(line: string) => void} plan.say
 * @returns {Promise<Figures>}
 */
export async function playRounds({ libraries, scenarios, rounds, run, between, say }) {
  /** @type {Record<string, Record<string, number[]>>} */
  const all = {};
  for (const scenario of scenarios) {
    const times = ROUNDS[scenario]?.(rounds) ?? rounds;
    for (let round = 0; round < times; round++) {
      await between?.();
      for (let turn = 0; turn < libraries.length; turn++) {
        const library = libraries[(turn + round) % libraries.length];
        const started = Date.now();
        for (const [row, value] of Object.entries(await run(library, scenario))) {
          all[row] ??= {};
          all[row][library] ??= [];
          all[row][library].push(value);
        }
        const seconds = ((Date.now() - started) / 1000).toFixed(1);
        say(`${scenario}, round ${round + 1} of ${times}: ${library}, ${seconds} s`);
      }
    }
  }
  return medians(all);
}

/** @param {Record<string, Record<string, number[]>>} all @returns {Figures} */
export function medians(all) {
  return Object.fromEntries(
    Object.entries(all).map(([row, byLibrary]) => [
      row,
      Object.fromEntries(
        Object.entries(byLibrary).map(([library, values]) => [library, median(values)]),
      ),
    ]),
  );
}
