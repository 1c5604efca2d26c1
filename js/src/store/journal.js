/**
 * The file of the Node store: a journal of batches, one a line, the oldest first.
 *
 * line = 64 hex digits (SHA-256 of the rest) " " JSON of { after, puts, deletes } "\n"
 *
 * A crash while a line is being written leaves an incomplete last line, which is cut off: that batch
 * never happened. Damage anywhere else is DATABASE_BROKEN.
 */
import { createHash } from "node:crypto";
import { localError } from "../errors.js";

/** @typedef {import("./store.js").SealedRecord} SealedRecord */
/** @typedef {import("./store.js").WriteBatch} WriteBatch */

const HASH_DIGITS = 64;

/** @param {string} text */
function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * @param {WriteBatch} batch
 * @returns {string}
 */
export function encodeLine({ after, puts, deletes }) {
  const body = JSON.stringify({
    after,
    puts: puts.map((r) => [r.name, r.counter, Buffer.from(r.sealed).toString("base64")]),
    deletes,
  });
  return `${hash(body)} ${body}\n`;
}

/**
 * @param {string} line without its line break
 * @returns {WriteBatch | undefined} undefined when it is damaged
 */
function decodeLine(line) {
  const body = line.slice(HASH_DIGITS + 1);
  if (line.slice(0, HASH_DIGITS) !== hash(body)) return undefined;
  const { after, puts, deletes } = JSON.parse(body);
  return {
    after,
    puts: puts.map((/** @type {[string, number, string]} */ [name, counter, sealed]) => ({
      name,
      counter,
      sealed: new Uint8Array(Buffer.from(sealed, "base64")),
    })),
    deletes,
  };
}

/**
 * Reads a whole journal.
 * @param {Buffer} octets
 * @returns {{ batches: WriteBatch[], validLen: number }} validLen: octets without an incomplete end
 */
export function decodeJournal(octets) {
  const batches = [];
  let start = 0;
  while (start < octets.length) {
    const end = octets.indexOf(0x0a, start);
    if (end < 0) break;
    const batch = decodeLine(octets.toString("utf8", start, end));
    if (!batch) {
      if (end === octets.length - 1) break;
      throw localError("DATABASE_BROKEN");
    }
    batches.push(batch);
    start = end + 1;
  }
  return { batches, validLen: start };
}
