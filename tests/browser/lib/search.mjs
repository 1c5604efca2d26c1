/** Looking for secrets in octets, in every form in which they might have got there. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** @typedef {{ what: string, octets: Buffer }} Needle */

/**
 * Base64 of octets that stand somewhere inside a longer text: for each of the three ways to fall on
 * the groups of three, the letters that depend on these octets alone.
 * @param {Buffer} octets
 * @param {string} what
 * @returns {Needle[]}
 */
function base64Needles(octets, what) {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), octets]);
    const whole = padded.subarray(0, padded.length - (padded.length % 3));
    const skip = offset === 0 ? 0 : 4;
    return /** @type {const} */ (["base64", "base64url"]).map((encoding) => ({
      what: `${what} in ${encoding}, alignment ${offset}`,
      octets: Buffer.from(whole.toString(encoding).slice(skip)),
    }));
  });
}

/**
 * @param {string} what
 * @param {Uint8Array} octets
 * @returns {Needle[]}
 */
export function needlesOfOctets(what, octets) {
  const buffer = Buffer.from(octets);
  const hex = buffer.toString("hex");
  return [
    { what: `${what}, raw`, octets: buffer },
    { what: `${what} in hex`, octets: Buffer.from(hex) },
    { what: `${what} in HEX`, octets: Buffer.from(hex.toUpperCase()) },
    ...base64Needles(buffer, what),
  ];
}

/** @param {string} text */
function escapeNonAscii(text) {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * @param {string} what
 * @param {string} text
 * @returns {Needle[]}
 */
export function needlesOfText(what, text) {
  const html = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
  const forms = new Set([text, html].flatMap((form) => [form, jsonOf(form), escapeNonAscii(form)]));
  return [...forms].flatMap((form, index) => [
    ...needlesOfOctets(`${what} (form ${index})`, Buffer.from(form)),
    { what: `${what} (form ${index}) in UTF-16`, octets: Buffer.from(form, "utf16le") },
  ]);
}

/** @param {string} text */
function jsonOf(text) {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * @param {{ name: string, octets: Buffer }[]} haystacks
 * @param {Needle[]} needles
 * @returns {string[]} a line for every find
 */
export function search(haystacks, needles) {
  return haystacks.flatMap(({ name, octets }) =>
    needles
      .filter((needle) => octets.includes(needle.octets))
      .map(({ what }) => `${what}: in ${name}`),
  );
}

const PART_LEN = 16;
/** Random octets, as keys are, have at least so many different ones in a part. */
const MIN_DISTINCT = 12;

/**
 * Looks for any part of octets that are secret as a whole: for each 16 octets of them that are neither
 * text nor alike.
 * @param {{ name: string, octets: Buffer }[]} haystacks
 * @param {{ name: string, octets: Uint8Array }[]} secrets
 * @returns {{ parts: number, found: string[] }} parts: how many were looked for
 */
export function searchParts(haystacks, secrets) {
  /** By their first four octets. @type {Map<number, { what: string, octets: Buffer }[]>} */
  const parts = new Map();
  let count = 0;
  for (const { name, octets } of secrets) {
    const buffer = Buffer.from(octets);
    for (let at = 0; at + PART_LEN <= buffer.length; at += PART_LEN) {
      const part = buffer.subarray(at, at + PART_LEN);
      const isText = part.every((octet) => octet >= 0x20 && octet < 0x7f);
      if (isText || new Set(part).size < MIN_DISTINCT) continue;
      const start = part.readUInt32LE(0);
      const same = parts.get(start) ?? [];
      same.push({ what: `octets ${at} to ${at + PART_LEN} of ${name}`, octets: part });
      parts.set(start, same);
      count++;
    }
  }
  const found = haystacks.flatMap(({ name, octets }) => {
    /** @type {string[]} */
    const lines = [];
    for (let at = 0; at + PART_LEN <= octets.length; at++) {
      for (const { what, octets: part } of parts.get(octets.readUInt32LE(at)) ?? []) {
        if (part.equals(octets.subarray(at, at + PART_LEN))) lines.push(`${what}: in ${name}`);
      }
    }
    return lines;
  });
  return { parts: count, found };
}

/**
 * @param {string} folder
 * @returns {Promise<{ name: string, octets: Buffer }[]>} all files below it, at one time
 */
export async function filesBelow(folder) {
  for (let tries = 0; ; tries++) {
    try {
      return await readFiles(folder);
    } catch (error) {
      // A file was renamed in between: what it says stands under its new name.
      const isGone = /** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT";
      if (!isGone || tries === 20) throw error;
    }
  }
}

/** @param {string} folder */
async function readFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const name = join(entry.parentPath, entry.name);
        return { name, octets: await readFile(name) };
      }),
  );
}
