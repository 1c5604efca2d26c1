/**
 * The store in browsers: IndexedDB through idb.
 *
 * What is deleted or replaced is gone for every script at once. When its octets leave the disk, the
 * browser decides: Chromium's LevelDB keeps them until it compacts its files, Firefox's SQLite until it
 * uses the page again or vacuums.
 */
import { localError } from "../errors.js";
import { Connection, nameOf } from "./connection.js";
import { withLock } from "./lock.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").SealedRecord} SealedRecord */
/** @typedef {import("./store.js").Header} Header */
/** @typedef {import("./store.js").WriteBatch} WriteBatch */
/** @typedef {import("idb").IDBPTransaction<any, any, any>} AnyTransaction */

/**
 * 1: the counter and, under VAULT_KEY, the encrypted vault key
 * 2: the counter and a header, which says who can open the records
 */
const VERSION = 2;
const RECORDS = "records";
const META = "meta";
const COUNTER = "counter";
const HEADER = "header";
const VAULT_KEY = "vault-key";

/** @type {(db: import("idb").IDBPDatabase, oldVersion: number) => void} */
function upgrade(db, oldVersion) {
  if (oldVersion >= 1) return; // version 2 has the same object stores
  db.createObjectStore(RECORDS, { keyPath: "name" });
  db.createObjectStore(META);
}

/**
 * What comes after all names that begin like this.
 * @param {string} prefix
 */
const afterAll = (prefix) => `${prefix}\uffff`;

/**
 * The ranges of names that begin with the prefix and with none of the others.
 * @param {string} prefix
 * @param {string[]} except
 */
function rangesOf(prefix, except) {
  if (except.some((one) => prefix.startsWith(one))) return [];
  const inside = except
    .filter((one) => one.startsWith(prefix))
    .filter((one, _at, all) => !all.some((other) => other !== one && one.startsWith(other)))
    .sort();
  const bounds = [prefix, ...inside.flatMap((one) => [one, afterAll(one)]), afterAll(prefix)];
  /** @type {IDBKeyRange[]} */
  const ranges = [];
  for (let i = 0; i < bounds.length; i += 2) {
    const [lower, upper] = [bounds[i], bounds[i + 1]];
    // Two exceptions that are the same leave nothing between them.
    if (lower !== undefined && upper !== undefined && lower < upper) {
      ranges.push(IDBKeyRange.bound(lower, upper, false, true));
    }
  }
  return ranges;
}

/**
 * A view is stored with the whole memory that it is a view of: so only what the record holds.
 * @param {SealedRecord} record
 * @returns {SealedRecord}
 */
function storable({ name, counter, sealed }) {
  if (!(sealed instanceof Uint8Array)) throw new TypeError("A record holds a Uint8Array.");
  const whole = sealed.constructor === Uint8Array && sealed.byteLength === sealed.buffer.byteLength;
  return { name, counter, sealed: whole ? sealed : new Uint8Array(sealed) };
}

/**
 * @implements {Store}
 */
export class IndexedDbStore {
  kind = "IndexedDB";
  #connection;
  #lockName;
  /**
   * Tells the other tabs that something was written; never hears itself.
   * @type {BroadcastChannel | undefined}
   */
  #channel;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** Whether there was no room for the last write that the browser tried. */
  #wasFull = false;

  /**
   * @param {Connection} connection
   * @param {string} name
   */
  constructor(connection, name) {
    this.#connection = connection;
    this.#lockName = `waxseal:${name}`;
    this.#channel = new BroadcastChannel(this.#lockName);
    this.#channel.onmessage = () => this.#tell();
    // Who listens finds out at the next call what has happened.
    connection.onLost = () => {
      this.#closeChannel();
      this.#tell();
    };
  }

  /** @param {string} name of the database */
  static async open(name) {
    return new IndexedDbStore(await Connection.open(name, VERSION, upgrade), name);
  }

