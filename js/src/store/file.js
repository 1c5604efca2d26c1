/**
 * The store in Node: a folder (mode 0700) with
 *   journal  the sealed records, see journal.js; all of them are in memory, too
 *   key      this device's own key (mode 0600), if the vault keeps one: who can read this folder can
 *            read the conversations then
 *   lock     while a process uses it
 *
 * Deletion: what was superseded or deleted stays in the journal until that is written anew without it,
 * and the old file is overwritten with zeros. That happens when it is as much as what counts (and
 * 64 KiB), at once when much was deleted, and at close(). See overwriteAndClose() for what disks do to that.
 */
import { mkdir, open, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { localError } from "../errors.js";
import {
  codeOf,
  guarded,
  isAt,
  overwriteAndClose,
  placeFile,
  readIfThere,
  shred,
  shredPartial,
  syncFolder,
  writeAt,
} from "./disk.js";
import { decodeHeader, encodeHeader } from "./header.js";
import { decodeJournal, encodeBatch, encodeJournal, putLen } from "./journal.js";
import { withLocalLock } from "./lock.js";
import { lockForProcess } from "./process_lock.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").SealedRecord} SealedRecord */
/** @typedef {import("./store.js").WriteBatch} WriteBatch */
/** @typedef {import("node:fs/promises").FileHandle} FileHandle */

/** So much that no longer counts is always allowed in the journal, in octets. */
const MIN_SUPERSEDED = 64 * 1024;
/** So much deleted at once is not left there, if it is a quarter of the journal. */
const MIN_DELETED = 16 * 1024;

/** @param {SealedRecord} record */
const copyOf = ({ name, counter, sealed }) => ({ name, counter, sealed: new Uint8Array(sealed) });

/**
 * @implements {Store}
 */
export class FileStore {
  kind = "file";
  #folder;
  #unlock;
  /** Undefined when it is closed. @type {FileHandle | undefined} */
  #journal;
  /** Octets of the journal. */
  #len = 0;
  /** Octets of it that count. */
  #liveLen = 0;
  /** Whether all of them do. */
  #isCompact = true;
  /** What has to be made good before the next write. @type {(() => Promise<void>) | undefined} */
  #repair;
  #counter = 0;
  /** @type {Map<string, SealedRecord>} */
  #records = new Map();
  /** @type {import("./store.js").Header | undefined} */
  #header;

  /**
   * @param {string} folder
   * @param {() => Promise<void>} unlock
   */
  constructor(folder, unlock) {
    this.#folder = folder;
    this.#unlock = unlock;
  }

  /** @param {string} path of the folder, made if it is not there */
  static open(path) {
    return guarded(async () => {
      const folder = resolve(path);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const unlock = await lockForProcess(join(folder, "lock"));
      const store = new FileStore(folder, unlock);
      try {
        await store.#load();
      } catch (error) {
        await store.#journal?.close();
        await unlock();
        throw error;
      }
      return store;
    });
  }

  get #journalPath() {
    return join(this.#folder, "journal");
  }

