/**
 * The file of the Node store: a journal of batches, the oldest first. Each line has a checksum, so that
 * damage spoils the line that it hits and no other. (It is no protection against forgers: the records
 * are sealed, and the vault knows which ones there have to be.)
 *
 *   line = 32 hex digits (the first half of the SHA-256 of the rest) " " JSON "\n"
 *
 *   ["waxseal journal", 2]            the first line
 *   ["put", name, counter, base64]
 *   ["delete", name]
 *   ["header", text]                  twice in its batch, since everything hangs on it
 *   ["commit", counter]               what stands above holds; the counter's value from here on
 *
 * A crash leaves lines without a commit at the end: that batch never happened, and is cut off. A
 * damaged line anywhere else is passed over. So a record may be missing, be there in an older state, or
 * be back although it was deleted, and the vault names it; a header may be an older one, which still
 * opens what it opened. If the damage hits the last commit, the last batch is lost as in a crash: from
 * the octets alone nobody can tell one from the other.
 *
 * Version 1 had one line per batch: 64 hex digits " " JSON of { after, puts, deletes }. It is read, and
 * written anew as version 2 at once.
 */
import { createHash } from "node:crypto";
import { localError } from "../errors.js";
import { decodeHeader, encodeHeader } from "./header.js";

/** @typedef {import("./store.js").SealedRecord} SealedRecord */
/** @typedef {import("./store.js").Header} Header */
/** @typedef {import("./store.js").WriteBatch} WriteBatch */
/** @typedef {[string, ...any[]]} Entry */

/**
 * @typedef {object} Journal what a file says
 * @property {number} version that the file is written in; 0 when there is nothing in it
 * @property {Map<string, SealedRecord>} records
 * @property {Header | undefined} header
 * @property {number} counter
 * @property {number} validLen octets up to the last commit
 * @property {boolean} isCompact whether everything up to there counts
 */

const VERSION = 2;
const FORMAT = "waxseal journal";
const HASH_DIGITS = 32;
const V1_HASH_DIGITS = 64;

/** @param {string} text */
function hash(text) {
  return createHash("sha256").update(text).digest("hex");
}

/** @param {Entry} entry */
function encodeLine(entry) {
  const body = JSON.stringify(entry);
  return `${hash(body).slice(0, HASH_DIGITS)} ${body}\n`;
}

/** @param {SealedRecord} record */
const encodePut = ({ name, counter, sealed }) =>
  encodeLine(["put", name, counter, Buffer.from(sealed).toString("base64")]);

/**
 * How long the line of a record is, about.
 * @param {SealedRecord} record
 */
export function putLen({ name, sealed }) {
  return HASH_DIGITS + name.length + Math.ceil(sealed.length / 3) * 4 + 20;
}

/**
 * The lines of a batch.
 * @param {WriteBatch} batch
 * @returns {Buffer}
 */
export function encodeBatch({ after, puts, deletes, header }) {
  const headerLine = header ? encodeLine(["header", encodeHeader(header)]) : "";
  const lines = [
    headerLine,
    ...puts.map(encodePut),
    ...deletes.map((name) => encodeLine(["delete", name])),
    headerLine,
    encodeLine(["commit", after + 1]),
  ];
  return Buffer.from(lines.join(""));
}

/**
 * A whole file without anything superseded.
 * @param {Pick<Journal, "records" | "header" | "counter">} state
 * @returns {Buffer}
 */
export function encodeJournal({ records, header, counter }) {
  const puts = [...records.values()];
  const batch = encodeBatch({ after: counter - 1, puts, deletes: [], ...(header && { header }) });
  return Buffer.concat([Buffer.from(encodeLine([FORMAT, VERSION])), batch]);
}

/**
 * @param {string} line without its line break
 * @returns {Entry[]} none when it is damaged
 */
function decodeLine(line) {
  const body = line.slice(HASH_DIGITS + 1);
  if (
    line[HASH_DIGITS] === " " &&
    line.slice(0, HASH_DIGITS) === hash(body).slice(0, HASH_DIGITS)
  ) {
    return [JSON.parse(body)];
  }
  const v1 = line.slice(V1_HASH_DIGITS + 1);
  if (line.slice(0, V1_HASH_DIGITS) !== hash(v1)) return [];
  const { after, puts, deletes } = JSON.parse(v1);
  return [
    [FORMAT, 1],
    ...puts.map((/** @type {any[]} */ put) => ["put", ...put]),
    ...deletes.map((/** @type {string} */ name) => ["delete", name]),
    ["commit", after + 1],
  ];
}

/**
 * @param {Journal} journal
 * @param {Entry} entry that is committed
 */
function apply(journal, [kind, ...values]) {
  if (kind === FORMAT) journal.version = values[0];
  else if (kind === "put") {
    const [name, counter, base64] = values;
    const sealed = new Uint8Array(Buffer.from(base64, "base64"));
    if (journal.records.has(name)) journal.isCompact = false;
    journal.records.set(name, { name, counter, sealed });
  } else if (kind === "delete") {
    journal.records.delete(values[0]);
    journal.isCompact = false;
  } else if (kind === "header") {
    const [text] = values;
    if (journal.header && encodeHeader(journal.header) !== text) journal.isCompact = false;
    journal.header = decodeHeader(text);
  } else if (kind === "commit") journal.counter = values[0];
}

/**
 * Reads a whole journal.
 * @param {Buffer} octets
 * @returns {Journal}
 * @throws {import("../errors.js").WaxsealError} DATABASE_BROKEN: it holds no whole batch;
 *   DATABASE_NEWER
 */
export function decodeJournal(octets) {
  /** @type {Journal} */
  const journal = {
    version: 0,
    records: new Map(),
    header: undefined,
    counter: 0,
    validLen: 0,
    isCompact: true,
  };
  /** @type {Entry[]} */
  let open = [];
  for (let start = 0; start < octets.length; ) {
    const end = octets.indexOf(0x0a, start);
    if (end < 0) break;
    const entries = decodeLine(octets.toString("utf8", start, end));
    if (entries.length === 0) journal.isCompact = false;
    for (const entry of entries) {
      const [kind, value] = entry;
      // What else a newer version holds, nobody knows here.
      if (kind === FORMAT && value > VERSION) throw localError("DATABASE_NEWER");
      open.push(entry);
      if (kind !== "commit") continue;
      for (const one of open) apply(journal, one);
      open = [];
      journal.validLen = end + 1;
    }
    start = end + 1;
  }
  // A file is put in place with its first commit.
  if (journal.validLen === 0 && octets.length > 0) throw localError("DATABASE_BROKEN");
  return journal;
}
