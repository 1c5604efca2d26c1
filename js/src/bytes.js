/** Octets as text. */

const encoder = new TextEncoder();

/** @param {string} text */
export function utf8(text) {
  return encoder.encode(text);
}

/**
 * @param {Uint8Array} octets
 * @returns {string | undefined} undefined when they are not UTF-8
 */
export function textOf(octets) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return undefined;
  }
}

/** @param {Uint8Array} octets */
export function toHex(octets) {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** Octets per call of String.fromCharCode, whose arguments go over the stack. */
const CHUNK = 0x8000;

/** @param {Uint8Array} octets */
export function toBase64(octets) {
  let text = "";
  for (let at = 0; at < octets.length; at += CHUNK) {
    text += String.fromCharCode(...octets.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

/**
 * Reads base64 and base64url, padded or not, with white space in it.
 * @param {string} text
 * @returns {Uint8Array | undefined} undefined when it is neither
 */
export function fromBase64(text) {
  const plain = text.replace(/\s+/g, "").replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(plain) || plain.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
}

/**
 * The first 96 bits of the SHA-256 of a text, in base64.
 * @param {string} text
 */
export async function digest(text) {
  const hash = await crypto.subtle.digest("SHA-256", utf8(text));
  return toBase64(new Uint8Array(hash, 0, 12));
}
