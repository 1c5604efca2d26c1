// Groups of growing size, native and as WebAssembly in Node; how time and octets grow with the size.
import { OWN } from "./libraries.mjs";
import { runInNode } from "./node.mjs";
import { rowsOf } from "./program.mjs";

/** @typedef {import("./results.mjs").ScalePoint} ScalePoint */

/** What native/scale.c and scenarios/scale.js emit, in the order of the table. */
export const SCALE_ROWS = {
  create_and_add: "create, add all (ms)",
  join: "join (ms)",
  protect: "protect 100 B (ms)",
  unprotect: "unprotect 100 B (ms)",
  update: "update (ms)",
  process: "process the update (ms)",
  remove: "remove one (ms)",
  process_remove: "process the removal (ms)",
  save: "save the state (ms)",
  commit_octets: "commit that adds all (octets)",
  welcome_octets: "Welcome (octets)",
  update_octets: "update (octets)",
  remove_octets: "removal (octets)",
  stored_epoch: "stored, each epoch (octets)",
  stored_ratchet: "stored, each message (octets)",
  group_memory: "memory of one member's group (octets)",
  peak_memory: "memory at most (octets)",
};

/**
 * The exponent of growth: of a straight line through the logarithms, from 100 members on, where what
 * does not depend on the size has become small.
 * @param {Record<string, ScalePoint>} points by size
 * @param {string} row
 * @returns {number | undefined}
 */
export function exponentOf(points, row) {
  const at = Object.entries(points)
    .map(([size, figures]) => [Number(size), figures[row]])
    .filter(([size, value]) => size >= 100 && value > 0)
    .map(([size, value]) => [Math.log(size), Math.log(value)]);
  return at.length < 2 ? undefined : lineThrough(at).slope;
}

/**
 * The line of least squares, and the standard error of its slope.
 * @param {number[][]} points x and y of each
 */
export function lineThrough(points) {
  const mean = (/** @type {number[]} */ values) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map(([one]) => one));
  const y = mean(points.map(([, one]) => one));
  const spread = points.reduce((sum, [one]) => sum + (one - x) ** 2, 0);
  const slope = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / spread;
  const rest = points.reduce((sum, [a, b]) => sum + (b - y - slope * (a - x)) ** 2, 0);
  const error = points.length > 2 ? Math.sqrt(rest / (points.length - 2) / spread) : 0;
  return { slope, error };
}

/**
 * @param {import("./options.mjs").Options} options
 * @param {(line: string) => void} say
 */
export async function runScale({ sizes, quick }, say) {
  /** @type {Record<"native" | "wasm", Record<string, ScalePoint>>} */
  const scale = { native: {}, wasm: {} };
  for (const size of sizes) {
    scale.native[size] = await rowsOf("scale", 1, size);
    say(`scale, native: ${size} members`);
    scale.wasm[size] = await runInNode({
      library: OWN,
      scenario: "scale",
      suite: 1,
      effort: quick ? "quick" : "full",
      amount: size,
    });
    say(`scale, wasm: ${size} members`);
  }
  return scale;
}
