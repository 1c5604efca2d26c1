/**
 * A file that only grows: one JSON object per line. The objects stay on disk; memory holds a summary
 * of each, so that collections can be counted, filtered and paged without reading it all.
 */
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./files.js";
import { createLock } from "./lock.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */

const NEWLINE = 0x0a;

/**
 * @template {{ id: string }} Summary
 */
export class AppendLog {
  /** @type {Summary[]} oldest first */
  summaries = [];
  /** @type {{ offset: number, length: number }[]} octets of each line, newline excluded */
  #places = [];
  /** @type {Map<string, number>} */
  #indexes = new Map();
  #end = 0;
  #locked = createLock();
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #file;
  #path;
  #summarise;

  /**
   * @param {import("node:fs/promises").FileHandle} file
   * @param {string} path
   * @param {(record: JsonObject) => Summary} summarise
   */
  constructor(file, path, summarise) {
    this.#file = file;
    this.#path = path;
    this.#summarise = summarise;
  }

  /**
   * Opens or creates a log. A last line cut short by a crash was never confirmed to anybody: it is
   * removed. Damage anywhere else is an error.
   * @template {{ id: string }} S
   * @param {string} path
   * @param {(record: JsonObject) => S} summarise
   * @returns {Promise<AppendLog<S>>}
   */
  static async open(path, summarise) {
    await makeFolder(dirname(path));
    const file = await open(path, "a+", 0o600);
    const log = new AppendLog(file, path, summarise);
    try {
      await log.#load();
    } catch (error) {
      await file.close();
      throw error;
    }
    return log;
  }

  async #load() {
    const octets = await this.#file.readFile();
    let start = 0;
    for (;;) {
      const end = octets.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.#remember(this.#parse(octets.subarray(start, end)), start, end - start);
      start = end + 1;
    }
    if (start < octets.length) await this.#file.truncate(start);
    this.#end = start;
  }

  /**
   * @param {Buffer} line
   * @returns {JsonObject}
   */
  #parse(line) {
    try {
      return JSON.parse(line.toString("utf8"));
    } catch {
      throw new Error(
        `${this.#path}: line ${this.#places.length + 1} is damaged; restore the file or remove it.`,
      );
    }
  }

  /**
   * @param {JsonObject} record
   * @param {number} offset
   * @param {number} length
   */
  #remember(record, offset, length) {
    const summary = this.#summarise(record);
    this.#indexes.set(summary.id, this.summaries.length);
    this.summaries.push(summary);
    this.#places.push({ offset, length });
  }

  /**
   * Appends a record unless one with its id is there. Resolves when it is on disk.
   * @param {JsonObject} record
   * @returns {Promise<boolean>} whether it was new
   */
  append(record) {
    return this.#locked(async () => {
      if (this.#indexes.has(this.#summarise(record).id)) return false;
      const line = Buffer.from(`${JSON.stringify(record)}\n`);
      try {
        await this.#file.appendFile(line);
        await this.#file.datasync();
      } catch (error) {
        // Half a line in the middle would damage the log for the next one.
        await this.#file.truncate(this.#end);
        throw error;
      }
      this.#remember(record, this.#end, line.length - 1);
      this.#end += line.length;
      for (const listener of this.#listeners) listener();
      return true;
    });
  }

  /**
   * @param {string} id
   * @returns {number | undefined} the record's index, counted from the oldest
   */
  indexOf(id) {
    return this.#indexes.get(id);
  }

  /**
   * @param {number} index
   * @returns {Promise<JsonObject>}
   */
  async read(index) {
    const place = this.#places[index];
    if (!place) throw new RangeError(`${this.#path} has no record ${index}.`);
    const line = Buffer.alloc(place.length);
    const { bytesRead } = await this.#file.read(line, 0, place.length, place.offset);
    if (bytesRead !== place.length) throw new Error(`${this.#path} has become shorter.`);
    return this.#parse(line);
  }

  /**
   * Calls `listener` after every append.
   * @param {() => void} listener
   * @returns {() => void} stops that
   */
  watch(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close() {
    return this.#locked(() => this.#file.close());
  }
}
