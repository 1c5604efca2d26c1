/**
 * An open IndexedDB database, and why it is not open any more: closed here, deleted by the browser or
 * another tab, or made newer by another tab.
 */
import { deleteDB, openDB } from "idb";
import { localError, WaxsealError } from "../errors.js";

/** @typedef {import("idb").IDBPDatabase} Database */
/** @typedef {"CLOSED" | "STORAGE_GONE" | "DATABASE_NEWER"} End */

/** Another tab closes its connection when it is asked to, at once unless it hangs. */
const BLOCKED_LIMIT_MS = 10_000;

/**
 * A request that other connections can hold up.
 * @template T
 * @param {(onBlocked: () => void) => Promise<T>} start
 * @param {(late: T) => void} [discard] what came after we had given up
 * @returns {Promise<T>}
 */
function unlessBlocked(start, discard = () => {}) {
  return new Promise((resolve, reject) => {
    let gaveUp = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const onBlocked = () => {
      timer ??= setTimeout(() => {
        gaveUp = true;
        reject(localError("DATABASE_IN_USE"));
      }, BLOCKED_LIMIT_MS);
    };
    start(onBlocked)
      .then((result) => (gaveUp ? discard(result) : resolve(result)), reject)
      .finally(() => clearTimeout(timer));
  });
}

/** @param {unknown} error */
export const nameOf = (error) => (error instanceof Error ? error.name : "");

/** @param {unknown} error */
function translate(error) {
  if (error instanceof WaxsealError) return error;
  const name = nameOf(error);
  if (name === "QuotaExceededError") return localError("STORAGE_FULL", { cause: error });
  if (name === "VersionError") return localError("DATABASE_NEWER", { cause: error });
  return localError("DATABASE", { cause: error });
}

export class Connection {
  /** @type {Database} */
  #db;
  #name;
  /** @type {End | undefined} */
  #end;
  /** What was begun and has not ended. @type {Set<Promise<unknown>>} */
  #underWay = new Set();
  /** Called when somebody else ended it. */
  onLost = () => {};

  /**
   * @param {Database} db
   * @param {string} name
   */
  constructor(db, name) {
    this.#db = db;
    this.#name = name;
  }

  /**
   * @param {string} name of the database
   * @param {number} version
   * @param {(db: Database, oldVersion: number) => void} upgrade
   * @returns {Promise<Connection>}
   */
  static async open(name, version, upgrade) {
    /** @type {(end: End) => void} */
    let lose = () => {};
    const start = (/** @type {() => void} */ blocked) =>
      openDB(name, version, {
        upgrade,
        blocked,
        // Nobody else can go on before we have closed; a deletion has no new version.
        blocking: (_current, next) => lose(next === null ? "STORAGE_GONE" : "DATABASE_NEWER"),
        // The browser deleted what this site had stored.
        terminated: () => lose("STORAGE_GONE"),
      });
    try {
      const db = await unlessBlocked(start, (late) => late.close());
      const connection = new Connection(db, name);
      lose = (end) => connection.#lose(end);
      return connection;
    } catch (error) {
      throw translate(error);
    }
  }

  /**
   * Runs database work; whatever goes wrong in it becomes a WaxsealError.
   * @template T
   * @param {(db: Database) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async use(work) {
    if (this.#end) throw localError(this.#end);
    const running = work(this.#db);
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      if (this.#end && !(error instanceof WaxsealError)) {
        throw localError(this.#end, { cause: error });
      }
      throw translate(error);
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** @param {End} end */
  #lose(end) {
    if (this.#end) return;
    this.#end = end;
    this.#db.close();
    this.onLost();
  }

  /** Ends when what is under way has ended. */
  async close() {
    this.#end ??= "CLOSED";
    await Promise.allSettled([...this.#underWay]);
    this.#db.close();
  }

  /** Closes, and deletes the database; other tabs that have it open lose it. */
  async destroy() {
    await this.close();
    try {
      await unlessBlocked((blocked) => deleteDB(this.#name, { blocked }));
    } catch (error) {
      throw translate(error);
    }
  }
}
