/**
 * The store in one SQLite file (mode 0600), over node:sqlite, which Node 22.13 and later have.
 *
 * Durability: a rollback journal with synchronous=FULL. A write is on the disk when it returns; after a
 * crash in the middle of one, SQLite takes the old pages out of the journal again.
 * Deletion: secure_delete writes zeros over what was deleted or superseded, in its place, and the
 * journal is cut to nothing at the end of each write, so that no file holds old records then (a
 * write-ahead log would keep them until it is used anew). What overwritten and freed blocks still hold
 * is up to the file system and the disk.
 * One program at a time: SQLite's own lock, which ends with the process.
 */
import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { invalidArgument, localError, WaxsealError } from "../errors.js";
import { guarded as filesGuarded, shred } from "./disk.js";
import { decodeHeader, encodeHeader } from "./header.js";
import { withLocalLock } from "./lock.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").SealedRecord} SealedRecord */
/** @typedef {import("./store.js").WriteBatch} WriteBatch */

const VERSION = 1;
/** "wxsl": tells this database from others. */
const APPLICATION = 0x7778736c;
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = TRUNCATE;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA trusted_schema = OFF;
`;
const SCHEMA = `
  CREATE TABLE records (name TEXT PRIMARY KEY, counter INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;
/** SQLite's result codes, without what is above the lowest octet.
 * @type {Map<number, "DATABASE_IN_USE" | "DATABASE_BROKEN" | "STORAGE_FULL">} */
const CODES = new Map([
  [5, "DATABASE_IN_USE"],
  [11, "DATABASE_BROKEN"],
  [13, "STORAGE_FULL"],
  [26, "DATABASE_BROKEN"],
]);
/** Comes after all names that begin like something. */
const LAST = "\uffff";

/**
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
function guarded(work) {
  try {
    return work();
  } catch (error) {
    if (error instanceof WaxsealError) throw error;
    const { errcode } = /** @type {{ errcode?: number }} */ (error);
    throw localError(CODES.get((errcode ?? 0) & 0xff) ?? "DATABASE", { cause: error });
  }
}

/** What is used of node:sqlite. @typedef {{ all: (...values: any[]) => any[],
 *   get: (...values: any[]) => any, run: (...values: any[]) => any }} Statement */
/** @typedef {{ exec: (sql: string) => void, prepare: (sql: string) => Statement,
 *   close: () => void }} Database */

/** @returns {new (path: string) => Database} */
function databaseSync() {
  const sqlite = /** @type {any} */ (process.getBuiltinModule?.("node:sqlite"));
  if (sqlite) return sqlite.DatabaseSync;
  throw invalidArgument(
    `SQLite needs Node.js 22.13 or later; this is ${process.version}. Update it, or name a folder.`,
  );
}

/** @param {any} row */
const recordOf = ({ name, counter, sealed }) => ({ name, counter, sealed: new Uint8Array(sealed) });

/**
 * @implements {Store}
 */
export class SqliteStore {
  kind = "sqlite";
  #path;
  #inode = 0n;
  /** Undefined when it is closed. @type {Database | undefined} */
  #db;
  /** @type {Map<string, Statement>} */
  #statements = new Map();

  /**
   * @param {string} path
   * @param {Database} db
   */
  constructor(path, db) {
    this.#path = path;
    this.#db = db;
  }

  /** @param {string} name path of the file, made if it is not there */
  static async open(name) {
    const DatabaseSync = databaseSync();
    const path = resolve(name);
    // SQLite gives its journal the same mode.
    await filesGuarded(async () => (await open(path, "a", 0o600)).close());
    const store = new SqliteStore(
      path,
      guarded(() => new DatabaseSync(path)),
    );
    try {
      guarded(() => store.#begin());
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  #begin() {
    const db = this.#opened();
    db.exec(SETTINGS);
    this.#inside(() => {
      const { application_id: application } = this.#sql("PRAGMA application_id").get();
      const { user_version: version } = this.#sql("PRAGMA user_version").get();
      const { tables } = this.#sql("SELECT count(*) AS tables FROM sqlite_schema").get();
      if (application === 0 && tables === 0) db.exec(SCHEMA);
      else if (application !== APPLICATION) {
        throw invalidArgument(`${this.#path} belongs to another program. Choose another file.`);
      } else if (version > VERSION) throw localError("DATABASE_NEWER");
    });
    this.#inode = statSync(this.#path, { bigint: true }).ino;
  }