  #tell() {
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * Of a database of version 1: { version: 1, deviceKey }, where deviceKey is the vault key, encrypted by
   * a WebCrypto key beside it.
   * @returns {Promise<Header | undefined>}
   */
  header() {
    return this.#connection.use(async (db) => {
      const tx = db.transaction(META);
      const [header, deviceKey] = await Promise.all([
        tx.store.get(HEADER),
        tx.store.get(VAULT_KEY),
      ]);
      return header ?? (deviceKey && { version: 1, deviceKey });
    });
  }

  /** @returns {Promise<number>} */
  counter() {
    return this.#connection.use(async (db) => (await db.get(META, COUNTER)) ?? 0);
  }

  /**
   * @param {string[]} names
   * @returns {Promise<(SealedRecord | undefined)[]>}
   */
  get(names) {
    return this.#connection.use((db) => {
      const { store } = db.transaction(RECORDS);
      return Promise.all(names.map((name) => store.get(name)));
    });
  }

  /**
   * @param {string} prefix
   * @param {string[]} [except]
   * @returns {Promise<SealedRecord[]>}
   */
  list(prefix, except = []) {
    return this.#connection.use(async (db) => {
      const { store } = db.transaction(RECORDS);
      const parts = rangesOf(prefix, except).map((range) => store.getAll(range));
      return (await Promise.all(parts)).flat();
    });
  }

  /**
   * @param {string} prefix
   * @returns {Promise<string[]>}
   */
  names(prefix) {
    return this.#connection.use(async (db) => {
      const { store } = db.transaction(RECORDS);
      const parts = rangesOf(prefix, []).map((range) => store.getAllKeys(range));
      return /** @type {string[]} */ ((await Promise.all(parts)).flat());
    });
  }

  /** @param {WriteBatch} batch */
  write(batch) {
    return this.#connection.use(async (db) => {
      await this.#writeOnce(db, batch).catch((error) => {
        // After a write for which it had no room, Firefox refuses the next put, whatever it is.
        if (!this.#wasFull || nameOf(error) !== "InvalidStateError") throw error;
        return this.#writeOnce(db, batch);
      });
      this.#channel?.postMessage("written");
    });
  }

  /**
   * @param {import("idb").IDBPDatabase} db
   * @param {WriteBatch} batch
   */
  async #writeOnce(db, batch) {
    try {
      await writeBatch(db, batch);
      this.#wasFull = false;
    } catch (error) {
      this.#wasFull ||= nameOf(error) === "QuotaExceededError";
      throw error;
    }
  }

  /**
   * @template T
   * @param {string} topic
   * @param {() => Promise<T>} work
   */
  exclusively(topic, work) {
    return withLock(`${this.#lockName}:${topic}`, work);
  }

  /**
   * Also called when somebody else deleted the database, or made it newer.
   * @param {() => void} listener
   * @returns {() => void}
   */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Other tabs that have it open get STORAGE_GONE from then on. */
  async destroy() {
    this.#listeners.clear();
    await this.#connection.destroy();
    this.#closeChannel();
  }

  async close() {
    this.#listeners.clear();
    await this.#connection.close();
    this.#closeChannel();
  }

  #closeChannel() {
    this.#channel?.close();
    this.#channel = undefined;
  }
}

/**
 * One transaction: all of the batch, or nothing.
 * @param {import("idb").IDBPDatabase} db
 * @param {WriteBatch} batch
 */
async function writeBatch(db, { after, puts, deletes, header }) {
  const tx = db.transaction([RECORDS, META], "readwrite", { durability: "strict" });
  const [records, meta] = [tx.objectStore(RECORDS), tx.objectStore(META)];
  const end = endOf(tx);
  // Of single requests; what failed the transaction counts.
  const ignore = () => {};
  try {
    if (((await meta.get(COUNTER)) ?? 0) !== after) throw localError("STATE_CONFLICT");
    for (const record of puts) records.put(storable(record)).catch(ignore);
    for (const name of deletes) records.delete(name).catch(ignore);
    if (header) {
      meta.put(header, HEADER).catch(ignore);
      meta.delete(VAULT_KEY).catch(ignore);
    }
    meta.put(after + 1, COUNTER).catch(ignore);
  } catch (error) {
    abort(tx);
    await end;
    throw tx.error ?? error;
  }
  if ((await end) === "abort") throw tx.error ?? new DOMException("aborted", "AbortError");
}

/**
 * idb's own promise ends with the first failed request, when it is not known yet what ends the
 * transaction.
 * @param {AnyTransaction} tx
 * @returns {Promise<"complete" | "abort">}
 */
function endOf(tx) {
  tx.done.catch(() => {});
  return new Promise((resolve) => {
    tx.addEventListener("complete", () => resolve("complete"));
    tx.addEventListener("abort", () => resolve("abort"));
  });
}

/** @param {AnyTransaction} tx which may have ended by itself */
function abort(tx) {
  try {
    tx.abort();
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "InvalidStateError")) throw error;
  }
}
