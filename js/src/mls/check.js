/** Checks of arguments: a wrong one is named before the core is asked. */
import { invalidArgument } from "../errors.js";

const encoder = new TextEncoder();

/**
 * @param {unknown} value
 * @param {string} name as the caller knows it
 * @returns {Uint8Array}
 */
export function octets(value, name) {
  if (value instanceof Uint8Array) return value;
  throw invalidArgument(`${name} must be a Uint8Array.`);
}

/**
 * Octets, or text that stands for its UTF-8 octets.
 * @param {unknown} value
 * @param {string} name
 * @returns {Uint8Array}
 */
export function octetsOrText(value, name) {
  if (typeof value === "string") return encoder.encode(value);
  if (value instanceof Uint8Array) return value;
  throw invalidArgument(`${name} must be a string or a Uint8Array.`);
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {number} [max]
 * @returns {number}
 */
export function integer(value, name, max = Number.MAX_SAFE_INTEGER) {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max) {
    return value;
  }
  throw invalidArgument(`${name} must be a whole number from 0 to ${max}.`);
}

/**
 * @template T
 * @param {T[] | unknown} value
 * @param {string} name
 * @returns {T[]}
 */
export function array(value, name) {
  if (Array.isArray(value)) return value;
  throw invalidArgument(`${name} must be an array.`);
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {import("../types.js").Slot}
 */
export function slot(value, name) {
  const { name: recordName, counter } = /** @type {any} */ (value ?? {});
  if (typeof recordName !== "string" || recordName === "") {
    throw invalidArgument(`${name}.name must be a non-empty string.`);
  }
  return { name: recordName, counter: integer(counter, `${name}.counter`) };
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {import("../types.js").SealedRecord}
 */
export function sealedRecord(value, name) {
  const { sealed } = /** @type {any} */ (value ?? {});
  return { ...slot(value, name), sealed: octets(sealed, `${name}.sealed`) };
}

/**
 * @param {unknown} value seconds since 1970, or undefined for now
 * @returns {number}
 */
export function time(value) {
  return value === undefined ? Math.floor(Date.now() / 1000) : integer(value, "now");
}