  get keyPath() {
    return `${this.#path}.key`;
  }

  /** @returns {Database} */
  #opened() {
    if (!this.#db) throw localError("CLOSED");
    return this.#db;
  }

  /** @param {string} text */
  #sql(text) {
    const db = this.#opened();
    const statement = this.#statements.get(text) ?? db.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  /** @param {() => void} work all of it or nothing */
  #inside(work) {
    this.#sql("BEGIN EXCLUSIVE").run();
    try {
      work();
      this.#sql("COMMIT").run();
    } catch (error) {
      try {
        this.#sql("ROLLBACK").run();
      } catch {
        // After some errors SQLite has done so already.
      }
      throw error;
    }
  }

  /**
   * @template T
   * @param {() => T} work
   * @returns {Promise<T>}
   */
  async #ask(work) {
    return guarded(work);
  }

  /** @param {string} name */
  #meta(name) {
    return this.#sql("SELECT value FROM meta WHERE name = ?").get(name)?.value;
  }

  /** @param {string} name @param {string | number} value */
  #putMeta(name, value) {
    this.#sql("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)").run(name, value);
  }

  header() {
    return this.#ask(() => {
      const text = this.#meta("header");
      return text === undefined ? undefined : decodeHeader(text);
    });
  }

  counter() {
    return this.#ask(() => /** @type {number} */ (this.#meta("counter") ?? 0));
  }

  /** @param {string[]} names */
  get(names) {
    return this.#ask(() => {
      const statement = this.#sql("SELECT name, counter, sealed FROM records WHERE name = ?");
      return names.map((name) => {
        const row = statement.get(name);
        return row && recordOf(row);
      });
    });
  }

  /**
   * @param {string} prefix
   * @param {string[]} [except]
   * @returns {Promise<SealedRecord[]>}
   */
  list(prefix, except = []) {
    const not = " AND NOT (name >= ? AND name < ?)".repeat(except.length);
    const bounds = [prefix, ...except].flatMap((one) => [one, one + LAST]);
    const query = `SELECT name, counter, sealed FROM records WHERE name >= ? AND name < ?${not} ORDER BY name`;
    return this.#ask(() =>
      this.#sql(query)
        .all(...bounds)
        .map(recordOf),
    );
  }

  /**
   * @param {string} prefix
   * @returns {Promise<string[]>}
   */
  names(prefix) {
    const query = "SELECT name FROM records WHERE name >= ? AND name < ? ORDER BY name";
    return this.#ask(() =>
      this.#sql(query)
        .all(prefix, prefix + LAST)
        .map(({ name }) => name),
    );
  }

  /** @param {WriteBatch} batch */
  write({ after, puts, deletes, header }) {
    return this.#ask(() => {
      this.#checkThere();
      this.#inside(() => {
        if ((this.#meta("counter") ?? 0) !== after) throw localError("STATE_CONFLICT");
        const put = this.#sql(
          "INSERT OR REPLACE INTO records (name, counter, sealed) VALUES (?, ?, ?)",
        );
        for (const { name, counter, sealed } of puts) put.run(name, counter, sealed);
        const remove = this.#sql("DELETE FROM records WHERE name = ?");
        for (const name of deletes) remove.run(name);
        if (header) this.#putMeta("header", encodeHeader(header));
        this.#putMeta("counter", after + 1);
      });
    });
  }

  /** What is written to a file that was deleted is on no disk. */
  #checkThere() {
    this.#opened();
    const found = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (found?.ino !== this.#inode) throw localError("STORAGE_GONE");
  }

  /**
   * @template T
   * @param {string} topic
   * @param {() => Promise<T>} work
   */
  exclusively(topic, work) {
    return withLocalLock(`${this.#path}:${topic}`, work);
  }

  /** Nobody else can use it. */
  listen() {
    return () => {};
  }

  async destroy() {
    this.#opened();
    await this.close();
    await filesGuarded(async () => {
      for (const path of [this.#path, `${this.#path}-journal`, this.keyPath]) await shred(path);
    });
  }

  async close() {
    const db = this.#db;
    this.#db = undefined;
    this.#statements.clear();
    guarded(() => db?.close());
  }
}
