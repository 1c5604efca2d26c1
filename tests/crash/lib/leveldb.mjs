/**
 * Chromium's IndexedDB is a LevelDB, which appends records to a log, each by more than one write. It
 * goes on in the same log after a record that was cut off there, and then, when it reads that log once
 * more, takes it for damaged, and Chromium deletes everything of the origin (leveldb_chromium.test.mjs).
 * No page can help that. So a browser is killed at any moment but between the writes of one record.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** See doc/log_format.md of LevelDB: records lie in blocks, parts of records have a header. */
const BLOCK = 32768;
const HEADER = 7;
const FULL = 1;
const LAST = 4;

/**
 * Whether a log ends with the end of a record.
 * @param {Buffer} log
 */
export function endsWhole(log) {
  let at = 0;
  let type = FULL;
  while (at < log.length) {
    const left = BLOCK - (at % BLOCK);
    if (left < HEADER) at += left;
    else if (log.length - at < HEADER) return false;
    else {
      type = log.readUInt8(at + 6);
      at += HEADER + log.readUInt16LE(at + 4);
    }
  }
  return at === log.length && (type === FULL || type === LAST);
}

/** @param {string} folder @returns {Promise<string[]>} */
const namesIn = (folder) => readdir(folder).catch(() => []);

/**
 * The log and the list of files of each LevelDB in which a profile has IndexedDBs.
 * @param {string} profile
 */
async function logsOf(profile) {
  const parent = join(profile, "Default", "IndexedDB");
  const logs = [];
  for (const name of await namesIn(parent)) {
    const folder = join(parent, name);
    const files = await namesIn(folder);
    const newest = (/** @type {RegExp} */ pattern) =>
      files
        .filter((file) => pattern.test(file))
        .sort()
        .at(-1);
    for (const file of [newest(/^\d+\.log$/), newest(/^MANIFEST-\d+$/)]) {
      if (file) logs.push(join(folder, file));
    }
  }
  return logs;
}

/**
 * Whether no record is cut off in what a stopped browser has written.
 * @param {string} profile
 */
export async function isWhole(profile) {
  for (const file of await logsOf(profile)) {
    if (!endsWhole(await readFile(file))) return false;
  }
  return true;
}
