// The command line of ./benchmarks/run.
import { parseArgs } from "node:util";

export const PARTS = ["node", "chromium", "native", "ceilings", "sizes", "scale", "soak"];
const SUITES = [1, 2, 3];
const SIZES = [2, 10, 100, 1000, 10_000, 50_000];

/**
 * @typedef {object} Options
 * @property {boolean} measure
 * @property {boolean} check
 * @property {boolean} quick
 * @property {string[]} only
 * @property {number[]} suites
 * @property {number} rounds
 * @property {number} messages
 * @property {number[]} sizes
 */

/** @param {string} text @param {string} option @returns {number[]} */
function numbers(text, option) {
  const list = text.split(",").map(Number);
  if (list.every((one) => Number.isInteger(one) && one > 0)) return list;
  throw new Error(`--${option} takes whole numbers with commas between them, not "${text}".`);
}

/** @param {string[]} args @returns {Options} */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      draw: { type: "boolean", default: false },
      run: { type: "boolean", default: false },
      only: { type: "string" },
      suite: { type: "string" },
      rounds: { type: "string" },
      messages: { type: "string" },
      sizes: { type: "string" },
    },
  });
  const { quick, check, draw, run } = values;
  const only = values.only?.split(",") ?? PARTS;
  const unknown = only.find((part) => !PARTS.includes(part));
  if (unknown) throw new Error(`There is no part "${unknown}". Parts: ${PARTS.join(", ")}`);
  const suites = values.suite ? numbers(values.suite, "suite") : quick ? [1] : SUITES;
  const strange = suites.find((suite) => !SUITES.includes(suite));
  if (strange) throw new Error(`There is no ciphersuite ${strange} here. Choose of 1, 2 and 3.`);
  return {
    measure: run || !(check || draw),
    check,
    quick,
    only,
    suites,
    rounds: values.rounds ? numbers(values.rounds, "rounds")[0] : quick ? 2 : 5,
    messages: values.messages
      ? numbers(values.messages, "messages")[0]
      : quick
        ? 20_000
        : 1_000_000,
    sizes: values.sizes ? numbers(values.sizes, "sizes") : quick ? SIZES.slice(0, 4) : SIZES,
  };
}
