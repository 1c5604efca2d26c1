/** What happened in all scenarios of a run: counts by kind of member, and deviations. */
import { DEVIATIONS } from "./deviations.mjs";

const COUNTS = /** @type {const} */ ([
  "scenarios",
  "members",
  "commits made",
  "commits processed",
  "proposals made",
  "sent",
  "received",
  "of past epochs",
  "came early",
  "external joins",
  "came back",
  "PSK commits",
  "custom proposals",
  "restarts",
]);

/** @typedef {(typeof COUNTS)[number]} Count */
/** @typedef {import("./deviations.mjs").Deviation} Deviation */

export class Tally {
  /** @type {Map<string, Map<Count, number>>} */
  #kinds = new Map();
  /** @type {Map<Deviation, number>} */
  #deviations = new Map();
  /** @type {Map<string, number>} */
  #steps = new Map();
  /** @type {Map<number, number>} */
  #suites = new Map();

  /** @param {string} kind @param {Count} what @param {number} [more] */
  count(kind, what, more = 1) {
    const counts = this.#kinds.get(kind) ?? new Map();
    counts.set(what, (counts.get(what) ?? 0) + more);
    this.#kinds.set(kind, counts);
  }

  /** @param {Deviation} deviation */
  deviation(deviation) {
    this.#deviations.set(deviation, (this.#deviations.get(deviation) ?? 0) + 1);
  }

  /** @param {number} suite of a scenario that went well */
  suite(suite) {
    this.#suites.set(suite, (this.#suites.get(suite) ?? 0) + 1);
  }

  /** @param {string} step */
  step(step) {
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + 1);
  }

  toString() {
    const width = Math.max(...[...this.#kinds.keys()].map((kind) => kind.length));
    const header = [" ".repeat(width), ...COUNTS].join(" | ");
    const rows = [...this.#kinds].sort().map(([kind, counts]) => {
      const cells = COUNTS.map((what) => String(counts.get(what) ?? 0).padStart(what.length));
      return [kind.padEnd(width), ...cells].join(" | ");
    });
    const steps = [...this.#steps].sort().map(([step, times]) => `${step} ${times}`);
    const suites = [...this.#suites].sort().map(([suite, times]) => `${suite}: ${times}`);
    const deviations = [...this.#deviations]
      .sort()
      .map(([name, times]) => `  ${name} (${times} times): ${DEVIATIONS[name]}`);
    return [
      "Members by kind:",
      header,
      ...rows,
      `Scenarios by suite: ${suites.join(", ")}`,
      `Steps: ${steps.join(", ")}`,
      "Deviations of peers that came up:",
      ...deviations,
    ].join("\n");
  }
}