  get keyPath() {
    return join(this.#folder, "key");
  }

  async #load() {
    await shredPartial(this.#journalPath);
    const octets = (await readIfThere(this.#journalPath)) ?? Buffer.alloc(0);
    const { version, records, header, counter, validLen, isCompact } = decodeJournal(octets);
    this.#records = records;
    this.#header = header;
    this.#counter = counter;
    this.#isCompact = isCompact;
    for (const record of records.values()) this.#liveLen += putLen(record);
    this.#len = validLen;
    if (validLen === 0 || version === 1) {
      await this.#compact();
    } else {
      this.#journal = await open(this.#journalPath, "r+");
      if (validLen < octets.length) await this.#journal.truncate(validLen);
    }
  }

  /** @returns {FileHandle} */
  #opened() {
    if (!this.#journal) throw localError("CLOSED");
    return this.#journal;
  }

  /** One change of the file at a time. @template T @param {() => Promise<T>} work */
  #alone(work) {
    return withLocalLock(this.#journalPath, () => guarded(work));
  }

  /** Of a journal of version 1: { version: 1, deviceKey: the 32 octets of the key file }. */
  async header() {
    this.#opened();
    if (this.#header) return decodeHeader(encodeHeader(this.#header));
    if (this.#counter === 0) return undefined;
    const stored = await guarded(() => readIfThere(this.keyPath));
    return stored && { version: 1, deviceKey: new Uint8Array(stored) };
  }

  async counter() {
    this.#opened();
    return this.#counter;
  }

  /** @param {string[]} names */
  async get(names) {
    this.#opened();
    return names.map((name) => {
      const record = this.#records.get(name);
      return record && copyOf(record);
    });
  }

  /**
   * @param {string} prefix
   * @param {string[]} [except]
   */
  async list(prefix, except = []) {
    this.#opened();
    return this.#sorted(prefix, except).map(copyOf);
  }

  /** @param {string} prefix */
  async names(prefix) {
    this.#opened();
    return this.#sorted(prefix, []).map(({ name }) => name);
  }

  /** @param {string} prefix @param {string[]} except */
  #sorted(prefix, except) {
    return [...this.#records.values()]
      .filter(({ name }) => name.startsWith(prefix) && !except.some((one) => name.startsWith(one)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @param {WriteBatch} batch */
  write(batch) {
    return this.#alone(async () => {
      const journal = this.#opened();
      if (batch.after !== this.#counter) throw localError("STATE_CONFLICT");
      if (!(await isAt(journal, this.#journalPath))) throw localError("STORAGE_GONE");
      if (this.#repair) await this.#settle(this.#repair);
      const octets = encodeBatch(batch);
      try {
        await writeAt(journal, octets, this.#len);
        await journal.datasync();
      } catch (error) {
        // Half a batch would spoil the next one.
        await this.#settle(() => journal.truncate(this.#len)).catch(() => {});
        throw error;
      }
      this.#len += octets.length;
      const deletedLen = this.#apply(batch);
      const superseded = this.#len - this.#liveLen;
      const isMuch = superseded > Math.max(MIN_SUPERSEDED, this.#liveLen);
      const isMuchDeleted = deletedLen > Math.max(MIN_DELETED, this.#len / 4);
      if (isMuch || isMuchDeleted) await this.#tryToCompact();
    });
  }

  /**
   * @param {WriteBatch} batch
   * @returns {number} how long the lines of deleted records are
   */
  #apply({ after, puts, deletes, header }) {
    const drop = (/** @type {string} */ name) => {
      const record = this.#records.get(name);
      const len = record ? putLen(record) : 0;
      this.#liveLen -= len;
      if (this.#records.delete(name)) this.#isCompact = false;
      return len;
    };
    for (const record of puts) {
      drop(record.name);
      this.#records.set(record.name, copyOf(record));
      this.#liveLen += putLen(record);
    }
    const deletedLen = deletes.reduce((sum, name) => sum + drop(name), 0);
    if (header) {
      if (this.#header) this.#isCompact = false;
      this.#header = decodeHeader(encodeHeader(header));
    }
    this.#counter = after + 1;
    return deletedLen;
  }

  /**
   * What is stored is on the disk before and after that, and in between. If it fails, the next write
   * meets the same trouble, and tells it.
   */
  async #tryToCompact() {
    await this.#compact().catch(() => {});
  }

  /** Writes the journal anew, without what does not count any more. */
  async #compact() {
    const state = { records: this.#records, header: this.#header, counter: this.#counter };
    const octets = encodeJournal(state);
    const old = this.#journal;
    this.#journal = await placeFile(this.#journalPath, octets);
    this.#len = octets.length;
    this.#isCompact = true;
    await this.#settle(async () => {
      // Until the new file has its name for sure, a crash may bring the old one back.
      await syncFolder(this.#folder);
      if (old) await overwriteAndClose(old);
    });
  }

  /**
   * Does what has to be done before the next write; if it fails, it is tried again then.
   * @param {() => Promise<void>} work
   */
  async #settle(work) {
    this.#repair = work;
    await work();
    this.#repair = undefined;
  }

  /**
   * @template T
   * @param {string} topic
   * @param {() => Promise<T>} work
   */
  exclusively(topic, work) {
    return withLocalLock(`${this.#folder}:${topic}`, work);
  }

  /** Nobody else can use it. */
  listen() {
    return () => {};
  }

  destroy() {
    return this.#alone(async () => {
      const journal = this.#opened();
      this.#journal = undefined;
      try {
        await overwriteAndClose(journal);
        for (const path of [this.#journalPath, this.keyPath]) await shred(path);
      } finally {
        await this.#unlock();
      }
      await rmdir(this.#folder).catch((error) => {
        // Somebody keeps files of their own in it.
        if (!["ENOTEMPTY", "EEXIST"].includes(codeOf(error))) throw error;
      });
    });
  }

  close() {
    return this.#alone(async () => {
      const journal = this.#journal;
      if (!journal) return;
      try {
        const isThere = await isAt(journal, this.#journalPath);
        if (isThere && !this.#isCompact) await this.#tryToCompact();
      } finally {
        await this.#journal?.close();
        this.#journal = undefined;
        await this.#unlock();
      }
    });
  }
}
