/**
 * A scenario is a piece of work that a library is timed at, in Node as in a page.
 *
 * @typedef {object} Task
 * @property {import("../libraries/library.js").Library} library
 * @property {number} suite
 * @property {() => number} now milliseconds, of a clock that only differences matter of
 * @property {() => Promise<void>} settle waits until what compiles beside the program has done so: the
 *   compilers' threads count in CPU time, and compete for processors in any time
 * @property {Effort} effort
 * @property {number} amount of members, of scale.js; of messages, of soak.js
 * @property {Record<string, string>} inputs in base64: see inputs.mjs
 * @property {(row: string, value: number) => void} emit a figure; the rows are those of lib/rows.mjs
 *
 * @typedef {(task: Task) => Promise<void>} Scenario
 *
 * How long a scenario takes.
 * @typedef {object} Effort
 * @property {number} slices of a row; its figure is their median
 * @property {number} sliceMs
 * @property {number} commits how often a commit in a group of 100 or more is made
 */

/** @type {Record<"warmUp" | "quick" | "full", Effort>} */
export const EFFORTS = {
  warmUp: { slices: 1, sliceMs: 100, commits: 2 },
  quick: { slices: 3, sliceMs: 40, commits: 2 },
  full: { slices: 5, sliceMs: 120, commits: 5 },
};

/** @param {number[]} values @returns {number} */
export function median(values) {
  if (values.length === 0) throw new RangeError("There is no median of nothing.");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * How long something takes, in milliseconds, and what it gives.
 * @template T
 * @param {Task} task
 * @param {() => Promise<T> | T} work
 * @returns {Promise<[number, T]>}
 */
export async function timed({ now }, work) {
  const start = now();
  const result = await work();
  return [now() - start, result];
}

/**
 * How many calls fill a slice, found by making them; warms up whatever compiles as it runs.
 * @param {Task} task
 * @param {(count: number) => Promise<number>} run makes so many calls, gives milliseconds
 */
export async function countFor({ effort }, run) {
  let count = 4;
  for (;;) {
    const ms = await run(count);
    if (ms >= effort.sliceMs) return Math.max(1, Math.round((count * effort.sliceMs) / ms));
    count = Math.ceil(count * Math.min(4, Math.max(1.5, effort.sliceMs / Math.max(ms, 0.1))));
  }
}

/** @param {Uint8Array} a @param {Uint8Array} b @param {string} what */
export function mustEqual(a, b, what) {
  if (a.length !== b.length || !a.every((octet, at) => octet === b[at])) {
    throw new Error(`${what}: the two sides differ.`);
  }
}

/** Octets that look like nothing in particular. @param {number} length */
export function content(length) {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) + 17) & 255);
}

/** The form that core-crypto asks for; all libraries use it. @param {number} number */
export function identityOf(number) {
  const hex = number.toString(16);
  return `00000000-0000-4000-8000-${hex.padStart(12, "0")}:${hex}@example.com`;
}

let groups = 0;

/** A new group's id. */
export function groupId() {
  groups += 1;
  return new TextEncoder().encode(`benchmark-${String(groups).padStart(6, "0")}`);
}

/** Identities of members by whom nothing is done count from here. */
export const FILLERS = 0x100000;

/**
 * @param {string} text base64 of octet strings, each after its length in four octets
 * @returns {Uint8Array[]}
 */
export function unpack(text) {
  const octets = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(octets.buffer);
  const list = [];
  for (let at = 0; at < octets.length; ) {
    const length = view.getUint32(at);
    list.push(octets.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return list;
}
