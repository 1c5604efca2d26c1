/** What the cases are written with. */
import { WaxsealError } from "../../errors.js";

/** @typedef {import("../store.js").SealedRecord} SealedRecord */
/** @typedef {import("../store.js").WriteBatch} WriteBatch */

/** @param {unknown} value */
const shown = (value) =>
  JSON.stringify(value, (_name, part) =>
    part instanceof Uint8Array ? { octets: [...part] } : part,
  ) ?? "undefined";

/**
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {string} what
 */
export function equal(actual, expected, what) {
  const [is, should] = [shown(actual), shown(expected)];
  const cut = (/** @type {string} */ text) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
  if (is !== should) throw new Error(`${what}: ${cut(is)} instead of ${cut(should)}`);
}

/**
 * @param {Promise<unknown>} promise
 * @param {string | undefined} code undefined: any WaxsealError
 * @param {string} what
 */
export async function rejects(promise, code, what) {
  const error = await promise.then(
    () => undefined,
    (/** @type {any} */ reason) => reason,
  );
  if (error === undefined) throw new Error(`${what}: did not fail`);
  if (!(error instanceof WaxsealError)) throw new Error(`${what}: no WaxsealError: ${error}`);
  if (code !== undefined) equal(error.code, code, `${what}: code of "${error.message}"`);
}

/** @param {string} text */
export const octetsOf = (text) => new TextEncoder().encode(text);
/** @param {SealedRecord | undefined} record */
export const textIn = (record) => record && new TextDecoder().decode(record.sealed);
/** @param {string} name @param {number} counter @param {string} [text] */
export const record = (name, counter, text = name) => ({ name, counter, sealed: octetsOf(text) });
/** @param {number} after @param {SealedRecord[]} puts @returns {WriteBatch} */
export const batch = (after, puts) => ({ after, puts, deletes: [] });
/** @param {SealedRecord[]} records */
export const namesOf = (records) => records.map(({ name }) => name);
/** @param {number} milliseconds */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a put can't be. */
export const UNSTORABLE = /** @type {any} */ (() => {});

/** @param {number} len */
export function pattern(len) {
  return Uint8Array.from({ length: len }, (_, i) => (i * 167 + (i >> 8)) & 0xff);
}
