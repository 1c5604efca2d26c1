// The stored figures: benchmarks/results/latest.json.
import { readFile, writeFile } from "node:fs/promises";
import { ROOT } from "./libraries.mjs";

export const RESULTS = `${ROOT}benchmarks/results/`;
const FILE = `${RESULTS}latest.json`;

/** @typedef {import("./rounds.mjs").Figures} Figures */
/** @typedef {"native" | "node" | "chromium"} Place */
/** @typedef {{ operation: number, ceiling: number }} Ceiling milliseconds each */
/** @typedef {{ raw: number, gzip: number, brotli: number }} Size octets */
/** @typedef {Record<string, number>} ScalePoint see scale.mjs */
/** @typedef {{ messages: number, samples: { at: number, memory: number, resident: number }[] }} Soak octets */
/**
 * @typedef {object} Results
 * @property {Record<string, { at: string, effort: string, commit: string, machine: import("./machine.mjs").Machine }>} parts
 *   when and where each part was measured
 * @property {Record<string, Partial<Record<Place, Figures>>>} suites figures by suite, place, row and
 *   library
 * @property {Record<string, Partial<Record<Place, Record<string, Ceiling>>>>} ceilings by suite, place
 *   and operation
 * @property {Record<string, Size>} sizes by library, and by build of waxseal
 * @property {Partial<Record<"native" | "wasm", Record<string, ScalePoint>>>} scale by group size
 * @property {Partial<Record<"native" | "wasm", Soak>>} soak
 */

/** @returns {Results} */
export const noResults = () => ({
  parts: {},
  suites: {},
  ceilings: {},
  sizes: {},
  scale: {},
  soak: {},
});

/** @returns {Promise<Results>} */
export async function readResults() {
  try {
    return { ...noResults(), ...JSON.parse(await readFile(FILE, "utf8")) };
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return noResults();
    throw error;
  }
}

/**
 * What was measured replaces what was there of the same suite, place and part; the rest stays.
 * @param {Results} before
 * @param {Results} found
 * @returns {Results}
 */
export function withFound(before, found) {
  const bySuite = (/** @type {"suites" | "ceilings"} */ what) => ({
    ...before[what],
    ...Object.fromEntries(
      Object.entries(found[what]).map(([suite, places]) => [
        suite,
        { ...before[what][suite], ...places },
      ]),
    ),
  });
  return {
    parts: { ...before.parts, ...found.parts },
    suites: /** @type {Results["suites"]} */ (bySuite("suites")),
    ceilings: /** @type {Results["ceilings"]} */ (bySuite("ceilings")),
    sizes: { ...before.sizes, ...found.sizes },
    scale: { ...before.scale, ...found.scale },
    soak: { ...before.soak, ...found.soak },
  };
}

/** Five digits are more than what a repetition agrees in. @param {string} _ @param {unknown} value */
const rounded = (_, value) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;

/** @param {Results} results */
export async function writeResults(results) {
  await writeFile(FILE, `${JSON.stringify(results, rounded, 2)}\n`);
}
