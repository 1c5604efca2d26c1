/** A store's header as text: JSON, in which octets stand as { "$octets": base64 }. */

const OCTETS = "$octets";

/**
 * @param {unknown} value
 * @returns {unknown}
 */
function toJson(value) {
  if (value instanceof Uint8Array) return { [OCTETS]: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(toJson);
  if (value === null || ["string", "boolean", "undefined"].includes(typeof value)) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) {
    throw new TypeError("A header holds JSON values and Uint8Arrays only.");
  }
  if (OCTETS in value) throw new TypeError(`"${OCTETS}" is no name for a part of a header.`);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toJson(part)]));
}

/**
 * @param {string} _name
 * @param {any} value
 */
function reviveOctets(_name, value) {
  const base64 = value?.[OCTETS];
  return typeof base64 === "string" ? new Uint8Array(Buffer.from(base64, "base64")) : value;
}

/**
 * @param {import("./store.js").Header} header
 * @returns {string}
 */
export function encodeHeader(header) {
  return JSON.stringify(toJson(header));
}

/**
 * @param {string} text
 * @returns {import("./store.js").Header}
 */
export function decodeHeader(text) {
  return JSON.parse(text, reviveOctets);
}
