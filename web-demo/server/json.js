/**
 * Strict reading of JSON that came from the network, and the types for what was read.
 *
 * Documents are kept as they were received: unknown properties stay, in their order.
 */
import { HttpError } from "./answer.js";

/** @typedef {null | boolean | number | string | JsonArray | JsonObject} JsonValue */
/** @typedef {JsonValue[]} JsonArray */
/** @typedef {{ [property: string]: JsonValue | undefined }} JsonObject */

/** Deepest nesting of objects and arrays that is accepted. */
export const MAX_DEPTH = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The deepest nesting of brackets in a JSON text, found without parsing it, so that a document
 * built to exhaust the stack is refused before anything walks it.
 * @param {string} text
 */
export function nestingDepth(text) {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) inString = false;
    } else if (c === QUOTE) inString = true;
    else if (c === 0x7b || c === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return deepest;
}

/**
 * Whether any object in `value` has an own property `__proto__`. Code that copies such a document
 * by assignment would change a prototype, here or in a client that reads it from us.
 * Recursion is bounded by MAX_DEPTH.
 * @param {JsonValue | undefined} value
 * @returns {boolean}
 */
function namesPrototype(value) {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(namesPrototype);
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(namesPrototype);
}

/**
 * Parses a JSON text that must hold one object.
 * @param {Buffer | string} source UTF-8 octets or text
 * @returns {JsonObject}
 * @throws {HttpError} 400, with a sentence
 */
export function parseObject(source) {
  const text = decode(source);
  if (nestingDepth(text) > MAX_DEPTH) {
    throw new HttpError(400, `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  }
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new HttpError(400, "A JSON object is expected.");
  }
  if (namesPrototype(value)) {
    throw new HttpError(400, "The property name __proto__ is not accepted.");
  }
  return value;
}

/** @param {Buffer | string} source */
function decode(source) {
  if (typeof source === "string") return source;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source);
  } catch {
    throw new HttpError(400, "The text is not valid UTF-8.");
  }
}

/**
 * @param {string} text
 * @returns {JsonValue}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, "The text is not valid JSON.");
  }
}
